"""How many values the layout does not know."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import CATEGORICAL, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import Question, Shown, share_of_values
from tidegauge.statistics.statistic import Reads


class NewCategories(Level):
    """Share of non-missing rows whose value the layout does not name, as the angle arcsin √p.

    New against the *vocabulary*, the same in every window, so its own history says what is usual: a column of names
    always has some, a column of codes none. `never-seen` asks the same against a chosen reference instead. A
    re-cased or re-coded column takes it to 1.

    Shapes: stack [C, K] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√n.
    nan for numeric columns or without rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> NewCategories().natural(NewCategories().level(counted([6, 3, 1], known=2))).round(4)
    array([0.1])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "new-categories"
    title = "values never seen before"
    says = "{value} of its values were never seen before"
    plain = "{value} of the values of {column} are new"
    reads = Reads.SHARE
    shape = -0.1
    applies = CATEGORICAL
    floor = 0.01
    light = True
    one_sided = True
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        bucket = np.arange(stack.counts.shape[1]) >= stack.known[:, None]
        share = np.where(bucket, stack.share(), 0.0).sum(axis=1)
        return angle(np.where(stack.finite > 0, share, np.nan))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        """[...] share of non-missing rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        dialect, side = question.dialect, question.side
        known = ", ".join(dialect.text(v) for v in side.layout.named)
        new = f"{dialect.as_text(side.value)} NOT IN ({known})" if known else f"{side.value} IS NOT NULL"
        return share_of_values(side, new)
