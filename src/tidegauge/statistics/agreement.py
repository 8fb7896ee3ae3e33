"""Whether a segment's labels still follow its predictions, once the window's own level is taken out."""

import numpy as np
from numpy.typing import NDArray

from tidegauge.statistics.labelled import BINARY, Labelled, SegmentLabelLevel
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads

Array = NDArray[np.float64]
ROUNDS = 30
FARTHEST = 4.0  # of the window's shift, in logits


class LabelAgreement(SegmentLabelLevel):
    """Score test of a segment's labels against its predictions, moved in logits until the window's other rows fit.

    A storm makes every carrier late: the shift takes it out. What is left sees both that a segment's labels lie on
    another level than its predictions (`label-contrast`) and that they lost their order (`auc`), weighted as a row's
    evidence is: on an ordinary day the level says most, on a day when everything is even the order does. Flipped labels
    of a segment are what it is for. Needs predictions that are probabilities and labels 0 and 1.

    Unit: standard deviations of one row. Standard error 1/√n. NaN with fewer than twenty rows on either side.

    >>> segment = Labelled(np.array([10.0, 10.0]), np.array([8.0, 2.0]), np.array([2.0, 8.0]), True)
    >>> whole = Labelled(np.array([50.0, 50.0]), np.array([13.0, 37.0]), np.array([10.0, 40.0]), True)
    >>> round(LabelAgreement().level(segment, whole), 2)
    -1.46

    Source: C. Rao's score test (1948) of the slope in D. Cox's calibration model (1958).
    """

    name = "label-agreement"
    title = "agreement of labels with predictions"
    says = "agreement of labels with their predictions is {value} (0: as predicted, lower: worse)"
    plain = "labels do not follow their predictions as they did"
    applies = BINARY
    reads = Reads.NUMBER
    floor = 0.06
    only_falls = True
    least = 20

    def level(self, segment: Labelled, whole: Labelled) -> float:
        """The score, per root row."""
        n = segment.rows
        if not whole.binary or min(n, whole.rows - n) < self.least:
            return float("nan")
        mine, all_ = _logits(segment), _logits(whole)
        shift = _shift(segment, mine, whole, all_)
        p = np.clip(_chance(mine + shift), 0.02, 0.98)
        weight = np.log(p / (1 - p))
        spread = float((segment.n * p * (1 - p) * (weight**2 + 0.1)).sum())
        return float(((segment.label - segment.n * p) * weight).sum() / np.sqrt(spread * n))

    def error(self, segment: Labelled, whole: Labelled) -> float:
        """1/√n."""
        n = segment.rows
        enough = whole.binary and min(n, whole.rows - n) >= self.least
        return float(1 / np.sqrt(n)) if enough else float("nan")

    def sql(self, question: Question) -> Shown:
        del question
        return NoStatement("Its shift is found by steps, each from the one before: no single statement takes them.")


def _shift(segment: Labelled, mine: Array, whole: Labelled, all_: Array) -> float:
    """The shift at which the other rows' predictions sum to their labels, by Newton's steps."""
    wanted = float(whole.label.sum() - segment.label.sum())
    shift = 0.0
    for _ in range(ROUNDS):
        p, q = _chance(all_ + shift), _chance(mine + shift)
        over = float((whole.n * p).sum() - (segment.n * q).sum()) - wanted
        slope = float((whole.n * p * (1 - p)).sum() - (segment.n * q * (1 - q)).sum())
        step = min(max(over / max(slope, 1e-6), -1.0), 1.0)
        shift = min(max(shift - step, -FARTHEST), FARTHEST)
        if abs(step) < 1e-6:
            break
    return shift


def _logits(labelled: Labelled) -> Array:
    """[cells] the logits of the predictions, kept off 0 and 1."""
    p = np.clip(labelled.prediction / labelled.n, 0.01, 0.99)
    out: Array = np.log(p / (1 - p))
    return out


def _chance(logit: Array) -> Array:
    """[...] the probability of a logit."""
    out: Array = 1 / (1 + np.exp(-logit))
    return out
