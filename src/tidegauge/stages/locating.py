"""Where a change lies: in which cells, and pairs of cells, of the window's other columns.

A function of what is stored, and of nothing else: of the sampled rows and cells of the window and of those that its
finding is compared with. No row of the warehouse is read, and nothing is stored. What the sample does not show beyond
doubt is not told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.changed_place import ChangedPlace, Whereabouts
from tidegauge.core.decision import Finding
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.profiles.layouts.base import MISSING, Floats, Ints, Layout
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.stages.coded_samples import Banded, banded
from tidegauge.stages.figures import NINETY
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.base import Bearing, LocatedChange
from tidegauge.where.coded_rows import CodedRows
from tidegauge.where.moved_cells import gained_cells, moved_cells
from tidegauge.where.rates import RateChange
from tidegauge.where.row_counts import CountChange, is_unusual
from tidegauge.where.searching_places import CodedPlace, places_of

TOO_FEW = "There are too few sampled rows to say where it lies."
NOT_SEEN = "The sampled rows do not show the change by themselves: they are too few to say where it lies."
AS_MANY = "There are about as many rows as in the windows compared with."
NOWHERE = "No cell stands out: the change is spread over all rows, or the sample is too small to say where it lies."


@dataclass(frozen=True)
class NowAndBefore:
    """The windows of a finding, and those that it is compared with, each with where their profiles lie."""

    now: Sequence[Window]
    before: Sequence[Window]
    profiles: StoredProfiles
    past: StoredProfiles


@dataclass(frozen=True)
class _Sampled:
    """The sampled rows of both sides by the cells of their columns."""

    columns: Mapping[str, Banded]
    codes: Mapping[str, Ints]  # [n] each
    window: Ints  # [n] 0: of the window itself
    own: Floats | None = None  # [n] the finding's column, where it is one of numbers

    def inside(self, kept: NDArray[np.bool_]) -> "_Sampled":
        """Some of the rows."""
        own = None if self.own is None else self.own[kept]
        return _Sampled(self.columns, {c: x[kept] for c, x in self.codes.items()}, self.window[kept], own)

    def but(self, column: str, values: NDArray[np.float64]) -> CodedRows:
        """For the search: each row by the cells of all other columns; `values` [n]."""
        return CodedRows({c: x + 1 for c, x in self.codes.items() if c != column}, values, self.window)

    def named(self, place: CodedPlace) -> tuple[tuple[str, str], ...]:
        """The cells of a place as people call them."""
        return tuple((c, self.columns[c].label(code - 1)) for c, code in place.cells)


def gained(finding: Finding, sides: NowAndBefore, tuning: WhereTuning) -> tuple[int, ...]:
    """The codes, by its first layout, of the cells of a finding's column that gained rows; none where none did.

    Of a column that is counted by cells; of a segment as far as sampled rows show it.
    """
    columns, found = banded(sides.profiles.layouts()[0]), _unlocated(finding)
    if finding.column not in columns:
        return ()
    sampled = None if finding.segment == WHOLE else _inside(finding, _sampled(sides, finding.column))
    if sampled is None:
        if finding.segment != WHOLE:
            return ()
        sampled = _Sampled(columns, {}, np.zeros(0, dtype=np.int64))
    band = columns[finding.column]
    cells = gained_cells(_counted(found, sides, sampled), band.kinds(), tuning)
    return tuple(code for cell in cells for code in band.codes(cell))


def cells_of(place: ChangedPlace, layouts: Mapping[str, Layout]) -> dict[str, tuple[int, ...]]:
    """Column → the codes, by its first layout, of the cells that a place is of."""
    columns = banded(layouts)
    named = {c: next(b for b in range(columns[c].size) if columns[c].label(b) == cell) for c, cell in place.cells}
    return {c: columns[c].codes(band) for c, band in named.items()}


def _unlocated(finding: Finding) -> Whereabouts:
    return Whereabouts(finding.column, finding.segment, (), nan, nan, 0, 0, 0, 0)


def _inside(finding: Finding, sampled: _Sampled | None) -> _Sampled | None:
    """The sampled rows of the segment that a finding is of; None where none were drawn, or it is not told apart."""
    if sampled is None or finding.segment == WHOLE:
        return sampled
    column, _, value = finding.segment.partition("=")
    if column not in sampled.codes or value not in sampled.columns[column].layout.named:
        return None
    code = 1 + list(sampled.columns[column].layout.named).index(value)
    return sampled.inside(sampled.codes[column] == code)


def whereabouts(finding: Finding, sides: NowAndBefore, tuning: WhereTuning) -> Whereabouts | None:
    """Where the change of a finding lies; None where no rows were sampled, or none of such a column."""
    sampled = _inside(finding, _sampled(sides, finding.column))
    if sampled is None:
        return None
    rows, before = int((sampled.window == 0).sum()), int((sampled.window > 0).sum())
    found = replace(_unlocated(finding), rows=rows, rows_before=before, windows=len(sides.before))
    if finding.column == VOLUME:
        return _of_numbers(found, sides, sampled, tuning)
    return _of_rates(found, sides, sampled, tuning) if finding.column in sampled.codes else None


def _sampled(sides: NowAndBefore, column: str) -> _Sampled | None:
    """The rows of both sides; None where either has none."""
    drawn = _drawn(sides)
    if len({k > 0 for k, _ in drawn}) < 2:
        return None
    columns, samples = banded(sides.profiles.layouts()[0]), [s for _, s in drawn]
    codes = {name: x for name, band in columns.items() if (x := _codes(band, name, samples)) is not None}
    own = _numbers(columns[column], column, samples) if column in columns else None
    return _Sampled(columns, codes, np.concatenate([np.full(s.rows, k) for k, s in drawn]), own)


def _drawn(sides: NowAndBefore) -> list[tuple[int, SampledRows]]:
    """The samples that hold rows: with 0 those of the finding's windows, with 1 and so on each compared with."""
    now, before = sides.profiles.samples(list(sides.now)), sides.past.samples(list(sides.before))
    numbered = [*((0, s) for s in now), *enumerate(before, start=1)]
    return [(k, s) for k, s in numbered if s is not None and s.rows]


