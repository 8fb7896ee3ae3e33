"""Labels of earlier windows as they were known at a moment of the grid, by cell of the score."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.cut_offs import CutOffs
from tidegauge.profiles.label_versions import LabelVersions
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.maturity import Ripening
from tidegauge.stages.stored_labels import STAGE, labels_in
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.accuracy import Accuracy
from tidegauge.statistics.auc import AreaUnderCurve
from tidegauge.statistics.labelled import Labelled

Floats = NDArray[np.float64]
AHEAD = 64  # windows: what is not mature yet comes before what is, and is read with it


@dataclass(frozen=True, eq=False)
class CellRows:
    """Rows of a window by cell of the score: how many, the sum of their labels, the sum of their scores."""

    n: Floats
    ones: Floats
    scores: Floats
    realised: tuple[float, float] = (np.nan, np.nan)  # accuracy and AUC


@dataclass(frozen=True)
class KnownLabels:
    """Reads the stored labels of a source, in the first cells of its predictions: any two windows compare in them."""

    profiles: StoredProfiles
    versions: LabelVersions
    prediction: str
    cut_offs: CutOffs
    ripening: Ripening | None  # None: labels do not say when they came, and all count from when they were due
    decided: Collection[Window]  # whose labels a run has decided: a replay counts others, which nobody was told of

    @cached_property
    def _read(self) -> dict[tuple[Window, datetime | None], CellRows | None]:
        return {}

    @cached_property
    def _ripening(self) -> Ripening | None:
        """Of one look: what it has read of when labels came is of that look alone."""
        moment = None if self.ripening is None else self.ripening.at
        return None if self.ripening is None or moment is None else self.ripening.as_of(moment, of=self.decided)

    @cached_property
    def _stood(self) -> dict[Window, list[datetime]]:
        """Of each decided window the cut-offs by which anything is known of its labels, ascending; oldest first."""
        every = self.profiles.store.profiles.cut_offs(self.profiles.source, STAGE)
        known = {w: some for w, some in every.items() if w in self.decided}
        if self.ripening is None:
            return {w: [self.cut_offs.first(w)] for w in known}
        return {w: sorted(map(datetime.fromisoformat, filter(None, some))) for w, some in known.items()}

    def looked(self, moment: datetime) -> datetime | None:
        """Up to when runs had looked at labels by a moment: when those of the last window they decided were due."""
        return max((some[0] for some in self._stood.values() if some and some[0] <= moment), default=None)

    def by(self, moment: datetime, most: int, excluded: Collection[Window]) -> dict[Window, CellRows]:
        """The last windows that were mature at a moment, oldest first, with their labels as runs knew them then."""
        looked = self.looked(moment)
        if looked is None:
            return {}
        known = list(self._known_by(looked, excluded))
        self._fetch(known[: most + AHEAD])
        newest_first = islice(self._mature(looked, known), most)
        return dict(reversed(list(newest_first)))

    def _mature(self, looked: datetime, known: Iterable[tuple[Window, datetime]]) -> Iterator[tuple[Window, CellRows]]:
        """The windows that were mature when runs had last looked, newest first, each with its labels as of then."""
        ripening = None if self._ripening is None else self._ripening.as_of(looked, of=self.decided, together=True)
        begun = False
        for window, at in known:
            if not begun and ripening is not None and not ripening.of(window).is_mature:
                continue  # what is older than a mature one is mature
            found = self._labels(window, at)
            if found is not None:
                begun = True
                yield window, found

    def _known_by(self, looked: datetime, excluded: Collection[Window]) -> Iterator[tuple[Window, datetime]]:
        """The windows of whose labels anything was known, newest first, with the last cut-off by then."""
        for window, stood in reversed(self._stood.items()):
            if window not in excluded and (n := bisect_right(stood, looked)):
                yield window, stood[n - 1]

    def rows(self, window: Window) -> CellRows | None:
        """A window's scores, whether or not its labels have come; None where none can be read."""
        cells = self.profiles.cells([window])[0].get(self.prediction)
        if cells is None or cells.sums is None or not cells.rows:
            return None
        nothing = np.zeros(len(cells.codes), dtype=np.int64)
        return self._scored(LabelCells(cells.codes, cells.counts, nothing, cells.sums, cells.counts))

    def _labels(self, window: Window, at: datetime) -> CellRows | None:
        """Labels by a cut-off; None where there are none, or others than 0 and 1."""
        key = window, None if self._ripening is None else at
        if key not in self._read:
            self._fetch([(window, at)])
        return self._read[key]

    def _fetch(self, some: Collection[tuple[Window, datetime]]) -> None:
        """Read the labels of windows by their cut-offs, of those that are not at hand, with one question."""
        keys = ((window, None if self._ripening is None else at) for window, at in some)
        missing = dict(key for key in keys if key not in self._read)
        read = labels_in(self.profiles, missing, self.versions, self.versions.first, WHOLE) if missing else {}
        for window, (found, wrong) in read.items():
            cells = found.get(WHOLE)
            here = None if wrong or cells is None or not cells.rows else self._scored(cells)
            self._read[window, missing[window]] = here

    def _scored(self, cells: LabelCells) -> CellRows | None:
        cut = self.versions.first
        line, labelled = on_a_line(cut.layout), Labelled.of(cells, cut.layout, cut.unit)
        if line is None or not labelled.binary:
            return None
        codes = cells.codes[(cells.codes >= BEYOND_LOW) & (cells.codes < line.high_inf)] - BEYOND_LOW
        out = np.zeros((3, line.high_inf - BEYOND_LOW))
        out[:, codes] = labelled.n, labelled.label, labelled.score * labelled.n
        right, order = Accuracy(), AreaUnderCurve()
        realised = (
            float(right.natural(np.array(right.level(labelled)))),
            float(order.level(labelled)),
        )
        return CellRows(out[0], out[1], out[2], realised)
