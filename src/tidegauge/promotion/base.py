"""What a gate is: one reason for which a challenger may be refused, with its numbers and a plain sentence."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tidegauge.promotion.evidence import Evidence
from tidegauge.tuning.promotion_tuning import PromotionTuning


class GateOutcome(StrEnum):
    """What a gate says."""

    PASSED = "passed"
    FAILED = "failed"
    WAIT = "wait"  # nothing to say yet
    ABSENT = "absent"  # there is nothing to look at, and none is needed


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """One gate's answer at one look."""

    gate: str
    outcome: GateOutcome
    sentence: str
    numbers: tuple[tuple[str, float], ...] = ()  # name → value, in the order that they are told in


class Gate(ABC):
    """One gate. A member is a file and a line in the list."""

    name: ClassVar[str]
    title: ClassVar[str]  # what it asks, in words

    @abstractmethod
    def says(self, evidence: Evidence, look: int, tuning: PromotionTuning) -> GateAnswer:
        """Its answer at a look (0, 1, 2), from the windows of that look alone."""

    def answer(self, outcome: GateOutcome, sentence: str, **numbers: float) -> GateAnswer:
        """An answer of this gate."""
        return GateAnswer(self.name, outcome, sentence, tuple(numbers.items()))
