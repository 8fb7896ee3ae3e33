"""Whether the challenger is better than the champion."""

from typing import ClassVar

from tidegauge.promotion.base import Gate, GateAnswer, GateOutcome
from tidegauge.promotion.evidence import Evidence
from tidegauge.promotion.gate_words import chance, signed
from tidegauge.promotion.paired import loss_difference, main_difference
from tidegauge.tuning.promotion_tuning import PromotionTuning


class Better(Gate):
    """Two tests over windows, both of which must pass: the main number of all rows together, and the loss of a row.

    Either alone lets more equal challengers by. What the tests may spend is shared out between the looks, so that all
    of them together promote no more than 8 % of challengers that are no better.
    """

    name: ClassVar[str] = "better"
    title: ClassVar[str] = "is it better?"

    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> GateAnswer:
        main = main_difference(evidence.whole.champion, evidence.whole.challenger)
        loss = loss_difference(evidence.whole.champion, evidence.whole.challenger)
        share, ranked = tuning.share(look), evidence.whole.champion.ranked
        number = "AUC" if ranked else "main number"
        told = (
            f"{number} {signed(main.value)} (equal models: {chance(main.better)}), loss of a row "
            f"{signed(-loss.value)} (equal models: {chance(loss.better)}), over {main.windows} windows"
        )
        numbers = {
            "main": main.value, "main_error": main.error, "main_chance": main.better,
            "loss_saved": loss.value, "loss_error": loss.error, "loss_chance": loss.better, "share": share,
        }  # fmt: skip
        if main.better <= share and loss.better <= share:
            return self.answer(GateOutcome.PASSED, f"It is better: {told}; both are below {chance(share)}.", **numbers)
        if main.worse <= tuning.worse and loss.worse <= tuning.worse:
            return self.answer(GateOutcome.FAILED, f"It is worse: {told}.", **numbers)
        if look + 1 < tuning.looks:
            more = tuning.windows * (look + 2)
            return self.answer(GateOutcome.WAIT, f"Undecided: {told}. The next look is at {more} windows.", **numbers)
        return self.answer(GateOutcome.FAILED, f"Not shown to be better by the last look: {told}.", **numbers)
