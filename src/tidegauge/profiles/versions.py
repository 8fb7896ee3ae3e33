"""The cells of a source's columns through time: the first ones, and those that were cut later.

A window is counted in cells that split all the layouts that are asked of it, and is read as each of them. The first
layout is always among them, so that any two windows compare in its cells. Cells that were cut later are a column of
their own to whoever follows numbers: the same column by another name.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from tidegauge.core.grid import FIRST_STRETCH
from tidegauge.core.window import Window
from tidegauge.profiles.kinds.coarsening import coarsened
from tidegauge.profiles.layouts.base import Ints, Layout
from tidegauge.profiles.states.cells import Cells

CLOCKS = timedelta(hours=2)  # a stretch of whole days may be shorter by so much, where clocks change
_MARK = "\x1f"  # in no column's name


def later(column: str, cells: str) -> str:
    """The name of a column in the cells of a layout that was cut later; its own name in the first one's ("")."""
    return f"{column}{_MARK}{cells}" if cells else column


def column_of(name: str) -> str:
    """The column that `later` named."""
    return name.partition(_MARK)[0]


def cells_of(name: str) -> str:
    """The id of the layout in whose cells a column is meant; empty for the first one."""
    return name.partition(_MARK)[2]


@dataclass(frozen=True, slots=True)
class Version:
    """What a column is counted in from a point on."""

    since: datetime
    layout: Layout

    def is_young(self, window: Window) -> bool:
        """Whether the cells before are followed beside the new ones still: until these have a past of their own."""
        return window.start < self.since + FIRST_STRETCH[window.kind] - CLOCKS


class Versions:
    """The first layouts of a source, and column → its later versions, oldest first."""

    def __init__(self, first: Mapping[str, Layout], cut: Mapping[str, Sequence[Version]]) -> None:
        self.first, self.cut = first, cut

    @cached_property
    def since(self) -> datetime | None:
        """The first point at which any column was cut again."""
        return min((v.since for versions in self.cut.values() for v in versions), default=None)

    def _in_force(self, column: str, at: datetime) -> Version | None:
        return next((v for v in reversed(self.cut.get(column, ())) if v.since <= at), None)

    def counted(self, window: Window) -> dict[str, Layout]:
        """Column → the layout that a window is counted in."""
        found = {c: self._in_force(c, window.start) for c in self.first}
        return {c: layout if (v := found[c]) is None else v.layout for c, layout in self.first.items()}

    def followed(self, window: Window) -> dict[str, Layout]:
        """Name → the layout that is read: every column in its first cells, then those that were cut again once more."""
        out = dict(self.first)
        for column in self.cut:
            version = self._in_force(column, window.start)
            if version is not None:
                cuts = version.layout.cuts[1:] if version.is_young(window) else version.layout.cuts[-1:]
                out |= {later(column, cut.id): cut for cut in cuts}
        return out

    def eras(self, kind: str) -> Iterator[dict[str, Layout]]:
        """All that is followed, each once, from the first cut on; `kind` of window."""
        stretch = FIRST_STRETCH[kind]
        begins = {v.since for versions in self.cut.values() for v in versions}
        for at in sorted(begins | {since + stretch for since in begins}):
            yield self.followed(Window(at, at + timedelta(hours=1), kind))

    def young(self, window: Window) -> dict[str, datetime]:
        """Column → since when it is counted in new cells, where they have no past of their own yet."""
        found = {c: self._in_force(c, window.start) for c in self.cut}
        return {c: v.since for c, v in found.items() if v is not None and v.is_young(window)}

    def newest(self, window: Window) -> dict[str, str]:
        """Column → its name in the newest cells."""
        return {column_of(name): name for name in self.followed(window)}  # the newest stands last

    def mark(self, window: Window) -> str:
        """What tells cells of a window from others, in short; empty where all are the first ones."""
        if self.since is None or window.start < self.since:
            return ""
        names = sorted(self.followed(window).keys() - self.first.keys())
        return hashlib.sha256("\x1e".join(names).encode()).hexdigest()[:8] if names else ""

    def runs(self, windows: Sequence[Window]) -> Iterator[list[Window]]:
        """Adjoining windows, cut where they are counted in other cells."""
        run: list[Window] = []
        for w in windows:
            if run and self.mark(run[-1]) != self.mark(w):
                yield run
                run = []
            run.append(w)
        if run:
            yield run

    @cached_property
    def _splitting(self) -> dict[str, tuple[Layout, list[tuple[str, Layout, Ints]]]]:
        """Of each later version the layouts that it splits: their ids ("" for the first) and its codes there [size]."""
        layouts = {v.layout.id: v.layout for versions in self.cut.values() for v in versions}
        return {
            name: (layout, [("" if k == 0 else cut.id, cut, layout.onto(cut)) for k, cut in enumerate(layout.cuts)])
            for name, layout in layouts.items()
        }

    def read(self, column: str, layout: str, cells: Cells) -> Iterator[tuple[str, Cells]]:
        """A stored state in all the cells that it can be had in: the column's names there."""
        if layout not in self._splitting:
            yield column, cells
            return
        whole, cuts = self._splitting[layout]
        for name, cut, onto in cuts:
            yield later(column, name), coarsened(cells, whole, cut, onto)

    def ranked(self, column: str, layout: str) -> str:
        """The name of a column in the cells whose ranks a segment keeps: those of the newest cut."""
        return later(column, self._splitting[layout][1][-1][0]) if layout in self._splitting else column
