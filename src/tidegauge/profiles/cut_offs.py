"""Up to when labels count: moments of the monitor's own grid, and never the clock of a look."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Self

from tidegauge.core.grid import between, containing
from tidegauge.core.window import Window
from tidegauge.profiles.window_index import place_on
from tidegauge.warehouses.dialect import Dialect

_end = attrgetter("end")
DUE = -1  # the place of labels that had come when they were due
CLOSELY = timedelta(days=1)  # so long an hour's labels are counted anew each hour, then once a day


@dataclass(frozen=True, slots=True)
class CutOffs:
    """The moments at which the labels of a window are counted: once they are due, then at the end of each later window.

    A label counts at the first of them that it had arrived by. So what is known of a window at any moment follows from
    when labels arrived, and from nothing else: whoever looks late, or twice, or in another order counts the same.

    >>> from datetime import UTC
    >>> cut_offs = CutOffs("day", "UTC", timedelta(hours=2), timedelta(days=1, hours=2), timedelta(days=2))
    >>> monday = Window(datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 4, 2, tzinfo=UTC), "day")
    >>> first = cut_offs.first(monday)
    >>> [str(t)[:16] for t in (first, *cut_offs.later(first, datetime(2025, 1, 1, tzinfo=UTC)))]
    ['2024-04-03 02:00', '2024-04-04 02:00', '2024-04-05 02:00']
    """

    kind: str
    zone: str
    wait: timedelta  # after a window's end, for rows that are written late
    due: timedelta  # after a window's end, for its labels
    look_back: timedelta  # after they were due, for those that come later

    def first(self, window: Window) -> datetime:
        """When a window's labels are due."""
        return window.end + self.due

    def last(self, first: datetime) -> datetime:
        """After which nothing of a window is counted any more."""
        return first + self.look_back

    def grid(self, since: datetime, until: datetime) -> list[Window]:
        """The windows that end, with their wait, after `since` and by `until`."""
        start = containing(self.kind, self.zone, since - self.wait).start
        return between(self.kind, self.zone, start, until - self.wait) if until > since else []

    def later(self, first: datetime, until: datetime, grid: Sequence[Window] | None = None) -> list[datetime]:
        """The cut-offs after the first one, by `until`; `grid`: windows that hold all of these."""
        until = min(until, self.last(first))
        grid = self.grid(first, until) if grid is None else grid
        since, till = (bisect_right(grid, t - self.wait, key=_end) for t in (first, until))
        some = [w.end for w in grid[since:till]]
        if self.kind == "hour":
            some = [t for t in some if t + self.wait <= first + CLOSELY or self._is_midnight(t)]
        return [t + self.wait for t in some]

    def _is_midnight(self, at: datetime) -> bool:
        return containing("day", self.zone, at).start == at


@dataclass(frozen=True, slots=True)
class Places:
    """The cut-offs of some windows, as a statement numbers them: by the grid, for all of them alike."""

    cut_offs: CutOffs
    firsts: Mapping[Window, datetime]  # when the labels of each were due
    until: datetime  # no label counts that came later
    grid: Sequence[Window]  # the windows that end after the first of these, by `until`; with their wait

    @classmethod
    def of(cls, cut_offs: CutOffs, firsts: Mapping[Window, datetime], known: datetime) -> Self:
        """`known`: up to when labels are looked at."""
        first, last = min(firsts.values()), max(firsts.values())
        until = max(min(known, cut_offs.last(last)), last)
        return cls(cut_offs, firsts, until, cut_offs.grid(first, until))

    def place(self, dialect: Dialect, arrived: str, due: str) -> str:
        """The number of the window of the grid at whose end a label counts, as SQL; -1: when labels were `due`."""
        if not self.grid:
            return str(DUE)
        since = int(self.cut_offs.wait / timedelta(microseconds=1)) + 1  # a label that comes at a cut-off counts there
        later = place_on(dialect, f"({arrived} - {since})", self.grid)
        return f"CASE WHEN {arrived} <= {due} THEN {DUE} ELSE CAST({later} AS INTEGER) END"

    def later(self, window: Window) -> list[datetime]:
        """The cut-offs of a window after its first."""
        return self.cut_offs.later(self.firsts[window], self.until, self.grid)

    def order(self, later: Sequence[datetime], place: int) -> int | None:
        """Which of a window's cut-offs a place is: 0 the first one, 1 the first of `later`; None where it is none."""
        if place == DUE:
            return 0
        if place >= len(self.grid):
            return None
        found = bisect_left(later, self.grid[place].end + self.cut_offs.wait)
        return found + 1 if found < len(later) else None
