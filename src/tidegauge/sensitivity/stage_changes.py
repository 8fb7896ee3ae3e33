"""What a stage's windows would have shown: one class a stage, named by its observer (`Observer.changes`)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pkgutil import resolve_name
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np

from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.sensitivity.working import drawn, few
from tidegauge.stages.base import Observer
from tidegauge.stages.decider import Decider


class TriedWindow(Protocol):
    """One that changes can be planted in."""

    rows: int

    @property
    def normal(self) -> bool:
        """Whether it was judged and did not alert: only of such can be said what they would have shown."""


T = TypeVar("T", bound=TriedWindow)
Found = TypeVar("Found")
Room = TypeVar("Room", bound=Observer)


class Changes(ABC, Generic[Room]):
    """Plants changes in past windows of one stage. It is made for one decider, whose observer names it."""

    nothing: ClassVar[str]  # what is said of a window without any row or label

    def __init__(self, decider: Decider, room: Room) -> None:
        self.decider, self.room, self.tuning = decider, room, decider.tuning.sensitivity

    @classmethod
    def of(cls, decider: Decider) -> "Changes[Any] | None":
        """What plants changes in a stage's windows; None where its observer names nothing that does."""
        address = decider.observer.changes
        if not address:
            return None
        made: Changes[Any] = resolve_name(address)(decider, decider.observer)
        return made

    @abstractmethod
    def rows(self, window: Window) -> int:
        """How many rows, or labels, a window has."""

    @abstractmethod
    def work_out(self, history: History, past: Sequence[Window]) -> tuple[float, Sensitivity]:
        """The rows of a usual window of the past, and the smallest changes that it would have shown; from scratch."""

    @abstractmethod
    def scaled(self, found: Detectable, factor: float, window: Window) -> Detectable:
        """The same of a window whose numbers scatter so many times as far."""

    def searched(
        self,
        past: Sequence[Window],
        most: int,
        trial: Callable[[Window], T],
        search: Callable[[T, int], Found],
    ) -> list[tuple[float, Found]]:
        """Of some normal windows each one's rows and what a search finds in it, asked with 1 and -1 in turn.

        The promise is of changes up and of changes down.
        """
        found: list[tuple[float, Found]] = []
        for window in drawn(self.decider, past, most):
            if len(found) == most:
                break
            one = trial(window)
            if one.normal:
                found.append((float(one.rows), search(one, 1 if len(found) % 2 else -1)))
        return found

    def too_few(self, known: int) -> tuple[float, Sensitivity] | None:
        """What is said where so many normal windows are too few to say anything; else None."""
        least = self.tuning.least
        return None if known >= least else (0.0, Sensitivity(note=few(self.decider.kind, known, least)))


def usual(rows: Sequence[float]) -> tuple[float, list[float]]:
    """The rows of a usual window, and how many times as far each one's numbers scatter, where it is a thin one."""
    middle = float(np.median(rows))
    return middle, [float(np.sqrt(max(1.0, middle / n))) for n in rows]
