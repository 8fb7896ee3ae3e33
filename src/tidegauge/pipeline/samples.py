"""A stage's series in event time, out of the store: the points of its windows, and its incidents.

Every window that is shown says of each incident that stands in it that it is open (or settled: `tidegauge.pipeline.
settled`), and the one that ends it says 0. A window that no live run was about (a backfill, a replay) may be the last
one for a while: its word would page somebody about the past. So the last of such windows says 0 of every incident, and
the next live one says what still stands. A past goes out in stretches, of which any may be the last that arrives: each
ends with such a 0 as well, and the next one begins with what the window before it really says.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

from tidegauge.actions.asking import event_time_sinks
from tidegauge.core.incident import OVER, Incident, IncidentStatus
from tidegauge.core.intent import DELIVER
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incidents_of
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.estimate_samples import estimated_in
from tidegauge.pipeline.settled import Settled
from tidegauge.sinks.event_time import OPEN, RESOLVED, SETTLED, closing, gone, incident_sample, samples_of
from tidegauge.stages.profiler import Profiler

TAKEN_BACK = timedelta(days=31)  # how long windows go on to say of an incident that is none any more that it is over


def samples_between(deciding: Deciding, stage: str, first: Window, last: Window) -> list[SeriesSample]:
    """The samples of every decided window from one to another, oldest first, as a stretch of the past."""
    store, name = deciding.store, deciding.monitor.name
    points = store.points.of(name, stage, first.start, last.end)
    revisions = {p.window: p.revision for p in points}
    windows = sorted(store.decisions.evidences(name, stage))
    shown = sorted(revisions)
    ends = set(shown[-1:]) - set(windows[-1:])  # where another one follows, which this stretch does not tell of
    if shown and (at := bisect_left(windows, shown[0])):
        before = windows[at - 1]
        revisions = {before: store.points.revision(name, stage, before), **revisions}
    estimated = estimated_in(deciding, stage, shown)
    return [*samples_of(name, stage, points), *estimated, *_incidents(deciding, stage, windows, revisions, ends)]


def samples_in(deciding: Deciding, stage: str, window: Window) -> list[SeriesSample]:
    """Those of one window. Of one that was forgotten no number, in the place of each that was shown.

    And of each incident that it had opened, that it is over: it would page on, or for the first time where a clock that
    ran ahead had run the window, until the next one says so.
    """
    store, name = deciding.store, deciding.monitor.name
    if store.decisions.evidence(name, stage, window) is None:
        revision = store.points.revision(name, stage, window)
        taken = gone(name, stage, store.points.series(name, stage), window, revision)
        estimated = estimated_in(deciding, stage, [window])
        return [*taken, *estimated, *_all_taken_back(deciding.profiler, stage, {window: revision})]
    points = [p for p in store.points.of(name, stage, window.start, window.end) if p.window == window]
    windows = sorted(store.decisions.evidences(name, stage))
    revisions = {p.window: p.revision for p in points}
    estimated = estimated_in(deciding, stage, [window] if event_time_sinks(deciding.monitor) else ())
    return [*samples_of(name, stage, points), *estimated, *_incidents(deciding, stage, windows, revisions)]


def _incidents(
    deciding: Deciding,
    stage: str,
    windows: Sequence[Window],
    revisions: Mapping[Window, int],
    ends: AbstractSet[Window] = frozenset(),
) -> Iterator[SeriesSample]:
    """What incidents say in some windows; 0 for now in those that end a past."""
    if not revisions:
        return
    profiler, name = deciding.profiler, deciding.monitor.name
    for_now = _last_unseen(profiler, stage, windows, revisions.keys()) | ends
    settled = Settled(deciding, stage, windows, min(revisions), max(revisions))
    for incident in profiler.store.incidents.of(name, stage):
        severity = _at_opening(profiler, incident)
        for window, value in _course(incident, windows, settled).items():
            if window in revisions:
                one = incident_sample(name, stage, incident.id, severity, window, revisions[window], value=value)
                yield closing(one) if window in for_now and value > RESOLVED else one
    yield from _all_taken_back(profiler, stage, revisions)


def _all_taken_back(profiler: Profiler, stage: str, revisions: Mapping[Window, int]) -> Iterator[SeriesSample]:
    """Of incidents that are none any more: that they are over, in their first window and in those of some time after.

    In the first one too: it is shown again, a moment after what it had said of them.
    """
    name, incidents = profiler.monitor.name, profiler.store.incidents
    found = _gone(profiler, stage, min(revisions), max(revisions))
    standing = {(i.id, _at_opening(profiler, i)) for i in incidents.of(name, stage)} if found else set()
    for (incident, severity), first in found.items():
        for window, at in revisions.items():
            if (incident, severity) not in standing and first.start <= window.start <= first.start + TAKEN_BACK:
                yield incident_sample(name, stage, incident, severity, window, at, value=RESOLVED)


def _last_unseen(profiler: Profiler, stage: str, windows: Sequence[Window], asked: AbstractSet[Window]) -> set[Window]:
    """Which of some windows no live run was about, and after them comes none, or one that a live run was about."""
    after = {w: then for w, then in zip(windows, [*windows[1:], None], strict=True) if w in asked}
    carried = profiler.store.outbox.carried(profiler.monitor.name, {w for w in (*after, *after.values()) if w})
    live = {c.intent.window for c in carried if _shows(c.intent.action, c.intent.payload, stage)}
    return {w for w, then in after.items() if then is None or then in live} - live


def _gone(profiler: Profiler, stage: str, since: Window, until: Window) -> dict[tuple[str, str], Window]:
    """Incidents, and severities of incidents, that somebody may have been paged for and that are none any more.

    A window was forgotten, or its rows were corrected, and with its alert the incident is gone, or opens otherwise. Its
    series would go on to say that it is open for as long as anybody looks back.
    """
    name, tuning = profiler.monitor.name, profiler.tuning.decisions.incidents
    replaced = profiler.store.incidents.once(name, stage, since.start - TAKEN_BACK, until.end)
    return {(i.id, i.severity.value): d.window for d in replaced for i in incidents_of([d], (), tuning)}


def _shows(action: str, payload: Mapping[str, str], stage: str) -> bool:
    return action == DELIVER and payload.get("stage") == stage


def _course(incident: Incident, windows: Sequence[Window], settled: Settled) -> dict[Window, float]:
    """What the incident's series says in each window: 1 from its opening on, 0 in the window that ends it.

    One that is settled, or falls silent and is not back, says 0.5 for as long as it is, and 0 in the window after that.
    """
    turns = _turns(incident)
    course: dict[Window, float] = {}
    was, is_open, quiet = RESOLVED, False, frozenset[Window]()  # `quiet`: in which it is settled
    for window in windows:
        if window in turns:
            is_open = turns[window] not in OVER
            quiet = frozenset(() if is_open else settled.windows(incident, window))
        value = OPEN if is_open else SETTLED if window in quiet else RESOLVED
        if value or was or window in turns:
            course[window] = value
        was = value
    return course


def _turns(incident: Incident) -> dict[Window, IncidentStatus]:
    """What it became, by window; of one that is stored without its turns, that it opened."""
    return {turn.window: turn.status for turn in incident.turns} or {incident.first: IncidentStatus.OPENED}


def _at_opening(profiler: Profiler, incident: Incident) -> str:
    """How severe it was when it opened: of a label that changed, the old series would page for ever."""
    first = profiler.store.decisions.get(incident.monitor, incident.stage, incident.first)
    tuning = profiler.tuning.decisions.incidents
    opened = incidents_of([first], (), tuning) if first is not None else []
    return (opened[0] if opened else incident).severity.value
