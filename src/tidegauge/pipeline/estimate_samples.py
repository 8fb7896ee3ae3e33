"""Estimates in event time: each window's, from when all the labels that it rests on are decided.

An instant takes one value for good, and labels may be counted later than the rows that they are to foretell. So a
window's estimate is written only once the last labels that were due with its rows are decided, whichever of the two
comes last, and its revision is that of both decisions together. Both follow a chain: where anything changes that the
estimate rests on, one of them is decided anew, and the estimate is written again, an instant later.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import nan

from tidegauge.core.grid import containing, previous
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.estimates import estimating_by
from tidegauge.sinks.event_time import estimate_samples, instant_of
from tidegauge.stages.estimating import ESTIMATED, Estimating
from tidegauge.stages.series import unit_of
from tidegauge.stages.stored_labels import STAGE as LABELS

NOTHING = nan, nan, nan


def estimated_in(deciding: Deciding, stage: str, windows: Collection[Window]) -> Iterator[SeriesSample]:
    """The samples of estimates that rest on a stage's decisions on some windows; no numbers where one was forgotten."""
    if deciding.monitor.labels is None or not windows:
        return
    found = estimating_by(deciding)
    if found is None:
        return
    name, decisions = deciding.monitor.name, deciding.store.decisions
    resting = _Resting(deciding, found, decisions.evidences(name, FIRST_STAGE), decisions.evidences(name, LABELS))
    yield from resting.on(stage, windows)


@dataclass(frozen=True)
class _Resting:
    deciding: Deciding
    found: Estimating
    rows: Collection[Window]  # whose rows are decided
    labels: Collection[Window]  # whose labels are

    def on(self, stage: str, windows: Collection[Window]) -> Iterator[SeriesSample]:
        """Those of windows whose rows, or the last labels that were due with them, are among some windows."""
        mine = sorted(windows if stage == FIRST_STAGE else self.rows)
        for window, came in [(w, self._last_due(w)) for w in mine]:
            if stage == FIRST_STAGE or came in windows:
                yield from self._of(window, came)

    def _last_due(self, window: Window) -> Window:
        """The last window whose labels were due when the rows of one were."""
        labels, source = self.deciding.monitor.labels, self.deciding.profiler
        assert labels is not None, "the monitor names labels"  # noqa: S101 - narrows a type
        return previous(containing(source.kind, source.zone, window.end - labels.delay), source.zone)

    def _of(self, window: Window, came: Window) -> Iterator[SeriesSample]:
        name, points = self.deciding.monitor.name, self.deciding.store.points
        by_labels = points.revision(name, LABELS, came)
        if came not in self.labels and not by_labels:
            return  # they were never decided, so nothing was ever written
        is_known = window in self.rows and came in self.labels
        made = {e.statistic: e for e in self.found.of(window)} if is_known else {}
        at = instant_of(window, points.revision(name, FIRST_STAGE, window) + by_labels)
        for statistic in ESTIMATED:
            e = made.get(statistic)
            numbers = (e.value, e.low, e.high) if e is not None and e.is_believed else NOTHING
            yield from estimate_samples(name, statistic, unit_of(statistic), numbers, at)
