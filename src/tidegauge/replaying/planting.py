"""A fault planted in a past window: profiled by the same statement as the real rows, decided against the same past."""

from copy import copy
from dataclasses import dataclass, replace

from tidegauge.contract import label_mapping_of
from tidegauge.deciding import Decider
from tidegauge.decisions.history import History
from tidegauge.faults.base import Ground
from tidegauge.faults.spell import Faulty, spell
from tidegauge.label_query import profile_labels
from tidegauge.layouts.numeric import on_a_line
from tidegauge.nouns import Decision, Stage, Window
from tidegauge.pipeline import Pipeline
from tidegauge.profile import Profile, profile_windows
from tidegauge.replaying.last_look import LastLook
from tidegauge.replaying.plan import Planned
from tidegauge.replaying.trial_shelf import TrialShelf
from tidegauge.stages import InputRoom, LabelRoom, StageRoom
from tidegauge.states.labels import LabelCells

LEAST = 0.005  # of a window's rows: a draw that touched fewer says nothing about recall


@dataclass(frozen=True)
class Planted:
    """A window with a fault in it, as its profiles show it."""

    plan: Planned
    profile: Profile
    problems: dict[str, str]
    labels: dict[str, LabelCells] | None
    changed: int  # rows with another value, rows that came, rows that went
    rows: int  # that the window has without the fault


class Planter:
    """Plants faults in the windows of one monitor. Reads the warehouse, writes nothing anywhere."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        contract, warehouse = pipeline.contract, pipeline.warehouse
        layouts, segments = pipeline.shelf.layouts()
        self.layouts = {c: layout for c, layout in layouts.items() if c in contract.mapping.counted}
        self.segments = {c: v for c, v in segments.items() if c in contract.mapping.segments}
        self.labels = label_mapping_of(pipeline.monitor, warehouse)
        told = pipeline.monitor.labels
        self.label_kinds = warehouse.describe(told.table) if told is not None else {}

    def ground(self, window: Window, salt: str = "") -> Ground:
        """Where a fault is planted."""
        contract = self.pipeline.contract
        return Ground(
            self.pipeline.warehouse.dialect,
            contract.kinds,
            contract.mapping,
            window,
            {c: line.spread for c, layout in self.layouts.items() if (line := on_a_line(layout))},
            self.labels,
            self.label_kinds,
            salt,
        )

    def plant(self, plan: Planned) -> Planted | None:
        """Profile the window with the fault in it; None where the fault found next to nothing to change."""
        ground = self.ground(plan.window, plan.fault.name)
        faulty = spell(ground, plan.fault.change(ground, plan.columns, plan.size))
        rows = self.pipeline.shelf.rows(plan.window)
        touched = self.pipeline.warehouse.fetch(faulty.touched)
        left = rows if faulty.other_labels else int(touched["n"][0])
        changed = max(abs(left - rows), int(touched["changed"][0]))
        if changed < max(1.0, LEAST * rows):
            return None
        if faulty.other_labels:
            profile, problems = self.pipeline.shelf.profile(plan.window)
        else:
            profile = self._profile(faulty, plan.window)
            problems = self.pipeline.problems_of(profile.facts)
        labels = self._labels(faulty, plan.window) if Stage.LABELS in plan.fault.stages else None
        return Planted(plan, profile, problems, labels, changed, rows)

    def _profile(self, faulty: Faulty, window: Window) -> Profile:
        pipeline = self.pipeline
        ((profile,),) = profile_windows(
            pipeline.warehouse,
            faulty.kinds,
            faulty.mapping,
            self.layouts,
            self.segments,
            [window],
            pipeline.monitor.sample,
        )
        return profile

    def _labels(self, faulty: Faulty, window: Window) -> dict[str, LabelCells] | None:
        layout = on_a_line(self.layouts.get(faulty.mapping.prediction or ""))
        if faulty.labels is None or layout is None:
            return None
        ((counted,),) = profile_labels(
            self.pipeline.warehouse,
            faulty.kinds,
            faulty.label_kinds,
            faulty.mapping,
            faulty.labels,
            layout,
            self.segments,
            [window],
        )
        return counted.segments


def trial_room(room: StageRoom, planted: Planted) -> LastLook:
    """A stage's room as it would be, had the window come with the fault in it."""
    if not isinstance(room, InputRoom | LabelRoom):
        raise TypeError(f"no what-if is known for a {type(room).__name__}")
    shelf = TrialShelf(room.shelf, planted.plan.window, planted.profile, planted.problems, planted.labels)
    return LastLook(replace(room, shelf=shelf))


def what_if(decider: Decider, room: LastLook, window: Window, history: History) -> Decision:
    """The decision that the window would have had with the fault in it; nothing is stored or remembered."""
    trial = copy(decider)  # with its judge: the fits of a past are the same whatever the window holds
    trial.room = room
    seen = room.look(window, trial.standing(window).excluded)
    return trial.one(window, seen, "what-if", history).decision
