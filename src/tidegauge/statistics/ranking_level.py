"""What all facts of ranked queries share: a mean over queries, its error by their scatter."""

from abc import abstractmethod

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.statistics.labelled import RANKED, Labelled, LabelLevel
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads

NAN = float("nan")
WHOLE_QUERIES = NoStatement("It is counted query by query when labels are; no statement is kept that gives it again.")


class RankingLevel(LabelLevel):
    """A mean over the queries that have a relevant row. NaN where labels are no relevance, or queries are too few."""

    applies = RANKED
    judged = False
    floor = 0.0  # no decision follows it, where a class does not say otherwise
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)

    def _level(self, labelled: Labelled) -> float:
        found = self._found(labelled)
        return NAN if found is None else self._of(found).total / found.queries

    def error(self, labelled: Labelled) -> float:
        """The queries' own scatter by √queries, a tenth at least."""
        found = self._found(labelled) if labelled.rows >= self.least else None
        if found is None:
            return NAN
        total, squares = self._of(found)
        variance = max(squares / found.queries - (total / found.queries) ** 2, 0.01)
        return float(np.sqrt(variance / found.queries))

    def _found(self, labelled: Labelled) -> RankedQueries | None:
        found = labelled.ranked
        return found if found is not None and found.queries >= self.least else None

    @abstractmethod
    def _of(self, found: RankedQueries) -> Gained:
        """What is added up of it."""

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, *self.bounds)

    def sql(self, question: Question) -> Shown:
        del question
        return WHOLE_QUERIES
