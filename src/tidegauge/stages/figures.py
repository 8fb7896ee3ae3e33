"""The numbers of performance of stored windows, judged or only shown, each with its sampling error.

What is shown of labels is the list of label levels, and no list of names: whatever joins it is in the table, on the
page, in Prometheus and in SQL. From stored counts alone, which add up: so a period has its number exactly, and not the
mean of its windows' numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.label_versions import LabelCut
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.findings import band
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.maturity import MATURE, Maturity, Ripening
from tidegauge.stages.stored_labels import KnownOf, known_of, labels_in
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled, LabelLevel

Floats = NDArray[np.float64]
NINETY = 1.6449  # standard errors to either side that hold 90 % of a normal distribution


@dataclass(frozen=True, eq=False)
class Counted:
    """Labelled rows of a window, or of some windows together: the levels [F] on their own scales, and their errors."""

    labelled: int
    levels: Floats
    errors: Floats
    note: str = ""  # why there is nothing, or less: a sentence


class Figures:
    """Reads stored labels, a window or a period at a time. It remembers windows for as long as it lives: one look."""

    def __init__(
        self,
        measure: LabelMeasure,
        profiles: StoredProfiles,
        ripening: Ripening | None = None,
        at: datetime | None = None,
    ) -> None:
        self.measure, self.profiles, self.ripening, self.at = measure, profiles, ripening, at
        self.levels = levels_of(measure)
        self.signals = tuple(level.signal(measure.column) for level in self.levels)
        self.places: Mapping[str, int] = {level.name: f for f, level in enumerate(self.levels)}
        self._cells: dict[tuple[Window, str], tuple[Mapping[str, LabelCells], str]] = {}
        self._counted: dict[tuple[Window, str], Counted] = {}

    def as_of(self, at: datetime) -> "Figures":
        """The same by what was known at a moment."""
        ripening = None if self.ripening is None else self.ripening.as_of(at)
        return Figures(self.measure, self.profiles, ripening, at)

    def counted(self, window: Window, segment: str = WHOLE) -> Counted:
        """One window."""
        if (window, segment) not in self._counted:
            cut = self._cut([window])
            cells, problem = self._stored(window, cut)
            here = cells.get(segment, LabelCells.zero())
            self._counted[window, segment] = self._of(here, problem, cut, self.maturity(window))
        return self._counted[window, segment]

    def maturity(self, window: Window) -> Maturity:
        """How much of a window's labels has come. One that is not mature has numbers as they are to be in the end."""
        return MATURE if self.ripening is None else self.ripening.of(window)

    def together(self, windows: Sequence[Window], segment: str = WHOLE) -> Counted:
        """All rows of some windows at once."""
        cut = self._cut(windows)
        return self._of(self._all(windows, segment, cut), "", cut)

    def labelled(self, windows: Sequence[Window], segment: str = WHOLE) -> Labelled:
        """The labelled rows of some windows at once, by cell of their prediction."""
        cut = self._cut(windows)
        return Labelled.of(self._all(windows, segment, cut), cut.layout, cut.unit)

    def _all(self, windows: Sequence[Window], segment: str, cut: LabelCut) -> LabelCells:
        some = [self._stored(w, cut)[0].get(segment, LabelCells.zero()) for w in windows]
        return sum(some, start=LabelCells.zero())

    def segments(self, window: Window) -> list[str]:
        """The segments that a window has labels of."""
        return sorted(name for name in self._stored(window, self._cut([window]))[0] if name != WHOLE)

    def predictions(self, window: Window, segment: str = WHOLE) -> int:
        """How many rows were to get a label."""
        if segment == WHOLE:
            return self.profiles.rows(window)
        return self.profiles.profile(window)[0].segment_rows.get(segment, 0)

    def levels_in(self, windows: Sequence[Window], f: int, segment: str = WHOLE) -> Floats:
        """[T] one level of some windows; nan where it cannot be said."""
        return np.array([self.counted(w, segment).levels[f] for w in windows], dtype=np.float64)

    def natural(self, f: int, level: float) -> float:
        """A level as a person reads it; nan stays nan."""
        return self.levels[f].read(level, self.measure.unit.layout) if np.isfinite(level) else float("nan")

    def band(self, f: int, low: float, high: float) -> tuple[float, float]:
        """Two ends of a band, as a person reads them."""
        return band(self.levels[f], partial(self.natural, f), low, high)

    def interval(self, f: int, counted: Counted) -> tuple[float, float]:
        """The number's 90 % interval, by its error on its own scale, as a person reads it."""
        level, reach = float(counted.levels[f]), NINETY * float(counted.errors[f])
        if not (np.isfinite(level) and np.isfinite(reach)):
            return float("nan"), float("nan")
        return self.band(f, level - reach, level + reach)

    def known(self, window: Window) -> KnownOf:
        """Up to when the labels of a window were counted, and whether what was known of it was rewritten."""
        return known_of(self.profiles, window, self.at, dated=self.ripening is not None)

    def read_ahead(self, windows: Sequence[Window]) -> None:
        """Fetch what will be asked for of some windows with one question, where there are some."""
        cuts = {window: self._cut([window]) for window in windows}
        for cut in {cut.layout.id: cut for cut in cuts.values()}.values():
            some = [w for w in windows if cuts[w].layout.id == cut.layout.id]
            missing = dict.fromkeys([w for w in some if (w, cut.layout.id) not in self._cells], self.at)
            self._keep(labels_in(self.profiles, missing, self.measure.versions, cut), cut)

    def _of(self, cells: LabelCells, problem: str, cut: LabelCut, maturity: Maturity = MATURE) -> Counted:
        come = Labelled.of(cells, cut.layout, cut.unit)
        labelled = come if maturity.is_mature else come.in_the_end(maturity.zeros, maturity.ones)
        wider = np.sqrt(labelled.rows / come.rows) if come.rows else 1.0  # it rests on no more rows than have come
        left = task_of(cut.unit).note(cells)
        levels = [level.level(labelled) for level in self.levels]
        errors = [
            level.error(labelled) * wider if np.isfinite(x) else np.nan
            for level, x in zip(self.levels, levels, strict=True)
        ]
        return Counted(
            cells.rows,
            np.array(levels),
            np.array(errors),
            problem or " ".join(filter(None, (_note(cells.rows, come, numbers=cut.unit.layout is not None), left))),
        )

    def _cut(self, windows: Sequence[Window]) -> LabelCut:
        """What some windows can all be read in: the newest unit, and cells that each was counted in, or in finer."""
        versions = self.measure.versions
        layouts = {cut.layout.id: cut.layout for cut in map(versions.at, windows)}
        layout = layouts.popitem()[1] if len(layouts) == 1 else versions.first.layout
        return LabelCut(layout, self.measure.unit)

    def _stored(self, window: Window, cut: LabelCut) -> tuple[Mapping[str, LabelCells], str]:
        """A window's labels by segment, read in a cut, and what was wrong with them."""
        key = window, cut.layout.id
        if key not in self._cells:
            self._keep(labels_in(self.profiles, {window: self.at}, self.measure.versions, cut), cut)
        return self._cells[key]

    def _keep(self, read: Mapping[Window, tuple[Mapping[str, LabelCells], Sequence[str]]], cut: LabelCut) -> None:
        for window, (found, wrong) in read.items():
            self._cells[window, cut.layout.id] = (found if not wrong else {}), " ".join(wrong)


