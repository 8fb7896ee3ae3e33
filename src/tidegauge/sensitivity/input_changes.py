"""What a window's rows would have shown: in every column a shift or moved values, and values that are not there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.changes import LostValues, Planting
from tidegauge.profiles.kinds.shifts import least_shift
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.sensitivity.column import FollowedColumn
from tidegauge.sensitivity.searching import in_nine_tenths, smallest
from tidegauge.sensitivity.stage_changes import Changes, usual
from tidegauge.sensitivity.trial import ColumnTrial
from tidegauge.sensitivity.working import scaled_share, share_with_power
from tidegauge.stages.input_observer import InputObserver
from tidegauge.tuning.sensitivity_tuning import SensitivityTuning

Floats = NDArray[np.float64]
NAN = float("nan")
Guesses = dict[tuple[int, int], int]  # (column, change) → where its search ended in the window before


class InputChanges(Changes[InputObserver]):
    """Changes of columns, each alone, with all that is followed of it and of its relations."""

    nothing: ClassVar[str] = "A window without rows shows nothing of a column."

    def rows(self, window: Window) -> int:
        return self.room.profiles.rows(window)

    def scaled(self, found: Detectable, factor: float, window: Window) -> Detectable:
        layouts, newest = self.room.measure_at(window).layouts, self.room.profiles.versions().newest(window)
        return scaled(found, factor, layouts[newest[found.column]])

    def work_out(self, history: History, past: Sequence[Window]) -> tuple[float, Sensitivity]:
        """About half a second a column."""
        newest, tuning = self.room.profiles.versions().newest(past[-1]), self.tuning
        most = min(tuning.windows, tuning.most // max(1, len(newest)))
        if most < tuning.least:
            columns_at_most = tuning.most // tuning.least
            return 0.0, Sensitivity(
                note=f"The smallest detectable change is not worked out for more than {columns_at_most} columns."
            )
        layouts, plan = self.room.measure_at(past[-1]).layouts, self.room.measure.plan
        signals, every = self.decider.measure.signal_set, self.decider.tuning
        columns = [FollowedColumn(name, layouts[name], signals, plan, every) for name in newest.values()]
        guesses: Guesses = {}

        def trial(window: Window) -> ColumnTrial:
            return ColumnTrial(window, self.decider, self.room, history)

        def search(one: ColumnTrial, sign: int) -> list[list[float]]:
            return [_search(one, c, sign, guesses, k) for k, c in enumerate(columns)]

        found = self.searched(past, most, trial, search)
        if (young := self.too_few(len(found))) is not None:
            return young
        rows, factors = usual([rows for rows, _ in found])
        sizes = np.array([each for _, each in found])  # [T, C, 2]
        stated = [_stated(column, sizes[:, k], factors, tuning) for k, column in enumerate(columns)]
        return rows, Sensitivity(tuple(stated), len(found))


def _search(trial: ColumnTrial, column: FollowedColumn, sign: int, guesses: Guesses, k: int) -> list[float]:
    """The least shift or moved share, and the least missing share, that would have alerted in one window."""
    planted = trial.of(column)
    if planted is None:
        return [NAN] * 2
    out = []
    for j, planting in enumerate(_plantings(trial, column.layout, sign)):
        if planting is None:
            out.append(NAN)
            continue
        guess = guesses.get((k, j), len(planting.sizes) // 2)

        def shown(size: float, planting: Planting = planting) -> float:
            return planted.strength(planting, size) / planting.clearly(size)

        size, guesses[k, j] = smallest(shown, planting.sizes, guess, planting.between)
        out.append(size)
    return out


def _plantings(trial: ColumnTrial, layout: Layout, sign: int) -> tuple[Planting | None, Planting]:
    return KINDS[layout.kind].change(layout, trial.lots, sign), LostValues(trial.lots)


def _stated(column: FollowedColumn, sizes: Floats, factors: Sequence[float], tuning: SensitivityTuning) -> Detectable:
    """One column's sizes [T, 2] at windows of a usual size, nine of ten."""
    known = [np.count_nonzero(~np.isnan(sizes[:, k])) >= tuning.least for k in (0, 1)]
    missing = share_with_power(sizes[:, 1].tolist(), factors, tuning) if known[1] else NAN
    line = on_a_line(column.layout)
    if line is None:
        moved = share_with_power(sizes[:, 0].tolist(), factors, tuning) if known[0] else NAN
        return Detectable(column.name, missing=missing, moved=moved)
    least = least_shift(line)
    shifts = [s if s <= least else s / f for s, f in zip(sizes[:, 0], factors, strict=True)]
    return Detectable(column.name, in_nine_tenths(shifts, tuning) if known[0] else NAN, missing=missing)


def scaled(found: Detectable, factor: float, layout: Layout) -> Detectable:
    """The same of a window whose numbers scatter so many times as far; a shift of whole numbers is a whole one."""
    missing, moved = scaled_share(found.missing, factor), scaled_share(found.moved, factor)
    line = on_a_line(layout)
    if line is None:
        return replace(found, missing=missing, moved=moved)
    least, shift = least_shift(line), found.shift
    if shift > least * 1.001:  # what shows at the least shift shows at any
        shift *= factor
    if line.whole and np.isfinite(shift):
        shift = float(np.ceil(shift - 0.3))
    return replace(found, shift=shift, spreads=shift / line.spread, missing=missing)
