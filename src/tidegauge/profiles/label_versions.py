"""What a source's labels are counted in through time: cells of their predictions, and a unit of their own.

Labels of a window after a cut are counted in cells that split the predictions' first ones, so they can be read in
either; and sums in one unit are brought to another. Labels as they are read in later cells, or in a later unit, are
numbers of their own to whoever follows them, as a column's are (`tidegauge.profiles.versions`).
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from tidegauge.core.grid import FIRST_STRETCH
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.base import Ints, Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.tasks.own_sums import own_only
from tidegauge.profiles.versions import Version


@dataclass(frozen=True)
class LabelCut:
    """Cells of the prediction, and a unit of labels: what labels are read in."""

    layout: Layout  # of the prediction
    unit: LabelUnit
    cells: str = ""  # what tells it from the first ones, which have none
    counted: Layout | None = None  # what windows are counted in from here on, which splits `layout`; None: `layout`

    @property
    def stored(self) -> str:
        """What stored labels say that they are counted in."""
        return self.cells or (self.layout if self.unit.own is None else self.unit.own).id

    @property
    def whole(self) -> Layout:
        """The cells that windows are counted in."""
        return self.counted or self.layout


class LabelVersions:
    """The first cells and unit of a source's labels, and the later ones, oldest first, each with its point."""

    def __init__(self, first: LabelCut, later: Sequence[tuple[datetime, LabelCut]] = ()) -> None:
        self.first, self.later = first, tuple(later)

    @classmethod
    def of(
        cls, first: LabelCut, predictions: Sequence[Version], units: Sequence[tuple[datetime, LabelUnit]]
    ) -> "LabelVersions":
        """From the later cells of predictions that lie on a line, and the later units of labels."""
        cuts = {v.since: v.layout for v in predictions if on_a_line(first.layout)}
        found, now = [], first
        for since in sorted({*cuts, *(at for at, _ in units)}):
            whole = cuts.get(since, now.counted)
            unit = next((unit for at, unit in units if at == since), now.unit)
            layout = first.layout if whole is None else whole.cuts[-1]
            own = "" if unit.own is None else unit.own.id
            now = LabelCut(layout, unit, hashlib.sha256(f"{layout.id}\x1f{own}".encode()).hexdigest()[:16], whole)
            found.append((since, now))
        return cls(first, found)

    def at(self, window: Window) -> LabelCut:
        """What a window is counted in."""
        return next((cut for since, cut in reversed(self.later) if since <= window.start), self.first)

    @property
    def newest(self) -> LabelCut:
        """What the next windows are counted in."""
        return self.later[-1][1] if self.later else self.first

    def young(self, window: Window) -> datetime | None:
        """Since when a window's cells are the newest, where they have no past of their own yet."""
        since = next((since for since, _ in reversed(self.later) if since <= window.start), None)
        return since if since is not None and Version(since, self.first.layout).is_young(window) else None

    def followed(self, window: Window) -> tuple[LabelCut, ...]:
        """What a window is read in: the first cells, those in force; as long as these are young, the ones before."""
        cuts = [cut for since, cut in self.later if since <= window.start]
        kept = cuts[-2:] if self.young(window) is not None else cuts[-1:]
        return (self.first, *{cut.cells: cut for cut in kept}.values())

    def eras(self, kind: str) -> Iterator[tuple[LabelCut, ...]]:
        """All that windows are read in, each once, from the first cut on; `kind` of window."""
        begins = {since for since, _ in self.later}
        for at in sorted(begins | {since + FIRST_STRETCH[kind] for since in begins}):
            yield self.followed(Window(at, at + timedelta(hours=1), kind))

    def read(self, stored: str, cells: LabelCells, wanted: LabelCut) -> LabelCells:
        """Stored labels, which say what they are counted in, as other cells and another unit have them.

        Nothing where they were counted in cells that do not split those.
        """
        counted = next((cut for _, cut in self.later if cut.cells == stored), self.first)
        cells = self._in_unit_of(wanted, stored, counted, cells)
        whole, cut = on_a_line(counted.whole), on_a_line(wanted.layout)
        if whole is None or cut is None or whole.id == cut.id:
            return cells
        if all(cut.id != c.id for c in whole.cuts):
            return LabelCells.zero()
        return coarsened(cells, whole, cut)

    def _in_unit_of(self, wanted: LabelCut, stored: str, counted: LabelCut, cells: LabelCells) -> LabelCells:
        """Stored labels in the unit that is wanted; those of the first cut may be from before labels had a layout."""
        own, kept = counted.unit.own, own_only(cells.sums)
        if counted is self.first and own is not None and own.id != stored:
            cells = task_of(counted.unit).brought(cells)
        if counted.unit.own != wanted.unit.own:
            cells = task_of(wanted.unit).brought(cells, counted.unit)
        return replace(cells, sums={**cells.sums, **kept}) if kept and cells.rows else cells


def coarsened(cells: LabelCells, whole: NumericLayout, cut: NumericLayout) -> LabelCells:
    """Labels by cells of `whole` as they are by those of `cut`, which it splits.

    Labels come out to the byte; the sums of predictions do in the newest cut, in whose unit they are kept, and in an
    older one's unit to its resolution.
    """
    plain = cells.codes >= 0  # what is counted apart stays so
    codes, parts = cells.codes.copy(), cells.parts
    if cut.id != whole.cuts[-1].id:
        parts = _in_unit(cells, whole, cut)
    codes[plain] = whole.onto(cut)[cells.codes[plain]]
    return LabelCells.zero() + LabelCells(codes, cells.counts, cells.labels, parts, cells.truths, sums=cells.sums)


def _in_unit(cells: LabelCells, whole: NumericLayout, cut: NumericLayout) -> Ints:
    """[codes] sums of predictions in the unit of an older cut."""
    n, kept = cells.counts.astype(np.float64), (cells.codes >= BEYOND_LOW) & (cells.codes < whole.high_inf)
    mean = whole.start + (cells.parts / np.maximum(n, 1) + 0.5) / whole.scale
    mean = np.clip(mean, cut.lowest, cut.highest)
    return np.where(kept, np.rint(((mean - cut.start) * cut.scale - 0.5) * n), 0).astype(np.int64)
