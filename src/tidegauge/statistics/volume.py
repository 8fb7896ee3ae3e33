"""How many rows a window has."""

from math import inf

import numpy as np

from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.base import WindowLevel
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.signal_set import Counts
from tidegauge.statistics.statement import ROWS, Question, Shown
from tidegauge.statistics.statistic import Reads


class Volume(WindowLevel):
    """log(1 + rows) of a window.

    A partial load, a doubled load, a source that stopped: often the first sign, and it explains others. The logarithm
    makes half and double equally far, and a weekly rhythm additive. An empty window has the level 0.

    Shapes: facts [W] → [W]. Unit: logarithm; `natural` gives rows. Standard error 1/√(1 + rows), as for a Poisson
    count; real traffic varies more, which the spread between windows knows. Never nan: a window without rows has 0.

    >>> facts = Facts(np.array([0.0, 99.0]), np.array([0.0, 1.0]), np.array([np.nan, 60.0]))
    >>> Volume().level(facts).round(4), Volume().natural(Volume().level(facts)).round()
    (array([0.    , 4.6052]), array([ 0., 99.]))

    Source: the error by the delta method on a Poisson count.
    """

    name = "volume"
    title = "number of rows"
    says = "there are {value} rows"
    plain = "{value} rows came"
    reads = Reads.NUMBER
    bounds = (0.0, inf)
    subject = "the number of rows"
    floor = 0.03
    shape = -0.1
    unit = "log rows"
    far = BOUNDLESS
    grows = True
    counts = Counts.ROWS

    def level(self, facts: Facts) -> Array:
        """[W] log(1 + rows)."""
        out: Array = np.log1p(facts.rows)
        return out

    def error(self, facts: Facts) -> Array:
        """[W] 1/√(1 + rows)."""
        out: Array = 1 / np.sqrt(1 + facts.rows)
        return out

    def natural(self, level: Array) -> Array:
        """[...] rows."""
        out: Array = np.expm1(np.minimum(level, 700.0))
        return out

    def sql(self, question: Question) -> Shown:
        del question
        return ROWS
