"""Likely causes, in one list: one file and one line each."""

from tidegauge.causes.base import Cause
from tidegauge.causes.cut_values import CutValues
from tidegauge.causes.exchanged_columns import ExchangedColumns
from tidegauge.causes.exchanged_values import ExchangedValues
from tidegauge.causes.flipped_labels import FlippedLabels
from tidegauge.causes.loaded_twice import LoadedTwice
from tidegauge.causes.moved_odds import MovedOdds
from tidegauge.causes.one_new_value import OneNewValue
from tidegauge.causes.opposite_sign import OppositeSign
from tidegauge.causes.other_spelling import OtherSpelling
from tidegauge.causes.other_unit import OtherUnit
from tidegauge.causes.overdue_labels import OverdueLabels
from tidegauge.causes.partial_load import PartialLoad
from tidegauge.causes.rounded_values import RoundedValues
from tidegauge.causes.shuffled_predictions import ShuffledPredictions
from tidegauge.causes.stand_in_value import StandInValue
from tidegauge.causes.standing_still import StandingStill
from tidegauge.causes.values_absent import ValuesAbsent
from tidegauge.causes.vanished_value import VanishedValue
from tidegauge.causes.whole_shift import WholeShift
from tidegauge.causes.wrong_clock import WrongClock
from tidegauge.core.registry import Registry

CAUSES: Registry[Cause] = Registry(
    "likely cause",
    [
        ValuesAbsent(),
        OtherSpelling(),
        OtherUnit(),
        OneNewValue(),
        StandingStill(),
        StandInValue(),
        OppositeSign(),
        ExchangedValues(),
        ExchangedColumns(),
        VanishedValue(),
        CutValues(),
        RoundedValues(),
        LoadedTwice(),
        PartialLoad(),
        WrongClock(),
        FlippedLabels(),
        OverdueLabels(),
        ShuffledPredictions(),
        MovedOdds(),
        WholeShift(),
    ],
)
