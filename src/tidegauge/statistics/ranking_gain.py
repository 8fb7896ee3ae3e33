"""How near the order of scores comes to the best order."""

from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.statistics.ranking_level import RankingLevel


class NormalisedGain(RankingLevel):
    """Normalised discounted cumulative gain of the first rows of a query, averaged over queries.

    Relevance over log2(place + 1), as a part of the best order's. How many are first is `labels.top`. Rows of equal
    scores share their places, as scikit-learn has it.
    What is judged of ranked queries: prefer it to `mean-average-precision`, which knows relevant and not relevant only.

    Range 0 to 1. NaN where fewer than eight queries have a relevant row. Standard error: the
    scatter of queries by √queries, 0.1/√queries at least.

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> each, one = Gained(8.0, 6.5), np.array([40.0])
    >>> rows = Labelled(one, one, one, False, ranked=RankedQueries(10.0, 2.0, 10, each, each, each, each))
    >>> NormalisedGain().level(rows)
    0.8

    Source: K. Järvelin, J. Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002).
    """

    name = "ndcg"
    title = "order of relevant rows (NDCG)"
    says = "NDCG is {value}"
    judged = True
    only_falls = True
    floor = 0.02
    by_segment = True

    def _of(self, found: RankedQueries) -> Gained:
        return found.gain
