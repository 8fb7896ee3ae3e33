"""How many of a window's rows fall into each hour since its start, and what hour of the local clock that is.

Hours are counted from the window's start and put on a clock when they are read. So the stored numbers rest on no zone,
and a day of 23 or 25 hours has just so many of them.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.grid import zone_of
from tidegauge.core.window import Window
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.window_index import runs_of
from tidegauge.warehouses.dialect import Dialect

Ints = NDArray[np.int64]
HOURS = 24
FIRST = 6  # in the answer of a statement, where rows by hour stand behind the six facts of a window
_HOUR = timedelta(hours=1)


def are_counted(time: str | None, windows: Sequence[Window]) -> bool:
    """Whether hours say anything of such windows, by a column of times: of one that is an hour itself they do not."""
    return time is not None and bool(windows) and windows[0].kind != "hour"


def hour_index(dialect: Dialect, micros: str, windows: Sequence[Window]) -> str:
    """The number of an instant's hour, from the start of the first of some adjoining windows on.

    Windows of one length are one division; a clock change starts a new run, and a new window a new hour.
    """
    hour = str(_HOUR // timedelta(microseconds=1))
    bases, runs = first_hours(windows), runs_of(windows)
    spelled = [f"{bases[k]} + {dialect.divide(f'({micros} - {start})', hour)}" for k, start, _, _ in runs]
    cases = " ".join(f"WHEN {micros} < {end} THEN {s}" for s, (*_, end) in zip(spelled[:-1], runs[:-1], strict=True))
    return f"CASE {cases} ELSE {spelled[-1]} END" if cases else spelled[0]


def read_hours(base: int, code: Ints, n: Ints) -> Cells | None:
    """One window's rows by hour since its start, from what the statement numbers; None where it numbers no hours.

    Shapes: code [c], n [c], all that is said of the window as a whole. `base`: the number of its first hour.
    """
    mine = code >= FIRST
    return Cells(code[mine] - FIRST - base, n[mine]) if mine.any() else None


def by_the_clock(window: Window, hours: Cells, zone: str) -> NDArray[np.float64]:
    """[24] rows by the hour that a clock of the zone shows; two hours that are both 1 a.m. count as one.

    >>> from datetime import UTC, datetime
    >>> back = Window(datetime(2013, 11, 3, 4, tzinfo=UTC), datetime(2013, 11, 4, 5, tzinfo=UTC), "day")
    >>> by_the_clock(back, Cells(np.arange(25), np.full(25, 7)), "America/New_York")[:4].tolist()
    [7.0, 14.0, 7.0, 7.0]
    """
    clock = zone_of(zone)
    shown = [(window.start + _HOUR * k).astimezone(clock).hour for k in hours.codes.tolist()]
    return np.bincount(np.array(shown, dtype=np.int64), hours.counts, HOURS).astype(np.float64)


def first_hours(windows: Sequence[Window | None]) -> list[int]:
    """Each window's first hour, numbered through; a part of an hour at a window's end counts as one."""
    long = [0 if w is None else -((w.start - w.end) // _HOUR) for w in windows]
    return [0, *accumulate(long)][:-1]
