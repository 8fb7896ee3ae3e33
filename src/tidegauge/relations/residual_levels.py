"""The four numbers of what a model leaves of a column: what each one is, and how it is told."""

import numpy as np

from tidegauge.relations.base import Floats, RelationStatistic
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import MODEL, Question, Shown
from tidegauge.statistics.statistic import Reads


class _OfModel(RelationStatistic):
    """Told of the column alone, though all others take part in it; SQL has no such number."""

    alone = True
    plain = "{column} does not follow from the other columns as it did"

    def sql(self, question: Question) -> Shown:
        del question
        return MODEL


class ResidualMean(_OfModel):
    """Mean residual, a shift that the other columns do not explain; less of it where the rows scatter unusually.

    For weather that the model never saw moves its rows by different amounts, and a fault of the column all by one.

    Unit: the 80 % quantile of past absolute residuals. Standard error s/√n.

    >>> ResidualMean().read(2.5)
    2.5

    Source: as `Residuals`.
    """

    name = "residual-mean"
    title = "mean difference from what the other columns predict"
    says = (
        "it differs from what the other columns predict by {value} on average (1: a typical error of one value; none "
        "counts as more than 10)"
    )
    reads = Reads.NUMBER
    floor = 0.05
    shape = -0.1


class ResidualSize(_OfModel):
    """Log of the residuals' mean size about the window's median: blind to a day that is off as a whole.

    Unit: logarithm; `natural` gives the size, 1 for the 80 % quantile of past ones. Standard error 1/√n.

    >>> ResidualSize().natural(np.array([np.log(1.1)])).round(3)
    array([1.])

    Source: as `Residuals`.
    """

    name = "residual-size"
    title = "size of differences from what the other columns predict"
    says = "its differences from what the other columns predict are {value} (1: as large as usual)"
    reads = Reads.NUMBER
    floor = 0.05
    one_sided = True

    def natural(self, level: Floats) -> Floats:
        """[...] the mean size, 0 up."""
        out: Floats = np.maximum(np.exp(np.minimum(level, 50)) - self.tuning.relations.residuals.tiny, 0.0)
        return out


class ResidualFar(_OfModel):
    """Share of residuals more than four usual ones from the window's median, as arcsin √p: a few rows, far off.

    Range of the share 0 to 1. Standard error ½/√n.

    >>> ResidualFar().natural(np.array([np.pi / 2]))
    array([1.])

    Source: as `Residuals`.
    """

    name = "residual-far"
    title = "values far from what the other columns predict"
    says = "{value} of its values lie far from what the other columns predict"
    reads = Reads.SHARE
    one_sided = True

    def natural(self, level: Floats) -> Floats:
        """[...] the share, 0 to 1."""
        return from_angle(level)


class ResidualFit(_OfModel):
    """How much of the order is lost, arcsin √(1 − ρ²): shuffled predictions keep every margin and break this.

    Unit: angle; `natural` gives the correlation ρ, which falls as the level rises. Standard error ½/√n.

    >>> ResidualFit().natural(np.array([0.0, np.pi / 2])).round(3)
    array([1., 0.])

    Source: as `Residuals`.
    """

    name = "residual-fit"
    title = "correlation with what the other columns predict"
    says = "its correlation with what the other columns predict is {value}"
    reads = Reads.NUMBER
    one_sided = True
    light = True
    falls = True

    def natural(self, level: Floats) -> Floats:
        """[...] the correlation, 0 to 1."""
        out: Floats = np.cos(np.clip(level, 0, np.pi / 2))
        return out


def residual_levels() -> tuple[RelationStatistic, ...]:
    """All four, in the order in which `Residuals` works them out."""
    return ResidualMean(), ResidualSize(), ResidualFar(), ResidualFit()
