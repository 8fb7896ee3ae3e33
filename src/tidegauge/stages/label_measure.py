"""A window's labels → the numbers that a judge follows, whole and by segment."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.scored import Sample
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.stored_labels import labels_of
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics import ARRIVALS, SEGMENT_LABEL_LEVELS
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.wording.lookup import find

Floats = NDArray[np.float64]


class LabelMeasure:
    """Levels of labels against predictions, whole and by segment."""

    def __init__(
        self,
        layout: Layout,
        column: str,
        segments: Sequence[str],
        tuning: Tuning = SHIPPED,
        unit: LabelUnit = TRUTHS,
    ) -> None:
        self.layout, self.column, self.tuning, self.unit = layout, column, tuning, unit
        self.segments = tuple(segments)
        self._arrivals = [a.tuned(tuning) for a in ARRIVALS.values()]
        self._levels = [level.tuned(tuning) for level in of_task(unit) if level.judged]
        own = task_of(unit).name
        self._contrasts = [s.tuned(tuning) for s in SEGMENT_LABEL_LEVELS.values() if own in s.applies]
        self._alone = [level for level in self._levels if level.by_segment]
        levels = [a.signal(VOLUME) for a in self._arrivals]
        levels += [level.signal(column) for level in self._levels]
        for segment in self.segments:
            levels += [s.signal(column, segment) for s in (*self._contrasts, *self._alone)]
        self._vocabulary = SignalSet(tuple(levels), (), tuning.statistics.blame)

    @property
    def signal_set(self) -> SignalSet:
        """Levels of the whole, and three of each segment."""
        return self._vocabulary

    def sample(self, cells: Mapping[str, LabelCells], rows: int) -> Sample:
        """The numbers of one window's labels; `rows` are its predictions, labelled or not."""
        whole = Labelled.of(cells.get(WHOLE, LabelCells.zero()), self.layout, self.unit)
        pairs = [(a.level(whole.rows, rows), a.error(rows)) for a in self._arrivals]
        pairs += [(level.level(whole), level.error(whole)) for level in self._levels]
        for name in self.segments:
            part = Labelled.of(cells.get(name, LabelCells.zero()), self.layout, self.unit)
            pairs += [(s.level(part, whole), s.error(part, whole)) for s in self._contrasts]
            pairs += [(s.level(part), s.error(part)) for s in self._alone]
        x, error = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
        return Sample(x, error, whole.rows, lambda _pool, _windows: np.zeros(0))

    def natural(self, signal: Signal, value: float) -> float:
        """Accuracy and coverage as shares, a bias in the unit of the labels."""
        known = find(signal.statistic)
        return value if known is None else known.tuned(self.tuning).read(value, self.unit.layout)

    def about(self, signal: Signal) -> str:
        """No label signal is about a category."""
        del signal
        return ""

    def levels_in(self, profiles: StoredProfiles, window: Window) -> Floats:
        """Of labels that cannot be read there are none."""
        found, _ = labels_of(profiles, window, self.unit)
        return self.sample(found, profiles.rows(window)).x
