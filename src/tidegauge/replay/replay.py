"""The replay itself: decide the past, hold it against what people know, plant faults, try other ways, sum up."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from zoneinfo import ZoneInfo

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import WindowError
from tidegauge.core.grid import between, local_time
from tidegauge.core.incident import Incident
from tidegauge.core.window import FIRST_STAGE, STAGES, VOLUME, Window
from tidegauge.decisions.incidents import BAD, incidents_of
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.advice import advice
from tidegauge.replay.catalogue import Catalogue
from tidegauge.replay.course import Track, WayRun, drive, open_track
from tidegauge.replay.events import Event, caught
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES
from tidegauge.replay.outcome import Alert, Caught, Month, Rate, Recall, Replay, ReplayedWindow, Same, Trial, Way
from tidegauge.replay.poisson import interval
from tidegauge.replay.trying import Tried, clean_windows, try_faults
from tidegauge.replay.ways import Other, others
from tidegauge.stages import due
from tidegauge.wording.text import rate

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much
LED = 3  # columns that an alert is listed with


def replay(
    pipeline: Pipeline,
    start: datetime,
    end: datetime,
    *,
    catalogue: Catalogue | None = None,
    events: Sequence[Event] | None = None,
    what_if: bool = True,
    tell: Progress = lambda _what, _done, _all: None,
) -> Replay:
    """Decide the windows inside [start, end) as their runs would have, and say what that amounts to.

    Windows that were never profiled are (once, and kept: they are the same profiles that a backfill makes). No
    decision, incident, notice or action is written; nothing of a window's future is looked at.
    """
    monitor = pipeline.monitor
    end = pipeline.clock.cut(start, end, wait=monitor.window.wait).end
    windows = _profiled(pipeline, start, end, tell)
    ways = others(monitor) if what_if else others(monitor)[:1]
    tracks = [track for stage in STAGES if (track := open_track(pipeline, stage, ways)) is not None]
    done = 0
    for track in tracks:

        def tick(some: int, track: Track = track) -> None:
            nonlocal done
            done += some
            tell(f"Deciding the past: {track.stage}", done, max(done, len(windows) * len(ways) * len(tracks)))

        drive(track, pipeline, windows[0].start, end, tick, keep=catalogue is not None)
    known = list(events or ())
    tried = Tried()
    if catalogue is not None and tracks:
        clean = clean_windows(tracks, known, set(windows))
        tried = try_faults(pipeline, tracks, clean, catalogue, lambda k, n: tell("Planting faults", k, n))
    return _summed(pipeline, windows, tracks, ways, events, catalogue is not None, tried)


def _profiled(pipeline: Pipeline, start: datetime, end: datetime, tell: Progress) -> list[Window]:
    """The windows of the replay, all windows before them profiled too, and the labels that are due by its end."""
    kind, name, zone = pipeline.kind, pipeline.monitor.name, pipeline.zone
    since, until = local_time(start, zone), local_time(end, zone)
    if end <= start:
        raise WindowError(
            f"The replay of {name} is to begin {since} and to end {until}, which is not later. "
            "Give the first day, and the day after the last."
        )
    first = pipeline.profiler.first_window().start
    past = between(kind, zone, first, end)
    windows = [w for w in past if w.start >= start]
    if not windows:
        raise WindowError(
            f"There is no whole {kind} of {name} between {since} and {until}, by the clock of {zone}; the first one "
            f"begins {local_time(first, zone)}. Give a {'later' if end <= first else 'longer'} time."
        )
    known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, FIRST_STAGE)
    if lacking := [w for w in past if w not in known]:
        pipeline.profile(lacking, progress=lambda k, n: tell("Reading the past", k, n))
    for stage in due(pipeline.monitor)[1:]:
        wait = stage.wait(pipeline.monitor) or timedelta(0)
        counted = pipeline.store.profiles.revisions(pipeline.monitor.source_key, stage.name)
        stage.profile(pipeline.profiler, [w for w in past if w.end + wait <= end and w not in counted])
    return windows


def _summed(
    pipeline: Pipeline,
    windows: Sequence[Window],
    tracks: Sequence[Track],
    ways: Sequence[Other],
    events: Sequence[Event] | None,
    planted: bool,  # noqa: FBT001 - a fact among facts
    tried: Tried,
) -> Replay:
    monitor, inside, known = pipeline.monitor, set(windows), list(events or ())
    own = [d for track in tracks for d in track.runs[0].decisions if d.window in inside]
    inputs = [d for d in own if d.stage == FIRST_STAGE]
    judged = sum(d.verdict is not Verdict.LEARNING for d in inputs)
    months = judged / PER_MONTH[monitor.window.every]
    since = {(i.stage, w): i.first for track in tracks for i in _incidents(track.runs[0]) for w in i.windows}
    bad = sorted((d for d in own if d.verdict in BAD), key=lambda d: (d.window, d.stage))
    alerts = tuple(_alert(d, known, since.get((d.stage, d.window))) for d in bad)
    outside = _rate(sum(a.notice and not a.event for a in alerts), months)
    waits = {s.name: s.wait(monitor) or timedelta(0) for s in due(monitor)}
    found = tuple(caught(known, own, waits))
    listed = {(name, size): k for k, (name, size) in enumerate(product(FAULTS, SIZES))}
    trials = tuple(sorted(tried.trials.get(ways[0].name, ()), key=lambda t: listed[t.fault, t.size]))
    table = tuple(_way(k, ways, tracks, inside, known, months, tried, waits) for k in range(len(ways)))
    same = Same(
        sum(track.same for track in tracks),
        tuple(k for track in tracks for k in track.different),
        sum(track.elsewhere for track in tracks),
        sum(track.unknown for track in tracks),
    )
    return Replay(
        monitor=monitor.name,
        version=_version(),
        kind=monitor.window.every,
        zone=monitor.window.zone,
        start=windows[0],
        end=windows[-1],
        stages=tuple(track.stage for track in tracks),
        windows=len(windows),
        judged=judged,
        learning=len(inputs) - judged,
        rows=sum(d.rows for d in inputs),
        budget=monitor.alerts.budget,
        alerts=alerts,
        notices=_rate(sum(a.notice for a in alerts), months),
        outside=outside,
        months=_months(inputs, alerts, monitor.window.zone),
        timeline=tuple(ReplayedWindow(d.window, d.stage, d.verdict, d.strength) for d in own),
        same=same,
        labelled=events is not None,
        events=found,
        planted=planted,
        trials=trials,
        left_out=tried.left_out,
        by_fault=_recalls(trials, lambda t: [(t.fault, t.size)]),
        by_size=_recalls(trials, lambda t: [("all", t.size)]),
        by_column=_recalls(trials, lambda t: [(c, "") for c in t.columns]),
        recall=next(iter(_recalls(trials, lambda _t: [("all", "")])), None),
        ways=table,
        advice=advice(monitor.alerts.budget, outside, table, labelled=bool(known)),
        sentence=_sentence(pipeline.kind, judged, outside, found, trials, monitor.alerts.budget),
        notes=_notes(pipeline, own, tried, planted=planted),
    )


def _incidents(run: WayRun) -> list[Incident]:
    """A way's incidents, with the answers to them. Somebody would have been told of each one's first alert."""
    return incidents_of(sorted(run.decisions, key=lambda d: d.window), run.decider.feedback)


def _alert(d: Decision, events: Iterable[Event], since: Window | None) -> Alert:
    """`since`: the first window of its incident; None where a planned silence covers it, which is no incident."""
    columns = tuple(dict.fromkeys(f.column for f in d.findings))[:LED]
    event = next((e.what for e in events if e.holds(d.window)), "")
    first = since or d.window
    return Alert(
        d.window, d.stage, d.verdict, d.strength, columns, d.sentence, since == d.window, first, event, d.silenced
    )


def _way(
    k: int,
    ways: Sequence[Other],
    tracks: Sequence[Track],
    inside: set[Window],
    events: Sequence[Event],
    months: float,
    tried: Tried,
    waits: dict[str, timedelta],
) -> Way:
    other = ways[k]
    made = [d for track in tracks for d in track.runs[k].decisions if d.window in inside]
    opening = [i.first for track in tracks for i in _incidents(track.runs[k]) if i.first in inside]
    notices = sum(not any(e.holds(w) for e in events) for w in opening)
    held = [c for c in caught(events, made, waits) if c.judged]
    mine, base = tried.trials.get(other.name, []), tried.trials.get(ways[0].name, [])
    pairs = Counter((a.found, b.found) for a, b in zip(mine, base, strict=True))
    return Way(
        name=other.name,
        budget=other.monitor.alerts.budget,
        pools=tuple(p.name for p in other.monitor.reference.pools),
        own=other.own,
        alerts=sum(d.verdict in BAD for d in made),
        notices=_rate(notices, months),
        planted=len(mine),
        found=sum(t.found for t in mine),
        events=len(held),
        caught=sum(c.caught for c in held),
        gained=pairs[True, False],
        lost=pairs[False, True],
    )


def _rate(count: int, months: float) -> Rate:
    low, high = interval(count, months)
    return Rate(count, months, count / months if months else 0.0, low, high)


def _months(inputs: Sequence[Decision], alerts: Sequence[Alert], zone: str) -> tuple[Month, ...]:
    """Calendar months by the monitor's clock; windows that were still learning are not counted."""

    def month(window: Window) -> str:
        return f"{window.start.astimezone(ZoneInfo(zone)):%Y-%m}"

    counted = Counter(month(d.window) for d in inputs if d.verdict is not Verdict.LEARNING)
    alerted = Counter(month(a.window) for a in alerts)
    told = Counter(month(a.window) for a in alerts if a.notice)
    outside = Counter(month(a.window) for a in alerts if a.notice and not a.event)
    return tuple(
        Month(m, counted[m], alerted[m], told[m], outside[m]) for m in dict.fromkeys(month(d.window) for d in inputs)
    )


