"""What every family of relations can do: choose what hangs together, learn how, and say if a window keeps to it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tidegauge.relations.coded import Coded
from tidegauge.statistics.signal_set import Signal
from tidegauge.statistics.statistic import Statistic, whole
from tidegauge.tuning.tunable import Tunable

Floats: TypeAlias = NDArray[np.float64]
Spec: TypeAlias = tuple[str, ...]  # the columns that one relation is about, the one that it is told of first
Learnt: TypeAlias = Mapping[str, NDArray[np.generic]]  # what a relation has learnt: named arrays, to be stored


@dataclass(frozen=True)
class First:
    """The first stretch of a source, from which relations are chosen: pooled, and window by window."""

    rows: Coded
    windows: Sequence[Coded]
    prediction: str | None


class RelationStatistic(Statistic):
    """One number of a relation: its words, its scale, its statement. A family works it out, for it reads rows."""

    floor: ClassVar[float] = 0.02
    shared: ClassVar[bool] = True  # a break is as much the other column's: see Signal.shared
    alone: ClassVar[bool] = False  # told of its own column, without naming the others: see Signal.relation

    def of(self, spec: Spec) -> Signal:
        """What decisions follow of one relation."""
        signal, others = self.signal(spec[0]), () if self.alone else tuple(spec[1:])
        return replace(signal, others=others, shared=self.shared, relation=self.alone)


class Family(Tunable, ABC):
    """One kind of relation between columns. Its levels are followed from window to window like any statistic's.

    `choose` runs once a plan, `learn` every few weeks on a bounded sample of past rows, `levels` on every window,
    always by what was learnt from earlier ones.
    """

    name: str

    @property
    @abstractmethod
    def statistics(self) -> tuple[RelationStatistic, ...]:
        """The numbers of one relation, in the order of `levels`."""

    @property
    def names(self) -> tuple[str, ...]:
        """The family's name and those of its numbers: no other member may have one of them."""
        return tuple(dict.fromkeys((self.name, *(s.name for s in self.statistics))))

    @property
    def learns(self) -> bool:
        """Whether it says nothing before it has learnt from past rows."""
        return type(self).learn is not Family.learn

    @abstractmethod
    def choose(self, first: First) -> list[Spec]:
        """What hangs together, the strongest first; bounded, however many columns there are."""

    def signals(self, spec: Spec) -> tuple[Signal, ...]:
        """What is followed of one relation."""
        return tuple(s.of(spec) for s in self.statistics)

    def learn(self, spec: Spec, past: Coded, prediction: str | None) -> Learnt:
        """How the columns hung together in past rows; nothing for a family that asks the window alone."""
        del spec, past, prediction
        return {}

    @abstractmethod
    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        """Of each signal the level and its standard error in one window; NaN where it cannot be said."""


class OneNumber(Family, RelationStatistic):
    """A family of relations that are one number each, which is told of under the family's own name."""

    @property
    def statistics(self) -> tuple[RelationStatistic, ...]:
        return (self,)


def whole_family(family: Family) -> None:
    """Raise ValueError, with a sentence that names member and part, for a family with a number that lacks one."""
    if not family.statistics:
        raise ValueError(f'"{family.name}" ({type(family).__name__}) has no statistics: no number would be followed.')
    for statistic in family.statistics:
        whole(statistic)


NOTHING = (float("nan"), float("nan"))


def asin(share: float) -> float:
    """The angle arcsin √p of a share."""
    return float(np.arcsin(np.sqrt(min(max(share, 0.0), 1.0))))
