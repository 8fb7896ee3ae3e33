"""How often anything relevant is found at all."""

from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.statistics.ranking_level import RankingLevel
from tidegauge.statistics.statistic import Reads


class HitRate(RankingLevel):
    """Share of queries that have a relevant row among the first `labels.top`, of those that have one.

    The plainest number of a ranking; it hardly moves where many rows are shown.

    Range 0 to 1. NaN where fewer than eight queries have a relevant row. Standard error: the
    scatter of queries by √queries, 0.1/√queries at least.

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> each, one = Gained(8.0, 6.5), np.array([40.0])
    >>> rows = Labelled(one, one, one, False, ranked=RankedQueries(10.0, 2.0, 10, each, each, each, each))
    >>> HitRate().level(rows)
    0.8

    Source: M. Deshpande, G. Karypis, Item-based top-N recommendation algorithms (2004).
    """

    name = "hit-rate"
    title = "queries with a relevant row among the first"
    reads = Reads.SHARE
    unit = "share"
    says = "a relevant row is among the first of {value} of the queries"

    def _of(self, found: RankedQueries) -> Gained:
        return found.hits
