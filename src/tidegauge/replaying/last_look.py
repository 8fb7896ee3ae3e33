"""A stage's room that remembers its last look: several ways of deciding look at a window one after another."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.judge import Judgement
from tidegauge.measures import Measure
from tidegauge.nouns import Finding, Stage, Window
from tidegauge.stages import Look, StageRoom


class LastLook:
    """The room beneath, read once a window."""

    def __init__(self, room: StageRoom) -> None:
        self._room = room
        self._last: tuple[tuple[Window, frozenset[Window]], Look] | None = None

    @property
    def stage(self) -> Stage:
        """Which stage it is."""
        return self._room.stage

    @property
    def measure(self) -> Measure:
        """What turns stored states into numbers."""
        return self._room.measure

    @property
    def trouble(self) -> Sequence[str]:
        """What could not be read of the store."""
        return self._room.trouble

    def look(self, window: Window, excluded: Collection[Window] = ()) -> Look:
        """Read one window's stored states, or remember them."""
        key = (window, frozenset(excluded))
        if self._last is None or self._last[0] != key:
            self._last = (key, self._room.look(window, excluded))
        return self._last[1]

    def explain(self, judgement: Judgement, finding: Finding, window: Window) -> Finding:
        """Add what moved, and how to see it again."""
        return self._room.explain(judgement, finding, window)

    def pinned_levels(self) -> Callable[[Sequence[Window]], NDArray[np.float64]] | None:
        """Levels of pinned windows, where they are not the monitor's own."""
        return self._room.pinned_levels()
