"""Likely causes, in one list: one file and one line each."""

from tidegauge.causes.base import Cause
from tidegauge.causes.one_new_value import OneNewValue
from tidegauge.causes.other_spelling import OtherSpelling
from tidegauge.causes.other_unit import OtherUnit
from tidegauge.causes.standing_still import StandingStill
from tidegauge.causes.values_absent import ValuesAbsent
from tidegauge.core.registry import Registry

CAUSES: Registry[Cause] = Registry(
    "likely cause",
    [
        ValuesAbsent(),
        OtherSpelling(),
        OtherUnit(),
        OneNewValue(),
        StandingStill(),
    ],
)
