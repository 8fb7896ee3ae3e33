"""What a replay amounts to: alerts, rates, recall, and what other ways would have made of the same past."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from zoneinfo import ZoneInfo

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.incidents import incidents_of
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.advice import advice
from tidegauge.replay.course import Track, WayRun
from tidegauge.replay.events import Event, caught
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES
from tidegauge.replay.in_words import notes, sentence
from tidegauge.replay.outcome import Alert, Month, Rate, Recall, Replay, ReplayedWindow, Same, Trial, Way
from tidegauge.replay.poisson import interval
from tidegauge.replay.trying import Tried
from tidegauge.replay.ways import Other
from tidegauge.stages import due

LED = 3  # columns that an alert is listed with


@dataclass(frozen=True)
class Replayed:
    """All that was decided, tried and labelled, before it is summed up."""

    pipeline: Pipeline
    windows: Sequence[Window]
    tracks: Sequence[Track]
    ways: Sequence[Other]
    events: Sequence[Event] | None  # None: nobody has labelled any
    planted: bool
    tried: Tried

    @cached_property
    def inside(self) -> set[Window]:
        """The windows of the replay itself."""
        return set(self.windows)

    @cached_property
    def known(self) -> list[Event]:
        """What people know of."""
        return list(self.events or ())

    @cached_property
    def own(self) -> list[Decision]:
        """The decisions of the monitor as it is, stage by stage."""
        return self.decisions(0)

    @cached_property
    def inputs(self) -> list[Decision]:
        """Those of the first stage: one a window."""
        return [d for d in self.own if d.stage == FIRST_STAGE]

    @cached_property
    def judged(self) -> int:
        """How many windows had a verdict."""
        return sum(d.verdict is not Verdict.LEARNING for d in self.inputs)

    @property
    def months(self) -> float:
        """The same as months of time."""
        return self.judged / PER_MONTH[self.pipeline.kind]

    @cached_property
    def waits(self) -> dict[str, timedelta]:
        """Stage → how long after a window's end it is due."""
        monitor = self.pipeline.monitor
        return {s.name: s.wait(monitor) or timedelta(0) for s in due(monitor)}

    def decisions(self, k: int) -> list[Decision]:
        """What way `k` decided of the windows of the replay."""
        return [d for track in self.tracks for d in track.runs[k].decisions if d.window in self.inside]

    def trials(self, k: int) -> list[Trial]:
        """The planted faults as way `k` saw them."""
        return self.tried.trials.get(self.ways[k].name, [])

    def incidents(self, k: int) -> list[Incident]:
        """The incidents of way `k`, stage by stage."""
        return [i for track in self.tracks for i in _incidents(track.runs[k])]


def summed(made: Replayed) -> Replay:
    """The outcome, of the monitor as it is first."""
    monitor, own, inputs, known = made.pipeline.monitor, made.own, made.inputs, made.known
    alerts = _alerts(made)
    outside = _rate(sum(a.outside for a in alerts), made.months)
    found = tuple(caught(known, own, made.waits))
    listed = {(name, size): k for k, (name, size) in enumerate(product(FAULTS, SIZES))}
    trials = tuple(sorted(made.tried.trials.get(made.ways[0].name, ()), key=lambda t: listed[t.fault, t.size]))
    table = tuple(_way(made, k) for k in range(len(made.ways)))
    return Replay(
        monitor=monitor.name,
        version=_version(),
        kind=monitor.window.every,
        zone=monitor.window.zone,
        start=made.windows[0],
        end=made.windows[-1],
        stages=tuple(track.stage for track in made.tracks),
        windows=len(made.windows),
        judged=made.judged,
        learning=len(inputs) - made.judged,
        rows=sum(d.rows for d in inputs),
        budget=monitor.alerts.budget,
        alerts=alerts,
        notices=_rate(sum(a.notice for a in alerts), made.months),
        outside=outside,
        months=_months(inputs, alerts, monitor.window.zone),
        timeline=tuple(ReplayedWindow(d.window, d.stage, d.verdict, d.strength) for d in own),
        same=_same(made.tracks),
        labelled=made.events is not None,
        events=found,
        planted=made.planted,
        trials=trials,
        left_out=made.tried.left_out,
        by_fault=_recalls(trials, lambda t: [(t.fault, t.size)]),
        by_size=_recalls(trials, lambda t: [("all", t.size)]),
        by_column=_recalls(trials, lambda t: [(c, "") for c in t.columns]),
        recall=next(iter(_recalls(trials, lambda _t: [("all", "")])), None),
        ways=table,
        advice=advice(monitor.alerts.budget, outside, table, labelled=bool(known)),
        sentence=sentence(made.pipeline.kind, made.judged, outside, found, trials, monitor.alerts.budget),
        notes=notes(made.pipeline, own, made.tried, planted=made.planted),
    )


