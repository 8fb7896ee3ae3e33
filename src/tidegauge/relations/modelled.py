"""A family of relations that expects one column by a model of others: what it says follows from what came of it."""

from abc import abstractmethod

from tidegauge.boosting.boosted import Boosted
from tidegauge.relations.base import NOTHING, Family, Floats, Learnt, Spec
from tidegauge.relations.coded import Coded


class ModelFamily(Family):
    """Its levels are made of what came and of what a model has foretold of each row, and of nothing else.

    So a what-if that changes one column works out anew only how that column reaches into the model
    (`tidegauge.sensitivity.related`), and what came where it is the column itself.
    """

    @abstractmethod
    def model(self, spec: Spec, rows: Coded, learnt: Learnt) -> Boosted:
        """The model that was learnt: of `spec[0]`, by the columns behind it."""

    @abstractmethod
    def truth(self, spec: Spec, rows: Coded, learnt: Learnt) -> Floats:
        """[n] what the model foretells, as it came; NaN where there is none."""

    @abstractmethod
    def of(self, y: Floats, expected: Floats, scale: float) -> list[tuple[float, float]]:
        """The levels of [n] values, NaN where there is none, and what was expected of each row."""

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        if not learnt or not len(rows):
            return [NOTHING] * len(self.statistics)
        model = self.model(spec, rows, learnt)
        return self.of(self.truth(spec, rows, learnt), model.predict(rows), model.scale)


def by_model(family: Family) -> ModelFamily | None:
    """The same as a family that expects one column by a model of others; None for one that is no such."""
    return family if isinstance(family, ModelFamily) else None
