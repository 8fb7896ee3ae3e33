"""One stage's past, decided window by window as it would have been: by the monitor as it is, and in other ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tidegauge.deciding import Decided, Decider
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.nouns import Decision, Stage, Window
from tidegauge.pipeline import Pipeline
from tidegauge.replaying.ways import Other
from tidegauge.store.codec import write
from tidegauge.store.profiles import Revision

WARM = {"hour": timedelta(days=50)}  # more than spreads and tails are fitted on, before the look-back begins


@dataclass
class Run:
    """One way's decisions and what they remember."""

    other: Other
    decider: Decider
    decisions: list[Decision] = field(default_factory=list)  # of the replay's windows and those before that it needed
    records: dict[Window, Record] = field(default_factory=dict)


@dataclass
class Lane:
    """All ways of one stage, the monitor's own first, and how its own compares with what is stored."""

    stage: Stage
    runs: list[Run]
    same: int = 0
    different: list[str] = field(default_factory=list)
    elsewhere: int = 0
    unknown: int = 0


Tick = Callable[[int], None]  # so many decisions more


def open_lane(pipeline: Pipeline, stage: Stage, others: Sequence[Other]) -> Lane | None:
    """Deciders for each way; None where the monitor has no such stage."""
    runs = []
    for other in others:
        if other.own:
            decider = pipeline.decider(stage)
        else:
            way = Pipeline(other.monitor, pipeline.warehouse, pipeline.store)
            way.shelf, way.pinned = pipeline.shelf, pipeline.pinned  # the same profiles, read once
            decider = way.decider(stage)
        if decider is None:
            return None
        runs.append(Run(other, decider))
    return Lane(stage, runs)


def drive(lane: Lane, pipeline: Pipeline, start: datetime, end: datetime, tick: Tick) -> None:
    """Decide every window up to `end` in order, keeping what falls into [start, end).

    The monitor's own way goes exactly the path of a run: from the first window whose stored decision is not the one
    that would be made now, or else from `start`, each by what was known before it. Ways that differ in the budget
    alone remember the same of each window, so they look at the own way's past; others live their own.
    """
    revisions = pipeline.store.revisions(pipeline.monitor.source_key, lane.stage)
    revisions = {w: r for w, r in revisions.items() if w.end <= end}
    if not revisions:
        return
    own, *rest = lane.runs
    shared = [r for r in rest if r.other.budget_only]
    alone = [r for r in rest if not r.other.budget_only]
    stored = pipeline.store.evidences(pipeline.monitor.name, lane.stage)
    stale, evidence = own.decider.stale(revisions, stored)
    first = min([w for w in revisions if w.start >= start][:1] + stale[:1], default=None)
    if first is None:
        return
    past = own.decider.history(first)
    own.records.update({w: past.record(w) for w in past.windows})
    apart: list[Run] = []
    for decided in own.decider.decide([w for w in evidence if w >= first], evidence):
        window = decided.decision.window
        _compare(lane, pipeline, decided, stored)
        own.decisions.append(decided.decision)
        if window.start >= start:
            look = own.decider.room.look(window) if shared else None
            for run in [r for r in shared if r not in apart]:
                assert look is not None  # noqa: S101 - there is one where anything is shared
                made = run.decider.one(window, look, "what-if", past)
                run.decisions.append(made.decision)
                if made.judgement.record.to_blob() != decided.judgement.record.to_blob():
                    apart.append(run)
        past.add(window, decided.judgement.record)
        own.records[window] = decided.judgement.record
        tick(1 + len(shared))
    for run in shared:
        run.records = own.records
    for run in (*alone, *apart):
        _alone(run, pipeline, revisions, start, tick)


def _alone(run: Run, pipeline: Pipeline, revisions: dict[Window, Revision], start: datetime, tick: Tick) -> None:
    """A way with a memory of its own: decided from far enough before the replay begins."""
    warm = WARM.get(pipeline.kind)
    since = start - pipeline.monitor.reference.look_back - warm if warm else datetime.min.replace(tzinfo=start.tzinfo)
    past, run.records, run.decisions = History(pipeline.calendar), {}, []
    for window in sorted(w for w in revisions if w.start >= since):
        made = run.decider.one(window, run.decider.room.look(window), "what-if", past)
        past.add(window, made.judgement.record)
        run.records[window] = made.judgement.record
        run.decisions.append(made.decision)
        tick(1)


def _compare(lane: Lane, pipeline: Pipeline, decided: Decided, stored: dict[Window, str]) -> None:
    """Hold a decision against the stored one: on the same evidence it must be the same, byte for byte."""
    d = decided.decision
    evidence = stored.get(d.window)
    if evidence is None:
        lane.unknown += 1
    elif evidence != d.evidence:
        lane.elsewhere += 1
    else:
        known = pipeline.store.decision(d.monitor, d.stage, d.window)
        if known is not None and write(known) == write(d):
            lane.same += 1
        else:
            lane.different.append(d.window.key)