def levels_of(measure: LabelMeasure) -> tuple[LabelLevel, ...]:
    """What can be said of labels, in the order in which it is shown: the first are those that have series."""
    return tuple(level.tuned(measure.tuning) for level in of_task(measure.unit))


def _note(rows: int, labelled: Labelled, *, numbers: bool) -> str:
    """Why less can be said of some labels than of others. `numbers`: whether labels are numbers."""
    if not rows:
        return "No label of this window has arrived."
    left_out = " ".join(_left_out(rows, labelled, numbers=numbers))
    if labelled.classes is None and labelled.rows < LabelLevel.least <= rows:
        return left_out
    if rows < LabelLevel.least:
        few = f"It has {rows} label{'s' * (rows > 1)}: too few to say anything, which takes {LabelLevel.least}."
        return f"{few} {left_out}".strip()
    ones = float(labelled.label.sum())
    if labelled.binary and ones in (0.0, labelled.rows):
        same = f"Every label is {int(ones > 0)}: what tells the one kind from the other cannot be said."
        return f"{same} {left_out}".strip()
    return left_out


def _left_out(rows: int, labelled: Labelled, *, numbers: bool) -> Iterator[str]:
    """How many rows with a label are in no number of performance, or in none of errors, and why: a sentence each."""
    if labelled.classes is not None:
        return
    told = int(labelled.rows)
    if told < rows:
        yield f"{rows - told:,} of its {rows:,} labels stand beside no finite prediction: its numbers rest on {told:,}."
    errors = labelled.errors
    if numbers and errors is not None and errors.rows < told:
        yield (
            f"{told - errors.rows:,} of the {told:,} lie too far out for errors: MAE, RMSE, R² and MAPE rest on "
            f"{errors.rows:,}."
        )