def _codes(band: Banded, column: str, samples: Sequence[SampledRows]) -> Ints | None:
    """[n] a column by its cells; None where a sample does not have it."""
    codes = [x for s in samples if (x := band.of_rows(s, column)) is not None]
    return np.concatenate(codes) if len(codes) == len(samples) else None


def _numbers(band: Banded, column: str, samples: Sequence[SampledRows]) -> Floats | None:
    """[n] a column by its numbers; None where it is of another kind."""
    values = [x for s in samples if (x := band.values(s, column)) is not None]
    return np.concatenate(values) if values else None


def _of_rates(found: Whereabouts, sides: NowAndBefore, sampled: _Sampled, tuning: WhereTuning) -> Whereabouts | None:
    """Where the rows lie that came to the cells that gained, or went from those that lost; None where none did."""
    column = found.column
    band = sampled.columns[column]
    moved = moved_cells(_counted(found, sides, sampled), band.kinds(), tuning)
    if not moved:
        return None
    change = RateChange(sampled.but(column, np.isin(sampled.codes[column], moved).astype(np.float64)))
    found = replace(found, about=band.labels(moved), rate=change.mean[0], rate_before=change.mean[1])
    if min(found.rows, found.rows_before) < tuning.rows:
        return replace(found, silent=TOO_FEW)
    if not abs(change.size) > tuning.seen * change.error:
        return replace(found, silent=NOT_SEEN)
    return _placed(found, sampled, change, tuning, None if MISSING in moved else _in_numbers(sampled))


def _in_numbers(sampled: _Sampled) -> RateChange | None:
    """The change of the numbers themselves; of rows that have none, the mean of all before."""
    own = sampled.own
    if own is None or np.isnan(own[sampled.window > 0]).all():
        return None
    return RateChange(sampled.but("", np.where(np.isnan(own), np.nanmean(own[sampled.window > 0]), own)))


def _of_numbers(found: Whereabouts, sides: NowAndBefore, sampled: _Sampled, tuning: WhereTuning) -> Whereabouts:
    """Where the rows lie that are more, or fewer, than before."""
    counts = [sides.past.rows(w) for w in sides.before]
    now, before = float(np.mean([sides.profiles.rows(w) for w in sides.now])), float(np.mean(counts))
    found = replace(found, rate=now, rate_before=before)
    if min(found.rows, found.rows_before) < tuning.rows:
        return replace(found, silent=TOO_FEW)
    if not is_unusual(now, counts, tuning):
        return replace(found, silent=AS_MANY)
    return _placed(found, sampled, CountChange(sampled.but("", np.ones(len(sampled.window))), now, before), tuning)


def _placed(
    found: Whereabouts,
    sampled: _Sampled,
    change: LocatedChange,
    tuning: WhereTuning,
    also: LocatedChange | None = None,
) -> Whereabouts:
    """With the places of its change, by their cells' names."""
    places, looked = places_of(change, tuning, also)
    named = tuple(_named(sampled.named(place), place, borne) for place, borne in places)
    return replace(found, looked=looked, places=named, silent="" if named else NOWHERE)


def _named(cells: tuple[tuple[str, str], ...], place: CodedPlace, borne: Bearing) -> ChangedPlace:
    """A place with its part of the change and how sure that is."""
    low, high = borne.part - NINETY * borne.error, borne.part + NINETY * borne.error
    rates = borne.rate, borne.rate_before
    return ChangedPlace(cells, borne.share, borne.share_before, *rates, borne.part, low, high, place.z, place.earlier)


def _counted(found: Whereabouts, sides: NowAndBefore, sampled: _Sampled) -> NDArray[np.float64]:
    """[W, bands] rows of the finding's column: of all that it is of, then of each window that this is compared with."""
    column, band = found.column, sampled.columns[found.column]
    if found.segment == WHOLE:
        now = [band.counts(c.get(column)) for c in sides.profiles.cells(list(sides.now))]
        return np.array(
            [np.sum(now, axis=0), *(band.counts(c.get(column)) for c in sides.past.cells(list(sides.before)))]
        )
    at = sampled.window * band.size + sampled.codes[column]
    return np.bincount(at, minlength=(1 + len(sides.before)) * band.size).reshape(-1, band.size).astype(np.float64)
