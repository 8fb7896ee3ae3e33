"""What every stage's working out takes: which windows are asked, and shares at windows of a usual size."""

import hashlib
from collections.abc import Sequence

import numpy as np

from tidegauge.core.window import Window
from tidegauge.sensitivity.searching import with_power
from tidegauge.stages.decider import Decider
from tidegauge.tuning.sensitivity_tuning import SensitivityTuning


def drawn(decider: Decider, past: Sequence[Window], most: int) -> list[Window]:
    """Some of the past windows, in order of time: always the same ones, any hour or weekday as likely as another."""
    excluded = decider.rulings(past[-1]).excluded
    left = [w for w in past if w not in excluded]
    left.sort(key=lambda w: hashlib.sha256(w.key.encode()).digest())
    return sorted(left[: most + int(most * decider.tuning.sensitivity.spare)])


def scaled_share(share: float, factor: float) -> float:
    """A share so many times as far from none, on the scale where a sampling error does not depend on it.

    Above one there is no such share: inf.
    """
    if not np.isfinite(share):
        return float(share)
    angle = float(np.arcsin(np.sqrt(min(share, 1.0)))) * factor
    return float(np.sin(angle) ** 2) if angle <= np.pi / 2 + 1e-9 else float("inf")


def share_with_power(shares: Sequence[float], factors: Sequence[float], tuning: SensitivityTuning) -> float:
    """The share that shows in nine windows of ten of a usual size, by the least one of each and how thin it was."""
    return with_power([scaled_share(s, 1 / f) for s, f in zip(shares, factors, strict=True)], tuning)


def few(kind: str, known: int, least: int) -> str:
    """Why nothing is said of a young monitor."""
    return (
        f"Not enough history to say what it would have seen: that takes {least} judged {kind}s before this week, "
        f"and there {'is' if known == 1 else 'are'} {known}."
    )