def _recalls(trials: Iterable[Trial], keys: Callable[[Trial], list[tuple[str, str]]]) -> tuple[Recall, ...]:
    sums: dict[tuple[str, str], list[int]] = {}
    for t in trials:
        for key in keys(t):
            some = sums.setdefault(key, [0, 0, 0])
            some[0] += 1
            some[1] += t.found
            some[2] += t.found and t.first
    return tuple(Recall(name, size, *some) for (name, size), some in sums.items())


def _sentence(
    kind: str, judged: int, outside: Rate, events: Sequence[Caught], trials: Sequence[Trial], budget: float
) -> str:
    """What a person reads first."""
    if not judged:
        return f"Nothing was judged: the {kind}s before and in this replay are too few to learn from."
    of = "outside of what you labelled" if events else "in all"
    said = (
        f"In {judged:,} {kind}{'' if judged == 1 else 's'} it would have sent {outside.count} "
        f"notice{'' if outside.count == 1 else 's'} {of}: "
        f"{rate(outside.a_month)} a month ({rate(outside.low)} to {rate(outside.high)}), on a budget of "
        f"{rate(budget)}"
    )
    parts = []
    if events:
        held = [e for e in events if e.judged]
        got, unheld = sum(e.caught for e in held), len(events) - len(held)
        parts.append(
            f"caught {got} of {len(held)} labelled event{'' if len(held) == 1 else 's'}"
            + (f" ({unheld} more {'was' if unheld == 1 else 'were'} not judged)" if unheld else "")
        )
    if trials:
        parts.append(f"found {sum(t.found for t in trials)} of {len(trials)} planted faults")
    return f"{said}. It {' and '.join(parts)}." if parts else f"{said}."


