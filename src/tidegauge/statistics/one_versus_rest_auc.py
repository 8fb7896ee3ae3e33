"""Whether each class's score still tells its rows from the others."""

from collections.abc import Iterator

import numpy as np

from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import NAN, ClassLevel, over_classes
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

FEWEST = 3  # rows of a class, and of all others, without which its AUC is not said


class OneVersusRestAUC(ClassLevel):
    """Mean over classes of the probability that a row of the class has a higher score for it than a row of another.

    Sees that scores have lost their order while the class with the highest one is still right: what accuracy hides
    until it is late. Of each class the scores are counted in fixed cells; ties within one count half. Scores nearer
    than 2⁻²² to 0 or to 1 are ties, so a model that is sure of nearly everything has one that is too low. Only of the
    whole: a segment's rows are not counted by class and score.

    Range 0 to 1; 0.5 is chance. Classes with fewer than three rows, or all rows but three, take no part. NaN without
    scores of each class. Standard error: that of the classes' own, ½/√min(rows of the class, other rows).

    >>> from tidegauge.profiles.tasks.class_counts import Curve
    >>> from tidegauge.statistics.labelled import Labelled
    >>> curves = [Curve(np.array([10.0, 10.0]), np.array(hits)) for hits in ([2.0, 8.0], [3.0, 7.0])]
    >>> counts = ClassCounts(("cat", "dog"), np.diag([8.0, 7.0, 0.0]), 15.0, 20.0, curves=curves)
    >>> round(OneVersusRestAUC().level(Labelled.of_classes(counts)), 4)
    0.75

    Source: F. Provost, P. Domingos, Well-trained PETs: improving probability estimation trees (2000).
    """

    name = "one-vs-rest-auc"
    title = "order of labels by each class's score (AUC of one against the rest)"
    says = "order of labels by each class's score (AUC of one against the rest) is {value}"
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)
    judged = True
    only_falls = True
    floor = 0.02
    number = "avg(CASE WHEN ones >= 3 AND others >= 3 THEN auc END)"

    def there(self, unit: LabelUnit) -> bool:
        """Where classes have scores."""
        return bool(unit.scores)

    def _of(self, counts: ClassCounts) -> float:
        each = [auc for auc, _ in _curves(counts)]
        return float(np.mean(each)) if each else NAN

    def _error(self, counts: ClassCounts) -> float:
        variances = [0.25 / few for _, few in _curves(counts)]
        return float(np.sqrt(sum(variances)) / len(variances))

    def sql(self, question: Question) -> Shown:
        return over_classes(question, self.number, "curves")


def _curves(counts: ClassCounts) -> Iterator[tuple[float, float]]:
    """The AUC of each class that has enough rows, and how many the fewer of both sides are."""
    for curve in counts.curves:
        ones, others = curve.hits, curve.rows - curve.hits
        few = min(float(ones.sum()), float(others.sum()))
        if few >= FEWEST:
            below = np.cumsum(others) - others
            yield float((ones * (below + others / 2)).sum() / ones.sum() / others.sum()), few
