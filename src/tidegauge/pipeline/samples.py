"""A stage's series in event time, out of the store: the points of its windows, and its incidents.

Every window that is shown says of each incident that stands in it that it is open, and the one that resolves it says 0.
A window that no live run was about (a backfill, a replay) may be the last one for a while: its word would page somebody
about the past. So the last of such windows says 0 of every incident, and the next live one says what still stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from tidegauge.core.incident import Incident, IncidentStatus
from tidegauge.core.intent import DELIVER
from tidegauge.core.point import SeriesPoint, SeriesSample
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incidents_of
from tidegauge.sinks.event_time import OPEN, RESOLVED, gone, incident_sample, samples_of
from tidegauge.stages.profiler import Profiler

TAKEN_BACK = timedelta(days=31)  # how long windows go on to say of an incident that is none any more that it is over


def samples_between(profiler: Profiler, stage: str, first: Window, last: Window) -> list[SeriesSample]:
    """The samples of every decided window from one to another, oldest first."""
    store, name = profiler.store, profiler.monitor.name
    points = store.points.of(name, stage, first.start, last.end)
    return [*samples_of(name, stage, points), *_incidents(profiler, stage, points)]


def samples_in(profiler: Profiler, stage: str, window: Window) -> list[SeriesSample]:
    """Those of one window. Of one that was forgotten no number, in the place of each that was shown."""
    store, name = profiler.store, profiler.monitor.name
    if store.decisions.evidence(name, stage, window) is None:
        revision = store.points.revision(name, stage, window)
        return list(gone(name, stage, store.points.series(name, stage), window, revision))
    points = [p for p in store.points.of(name, stage, window.start, window.end) if p.window == window]
    return [*samples_of(name, stage, points), *_incidents(profiler, stage, points)]


def _incidents(profiler: Profiler, stage: str, points: Sequence[SeriesPoint]) -> Iterator[SeriesSample]:
    store, name = profiler.store, profiler.monitor.name
    revisions = {p.window: p.revision for p in points}
    if not revisions:
        return
    windows = sorted(store.decisions.evidences(name, stage))
    last = _last_unseen(profiler, stage, windows)
    standing: set[tuple[str, str]] = set()
    for incident in store.incidents.of(name, stage):
        severity = _at_opening(profiler, incident)
        standing.add((incident.id, severity))
        for window, value in _course(incident, windows).items():
            if window in revisions:
                said = RESOLVED if window in last else value
                at = revisions[window]
                yield incident_sample(name, stage, incident.id, severity, window, at, value=said)
    for (incident_was, severity), first in _gone(profiler, stage, min(revisions), max(revisions)).items():
        if (incident_was, severity) not in standing:
            yield from _taken_back(name, stage, incident_was, severity, first, revisions)


def _taken_back(
    name: str, stage: str, incident: str, severity: str, first: Window, revisions: Mapping[Window, int]
) -> Iterator[SeriesSample]:
    """Of an incident that is none any more: that it is over, in the windows of some time after its first."""
    for window, at in revisions.items():
        if first.start < window.start <= first.start + TAKEN_BACK:
            yield incident_sample(name, stage, incident, severity, window, at, value=RESOLVED)


def _last_unseen(profiler: Profiler, stage: str, windows: Sequence[Window]) -> set[Window]:
    """Windows that no live run was about, and after which comes none, or one that a live run was about."""
    carried = profiler.store.outbox.carried(profiler.monitor.name)
    live = {c.intent.window for c in carried if _shows(c.intent.action, c.intent.payload, stage)}
    followed = zip(windows, [*windows[1:], None], strict=True)
    return {w for w, after in followed if after is None or after in live} - live


def _gone(profiler: Profiler, stage: str, since: Window, until: Window) -> dict[tuple[str, str], Window]:
    """Incidents, and severities of incidents, that somebody may have been paged for and that are none any more.

    A window was forgotten, or its rows were corrected, and with its alert the incident is gone, or opens otherwise. Its
    series would go on to say that it is open for as long as anybody looks back.
    """
    name, tuning = profiler.monitor.name, profiler.tuning.decisions.incidents
    replaced = profiler.store.incidents.once(name, stage, since.start - TAKEN_BACK, until.start)
    return {(i.id, i.severity.value): d.window for d in replaced for i in incidents_of([d], (), tuning)}


def _shows(action: str, payload: Mapping[str, str], stage: str) -> bool:
    return action == DELIVER and payload.get("stage") == stage


def _course(incident: Incident, windows: Sequence[Window]) -> dict[Window, float]:
    """What the incident's series says in each window: 1 from its opening on, 0 in the window that resolves it."""
    turns = {turn.window: turn.status for turn in incident.turns} or {incident.first: IncidentStatus.OPENED}
    course: dict[Window, float] = {}
    standing = False
    for window in windows:
        if window in turns:
            standing = turns[window] is not IncidentStatus.RESOLVED
            course[window] = OPEN if standing else RESOLVED
        elif standing:
            course[window] = OPEN
    return course


def _at_opening(profiler: Profiler, incident: Incident) -> str:
    """How severe it was when it opened: of a label that changed, the old series would page for ever."""
    first = profiler.store.decisions.get(incident.monitor, incident.stage, incident.first)
    tuning = profiler.tuning.decisions.incidents
    opened = incidents_of([first], (), tuning) if first is not None else []
    return (opened[0] if opened else incident).severity.value
