"""What every family of relations can do: choose what hangs together, learn how, and say if a window keeps to it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.vocabulary import Term
from tidegauge.relations.coded import Coded

Floats: TypeAlias = NDArray[np.float64]
Spec: TypeAlias = tuple[str, ...]  # the columns that one relation is about, the one that it is told of first
Learnt: TypeAlias = Mapping[str, NDArray[np.generic]]  # what a relation has learnt: named arrays, to be stored


@dataclass(frozen=True)
class First:
    """The first stretch of a source, from which relations are chosen: pooled, and window by window."""

    rows: Coded
    windows: Sequence[Coded]
    prediction: str | None


class Family(ABC):
    """One kind of relation between columns. Its levels are followed from window to window like any statistic's.

    `choose` runs once a plan, `learn` every few weeks on a bounded sample of past rows, `levels` on every window,
    always by what was learnt from earlier ones.
    """

    name: ClassVar[str]

    @abstractmethod
    def choose(self, first: First) -> list[Spec]:
        """What hangs together, the strongest first; bounded, however many columns there are."""

    @abstractmethod
    def terms(self, spec: Spec) -> tuple[Term, ...]:
        """What is followed of one relation."""

    def learn(self, spec: Spec, past: Coded, prediction: str | None) -> Learnt:
        """How the columns hung together in past rows; nothing for a family that asks the window alone."""
        del spec, past, prediction
        return {}

    @abstractmethod
    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        """Of each term the level and its standard error in one window; NaN where it cannot be said."""


NOTHING = (float("nan"), float("nan"))


def asin(share: float) -> float:
    """The angle arcsin √p of a share."""
    return float(np.arcsin(np.sqrt(min(max(share, 0.0), 1.0))))
