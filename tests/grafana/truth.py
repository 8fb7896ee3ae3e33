"""What a store says of a window, as the samples that a server ought to have, and sums over them by hand."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.grafana.living import gateway_samples
from tests.grafana.world import World
from tidegauge.core.incident import OVER, Incident
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.estimate_samples import estimated_in
from tidegauge.pipeline.pipeline import open_shown
from tidegauge.sinks.event_time import samples_of
from tidegauge.store.store import Store

Labels = tuple[tuple[str, str], ...]
MONTH = timedelta(days=30)
SIGNALS = ("ratio", "number", "seconds", "own_unit")


@dataclass(frozen=True)
class Truth:
    """Window → name and labels → value, of both stages."""

    samples: dict[Window, dict[tuple[str, Labels], float]]
    open: dict[tuple[str, str], frozenset[Window]]  # stage and incident → the windows in which it is open
    alive: dict[tuple[str, Labels], float]  # what the Pushgateway says: name and labels → value

    @classmethod
    def of(cls, world: World) -> "Truth":
        """Everything that the store says of a monitor."""
        monitor = load_monitor(world.file).name
        samples: dict[Window, dict[tuple[str, Labels], float]] = {}
        spans: dict[tuple[str, str], frozenset[Window]] = {}
        with Store.open(world.store) as store:
            for stage in STAGES:
                points = store.points.of(monitor, stage)
                for window in {point.window for point in points}:
                    mine = [point for point in points if point.window == window]
                    found = samples.setdefault(window, {})
                    found |= {(s.name, s.labels): s.value for s in samples_of(monitor, stage, mine)}
                for one in store.incidents.of(monitor, stage):
                    spans[stage, one.id] = frozenset(w for w in {p.window for p in points} if _is_open(one, w))
            for window, found in estimated(world.file).items():
                samples[window] |= found
            return cls(samples, spans, gateway_samples(store, monitor))

    def windows(self) -> list[Window]:
        """Those of which both stages have been decided, oldest first."""
        return sorted(
            w for w, found in self.samples.items() if {dict(labels).get("stage") for _, labels in found} >= {*STAGES}
        )

    def of_metric(self, window: Window, name: str, **labels: str) -> dict[Labels, float]:
        """A metric's values in a window, by their labels."""
        return {
            mine: value
            for (metric, mine), value in self.samples[window].items()
            if metric == name and labels.items() <= dict(mine).items()
        }

    def one(self, window: Window, name: str, **labels: str) -> float:
        """The one value of a metric in a window."""
        (value,) = self.of_metric(window, name, **labels).values()
        return value

    def month(self, window: Window) -> list[Window]:
        """The windows that ended in the 30 days up to a window's end, as SQL counts them."""
        return [w for w in self.samples if window.end - MONTH < w.end <= window.end]

    def midnights(self, window: Window) -> list[Window]:
        """The same as PromQL counts them, by the midnight of UTC in each: never 31, as SQL has after a clock change."""
        mine = {w: w.end.replace(hour=0, minute=0, second=0) for w in self.samples}
        return [w for w, at in mine.items() if window.end - MONTH < at <= window.end]

    def counted(self, windows: Iterable[Window], name: str, stage: str, value: float = 1.0) -> int:
        """In how many windows a flag of a stage has a value."""
        return sum(v == value for w in windows for v in self.of_metric(w, name, stage=stage).values())

    def open_in(self, window: Window, *stages: str) -> int:
        """Incidents that are open in a window."""
        return sum(window in spans for (stage, _), spans in self.open.items() if stage in stages)

    def outside(self, window: Window, **labels: str) -> dict[Labels, float]:
        """How far each number lies from the middle of its band, in half-widths, at most ten."""
        found = {}
        for unit in SIGNALS:
            lows = self.of_metric(window, f"tidegauge_signal_low_{unit}", **labels)
            for mine, low in lows.items():
                high = self.of_metric(window, f"tidegauge_signal_high_{unit}", **dict(mine))[mine]
                value = self.of_metric(window, f"tidegauge_signal_{unit}", **dict(mine))[mine]
                far = (2 * value - low - high) / max(high - low, 1e-9)
                found[mine] = far if math.isnan(far) else min(max(far, -10), 10)
        return found


def estimated(file: Path) -> dict[Window, dict[tuple[str, Labels], float]]:
    """By window what was expected of its labels: worked out from the store, and kept nowhere."""
    out: dict[Window, dict[tuple[str, Labels], float]] = {}
    with open_shown(load_monitor(file)) as pipeline:
        windows = {
            int(w.end.timestamp()): w for w in pipeline.store.decisions.evidences(pipeline.monitor.name, "inputs")
        }
        for s in estimated_in(pipeline.deciding, "inputs", windows.values()):
            out.setdefault(windows[s.at // 1000 + 1], {})[s.name, s.labels] = s.value
    return out


def _is_open(incident: Incident, window: Window) -> bool:
    """By its last turn up to a window: an incident may be settled, or open anew."""
    turns = [turn for turn in incident.turns if turn.window <= window]
    return bool(turns) and turns[-1].status not in OVER
