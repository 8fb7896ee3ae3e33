"""How early the first relevant row comes."""

from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.statistics.ranking_level import RankingLevel


class MeanReciprocalRank(RankingLevel):
    """One over the place of the first relevant row of a query, averaged over queries; 0 where none is among the first.

    How many are first is `labels.top`. For searches that look for one thing.

    Range 0 to 1. NaN where fewer than eight queries have a relevant row. Standard error: the
    scatter of queries by √queries, 0.1/√queries at least.

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> each, one = Gained(8.0, 6.5), np.array([40.0])
    >>> rows = Labelled(one, one, one, False, ranked=RankedQueries(10.0, 2.0, 10, each, each, each, each))
    >>> MeanReciprocalRank().level(rows)
    0.8

    Source: E. Voorhees, The TREC-8 question answering track report (1999).
    """

    name = "mean-reciprocal-rank"
    title = "mean reciprocal rank (MRR)"
    says = "mean reciprocal rank is {value}"

    def _of(self, found: RankedQueries) -> Gained:
        return found.reciprocal
