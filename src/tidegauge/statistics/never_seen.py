"""Mass where the reference has none."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class NeverSeen(Distance):
    """Share of rows that lie where the reference has nothing.

    Categorical: rows in cells that the reference left empty, among them the buckets of values that the layout does
    not name: a new carrier, a re-cased code. Numeric: rows in cells wholly below or above all of the reference's
    cells. The clearest sentence for a fault ("12 % of rows have a value never seen before"), and blind to everything
    inside the known range: use it beside a distance. A new value that falls into a bucket that is already in use is
    not told from the old ones, so it may be understated.

    Shapes: stacks [C, K] → [C]. Unit: share of rows. Range: 0 to 1. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> NeverSeen().between(counted([60, 28, 12]), counted([50, 50, 0]))
    array([0.12])
    >>> NeverSeen().between(counted([1, 0, 9], [0, 1, 2, 3]), counted([1, 0, 0], [0, 1, 2, 3]))
    array([0.9])

    Source: a count; TensorFlow Data Validation calls it the out-of-vocabulary share.
    """

    name = "never-seen"
    title = "values not in the reference"
    says = "{value} of its values do not occur in the reference"
    reads = Reads.SHARE
    shape = -0.1
    applies = BOTH
    high = 1.0
    unit = "share"

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        new = q == 0
        if current.kind == "numeric":  # inside the range an empty cell is only a thin one
            new &= (np.cumsum(q, axis=1) == 0) | (np.cumsum(q[:, ::-1], axis=1)[:, ::-1] == 0)
        out: Array = np.where(new, p, 0.0).sum(axis=1)
        return np.where(np.isnan(p).any(axis=1) | np.isnan(q).any(axis=1), np.nan, np.minimum(out, 1.0))
