"""How long a budget of false alerts is counted over, and what it bears in that time."""

from dataclasses import dataclass
from math import ceil
from typing import Self

from tidegauge.monitor.durations import MONTH_DAYS

LONGEST_PERIOD = 366  # days, however rare the budget wants alerts


@dataclass(frozen=True, slots=True)
class BudgetPeriod:
    """A month; of a budget that is rarer than one a month the time in which one may come.

    >>> [(one.days, round(one.bearable, 2)) for one in map(BudgetPeriod.of, (2.0, 2 / 12))]  # two a month, two a year
    [(31, 2.04), (183, 1.0)]
    """

    days: int
    bearable: float  # incidents in that time: one at least

    @classmethod
    def of(cls, budget: float) -> Self:
        """By a budget of so many false alerts a month."""
        days = min(ceil(max(1.0, 1 / budget) * MONTH_DAYS), LONGEST_PERIOD)
        return cls(days, max(budget * days / MONTH_DAYS, 1.0))
