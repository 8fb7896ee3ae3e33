"""Whether the challenger decides golden rows as it should."""

from collections import defaultdict
from typing import ClassVar

from tidegauge.promotion.base import Gate, GateAnswer, GateOutcome
from tidegauge.promotion.evidence import Evidence, Golden
from tidegauge.tuning.promotion_tuning import PromotionTuning


class GoldenSet(Gate):
    """Rows with an expected decision: the user's own, and real rows of every listed category.

    Of the latter each stands twice: as it is, and with a value in the category's place that no model has ever seen. A
    model that knows the category says something else of the two; a model that was fitted on re-cased or re-coded
    categories says the same, however good it is otherwise. It is refused where it responds to less than a tenth of the
    categories of a column that the champion responds to in at least half of their rows.
    """

    name: ClassVar[str] = "golden set"
    title: ClassVar[str] = "does it decide golden rows as expected?"

    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> GateAnswer:
        del look
        golden = evidence.golden
        if golden is None or not (golden.responses or golden.own):
            return self.answer(GateOutcome.ABSENT, "The record of the challenger names no golden rows.")
        wrong, known = _unknown(golden, tuning)
        if golden.wrong:
            named = f", such as {', '.join(golden.named)}" if golden.named else ""
            wrong.append(f"{golden.wrong} of {golden.own} golden rows are decided otherwise than expected{named}")
        numbers = {"categories": float(len(golden.responses)), "own": float(golden.own), "wrong": float(golden.wrong)}
        if wrong:
            return self.answer(GateOutcome.FAILED, f"{_capital('; '.join(wrong))}.", **numbers)
        own = f", and decides {golden.own} golden rows as expected" if golden.own else ""
        return self.answer(GateOutcome.PASSED, f"It knows the categories of {known or 'no column'}{own}.", **numbers)


def _unknown(golden: Golden, tuning: PromotionTuning) -> tuple[list[str], str]:
    """What the challenger does not know that the champion does; and the columns that it knows."""
    by = defaultdict(list)
    for one in golden.responses:
        if one.champion >= tuning.knowing * one.rows:
            by[one.column].append(one)
    wrong, known = [], []
    for column, expected in by.items():
        lost = [r.category for r in expected if not r.challenger]
        if len(lost) > (1 - tuning.responding) * len(expected):
            names = ", ".join([*lost[:3], *(["…"] if len(lost) > 3 else [])])
            of = f"{len(lost)} of {len(expected)} categories of {column}"
            wrong.append(f"it does not know {of} that the champion knows ({names})")
        else:
            known.append(column)
    return wrong, ", ".join(known)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
