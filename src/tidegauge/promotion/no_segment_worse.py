"""Whether any part of the rows loses by the challenger."""

from collections.abc import Mapping
from typing import ClassVar

from tidegauge.promotion.base import Gate, GateAnswer, GateOutcome
from tidegauge.promotion.evidence import Evidence
from tidegauge.promotion.gate_words import signed
from tidegauge.promotion.paired import Difference, main_difference
from tidegauge.tuning.promotion_tuning import PromotionTuning


class NoSegmentWorse(Gate):
    """No segment with enough labelled rows has a worse main number, each at its own chance of 1 %."""

    name: ClassVar[str] = "no segment worse"
    title: ClassVar[str] = "does any segment lose?"

    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> GateAnswer:
        del look
        large = {name: p for name, p in evidence.segments.items() if p.rows >= tuning.segment_rows}
        if not large:
            few = f"No segment has {tuning.segment_rows} labelled rows."
            return self.answer(GateOutcome.ABSENT, few if evidence.segments else "The monitor names no segments.")
        found = {name: main_difference(p.champion, p.challenger) for name, p in large.items()}
        least = min(found, key=lambda name: (found[name].z, name))
        numbers = {"segments": float(len(large)), "worst": found[least].value, "worst_chance": found[least].worse}
        worse = {name: d for name, d in sorted(found.items()) if d.worse <= tuning.segment_worse}
        if worse:
            return self.answer(GateOutcome.FAILED, f"Worse in {_named(worse)}, of {len(large)} segments.", **numbers)
        return self.answer(
            GateOutcome.PASSED,
            f"Worse in none of {len(large)} segments; the least is {least} ({signed(found[least].value)}).",
            **numbers,
        )


def _named(worse: Mapping[str, Difference]) -> str:
    names = [f"{name} ({signed(one.value)})" for name, one in worse.items()]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
