"""How late a window's data came."""

import numpy as np

from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.base import WindowLevel
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.statement import ROWS, Question, Shown
from tidegauge.statistics.statistic import Reads

MINUTE = 60.0


class Freshness(WindowLevel):
    """log(1 + lag in minutes): how long after its event the window's newest row arrived.

    A pipeline that falls behind. The logarithm makes from one minute to two hours as far as from two hours to ten
    days, so ordinary jitter of minutes stays small. A negative lag (an event in the future) counts as none: that is
    a broken contract, not freshness.

    Shapes: facts [W] → [W]. Unit: logarithm; `natural` gives seconds. Standard error 0: a lag is read, not
    estimated. nan where the lag is unknown.

    >>> facts = Facts(np.array([0.0, 100.0]), np.array([0.0, 1.0]), np.array([np.nan, 60.0]))
    >>> Freshness().level(facts).round(4), Freshness().natural(Freshness().level(facts)).round()
    (array([   nan, 0.6931]), array([nan, 60.]))

    Source: a logarithm.
    """

    name = "freshness"
    title = "age of the newest event"
    says = "the newest event is {value} old"
    plain = "the newest row is {value} old"
    reads = Reads.SECONDS
    subject = "the freshness of rows"
    floor = 0.1
    one_sided = True
    unit = "log minutes"
    far = BOUNDLESS

    def level(self, facts: Facts) -> Array:
        """[W] log(1 + lag in minutes)."""
        out: Array = np.log1p(np.maximum(facts.lag, 0) / MINUTE)
        return out

    def error(self, facts: Facts) -> Array:
        """[W] 0, nan where the lag is unknown."""
        return np.where(np.isnan(facts.lag), np.nan, 0.0)

    def natural(self, level: Array) -> Array:
        """[...] seconds."""
        out: Array = np.expm1(level) * MINUTE
        return out

    def sql(self, question: Question) -> Shown:
        del question
        return ROWS
