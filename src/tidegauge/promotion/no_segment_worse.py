"""Whether any part of the rows loses by the challenger."""

from typing import ClassVar

from tidegauge.promotion.base import Gate, Outcome, Said
from tidegauge.promotion.evidence import Evidence
from tidegauge.promotion.gate_words import signed
from tidegauge.promotion.paired import main_difference
from tidegauge.tuning.promotion_tuning import PromotionTuning


class NoSegmentWorse(Gate):
    """No segment with enough labelled rows has a worse main number, each at its own chance of 1 %."""

    name: ClassVar[str] = "no segment worse"
    title: ClassVar[str] = "does any segment lose?"

    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> Said:
        del look
        large = {name: p for name, p in evidence.segments.items() if p.rows >= tuning.segment_rows}
        if not large:
            few = f"No segment has {tuning.segment_rows} labelled rows."
            return self.said(Outcome.ABSENT, few if evidence.segments else "The monitor names no segments.")
        found = {name: main_difference(p.champion, p.challenger) for name, p in large.items()}
        least = min(found, key=lambda name: (found[name].z, name))
        numbers = {"segments": float(len(large)), "worst": found[least].value, "worst_chance": found[least].worse}
        worse = [name for name, d in sorted(found.items()) if d.worse <= tuning.segment_worse]
        if worse:
            told = ", ".join(f"{name} ({signed(found[name].value)})" for name in worse[:3])
            more = f" and {len(worse) - 3} more" if len(worse) > 3 else ""
            return self.said(Outcome.FAILED, f"Worse in {told}{more}, of {len(large)} segments.", **numbers)
        return self.said(
            Outcome.PASSED,
            f"Worse in none of {len(large)} segments; the least is {least} ({signed(found[least].value)}).",
            **numbers,
        )
