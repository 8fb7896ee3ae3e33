"""One stage's past, decided window by window as it would have been: by the monitor as it is, and in other ways."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tidegauge.core.decision import Decision
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.remembering import LastObservation
from tidegauge.replay.ways import Other
from tidegauge.stages.base import Observer
from tidegauge.stages.decider import Decided, Decider
from tidegauge.store.codec import write
from tidegauge.store.profiles import Revision

WARM = {"hour": timedelta(days=50)}  # more than spreads and tails are fitted on, before the look-back begins
EVER = datetime.min.replace(tzinfo=UTC)
Tick = Callable[[int], None]  # so many decisions more


@dataclass
class WayRun:
    """One way's decisions and what it remembers."""

    other: Other
    decider: Decider
    past: History
    decisions: list[Decision] = field(default_factory=list)  # of the replay's windows and those before that it needed
    own: bool = False  # it has a memory of its own, no longer that of the monitor as it is
    records: dict[Window, Record] = field(default_factory=dict)

    def remember(self, window: Window, record: Record, *, keep: bool) -> None:
        """Add a window to the past that the next ones are judged by; `keep`: its record is wanted later too."""
        self.past.add(window, record)
        if keep:
            self.records[window] = record

    def part_from(self, other: "WayRun") -> None:
        """From here on it has a memory of its own, which begins as that of the other way."""
        self.past = History(other.past.calendar, [(w, other.past.record(w)) for w in other.past.windows])
        self.own, self.records = True, dict(other.records)


@dataclass
class Track:
    """All ways of one stage, the monitor's own first, and how its own compares with what is stored."""

    stage: str
    observer: Observer
    runs: list[WayRun]
    same: int = 0
    different: list[str] = field(default_factory=list)
    elsewhere: int = 0
    unknown: int = 0

    def run(self, name: str) -> WayRun:
        """The way of a name."""
        return next(r for r in self.runs if r.other.name == name)


def open_track(pipeline: Pipeline, stage: str, others: Sequence[Other]) -> Track | None:
    """Deciders for each way, all looking at the same windows once; None where the monitor has no such stage."""
    own = pipeline.decider(stage)
    if own is None:
        return None
    once = own.over(LastObservation(own.observer))
    runs = [WayRun(others[0], once, History(pipeline.calendar), own=True)]
    runs += [
        WayRun(other, once.by(other.monitor), History(pipeline.calendar), own=not other.budget_only)
        for other in others[1:]
    ]
    return Track(stage, own.observer, runs)


def drive(track: Track, pipeline: Pipeline, start: datetime, end: datetime, tick: Tick, *, keep: bool) -> None:
    """Decide every window up to `end` in order, keeping what falls into [start, end).

    The monitor's own way goes exactly the path of a run: from the first window whose stored decision is not the one
    that would be made now, or else from `start`, each by what was known before it. Ways that differ in the budget
    alone remember the same of each window, so they look at the own way's past; others live their own, from far enough
    before. `keep`: what each window left behind is wanted later.
    """
    revisions = _until(end, pipeline.store.profiles.revisions(pipeline.monitor.source_key, track.stage))
    own, *rest = track.runs
    stored = pipeline.store.decisions.evidences(pipeline.monitor.name, track.stage)
    stale, evidence = own.decider.stale(revisions, stored)
    first = min([w for w in revisions if w.start >= start][:1] + stale[:1], default=None)
    if first is None:
        return
    own.past = own.decider.history(first)
    if keep:
        own.records.update({w: own.past.record(w) for w in own.past.windows})
    for window in _lived_before(first, evidence, _far_enough(pipeline, start)):
        _others(rest, own, window, None, start, tick, keep=keep)
    for decided in own.decider.decide([w for w in evidence if w >= first], evidence):
        window, record = decided.decision.window, decided.judgement.record.kept()
        _compare(track, pipeline, decided, stored)
        own.decisions.append(decided.decision)
        _others(rest, own, window, decided, start, tick, keep=keep)
        own.remember(window, record, keep=keep)
        tick(1)


def _until(end: datetime, revisions: Mapping[Window, Revision]) -> dict[Window, Revision]:
    """Those of the windows that have ended by then."""
    return {w: r for w, r in revisions.items() if w.end <= end}


def _lived_before(first: Window, windows: Iterable[Window], since: datetime) -> list[Window]:
    """The windows before the first one from an instant on."""
    return [w for w in windows if since <= w.start and w < first]


def _far_enough(pipeline: Pipeline, start: datetime) -> datetime:
    """From where on a way lives its own past, so that at `start` it remembers all that it judges by."""
    warm = WARM.get(pipeline.kind)
    return start - pipeline.monitor.reference.look_back - warm if warm else EVER


def _others(
    runs: Collection[WayRun],
    own: WayRun,
    window: Window,
    decided: Decided | None,
    start: datetime,
    tick: Tick,
    *,
    keep: bool,
) -> None:
    """The same window in the other ways; those that share the own way's memory are asked in the replay only."""
    for run in runs:
        if not run.own and (decided is None or window.start < start):
            continue
        past = run.past if run.own else own.past
        seen = run.decider.observer.observe(window, run.decider.rulings(window).excluded)
        made = run.decider.one(window, seen, "what-if", past)
        run.decisions.append(made.decision)
        if not run.own and decided is not None and made.blob != decided.blob:
            run.part_from(own)  # what is remembered depends on the budget after all
        if run.own:
            run.remember(window, made.judgement.record.kept(), keep=keep)
        tick(1)


def records_of(track: Track, run: WayRun) -> dict[Window, Record]:
    """What each window left behind, by this way's memory."""
    return run.records if run.own else track.runs[0].records


def _compare(track: Track, pipeline: Pipeline, decided: Decided, stored: dict[Window, str]) -> None:
    """Hold a decision against the stored one: on the same evidence it must be the same, byte for byte."""
    d = decided.decision
    evidence = stored.get(d.window)
    if evidence is None:
        track.unknown += 1
    elif evidence != d.evidence:
        track.elsewhere += 1
    else:
        known = pipeline.store.decisions.get(d.monitor, d.stage, d.window)
        if known is not None and write(known) == write(d):
            track.same += 1
        else:
            track.different.append(d.window.key)
