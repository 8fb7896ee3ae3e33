"""One column with all that is followed of it: its own numbers, and the relations that it takes part in."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.profile import Profile, WindowFacts
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import cells_of, column_of
from tidegauge.relations import FAMILIES
from tidegauge.relations.modelled import by_model
from tidegauge.relations.plan import Plan
from tidegauge.stages.measures import InputMeasure
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.tuning import SHIPPED, Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class FollowedColumn:
    """Knows where the column's numbers stand among all that a monitor follows, and how to work them out alone.

    `label`: the column's name in the cells that it is followed in (`tidegauge.profiles.versions`).
    """

    def __init__(
        self, label: str, layout: Layout, signal_set: SignalSet, plan: Plan | None, tuning: Tuning = SHIPPED
    ) -> None:
        self.label, self.layout = label, layout
        self.name = name = column_of(label)
        self.measure = InputMeasure({label: layout}, None, (), tuning=tuning)
        place = {t.key: k for k, t in enumerate(signal_set.signals)}
        mine = [(k, place[t.key]) for k, t in enumerate(self.measure.signal_set.levels) if t.column == name]
        self._own = np.array([k for k, _ in mine], dtype=np.int64)
        self.levels: Ints = np.array([k for _, k in mine], dtype=np.int64)
        # of a kind that the followed distance does not apply to there is none
        cells = cells_of(label)
        self.distance = [k for k, t in enumerate(signal_set.distances) if (t.column, t.cells) == (name, cells)]
        # the column's relations by their number in the plan, and where their terms stand
        self.modelled, self.plain = _relations(plan, name, place)
        self.plan = _only(plan, name) if plan and self.plain else None

    def own(
        self, window: Window, cells: Cells, references: Sequence[Mapping[str, Cells]]
    ) -> tuple[Floats, Floats, Floats]:
        """[k], [k], [R, D] these cells' levels in the order of `levels`, their errors, distances to each reference."""
        profile = Profile(window, WindowFacts(cells.rows), {WHOLE: {self.label: cells}})
        sample = self.measure.sample(profile, lambda name, _: [dict(references[int(name)])])
        distances = [sample.distance(str(k), ()) for k in range(len(references))]
        return sample.x[self._own], sample.error[self._own], np.array(distances).reshape(len(references), -1)


def _relations(plan: Plan | None, column: str, place: Mapping[str, int]) -> tuple[dict[int, Ints], dict[int, Ints]]:
    """[k] where the signals of a column's relations stand, by the relation's number: by a model, and without one."""
    modelled: dict[int, Ints] = {}
    plain: dict[int, Ints] = {}
    for k, (family, spec) in enumerate(plan.each() if plan else ()):
        if column in spec:
            home = modelled if by_model(FAMILIES[family]) else plain
            home[k] = np.array([place[t.key] for t in FAMILIES[family].signals(spec)])
    return modelled, plain


def _only(plan: Plan, column: str) -> Plan:
    """The relations of one column, without those that need a model."""
    plain = {f: specs for f, specs in plan.specs.items() if not by_model(FAMILIES[f])}
    kept = {f: tuple(s for s in specs if column in s) for f, specs in plain.items()}
    return Plan(plan.coder, kept, plan.prediction, plan.tuning)
