"""How early relevant rows come, all of them."""

from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.statistics.ranking_level import RankingLevel


class MeanAveragePrecision(RankingLevel):
    """Average precision of the first rows of a query, averaged over queries.

    Of each relevant row among the first `labels.top` the share of relevant ones down to it, over as many as could be
    there. Rows of equal scores stand in the order of a digest of their ids.

    Range 0 to 1. NaN where fewer than eight queries have a relevant row. Standard error: the
    scatter of queries by √queries, 0.1/√queries at least.

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> each, one = Gained(8.0, 6.5), np.array([40.0])
    >>> rows = Labelled(one, one, one, False, ranked=RankedQueries(10.0, 2.0, 10, each, each, each, each))
    >>> MeanAveragePrecision().level(rows)
    0.8

    Source: C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval (2008), chapter 8.
    """

    name = "mean-average-precision"
    title = "mean average precision (MAP)"
    says = "mean average precision is {value}"

    def _of(self, found: RankedQueries) -> Gained:
        return found.precision
