"""What judges the windows of a stage: one judge for each set of signals that its columns are followed in."""

from collections.abc import Mapping

from tidegauge.decisions.judge import Judge
from tidegauge.monitor import Monitor
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.references.base import CandidatePool
from tidegauge.references.policy import lagged_pools
from tidegauge.stages import share
from tidegauge.stages.base import Observer
from tidegauge.stages.measures import Measure


class Judges:
    """The judges of one monitor and stage. Each is made once, for it remembers its fits."""

    def __init__(self, monitor: Monitor, observer: Observer, pools: Mapping[str, CandidatePool]) -> None:
        self._monitor, self._observer, self._pools = monitor, observer, dict(pools)
        self._made: dict[str, Judge] = {}

    def of(self, measure: Measure) -> Judge:
        """What judges by a measure."""
        followed, monitor, kind = measure.signal_set, self._monitor, self._monitor.window.every
        if followed.id not in self._made:
            self._made[followed.id] = Judge(
                followed,
                self._pools,
                alerts_per_window=monitor.alerts.budget * share(monitor, self._observer.stage) / PER_MONTH[kind],
                kind=kind,
                pinned=self._observer.pinned_levels(measure),
                lagged=lagged_pools(kind, monitor.reference.look_back),
                tuning=self._observer.tuning.decisions,
            )
        return self._made[followed.id]
