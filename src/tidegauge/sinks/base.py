"""What a sink is: it shows decisions to people or to other systems.

It never reads the store and never computes a statistic: the pipeline hands it a report.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.reports.report import Report


@dataclass(frozen=True, slots=True)
class Gauge:
    """One sample of a metric."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Liveness:
    """How it goes with a monitor as a whole, whatever its decisions say: it changes between them too.

    Moments and no ages: an age would stand still on a receiver that nobody tells anything.
    """

    waiting: int = 0  # deliveries that failed and wait for their next try
    given_up: int = 0
    since: datetime | None = None  # since when the oldest of what waits could not be delivered
    success: datetime | None = None  # when a live window's decision was last delivered; None: never yet
    newest: datetime | None = None  # the end of the newest window of which one was
    lag: timedelta | None = None  # how long after that end


class Sink(ABC):
    """Shows one decision. A member of the family is a frozen dataclass whose fields are its options in the YAML.

    `publish` must be idempotent: the outbox delivers at least once, so the same report may come twice, and a later
    one for the same window replaces it. Where it says no, raise `Refused`; where it can't be reached, or lets its time
    pass, `NobodyThere`: then what else goes to it is passed over for now. Whatever else fails is `SinkError`, and the
    next one is tried. The outbox keeps the report and tries again. Bound everything: time over the whole exchange
    (`tidegauge.core.retrying.LONGEST_EXCHANGE` at most), and sizes.
    """

    name: ClassVar[str]
    draws_sensitivity: ClassVar[bool] = False  # what the window would have seen: then it is published again with it

    @abstractmethod
    def publish(self, report: Report) -> None:
        """Show it."""

    def show_liveness(self, monitor: str, liveness: Liveness) -> None:  # noqa: B027 - most show decisions alone
        """Show whether a monitor runs, and how much of it is undelivered, where that is its business."""

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Report | None) -> None:  # noqa: B027
        """Take back what was shown of a window that was forgotten; where nothing is kept, nothing is to be done.

        `newest`: what stands of the newest window, None where nothing does. Idempotent, and raises as `publish` does.
        """

    def problems(self, monitor: str, reach: timedelta, late: timedelta) -> list[str]:  # noqa: ARG002 - most ask nobody
        """What keeps it from showing a monitor, and what of its series a receiver would lose, a sentence each.

        `reach`: how far back it has windows; `late`: how long after a window's end its series may still change.
        """
        return []


class EventTimeSink(Sink):
    """Shows what series were, at the time of their windows: of a night, and of a year at once.

    `show` must be idempotent and take samples of any age. What a receiver will never take is no failure: it ends with a
    note. A window that was forgotten is shown again as no number, so there is nothing to withdraw.
    """

    @abstractmethod
    def show(self, samples: Sequence[SeriesSample]) -> str:
        """Show them; what is worth a note."""

    def show_past(self, samples: Sequence[SeriesSample]) -> str:
        """Show a stretch of the past, of which nobody is to be told: at whatever instant that is cut off.

        So a sink that hands it over in parts sees to it that each part ends the incidents that it tells of, for now
        (`tidegauge.sinks.event_time.closed`).
        """
        return self.show(samples)

    def publish(self, report: Report) -> None:
        """Show the series of the report's window."""
        self.show(report.samples)
