"""How many predictions have a label by now."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import ArrivalLevel
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class LabelledShare(ArrivalLevel):
    """Share of a window's predictions that have a label, as the angle arcsin √p.

    A feed of labels that stops or a join that loses them: the other levels of labels rest on what came. How many
    predictions there are is `volume`, which the stage of the inputs judges.

    Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√predictions. NaN without predictions.

    >>> LabelledShare().natural(np.array([LabelledShare().level(60.0, 80)])).round(4)
    array([0.75])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "labelled-share"
    title = "predictions that have a label"
    says = "{value} of the predictions have a label"
    plain = "{value} of the predictions have got a label"
    reads = Reads.SHARE
    subject = "the arrival of labels"
    floor = 0.02
    unit = "angle"

    def level(self, labelled: float, predictions: int) -> float:
        """Arcsin √(labelled / predictions)."""
        share = np.array([min(labelled / predictions, 1.0) if predictions else np.nan])
        return float(angle(share)[0])

    def error(self, predictions: int) -> float:
        """½/√predictions."""
        return float(angle_error(np.array([float(predictions)]))[0])

    def natural(self, level: Array) -> Array:
        """[...] share of predictions, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return over_labels(question, "least(sum(n) / nullif((SELECT count(*) FROM tidegauge_log), 0), 1)")
