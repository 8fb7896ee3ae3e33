"""Whether a window keeps to the limits that its monitor's file sets, by what is stored of the window alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, isnan, nan

import numpy as np

from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.monitor.hard_limits import Bounded, Limit
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.profile import Profile
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.structural import FactGrounds
from tidegauge.statistics import WINDOW_LEVELS
from tidegauge.statistics.duplicates import Duplicates
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.own_limits import BrokenLimit, BrokenShareLimit
from tidegauge.wording.text import column_name, first_up, one_line

Parts = Callable[[], Profile]  # a window with its segments
SHARES = (Duplicates.name, Missing.name, "unseen")  # the file's keys, called as statistics are where there is one


def broken_limits(
    known: FactGrounds, limits: Sequence[Limit], layouts: Mapping[str, Layout], parts: Parts
) -> list[Finding]:
    """A finding for each column that a limit of does not hold, and one for the rows; in the order of the file."""
    scores: dict[str, list[Score]] = {}
    for limit, key, bound, value in _values(known, limits, layouts, parts):
        if not isnan(value) and not bound.holds(value):
            column = limit.column or VOLUME
            statistic = BrokenShareLimit.name if key in SHARES else BrokenLimit.name
            of = _named(column, key, bound, limit.segment)
            scores.setdefault(column, []).append(score_of(column, statistic, bound, value, known.rows, of))
    strength = known.tuning.limit
    return [Finding(column, WHOLE, strength, tuple(some)) for column, some in scores.items()]


def with_limits(facts: Sequence[Finding], broken: Sequence[Finding]) -> tuple[Finding, ...]:
    """Facts of a window and its broken limits: those of one column as one, its limits first."""
    others = {f.column: f for f in facts}
    led = tuple(_led(f, others.get(f.column)) for f in broken)
    return (*led, *(f for f in facts if f.column not in {g.column for g in broken}))


def unheld(
    rows: int, cells: Mapping[str, Cells], limits: Sequence[Limit], layouts: Mapping[str, Layout], parts: Parts
) -> list[str]:
    """Limits of columns that a window with rows says nothing of: a sentence each."""
    of_columns = [(x, c, key, bound) for x in limits if rows and (c := x.column) for key, bound in x.bounds]
    lacking = [
        (c, k, b, x.segment)
        for x, c, k, b in of_columns
        if isnan(
            number_of(k, cells.get(c), layouts.get(c))
            if x.segment is None
            else _of_segment(k, c, x.segment, parts(), layouts.get(c))
        )
    ]
    return [f"{first_up(_named(*one))} was not judged: the window has no such number." for one in lacking]


def _led(broken: Finding, fact: Finding | None) -> Finding:
    if fact is None:
        return broken
    strength = max(broken.strength, fact.strength)
    return replace(fact, strength=strength, scores=(*broken.scores, *fact.scores))


def _values(
    known: FactGrounds, limits: Sequence[Limit], layouts: Mapping[str, Layout], parts: Parts
) -> Iterator[tuple[Limit, str, Bounded, float]]:
    """Every bound with the window's number; NaN where it has none."""
    for limit in limits:
        for key, bound in limit.bounds:
            if limit.segment is not None:
                layout = layouts.get(limit.column or "")
                yield limit, key, bound, _of_segment(key, limit.column or "", limit.segment, parts(), layout)
            elif limit.column is not None:
                yield limit, key, bound, number_of(key, known.cells.get(limit.column), layouts.get(limit.column))
            else:
                yield limit, key, bound, float(known.rows) if key == "rows" else _duplicates(known)


def _of_segment(key: str, column: str, segment: str, profile: Profile, layout: Layout | None) -> float:
    """The rows of a segment, or a column's share of missing values among them; NaN where it has no rows."""
    rows = profile.segment_rows.get(segment, 0)
    if key == "rows":
        return float(rows)
    if not rows or layout is None:
        return nan
    cells = profile.segments.get(segment, {}).get(column)
    if cells is None:
        return 0.0  # of a segment only what is missing is stored
    absent = np.isin(cells.codes, sorted(layout.absent))
    return float(cells.counts[absent].sum() / rows)


def score_of(column: str, statistic: str, bound: Bounded, value: float, rows: int, of: str) -> Score:
    """A number outside its bound, which is the edge of an alert."""
    low, high = (-inf, bound.value) if bound.is_most else (bound.value, inf)
    return Score(column, statistic, WHOLE, value, nan, low, high, nan, nan, "", rows, of=of)


def _named(column: str, key: str, bound: Bounded, segment: str | None = None) -> str:
    """A limit as a sentence calls it."""
    where = "" if segment is None else f" in {one_line(segment, 60)}"
    return f'the limit "{key} {bound.written}"' + ("" if column == VOLUME else f' of "{column_name(column)}"') + where


def _duplicates(known: FactGrounds) -> float:
    """The share of rows whose id came before, as the window's record has it."""
    levels = known.measure.signal_set.levels
    at = [k for k, t in enumerate(levels) if t.statistic == Duplicates.name and t.column == VOLUME]
    share = float(WINDOW_LEVELS[Duplicates.name].natural(known.judgement.record.x[at[:1]])[0]) if at else nan
    return share if isnan(share) or not known.rows else round(share * known.rows) / known.rows  # it was an angle


def number_of(key: str, cells: Cells | None, layout: Layout | None) -> float:
    """One number of a column by its first cells, called as limits call it; NaN where it has none."""
    if cells is None or layout is None:
        return nan
    line, valued = on_a_line(layout), ~np.isin(cells.codes, sorted(layout.absent))
    many, rows = int(cells.counts[valued].sum()), int(cells.counts.sum())
    if key == Missing.name:
        return (rows - many) / rows if rows else nan  # one division: 10 of 200 are 5 %, and keep to "<= 5 %"
    if not many or (line is None) != (key == "unseen"):
        return nan
    return float(cells.counts[cells.codes > layout.known].sum() / many) if line is None else _number(key, cells, line)


def _number(key: str, cells: Cells, line: NumericLayout) -> float:
    """The mean, the least or the greatest value of a column of numbers."""
    if cells.lows is None or cells.highs is None or cells.sums is None:
        return nan
    finite = (cells.codes >= BEYOND_LOW) & (cells.codes < line.high_inf)
    if key == "mean":
        summed = (cells.codes > BEYOND_LOW) & (cells.codes < line.high_inf - 1)
        many = int(cells.counts[summed].sum())
        return line.start + (int(cells.sums[summed].sum()) / many + 0.5) / line.scale if many else nan
    if key == "least":
        return -inf if LOW_INF in cells.codes else float(cells.lows[finite].min(initial=inf))
    return inf if line.high_inf in cells.codes else float(cells.highs[finite].max(initial=-inf))
