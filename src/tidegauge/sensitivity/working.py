"""Work out what windows of a monitor would have seen: the same search in each of some normal past windows."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

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
from tidegauge.sensitivity.searching import in_nine_tenths, smallest, with_power
from tidegauge.sensitivity.trial import ColumnTrial
from tidegauge.stages.decider import Decider
from tidegauge.stages.input_observer import InputObserver
from tidegauge.tuning.sensitivity_tuning import SensitivityTuning

Floats = NDArray[np.float64]
NAN = float("nan")


def work_out(
    decider: Decider, room: InputObserver, history: History, past: Sequence[Window]
) -> tuple[float, Sensitivity]:
    """The rows of a usual window, and what it would have seen; from scratch, about half a second a column."""
    layouts, plan = room.measure_at(past[-1]).layouts, room.measure.plan
    newest = room.profiles.versions().newest(past[-1])
    tuning = decider.tuning.sensitivity
    most = min(tuning.windows, tuning.most // max(1, len(newest)))
    if most < tuning.least:
        columns_at_most = tuning.most // tuning.least
        return 0.0, Sensitivity(
            note=f"The smallest detectable change is not worked out for more than {columns_at_most} columns."
        )
    every, signals = decider.tuning, decider.measure.signal_set
    columns = [FollowedColumn(name, layouts[name], signals, plan, every) for name in newest.values()]
    trials: list[tuple[float, list[list[float]]]] = []  # of each window its rows, and for each search what it found
    guesses: dict[tuple[int, int], int] = {}
    for window in drawn(decider, past, most):
        trial = ColumnTrial(window, decider, room, history)
        if not trial.normal or len(trials) == most:
            continue
        sign = 1 if len(trials) % 2 else -1  # up and down in turn: the promise is of both
        trials.append((float(trial.rows), [_search(trial, c, sign, guesses, k) for k, c in enumerate(columns)]))
    if len(trials) < tuning.least:
        return 0.0, Sensitivity(note=few(decider.kind, len(trials), tuning.least))
    usual = float(np.median([rows for rows, _ in trials]))
    found = []
    for k, column in enumerate(columns):
        sizes = np.array([each[k] for _, each in trials])
        factors = np.array([np.sqrt(max(1.0, usual / rows)) for rows, _ in trials])
        found.append(_stated(column, sizes, factors, tuning))
    return usual, Sensitivity(tuple(found), len(trials))


def drawn(decider: Decider, past: Sequence[Window], most: int) -> list[Window]:
    """Some of the past windows, in order of time: always the same ones, any hour or weekday as likely as another."""
    excluded = decider.rulings(past[-1]).excluded
    left = [w for w in past if w not in excluded]
    left.sort(key=lambda w: hashlib.sha256(w.key.encode()).digest())
    return sorted(left[: most + int(most * decider.tuning.sensitivity.spare)])


def _search(
    trial: ColumnTrial, column: FollowedColumn, sign: int, guesses: dict[tuple[int, int], int], k: int
) -> list[float]:
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


def _stated(column: FollowedColumn, sizes: Floats, factors: Floats, tuning: SensitivityTuning) -> Detectable:
    """One column's sizes [T, 2] at windows of a usual size, nine of ten."""
    known = [np.count_nonzero(~np.isnan(sizes[:, k])) >= tuning.least for k in (0, 1)]
    missing = with_power([scaled_share(s, 1 / f) for s, f in zip(sizes[:, 1], factors, strict=True)], tuning)
    line = on_a_line(column.layout)
    if line is None:
        moved = with_power([scaled_share(s, 1 / f) for s, f in zip(sizes[:, 0], factors, strict=True)], tuning)
        return Detectable(column.name, missing=missing if known[1] else NAN, moved=moved if known[0] else NAN)
    least = least_shift(line)
    shift = in_nine_tenths([s if s <= least else s / f for s, f in zip(sizes[:, 0], factors, strict=True)], tuning)
    return Detectable(column.name, shift if known[0] else NAN, missing=missing if known[1] else NAN)


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


def scaled_share(share: float, factor: float) -> float:
    """A share so many times as far from none, on the scale where a sampling error does not depend on it.

    Above one there is no such share: inf.
    """
    if not np.isfinite(share):
        return float(share)
    angle = float(np.arcsin(np.sqrt(min(share, 1.0)))) * factor
    return float(np.sin(angle) ** 2) if angle <= np.pi / 2 + 1e-9 else float("inf")


def few(kind: str, known: int, least: int) -> str:
    """Why nothing is said of a young monitor."""
    return (
        f"Not enough history to say what it would have seen: that takes {least} judged {kind}s before this week, "
        f"and there {'is' if known == 1 else 'are'} {known}."
    )