def _same(tracks: Sequence[Track]) -> Same:
    """How the monitor's own decisions compare with the stored ones."""
    return Same(
        sum(track.same for track in tracks),
        tuple(k for track in tracks for k in track.different),
        sum(track.elsewhere for track in tracks),
        sum(track.unknown for track in tracks),
    )


def _incidents(run: WayRun) -> list[Incident]:
    """A way's incidents, with the answers to them. Somebody would have been told of each one's first alert."""
    tuning = run.decider.tuning.decisions.incidents
    prediction = run.decider.monitor.columns.prediction
    return incidents_of(sorted(run.decisions, key=lambda d: d.window), run.decider.feedback, tuning, prediction)


def _alerts(made: Replayed) -> tuple[Alert, ...]:
    """The alerts of the monitor as it is, in order of time."""
    since = {(i.stage, w): i.first for i in made.incidents(0) for w in i.windows}
    bad = sorted((d for d in made.own if d.verdict in BAD), key=lambda d: (d.window, d.stage))
    return tuple(_alert(d, made.known, since.get((d.stage, d.window))) for d in bad)


def _alert(d: Decision, events: Iterable[Event], since: Window | None) -> Alert:
    """`since`: the first window of its incident; None where a planned silence covers it, which is no incident."""
    columns = tuple(dict.fromkeys(f.column for f in d.findings))[:LED]
    event = next((e.what for e in events if e.holds(d.window)), "")
    first = since or d.window
    return Alert(
        d.window, d.stage, d.verdict, d.strength, columns, d.sentence, since == d.window, first, event, d.silenced
    )


def _way(made: Replayed, k: int) -> Way:
    """What way `k` would have made of it, beside the monitor as it is."""
    other, decided = made.ways[k], made.decisions(k)
    held = [c for c in caught(made.known, decided, made.waits) if c.judged]
    mine, base = made.trials(k), made.trials(0)
    pairs = Counter((a.found, b.found) for a, b in zip(mine, base, strict=True))
    return Way(
        name=other.name,
        budget=other.monitor.alerts.budget,
        pools=tuple(p.name for p in other.monitor.reference.pools),
        own=other.own,
        alerts=sum(d.verdict in BAD for d in decided),
        notices=_rate(_notices(made, k), made.months),
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
    month = partial(_month, zone=zone)
    counted = Counter(month(d.window) for d in inputs if d.verdict is not Verdict.LEARNING)
    alerted = Counter(month(a.window) for a in alerts)
    told = Counter(month(a.window) for a in alerts if a.notice)
    outside = Counter(month(a.window) for a in alerts if a.outside)
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


def _version() -> str:
    try:
        return version("tidegauge")
    except PackageNotFoundError:
        return "0"


def _month(window: Window, zone: str) -> str:
    return f"{window.start.astimezone(ZoneInfo(zone)):%Y-%m}"


def _notices(made: Replayed, k: int) -> int:
    """How many incidents of way `k` begin in the replay, and in no event that somebody labelled."""
    opening = [i.first for i in made.incidents(k) if i.first in made.inside]
    return sum(not any(e.holds(w) for e in made.known) for w in opening)