def _notes(pipeline: Pipeline, own: Sequence[Decision], tried: Tried, *, planted: bool) -> tuple[str, ...]:
    notes = []
    if quiet := sum(bool(d.silenced) for d in own if d.verdict in BAD):
        notes.append(
            f"{quiet:,} alert{' lies' if quiet == 1 else 's lie'} in a planned silence (alerts.silences): "
            "nobody would have been told."
        )
    if gaps := sum(d.provisional for d in own):
        notes.append(f"{gaps:,} decisions are provisional: windows before them are missing.")
    if any(d.verdict is Verdict.BROKEN for d in own):
        notes.append("Windows that do not hold what the monitor says (broken) count as alerts.")
    if planted and not any(tried.trials.values()):
        notes.append("No fault could be planted: no window of the replay had a verdict and was fine.")
    if tried.left_out:
        notes.append(
            f"{tried.left_out:,} drawn faults changed next to nothing in their window (a constant column, a category "
            "that was not there) and are not counted."
        )
    if pipeline.profiler.contract.problems:
        notes.append(
            f"Not looked at: {', '.join(sorted(c for c in pipeline.profiler.contract.problems if c != VOLUME))}."
        )
    return tuple(notes)


def _version() -> str:
    try:
        return version("tidegauge")
    except PackageNotFoundError:
        return "0"
