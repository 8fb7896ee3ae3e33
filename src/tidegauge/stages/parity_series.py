"""Ratios between groups as series: which of them have one, and what each is in a window.

A column has many groups, and each has four rates: so there is room for some of them (`FAIR`), which is taken from the
room of columns where a monitor names groups before its series are chosen. How many are outside their band is a series
in any case. Groups are those that are listed as segments, and no value that turns up one day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import nan

from tidegauge.core.parity import Fairness, Lies
from tidegauge.core.point import DECISION, PARITY, Series, Unit
from tidegauge.core.window import FIRST_STAGE, WHOLE
from tidegauge.monitor import Monitor
from tidegauge.monitor.sensitive import Sensitive
from tidegauge.parity import RATES
from tidegauge.profiles.segments import OTHERS
from tidegauge.stages.figures import Figures
from tidegauge.stages.series import fair_room
from tidegauge.store.stored_points import Points

OUTSIDE = f"{PARITY}outside"
Place = tuple[str, str, str]  # column, statistic, segment
Numbers = tuple[float, float, float]  # a ratio, and the two ends of its interval


def new_parity_series(
    monitor: Monitor, known: Iterable[Series], figures: Figures | None, points: Points
) -> tuple[Series, ...]:
    """Those of a stage that have no place yet, while there is room: how many are outside, then rate by rate the groups.

    `known`: its series; `figures`: of its labels. None where labels are not 0 and 1.
    """
    if figures is None or not (monitor.fairness and figures.measure.unit.thresholds):
        return ()
    mine = {one for one in known if one.statistic.startswith(PARITY)}
    left = fair_room(monitor, _of_columns(points.series(monitor.name, FIRST_STAGE))) - sum(one.cost for one in mine)
    return tuple(_while(left, [s for s in _wanted(monitor.fairness, figures.measure.segments) if s not in mine]))


def _while(left: int, some: Sequence[Series]) -> Iterator[Series]:
    """The first of some, as many as there is room for."""
    for one, cost in zip(some, accumulate(one.cost for one in some), strict=True):
        if cost <= left:
            yield one


def _of_columns(some: Iterable[Series]) -> int:
    """How many of Prometheus' series the columns among some have."""
    return sum(one.cost for one in some if one.column != DECISION)


def _wanted(some: Sequence[Sensitive], segments: Sequence[str]) -> Iterator[Series]:
    for one in some:
        yield Series(one.column, OUTSIDE)
    for rate in RATES:
        for one in some:
            base, others = f"{one.column}={one.base}", f"{one.column}={OTHERS}"
            groups = [s for s in segments if s.startswith(f"{one.column}=") and s not in (base, others)]
            yield from (Series(one.column, PARITY + rate, s, Unit.RATIO, banded=True) for s in sorted(groups))


def parity_numbers(some: Iterable[Fairness]) -> Mapping[Place, Numbers]:
    """What is known of a window: of too few rows nothing, as everywhere."""
    out: dict[Place, Numbers] = {}
    for one in some:
        if one.parities:
            out[one.column, OUTSIDE, WHOLE] = float(len(one.outside)), nan, nan
        for p in (p for p in one.parities if p.lies is not Lies.FEW):
            out[p.column, PARITY + p.rate, f"{p.column}={p.group}"] = p.ratio, p.low, p.high
    return out
