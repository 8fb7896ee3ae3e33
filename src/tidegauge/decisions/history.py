"""The past of a monitor as vectors side by side: what a decision may know, and nothing later."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.record import Record
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates, KeptCandidates

Floats = NDArray[np.float64]
Load = Callable[[Sequence[Window]], Mapping[Window, Record]]
Read = Callable[[Record], Record]


class History:
    """Records by window, oldest first. Grows by `add`; a query names the instant up to which it may look.

    With `windows` and `load`, records are read when they are first asked for: deciding one window needs a few dozen
    of the thousands that are there. `kept` remembers how an earlier history was sorted by season.
    """

    def __init__(
        self,
        calendar: Calendar,
        records: Iterable[tuple[Window, Record]] = (),
        *,
        windows: Iterable[Window] = (),
        load: Load | None = None,
        kept: KeptCandidates | None = None,
    ) -> None:
        self.calendar = calendar
        self._records = dict(records)
        self._load = load
        self._kept = kept or KeptCandidates()
        self._windows = sorted(dict.fromkeys((*self._records, *windows)))  # in order mostly: then it is no work
        self._ends = [w.end for w in self._windows]
        self._candidates: dict[frozenset[Window], Candidates] = {}
        self._read_as: dict[str, History] = {}

    def read_as(self, signal_set: str, read: Read) -> "History":
        """The same past, whatever comes to it, with every record as `read` reads it: in the signals of another set."""
        if signal_set not in self._read_as:
            self._read_as[signal_set] = _ReadAs(self, signal_set, read)
        return self._read_as[signal_set]

    def forget(self, window: Window) -> None:
        """Read a window's record anew when it is asked for."""
        self._records.pop(window, None)

    def add(self, window: Window, record: Record) -> None:
        """Put a window's record in its place."""
        at = bisect_right(self._windows, window)
        if not at or self._windows[at - 1] != window:
            newest = at == len(self._windows)
            insort(self._windows, window)
            insort(self._ends, window.end)
            for excluded, candidates in self._candidates.items() if newest else ():
                if window not in excluded:
                    candidates.append(window)
            if not newest:
                self._candidates.clear()
        self._records[window] = record
        for other in self._read_as.values():
            other.forget(window)

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def windows(self) -> Sequence[Window]:
        """All windows, oldest first."""
        return self._windows

    @property
    def candidates(self) -> Candidates:
        """All windows, ready for pools to choose from."""
        return self.candidates_but(frozenset())

    def candidates_but(self, excluded: frozenset[Window]) -> Candidates:
        """The windows that may serve as a reference."""
        if excluded not in self._candidates:
            if len(self._candidates) > 1:
                self._candidates.clear()
            self._candidates[excluded] = self._kept.candidates(self._windows, excluded, self.calendar)
        return self._candidates[excluded]

    def record(self, window: Window) -> Record:
        """One window's record."""
        return self.records([window])[0]

    def records(self, windows: Sequence[Window]) -> list[Record]:
        """Some windows' records."""
        missing = [w for w in windows if w not in self._records]
        if missing and self._load is not None:
            self._records.update(self._load(missing))
        return [self._records[w] for w in windows]

    def levels(self, windows: Sequence[Window], size: int) -> Floats:
        """[T, K] the levels of some windows."""
        return np.array([r.x for r in self.records(windows)]).reshape(len(windows), size)

    def before(self, instant: datetime, most: int, excluded: frozenset[Window] = frozenset()) -> list[Window]:
        """The newest windows that had ended by `instant`, oldest first."""
        stop = bisect_right(self._ends, instant)
        left = [w for w in self._windows[max(0, stop - most - len(excluded)) : stop] if w not in excluded]
        return left[max(0, len(left) - most) :]

    def between(self, since: Window, until: Window) -> list[Window]:
        """The windows from one on until before another, oldest first."""
        return self._windows[bisect_left(self._windows, since) : bisect_left(self._windows, until)]


class _ReadAs(History):
    """A history beneath, and its windows, with other records."""

    def __init__(self, beneath: History, signal_set: str, read: Read) -> None:
        vars(self).update(vars(beneath))
        self._records = {}
        self._load = lambda windows: dict(zip(windows, map(read, beneath.records(windows)), strict=True))
        self._read_as = {signal_set: self}
