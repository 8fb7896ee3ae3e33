"""Whether the challenger's predictions are such as could be served."""

from typing import ClassVar

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.promotion.base import Gate, GateAnswer, GateOutcome
from tidegauge.promotion.evidence import Evidence, Pair
from tidegauge.promotion.paired import offset
from tidegauge.tuning.promotion_tuning import PromotionTuning


class Shadow(Gate):
    """Both models on the same rows of mature windows: does the challenger say as much as came true, and of all rows?

    Its mean prediction against the labels of the same rows, the share of decisions that it changes, how far its
    predictions lie from the champion's altogether (bounds so wide that an honest refit passes), and the share of rows
    that it says nothing of.
    """

    name: ClassVar[str] = "shadow"
    title: ClassVar[str] = "could it be served?"

    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> GateAnswer:
        del look
        numbers, wrong = dict[str, float](), list[str]()
        rows = sum(b.rows for b in evidence.beside)
        if rows:
            numbers["unscored"] = sum(b.unscored for b in evidence.beside) / rows
            numbers["flipped"] = sum(b.flipped for b in evidence.beside) / rows
            if numbers["unscored"] > tuning.unscored:
                wrong.append(f"it says nothing of {numbers['unscored']:.1%} of the rows")
            if numbers["flipped"] > tuning.flipped:
                wrong.append(f"it changes the decision of {numbers['flipped']:.0%} of the rows")
        if evidence.whole.champion.ranked:
            wrong += self._of_chances(evidence.whole, numbers, tuning)
        if wrong:
            return self.answer(GateOutcome.FAILED, f"It should not be served: {'; '.join(wrong)}.", **numbers)
        told = ", ".join(f"{name} {value:.3g}" for name, value in numbers.items())
        return self.answer(GateOutcome.PASSED, f"Its predictions could be served ({told}).", **numbers)

    @staticmethod
    def _of_chances(pair: Pair, numbers: dict[str, float], tuning: PromotionTuning) -> list[str]:
        """What is wrong with predictions that are chances."""
        wrong, course = list[str](), pair.challenger
        said, true = float(course.predicted.sum()), float(course.labels.sum())
        rows = max(float(course.rows.sum()), 1.0)
        off, apart = offset(course), divergence(pair, tuning.ranks)
        numbers |= {"mean_prediction": said / rows, "rate": true / rows, "divergence": apart}
        if true > 0 and said > 0:
            factor = max(said / true, true / said)
            if factor > tuning.calibration and min(off.better, off.worse) <= tuning.segment_worse:
                wrong.append(f"its mean prediction is {said / rows:.3f}, and {true / rows:.3f} came true")
        if apart > tuning.divergence:
            wrong.append(f"its predictions are nothing like the champion's (divergence {apart:.2f})")
        return wrong


def divergence(pair: Pair, ranks: int) -> float:
    """The population stability index of the challenger's predictions against equal parts of the champion's."""
    before, now = (c.cells.sum(axis=(0, 1)) for c in (pair.champion, pair.challenger))
    if not before.sum() or not now.sum():
        return 0.0
    part = np.minimum((np.cumsum(before) - before / 2) / before.sum() * ranks, ranks - 1).astype(int)
    a, b = (_share(np.bincount(part, side, ranks).astype(np.float64)) for side in (before, now))
    return float(((b - a) * np.log(b / a)).sum())


def _share(rows: Floats) -> Floats:
    """[parts] shares, of which none is 0: half a row more in each."""
    out: Floats = (rows + 0.5) / (rows.sum() + 0.5 * len(rows))
    return out
