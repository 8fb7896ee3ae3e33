"""That not enough labels have come, in words."""

from math import isfinite
from typing import Protocol

from tidegauge.wording.text import share

EARLY = "Provisional:"  # how the sentence of a window begins that is not judged yet

NEVER = "Not judged:"  # of one that no past will ever let be judged


class Ripe(Protocol):
    """How much has come of a window's labels (`tidegauge.stages.maturity.Maturity`)."""

    @property
    def share(self) -> float: ...
    @property
    def zeros(self) -> float: ...
    @property
    def ones(self) -> float: ...
    @property
    def least(self) -> float: ...


class Early(Ripe, Protocol):
    """The same, and whether enough has come."""

    @property
    def is_mature(self) -> bool: ...


def waiting(maturity: Ripe) -> str:
    """Why a window is not judged: "By this age 38 % of the labels used to be there (…); it is judged from 90 % on."."""
    return f"{come(maturity)}; it is judged from {share(maturity.least)} on."


def come(maturity: Ripe) -> str:
    """What share of the labels used to have come by a window's age, of each kind where they differ."""
    apart = isfinite(maturity.zeros) and isfinite(maturity.ones) and share(maturity.zeros) != share(maturity.ones)
    kinds = (
        f" ({share(maturity.zeros)} of those that are 0, {share(maturity.ones)} of those that are 1)" if apart else ""
    )
    return f"By this age {share(maturity.share)} of the labels used to be there{kinds}"


class CountedTo(Protocol):
    """What else is known of a window's labels (`tidegauge.stages.stored_labels.KnownOf`)."""

    @property
    def rewritten(self) -> int: ...
    @property
    def is_dated(self) -> bool: ...


def arrival(maturity: Early, known: CountedTo) -> str:
    """What there is to know of when labels came; nothing where all is as it should be."""
    out = []
    if not maturity.is_mature:
        out.append(f"{EARLY} {waiting(maturity)} Numbers are as they are to be once all are there.")
    if not known.is_dated:
        out.append("Labels do not say when they came (labels.arrived), so all count that were there at the last look.")
    if known.rewritten:
        moments = f"{known.rewritten} moment{'s' * (known.rewritten > 1)}"
        out.append(
            f"History was rewritten: labels were loaded after they say that they came, so of {moments} in the "
            "past something else is known by now."
        )
    return " ".join(out)
