"""The past of a monitor as vectors side by side: what a decision may know, and nothing later."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.record import Record
from tidegauge.nouns import Window
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates

Floats = NDArray[np.float64]


class History:
    """Records by window, oldest first. Grows by `add`; a query names the instant up to which it may look."""

    def __init__(self, calendar: Calendar, records: Iterable[tuple[Window, Record]] = ()) -> None:
        self.calendar = calendar
        self._records = dict(records)
        self._windows = sorted(self._records)
        self._ends = [w.end for w in self._windows]
        self._candidates: Candidates | None = None

    def add(self, window: Window, record: Record) -> None:
        """Put a window's record in its place."""
        if window not in self._records:
            newest = not self._windows or window > self._windows[-1]
            insort(self._windows, window)
            insort(self._ends, window.end)
            if newest and self._candidates is not None:
                self._candidates.append(window)
            else:
                self._candidates = None
        self._records[window] = record

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def windows(self) -> Sequence[Window]:
        """All windows, oldest first."""
        return self._windows

    @property
    def candidates(self) -> Candidates:
        """All windows, ready for pools to choose from."""
        if self._candidates is None:
            self._candidates = Candidates(self._windows, self.calendar)
        return self._candidates

    def record(self, window: Window) -> Record:
        """One window's record."""
        return self._records[window]

    def levels(self, windows: Sequence[Window], size: int) -> Floats:
        """[T, K] the levels of some windows."""
        return np.array([self._records[w].x for w in windows]).reshape(len(windows), size)

    def until(self, instant: datetime, most: int) -> list[Record]:
        """The newest records of windows that had ended by `instant`, oldest first."""
        stop = bisect_right(self._ends, instant)
        return [self._records[w] for w in self._windows[max(0, stop - most) : stop]]
