"""What rules know of a monitor: when its run is late, and how far back its newest window lies.

Thresholds differ from monitor to monitor, and an alert may have its name only once in a file (promtool calls two
duplicates). So thresholds are series as well: recorded constants with the monitor's labels, which alerts join with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Self

from tidegauge.core.window import STAGES
from tidegauge.sinks.event_time import labels
from tidegauge.stages import every

if TYPE_CHECKING:
    from tidegauge.monitor import Monitor

LATE = 2.25  # windows: one run that did not come, and a quarter of a window for the one that should
LEAST = timedelta(days=9)  # how far back a newest window is looked for at least: a week's holidays, and a weekend

SHOWING = frozenset({"remote_write", "prometheus"})  # the sinks by which the end of a window gets to Prometheus


@dataclass(frozen=True, slots=True)
class Limits:
    """A monitor's thresholds. `name` is its label, as the series have it.

    None of a monitor whose windows no server of Prometheus hears of: it would be called silent for ever.
    """

    name: str
    late: dict[str, timedelta]  # stage → how old its newest window may be
    back: dict[str, timedelta]  # stage → how far back its newest window is looked for

    @classmethod
    def of(cls, monitor: "Monitor") -> Self:
        """The thresholds that follow from its window and from how long each stage waits."""
        rule = monitor.window
        heard = not SHOWING.isdisjoint(s.name for s in monitor.sinks)
        waits = {s.name: wait for s in every() if heard and (wait := s.wait(monitor)) is not None}
        late = {stage: wait + LATE * rule.length for stage, wait in waits.items()}
        # a window lies at its end, however late it was decided: what was decided just now may be as old as that
        back = {stage: limit + max(LEAST, 2 * rule.length) for stage, limit in late.items()}
        return cls(dict(labels({"m": monitor.name}))["m"], late, back)


def look_back(limits: Sequence[Limits]) -> Iterator[tuple[str, str]]:
    """Each stage that there is, with how far back its series are asked: as far as the latest of its monitors needs."""
    for stage in STAGES:
        ages = [one.back[stage] for one in limits if stage in one.back]
        if ages:
            yield stage, f"{ceil(max(ages) / timedelta(hours=1))}h"
