"""Labels as shares of labelled rows, by bands of their prediction: what a page shows of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from tidegauge.core.decision import CellShift
from tidegauge.profiles.layouts.base import Ints, Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of

BANDS = 5  # of the prediction, at most: about as many labelled rows in each
NAMED = 12  # pairs of classes that are shown apart


def label_shares(
    layout: Layout, unit: LabelUnit, name: str, here: LabelCells, past: Sequence[LabelCells]
) -> tuple[CellShift, ...]:
    """Two shares a band, ascending; together they are all labelled rows whose prediction is a number.

    Of classes a share for each pair of label and prediction, the commonest and the most changed. Empty where labels
    that should be 0 and 1 are others, or where there is nothing on a side.
    """
    there, line = sum(past, start=LabelCells.zero()), on_a_line(layout)
    if line is None:
        return _by_name(task_of(unit).named(here), task_of(unit).named(there))
    return _by_band(line, unit, name, here, there)


def _by_name(new: Mapping[str, int], old: Mapping[str, int]) -> tuple[CellShift, ...]:
    """The shares that say most, and all others as one."""
    now, before = (max(sum(side.values()), 1) for side in (new, old))
    if not (new and old):
        return ()
    told = [CellShift(name, old.get(name, 0) / before, new.get(name, 0) / now) for name in sorted({*new, *old})]
    told.sort(key=lambda s: -max(s.observed, s.expected) - 10 * abs(s.observed - s.expected))
    rest = told[NAMED:]
    others = CellShift("all other pairs", sum(s.expected for s in rest), sum(s.observed for s in rest))
    return (*told[:NAMED], *([others] if rest else []))


def _by_band(
    layout: NumericLayout, unit: LabelUnit, name: str, here: LabelCells, there: LabelCells
) -> tuple[CellShift, ...]:
    old, new = _by_cell(there, layout, unit), _by_cell(here, layout, unit)
    if old is None or new is None or not (old.sum() and new.sum()):
        return ()
    out: list[CellShift] = []
    share = [side / side.sum() for side in (old, new)]
    for first, last in _bands(old.sum(axis=1)):
        band = _band(name, float(layout.edges[first]), float(layout.edges[last + 1]))
        for k, word in enumerate(task_of(unit).sides):
            before, now = (float(s[first : last + 1, k].sum()) for s in share)
            out.append(CellShift(f"{band}: {word}", before, now))
    return tuple(out)


def _by_cell(cells: LabelCells, layout: NumericLayout, unit: LabelUnit) -> Ints | None:
    """[cells on the line, 2] rows with label 1 and 0, or with a label above its prediction and not."""
    plain = (cells.codes >= BEYOND_LOW) & (cells.codes < layout.high_inf)
    ones = task_of(unit).ones(cells)
    if ones is None:
        return None
    out = np.zeros((layout.high_inf - BEYOND_LOW, 2), dtype=np.int64)
    at = cells.codes[plain] - BEYOND_LOW
    out[at, 0], out[at, 1] = ones[plain], (cells.counts - ones)[plain]
    return out


def _bands(rows: Ints) -> list[tuple[int, int]]:
    """The first and the last cell of each band; a cell that holds much of the rows is a band alone."""
    upto = np.cumsum(rows)
    ends = np.unique(np.searchsorted(upto, upto[-1] * np.arange(1, BANDS) / BANDS))
    firsts = [0, *(int(e) + 1 for e in ends if e + 1 < len(rows))]
    return list(zip(firsts, [*(f - 1 for f in firsts[1:]), len(rows) - 1], strict=True))


def _band(name: str, low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return f"any {name}"
    if np.isinf(low):
        return f"{name} < {high:.4g}"
    return f"{name} ≥ {low:.4g}" if np.isinf(high) else f"{name} [{low:.4g}, {high:.4g})"
