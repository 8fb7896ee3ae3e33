"""A fault planted in a past window: counted by the same statements as the real rows, decided against the same past."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tidegauge.core.decision import Decision
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.replay.faults.base import Ground
from tidegauge.replay.faults.spell import Faulty, spell
from tidegauge.replay.on_trial import TrialProfiles
from tidegauge.replay.planned import Planned
from tidegauge.replay.remembering import LastObservation
from tidegauge.stages import stage_named
from tidegauge.stages.base import Observer
from tidegauge.stages.decider import Decider
from tidegauge.store.profiles import Entry

LEAST = 0.005  # of a window's rows: a draw that touched fewer says nothing about recall


@dataclass(frozen=True)
class Planted:
    """A window with a fault in it, as its profiles show it."""

    plan: Planned
    counted: Mapping[str, Entry]  # stage → what it would have stored; not of a stage that sees the rows as they were
    changed: int  # rows with another value, rows that came, rows that went
    rows: int  # that the window has without the fault

    @property
    def stages(self) -> frozenset[str]:
        """Those in which it may be seen."""
        return frozenset(self.counted)


class Planter:
    """Plants faults in the windows of one monitor. Reads the warehouse, writes nothing anywhere."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.what = pipeline.profiler.counting()
        told = pipeline.monitor.labels
        kinds = pipeline.profiler.warehouse.describe(told.table) if told is not None else {}
        self.what = replace(self.what, label_kinds=kinds)

    def ground(self, window: Window, salt: str = "") -> Ground:
        """Where a fault is planted."""
        what = self.what
        return Ground(
            what.warehouse.dialect,
            what.kinds,
            what.mapping,
            window,
            {c: line.spread for c, layout in what.layouts.items() if (line := on_a_line(layout))},
            what.labels,
            what.label_kinds or {},
            salt,
        )

    def plant(self, plan: Planned) -> Planted | None:
        """Profile the window with the fault in it; None where the fault found next to nothing to change."""
        ground = self.ground(plan.window, plan.fault.name)
        faulty = spell(ground, plan.fault.change(ground, plan.columns, plan.size))
        rows = self.pipeline.profiler.profiles.rows(plan.window)
        touched = self.pipeline.profiler.warehouse.fetch(faulty.touched)
        left = rows if faulty.other_labels else int(touched["n"][0])
        changed = max(abs(left - rows), int(touched["changed"][0]))
        if changed < max(1.0, LEAST * rows):
            return None
        counted = self._counted(plan, faulty)
        return Planted(plan, counted, changed, rows)

    def _counted(self, plan: Planned, faulty: Faulty) -> dict[str, Entry]:
        now = self.pipeline.profiler.counting(plan.window)
        what = replace(
            self.what,
            layouts=now.layouts,
            mark=now.mark,
            mapping=faulty.mapping,
            kinds=faulty.kinds,
            labels=faulty.labels and replace(faulty.labels, unit=(now.labels or faulty.labels).unit),
            labels_in=now.labels_in,
            label_kinds=faulty.label_kinds,
        )
        found = {}
        for name in sorted(plan.fault.stages):
            for entries in stage_named(name).count(what, [plan.window]):
                found[name] = entries[0]
        return found


def on_trial(observer: Observer, planted: Planted) -> LastObservation:
    """A stage's observer as it would be, had the window come with the fault in it."""
    return LastObservation(observer.on(TrialProfiles(observer.profiles, planted.plan.window, planted.counted)))


def what_if(decider: Decider, observer: LastObservation, window: Window, history: History) -> Decision:
    """The decision that the window would have had with the fault in it; nothing is stored or remembered."""
    trial = decider.over(observer)
    seen = observer.observe(window, trial.rulings(window).excluded)
    return trial.one(window, seen, "what-if", history).decision
