"""From evidence to one word: promote, keep or wait. A pure function: who asks, and when, changes nothing."""

from dataclasses import dataclass
from enum import StrEnum

from tidegauge.promotion import GATES
from tidegauge.promotion.base import GateAnswer, GateOutcome
from tidegauge.promotion.evidence import Evidence
from tidegauge.tuning.promotion_tuning import PromotionTuning


class Advice(StrEnum):
    """What is to become of a challenger."""

    PROMOTE = "promote"
    KEEP = "keep"  # the champion
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class LookResult:
    """One look at a challenger."""

    number: int  # 1, 2, 3
    windows: int
    advice: Advice
    sentence: str
    gates: tuple[GateAnswer, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether no later look follows."""
        return self.advice is not Advice.WAIT


def judged(evidence: Evidence, tuning: PromotionTuning) -> list[LookResult]:
    """Every look that is due, in order, up to the one that decides.

    Each rests on its own windows alone, the first 14, 28 or 42: looks that are taken late find what they would have
    found in time.
    """
    found: list[LookResult] = []
    for look in range(tuning.looks):
        windows = tuning.windows * (look + 1)
        if len(evidence.windows) < windows or (found and found[-1].is_final):
            break
        seen = evidence.first(windows)
        found.append(_concluded(look + 1, windows, tuple(g.says(seen, look, tuning) for g in GATES.values())))
    return found


def waiting(evidence: Evidence, tuning: PromotionTuning) -> str:
    """What is waited for before the next look: a sentence."""
    have = len(evidence.windows)
    want = next((tuning.windows * (k + 1) for k in range(tuning.looks) if have < tuning.windows * (k + 1)), have)
    return f"It has {have} of {want} mature windows that neither model was trained on."


def _concluded(look: int, windows: int, gates: tuple[GateAnswer, ...]) -> LookResult:
    failed = [g for g in gates if g.outcome is GateOutcome.FAILED]
    if failed:
        return LookResult(look, windows, Advice.KEEP, f"Keep the champion. {failed[0].sentence}", gates)
    open_ = [g for g in gates if g.outcome is GateOutcome.WAIT]
    if open_:
        return LookResult(look, windows, Advice.WAIT, f"Wait. {open_[0].sentence}", gates)
    return LookResult(look, windows, Advice.PROMOTE, f"Promote the challenger. {gates[-1].sentence}", gates)
