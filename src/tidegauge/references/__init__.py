"""Which past windows are normal for a window: chosen by the calendar alone, never by looking at data.

To add a pool: one file here, and one line in POOLS.
"""

from tidegauge.core.registry import Registry
from tidegauge.references.base import CandidatePool
from tidegauge.references.day_class import DayClass
from tidegauge.references.holidays import Holidays
from tidegauge.references.month_day import MonthDay
from tidegauge.references.pinned import Pinned
from tidegauge.references.rest_days import RestDays
from tidegauge.references.same_hour import SameHour
from tidegauge.references.same_season import SameSeason
from tidegauge.references.trailing import Trailing
from tidegauge.references.weekends import Weekends

POOLS: Registry[type[CandidatePool]] = Registry(
    "pool",
    [
        SameSeason,  # the same hour of the week
        SameHour,  # the same hour, same class of day
        DayClass,  # working days, or weekends
        MonthDay,  # the same day of the month
        Holidays,  # holidays with holidays
        Weekends,  # weekends for holidays
        RestDays,  # both for holidays
        Trailing,  # the most recent
        Pinned,  # a fixed time, or another version
    ],
)
