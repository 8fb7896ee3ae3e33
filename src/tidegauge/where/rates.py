"""Which cells explain that the mean of some value of a row changed: label − prediction, say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.changed_place import ChangedPlace
from tidegauge.tuning.where_tuning import WhereTuning

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CodedRows:
    """Some rows: the cell that each is in, column by column, and the value that the rate is the mean of."""

    codes: Mapping[str, Ints]  # [n] each
    values: Floats  # [n]

    def within(self, cells: Sequence[tuple[str, int]]) -> NDArray[np.bool_]:
        """[n] which rows are in all of these cells."""
        return np.asarray(np.logical_and.reduce([self.codes[c] == code for c, code in cells]))


def changed_places(before: CodedRows, now: CodedRows, tuning: WhereTuning) -> list[ChangedPlace]:
    """The cells, and pairs of cells, whose rate changed most beyond that of all other rows, the most telling first.

    In the direction in which the whole changed: of a column's two cells the other is as far off, to the other side.
    """
    if not len(before.values) or not len(now.values):
        return []
    change = now.values.mean() - before.values.mean()
    found = [p for columns in _groupings(now) for p in _of(columns, before, now, tuning)]
    found.sort(key=lambda p: (-p.z * np.sign(change), len(p.cells), p.cells))
    kept: list[tuple[ChangedPlace, NDArray[np.bool_]]] = []
    for place in found:
        rows = now.within(place.cells)
        if place.z * change > 0 and not any(_alike(rows, other) >= tuning.alike for _, other in kept):
            kept.append((place, rows))
        if len(kept) == tuning.places:
            break
    return [place for place, _ in kept]


def parts_of(columns: Sequence[str], before: CodedRows, now: CodedRows) -> list[ChangedPlace]:
    """Every cell of a column, or pair of columns, that has rows: their `mix` and `own` add up to the whole's change."""
    return list(_of(columns, before, now, WhereTuning(least=0, narrower=1.0)))


def _groupings(rows: CodedRows) -> Iterator[tuple[str, ...]]:
    names = sorted(rows.codes)
    yield from ((name,) for name in names)
    yield from combinations(names, 2)


def _of(columns: Sequence[str], before: CodedRows, now: CodedRows, tuning: WhereTuning) -> Iterator[ChangedPlace]:
    """The cells of one grouping; of a pair those that are much narrower than either of their cells."""
    width = 1 + max(int(rows.codes[columns[-1]].max()) for rows in (before, now))
    keys = [
        rows.codes[columns[0]] * width + rows.codes[columns[1]] if len(columns) > 1 else rows.codes[columns[0]]
        for rows in (before, now)
    ]
    size = 1 + max(int(k.max()) for k in keys)
    n0, n1 = (np.bincount(k, minlength=size).astype(np.float64) for k in keys)
    s0, s1 = (
        np.bincount(k, r.values, minlength=size).astype(np.float64) for k, r in zip(keys, (before, now), strict=True)
    )
    told = (n1 >= tuning.least) & (n0 + n1 > 0)
    if len(columns) > 1:
        for k, column in enumerate(columns):
            of = np.bincount(now.codes[column])
            single = (np.arange(size) // width, np.arange(size) % width)[k]
            told &= n1 <= tuning.narrower * of[np.minimum(single, len(of) - 1)]
    z = _beyond(n0, s0, n1, s1, now.values, tuning)
    rate0 = before.values.mean()
    for key in np.flatnonzero(told).tolist():
        codes = divmod(key, width) if len(columns) > 1 else (key,)
        w0, w1 = n0[key] / n0.sum(), n1[key] / n1.sum()
        r0 = s0[key] / n0[key] if n0[key] else rate0
        r1 = s1[key] / n1[key] if n1[key] else r0
        cells = tuple(zip(columns, codes, strict=True))
        yield ChangedPlace(cells, *map(float, (w1, w0, r1, r0, (w1 - w0) * (r0 - rate0), w1 * (r1 - r0), z[key])))


def _beyond(n0: Floats, s0: Floats, n1: Floats, s1: Floats, values: Floats, tuning: WhereTuning) -> Floats:
    """[cells] how far each cell's sum is beyond what its own past and the other rows' move say, in deviations."""
    mean = s0.sum() / n0.sum()
    past = (s0 + tuning.shrink * mean) / (n0 + tuning.shrink)
    left1, left0 = n1.sum() - n1, n0.sum() - n0
    moved = (s1.sum() - s1) / np.maximum(left1, 1) - (s0.sum() - s0) / np.maximum(left0, 1)
    moved = np.where((left1 > 0) & (left0 > 0), moved, 0.0)
    variance = float(values.var()) * (n1 + n1**2 / (n0 + tuning.shrink))
    excess = s1 - n1 * (past + moved)
    return np.where(variance > 0, excess / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)


def _alike(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Of the rows of either, how many are in both."""
    return float((a & b).sum() / max((a | b).sum(), 1))
