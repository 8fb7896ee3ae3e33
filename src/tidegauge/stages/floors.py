"""Values below a floor: below a least value that windows reach again and again, or negative where none ever was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import inf, nan

import numpy as np

from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import column_of
from tidegauge.stages.structural import FactGrounds, finding_of
from tidegauge.statistics.below_floor import BelowFloor
from tidegauge.wording.text import day_and_month, number

ReadAll = Callable[[Sequence[Window]], Sequence[Mapping[str, Cells]]]
NEAR = 4  # past windows that are looked at before all are read


@dataclass(frozen=True, slots=True)
class Low:
    """The least finite value of a column in a window, how many rows hold just that, and how many have a value."""

    least: float
    rows: int  # in a cell of this one value; 0 where the cell holds others too
    of: int

    @classmethod
    def of_cells(cls, cells: Cells, layout: NumericLayout) -> "Low":
        """Nothing is inf; what is −inf in a window has no floor."""
        valued = int(cells.counts[~np.isin(cells.codes, sorted(layout.absent))].sum())
        if LOW_INF in cells.codes:
            return cls(-inf, 0, valued)
        finite = np.flatnonzero((cells.codes >= BEYOND_LOW) & (cells.codes < layout.high_inf))
        if not len(finite) or cells.lows is None or cells.highs is None:
            return cls(inf, 0, valued)
        k = finite[int(np.argmin(cells.lows[finite]))]
        alone = cells.lows[k] == cells.highs[k]
        return cls(float(cells.lows[k]), int(cells.counts[k]) if alone else 0, valued)


def below_floors(known: FactGrounds, layouts: Mapping[str, Layout], read: ReadAll) -> Iterator[Finding]:
    """A finding for each numeric column with values below its floor.

    Seldom are more than a few windows read: only of a column that lies below the latest ones' least in several rows.
    """
    past = known.past()
    if known.rows < known.tuning.rows or len(past) < known.tuning.young:
        return
    numeric = _numeric(known, layouts)
    limit = known.limit(len(numeric))
    for column, layout in numeric.items():
        left = known.judgement.normal.left(column, (), past)
        told = sorted(known.told_before(column, BelowFloor.name).intersection(lately(known, left)))
        fresh = [w for w in left if w not in told]
        if told or _may_be(known.cells[column], _of(column, read(fresh[-NEAR:])), layout):
            found = (_since(known, column, layout, read, (left, fresh), first, limit) for first in (*told, None))
            yield from islice(filter(None, found), 1)


def _numeric(known: FactGrounds, layouts: Mapping[str, Layout]) -> dict[str, NumericLayout]:
    """The columns of numbers that the window has, by their first cells."""
    lines = {c: on_a_line(layouts.get(c)) for c in known.cells if column_of(c) == c}
    return {c: line for c, line in lines.items() if line is not None}


def _of(column: str, cells: Sequence[Mapping[str, Cells]]) -> list[Cells]:
    """One column's cells, of the windows that have it."""
    return [c[column] for c in cells if column in c]


def _since(
    known: FactGrounds,
    column: str,
    layout: NumericLayout,
    read: ReadAll,
    windows: tuple[Sequence[Window], Sequence[Window]],
    first: Window | None,
    limit: float,
) -> Finding | None:
    """What stands since an alert, or is new where that is None; by all windows, or by those that no alert told of."""
    left, fresh = windows
    before = fresh if first is None else [w for w in left if w < first]
    chance, floor, share = _chance(known, column, layout, _lows(read(before), column, layout))
    since = [] if first is None else _of(column, read([w for w in left if w >= first]))
    stays = 3 * sum(_below(c, floor) >= known.tuning.below for c in since) >= 2 * len(since)
    return _finding(known, column, before, (chance, limit, floor, share), first) if chance > limit and stays else None


def lately(known: FactGrounds, windows: Sequence[Window]) -> Sequence[Window]:
    """The latest windows, those in which what an alert told of may stand."""
    return windows[-known.measure.tuning.decisions.incidents.stands[known.window.kind] :]


def _lows(cells: Sequence[Mapping[str, Cells]], column: str, layout: NumericLayout) -> list[Low]:
    """The lows of windows that have values of a column."""
    return [low for c in cells if column in c and (low := Low.of_cells(c[column], layout)).of]


def _below(cells: Cells, floor: float) -> int:
    """Rows in cells that lie wholly below a value."""
    if cells.highs is None:
        return 0
    with np.errstate(invalid="ignore"):
        return int(cells.counts[(cells.codes >= LOW_INF) & (cells.highs < floor)].sum())


def _least(cells: Cells) -> float:
    """The least number of all; inf where there is none."""
    return float(np.fmin.reduce(cells.lows, initial=inf)) if cells.lows is not None else inf


def _may_be(cells: Cells, latest: Sequence[Cells], layout: NumericLayout) -> bool:
    """Whether several rows lie below all that the latest windows held, and below their floor or 0."""
    if not _least(cells) < min((_least(c) for c in latest), default=-inf):
        return False
    near, now = [Low.of_cells(c, layout) for c in latest], Low.of_cells(cells, layout)
    return _is_below(cells, now, [low for low in near if low.of])


def _is_below(cells: Cells, now: Low, near: Sequence[Low]) -> bool:
    """The same by the lows of those that have values."""
    floor = min((low.least for low in near), default=-inf)
    reached = any(low.least == floor and low.rows for low in near)
    return np.isfinite(floor) and _below(cells, floor) > 1 and (reached or (now.least < 0 <= floor))


def _chance(known: FactGrounds, column: str, layout: NumericLayout, lows: Sequence[Low]) -> tuple[float, float, float]:
    """−log10 of the chance that the lowest of all rows are this window's; the floor, and the share below it."""
    t, cells = known.tuning, known.cells[column]
    floor, rows = min((low.least for low in lows), default=-inf), sum(low.of for low in lows)
    now = Low.of_cells(cells, layout)
    is_sign = now.least < 0 <= floor and floor - now.least > layout.middle - floor
    many = max(t.reached * rows / max(len(lows), 1), t.fewest)
    is_low = is_sign or _is_reached(lows, floor, many, t.repeated)
    below = _below(cells, floor)
    if len(lows) < t.young or not is_low or below < t.below:
        return 0.0, floor, 0.0
    taken = np.arange(below)
    chance = float(np.log10((now.of + rows - taken) / (now.of - taken)).sum())
    return min(chance, t.most), floor, below / now.of


def _is_reached(lows: Sequence[Low], floor: float, rows: float, repeated: int) -> bool:
    """Whether at least half of some windows reach a least value with so many rows, and more than one does."""
    return sum(low.least == floor and low.rows >= rows for low in lows) >= max(len(lows) / 2, repeated)


def _finding(
    known: FactGrounds,
    column: str,
    before: Sequence[Window],
    told: tuple[float, float, float, float],
    first: Window | None,
) -> Finding:
    """The fact; where an alert has told of it already, that it stands."""
    chance, limit, floor, share = told
    like, keys = f"{len(before)} past {known.window.kind}s", tuple(w.key for w in before)
    low, high = 0.0, 0.0
    if first is not None:
        like += f" before {day_and_month(first.start, known.calendar.zone, hour=first.kind == 'hour')}"
        low = high = nan
    score = Score(column, BelowFloor.name, WHOLE, share, 0.0, low, high, nan, chance, "trailing", known.rows, keys)
    score = replace(score, of=number(floor), least=0.0, most=0.0, like=like)
    if first is not None:
        return Finding(column, WHOLE, 0.0, (score,))
    return finding_of(score, chance, limit)
