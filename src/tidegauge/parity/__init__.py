"""Rates that are to be alike between groups, one file each, and the interval of their ratio."""

from tidegauge.core.registry import Registry
from tidegauge.parity.base import ParityRate
from tidegauge.parity.false_positive_rate import FalsePositiveRate
from tidegauge.parity.positive_predictive_value import PositivePredictiveValue
from tidegauge.parity.selection_rate import SelectionRate
from tidegauge.parity.true_positive_rate import TruePositiveRate

RATES: Registry[ParityRate] = Registry(
    "rates of parity",
    [SelectionRate(), TruePositiveRate(), FalsePositiveRate(), PositivePredictiveValue()],
)
