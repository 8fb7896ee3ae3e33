"""The places of a change, one after the other: single cells, and pairs of the strangest columns' cells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.base import Bearing, LocatedChange
from tidegauge.where.coded_rows import REST, CodedRows, Floats, Grouping, Ints, grouping, pairs
from tidegauge.where.moved_cells import usual


@dataclass(frozen=True, slots=True)
class CodedPlace:
    """A group of rows in which something changed beyond what it did in all others."""

    cells: tuple[tuple[str, int], ...]  # (column, code of its cell), one or two
    z: float
    earlier: int  # of the other windows, those in which it was as far beyond the others


@dataclass(frozen=True)
class Search:
    """What was found of some rows."""

    place: CodedPlace | None  # the most telling one
    looked: int  # groups
    strongest: Floats  # [W − 1] how far the strangest group of each other window was beyond its others

    def stands_out(self, tuning: WhereTuning) -> bool:
        """Whether neither chance nor an ordinary window shows a place so far off."""
        if self.place is None:
            return False
        by_chance = NormalDist().inv_cdf(1 - tuning.chance / 2 / max(self.looked, 1))
        as_far = int((self.strongest >= abs(self.place.z)).sum())
        return abs(self.place.z) > by_chance and as_far <= tuning.often * len(self.strongest)


def places_of(
    change: LocatedChange, tuning: WhereTuning, also: LocatedChange | None = None
) -> tuple[list[tuple[CodedPlace, Bearing]], int]:
    """Each of what the ones before it leave, with what it is to the whole; and how many groups were looked at.

    `also`: the same rows' change in another measure, of which a place must have as much. Where all numbers are higher,
    those of one group may pass a mark that others had passed before; it has no more of the numbers themselves.
    """
    left, found, looked, whole = _Left(change, also), list[tuple[CodedPlace, Bearing]](), 0, 0.0
    while len(found) < tuning.places and whole < tuning.bulk:
        search = search_of(left.change, tuning)
        looked = looked or search.looked
        if search.place is None or not search.stands_out(tuning):
            break
        mine = left.change.rows.within(search.place.cells)
        if not left.has_more_in(mine, tuning):
            break
        borne = change.borne(change.rows.within(search.place.cells))
        if borne.part < (tuning.further if found else change.telling(tuning)):
            break
        found.append((search.place, borne))
        whole += borne.part
        left = left.but(mine)
        if left.is_spent(change):
            break
    return found, looked


@dataclass(frozen=True)
class _Left:
    """What the places found so far leave of a change; `also`: of the same rows' change in another measure."""

    change: LocatedChange
    also: LocatedChange | None

    def has_more_in(self, mine: NDArray[np.bool_], tuning: WhereTuning) -> bool:
        """Whether some rows [n] have much more of it than of all rows, in each measure."""
        if not _is_apart(self.change.borne(mine), tuning):
            return False
        return self.also is None or _is_apart(self.also.borne(mine), tuning)

    def but(self, mine: NDArray[np.bool_]) -> Self:
        """What is left without some rows [n]."""
        return replace(self, change=self.change.but(mine), also=None if self.also is None else self.also.but(mine))

    def is_spent(self, whole: LocatedChange) -> bool:
        """Whether a side has no rows any more, or they differ no more, or the other way round than the whole."""
        rows = self.change.rows
        return not 0 < rows.now.sum() < len(rows.window) or self.change.size * whole.size <= 0


def _is_apart(borne: Bearing, tuning: WhereTuning) -> bool:
    """Whether rows have much more of the change than of all rows."""
    share = max(borne.share, borne.share_before)
    odds = borne.part * (1 - share) >= tuning.apart * share * (1 - borne.part)
    return borne.part >= share + tuning.more and odds


def search_of(change: LocatedChange, tuning: WhereTuning) -> Search:
    """The group that is farthest beyond the others in the direction of the whole change.

    In its direction alone: of a column's two cells the other is as far off, to the other side.
    """
    rows, sign = change.rows, float(np.sign(change.size))
    singles: dict[str, Grouping] = {}
    best: dict[tuple[tuple[str, int], ...], CodedPlace] = {}
    strongest, looked, strange = np.zeros(rows.windows - 1), 0, dict[str, float]()
    for column in sorted(rows.codes):
        group = singles[column] = grouping(rows, (column,))
        places, most, many = _of(group, change.apart(group, tuning), sign, tuning)
        best |= {p.cells: p for p in places}
        strange[column] = max((abs(p.z) for p in places), default=0.0)
        strongest, looked = np.maximum(strongest, most), looked + many
    found = list(best.values())
    chosen = sorted(strange, key=lambda c: (-strange[c], c))[: tuning.paired]
    few, whole = _compact(rows, {c: singles[c] for c in chosen}, tuning)
    for columns in pairs(chosen):
        group = grouping(few, columns)
        group = replace(group, cells=np.stack([whole[c][group.cells[:, j]] for j, c in enumerate(columns)], axis=1))
        places, most, many = _of(group, change.apart(group, tuning), sign, tuning)
        found += [p for p in places if _tells_more(p, best, tuning)]
        strongest, looked = np.maximum(strongest, most), looked + many
    return Search(min(found, key=lambda p: (-abs(p.z), len(p.cells), p.cells), default=None), looked, strongest)


def _tells_more(
    pair: CodedPlace, singles: Mapping[tuple[tuple[str, int], ...], CodedPlace], tuning: WhereTuning
) -> bool:
    """Whether a pair is so much farther beyond the others than either of its cells that it is not that cell again."""
    of = [abs(singles[(cell,)].z) for cell in pair.cells if (cell,) in singles]
    return abs(pair.z) > tuning.farther * max(of, default=0.0)


def _compact(
    rows: CodedRows, singles: Mapping[str, Grouping], tuning: WhereTuning
) -> tuple[CodedRows, dict[str, Ints]]:
    """The columns by those cells alone that are worth looking at, numbered anew; and column → their old codes [few]."""
    codes, whole = {}, {}
    for column, single in singles.items():
        cells = single.cells[_worth(single, tuning), 0]
        anew = np.full(1 + int(rows.codes[column].max(initial=0)), REST, dtype=np.int64)
        anew[cells] = 1 + np.arange(len(cells))
        codes[column], whole[column] = anew[rows.codes[column]], np.concatenate([[REST], cells])
    return replace(rows, codes=codes), whole


def _of(group: Grouping, z: Floats, sign: float, tuning: WhereTuning) -> tuple[list[CodedPlace], Floats, int]:
    """The places of one grouping by its `z` [W, K]; [W − 1] the farthest of each other window; how many groups.

    By what is usual of the grouping: weather is another each day, in each pair of columns that it is one of as well.
    """
    worth, z = _worth(group, tuning), np.nan_to_num(z)
    z = z / usual(np.abs(z[1:, worth]), tuning)
    most = np.abs(z[1:, worth]).max(axis=1, initial=0.0)
    earlier = (z[1:] * sign >= z[0] * sign).sum(axis=0)
    there = np.flatnonzero(worth & (z[0] * sign > 0)).tolist()
    return [CodedPlace(group.cell(k), float(z[0, k]), int(earlier[k])) for k in there], most, int(worth.sum())


def _worth(group: Grouping, tuning: WhereTuning) -> NDArray[np.bool_]:
    """[K] groups with enough rows in the window, or that would have had them."""
    total = group.n.sum(axis=1)
    expected = group.n[1:].sum(axis=0) * total[0] / max(total[1:].sum(), 1.0)
    return np.asarray((group.cells != REST).all(axis=1) & (np.maximum(group.n[0], expected) >= tuning.least))
