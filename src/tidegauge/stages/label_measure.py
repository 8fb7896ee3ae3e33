"""A window's labels → the numbers that a judge follows, whole and by segment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.scored import Ones, Sample
from tidegauge.profiles.label_versions import LabelCut, LabelVersions
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.stored_labels import labels_of
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics import ARRIVALS, SEGMENT_LABEL_LEVELS
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled, LabelLevel, SegmentLabelLevel
from tidegauge.statistics.own_metric_level import own_level
from tidegauge.statistics.signal_set import Counts, Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.wording.lookup import find

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Followed:
    """What is judged of labels in one cut: of the whole, of segments against it, of segments alone."""

    levels: Sequence[LabelLevel]
    contrasts: Sequence[SegmentLabelLevel]
    alone: Sequence[LabelLevel]

    def signals(self, column: str, segments: Sequence[str]) -> Iterator[Signal]:
        """What each of its numbers is, in the order of `numbers`."""
        yield from (level.signal(column) for level in self.levels)
        for segment in segments:
            yield from (s.signal(column, segment) for s in (*self.contrasts, *self.alone))

    def numbers(self, whole: Labelled, parts: Sequence[Labelled]) -> Iterator[tuple[float, float]]:
        """Value and error of each; `parts`: the labels of each segment."""
        yield from ((level.level(whole), level.error(whole)) for level in self.levels)
        for part in parts:
            yield from ((s.level(part, whole), s.error(part, whole)) for s in self.contrasts)
            yield from ((s.level(part), s.error(part)) for s in self.alone)


class LabelMeasure:
    """Levels of labels against predictions, whole and by segment.

    `cuts`: what labels are read in, the first cells and the later ones side by side (`profiles.label_versions`).
    """

    def __init__(
        self,
        cuts: Sequence[LabelCut],
        versions: LabelVersions,
        column: str,
        segments: Sequence[str],
        tuning: Tuning = SHIPPED,
    ) -> None:
        self.cuts, self.versions, self.column, self.tuning = tuple(cuts), versions, column, tuning
        self.segments = tuple(segments)
        self._arrivals = [a.tuned(tuning) for a in ARRIVALS.values()]
        self._followed = [_followed(cut, tuning) for cut in cuts]
        signals = [a.signal(VOLUME) for a in self._arrivals]
        for cut, by in zip(self.cuts, self._followed, strict=True):
            signals += [replace(s, cells=cut.cells) for s in by.signals(column, self.segments)]
        self._vocabulary = SignalSet(tuple(signals), (), tuning.statistics.blame)

    @property
    def cut(self) -> LabelCut:
        """The newest of its cuts."""
        return self.cuts[-1]

    @property
    def layout(self) -> Layout:
        """The newest cells of the prediction."""
        return self.cut.layout

    @property
    def unit(self) -> LabelUnit:
        """The newest unit of labels."""
        return self.cut.unit

    def cut_of(self, cells: str) -> LabelCut:
        """The cut that a signal is read in."""
        return next((cut for cut in self.cuts if cut.cells == cells), self.cut)

    @property
    def signal_set(self) -> SignalSet:
        """Levels of the whole, and three of each segment; all in each cut."""
        return self._vocabulary

    def found(
        self, profiles: StoredProfiles, window: Window, at: datetime | None = None
    ) -> tuple[list[dict[str, LabelCells]], list[str]]:
        """A window's stored labels, for each cut by segment, and what was wrong with them."""
        read = [labels_of(profiles, window, self.versions, cut, at) for cut in self.cuts]
        return [found for found, _ in read], read[-1][1]

    def sample(self, found: Sequence[Mapping[str, LabelCells]], rows: int) -> Sample:
        """The numbers of one window's labels, read in each cut; `rows` are its predictions, labelled or not."""
        wholes = [_labelled(cells, WHOLE, cut) for cells, cut in zip(found, self.cuts, strict=True)]
        labelled = max(whole.rows for whole in wholes)  # some may be counted in cells that cannot be read as others
        pairs = [(a.level(labelled, rows), a.error(rows)) for a in self._arrivals]
        ones: dict[int, Ones] = {}
        for cells, whole, cut, by in zip(found, wholes, self.cuts, self._followed, strict=True):
            ones |= {k: of for k, level in enumerate(by.levels, len(pairs)) for of in _ones(level, whole)}
            pairs += by.numbers(whole, [_labelled(cells, name, cut) for name in self.segments])
        x, error = map(np.array, zip(*pairs, strict=True))
        return Sample(x, error, labelled, lambda _pool, _windows: np.zeros(0), ones)

    def natural(self, signal: Signal, value: float) -> float:
        """Accuracy and coverage as shares, a bias in the unit of the labels."""
        known = find(signal.statistic)
        return value if known is None else known.tuned(self.tuning).read(value, self.cut_of(signal.cells).unit.layout)

    def about(self, signal: Signal) -> str:
        """Of a metric of the monitor's own how a reader knows it; of any other number of labels nothing."""
        return next((m.called for m in self.unit.metrics if own_level(m).name == signal.statistic), "")

    def levels_in(self, profiles: StoredProfiles, window: Window) -> Floats:
        """Of labels that cannot be read there are none."""
        found, _ = self.found(profiles, window)
        return self.sample(found, profiles.rows(window)).x


def _followed(cut: LabelCut, tuning: Tuning) -> _Followed:
    levels = [level.tuned(tuning) for level in of_task(cut.unit) if level.judged]
    own = task_of(cut.unit).name
    contrasts = [s.tuned(tuning) for s in SEGMENT_LABEL_LEVELS.values() if own in s.applies]
    return _Followed(levels, contrasts, [level for level in levels if level.by_segment])


def _ones(level: LabelLevel, whole: Labelled) -> Iterator[Ones]:
    """What a level of labels 0 and 1 counts, where it counts them."""
    if level.counts is Counts.LABELS and whole.binary and whole.rows >= level.least:
        yield Ones(float(whole.label.sum()), whole.rows, float(whole.prediction.sum()) / whole.rows)


def _labelled(cells: Mapping[str, LabelCells], segment: str, cut: LabelCut) -> Labelled:
    return Labelled.of(cells.get(segment, LabelCells.zero()), cut.layout, cut.unit)
