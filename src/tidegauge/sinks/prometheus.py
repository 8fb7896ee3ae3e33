"""The newest decision of each monitor and stage, on a Pushgateway for Prometheus to scrape."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from tidegauge.core.errors import SinkError
from tidegauge.core.retrying import LONGEST_EXCHANGE
from tidegauge.core.unseen import logger
from tidegauge.core.window import Window
from tidegauge.monitor.options import SECONDS, option
from tidegauge.reports.report import Report
from tidegauge.sinks.base import Liveness, Sink

if TYPE_CHECKING:
    from tidegauge.sinks.gateway import Gateway

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Prometheus(Sink):
    """Replaces the group (job, monitor, stage) on the gateway with the metrics of a decision.

    A Pushgateway keeps one value per series and no event time. So a group always speaks of one window, whose end is a
    metric too, and an older window (a backfill, a late label) never takes the place of a newer one. A group of its own
    (job, monitor) says whether the monitor runs, and what could not be delivered. A gateway forgets nothing by itself:
    `tidegauge prune` takes away the groups of monitors that are gone.
    """

    name: ClassVar[str] = "prometheus"

    # it may hold ${NAME}: http://user:${PASSWORD}@host:9091
    pushgateway: str = field(repr=False, metadata=option("Address of the Pushgateway, such as http://127.0.0.1:9091."))
    job: str = field(default="tidegauge", metadata=option("The label `job` of the metrics."))
    timeout: float = field(  # to look what the gateway holds, and to push
        default=10.0,
        metadata=option(f"Seconds for one delivery to the gateway, {LONGEST_EXCHANGE:g} at most.", SECONDS),
    )

    def publish(self, report: Report) -> None:
        # inside, for whoever pushes: reading a monitor's options needs no client
        from tidegauge.sinks.metrics import registry

        group = _group(report.monitor, report.decision.stage)
        with self._gateway(f"the metrics of {report.decision.window.key}") as gateway:
            if not _is_older(gateway, group, report):
                gateway.push(group, registry(report))

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Report | None) -> None:
        """A group that speaks of the window, or of one later than the newest, speaks of the newest again, or is gone.

        One PUT takes the group's place, so that no scrape finds it missing while there is something to say. A gateway
        that shows more than anybody would read is mended unseen: the newest that we know is right in any case.
        """
        from tidegauge.sinks.exchange import TooMuch
        from tidegauge.sinks.metrics import registry

        group = _group(monitor, stage)
        with self._gateway(f"to forget the metrics of {window.key}") as gateway:
            try:
                held = gateway.held(group)
            except TooMuch:
                held = window.end.timestamp()
            last = newest.decision.window.end.timestamp() if newest else float("-inf")
            if held is None or (held <= last and held != window.end.timestamp()):
                return
            if newest is None:
                gateway.delete(group)
            else:
                gateway.push(group, registry(newest))

    def show_liveness(self, monitor: str, liveness: Liveness) -> None:
        from tidegauge.sinks.metrics import alive

        with self._gateway("the count of what is undelivered") as gateway:
            gateway.push(_group(monitor), alive(liveness))

    def problems(self, monitor: str, reach: timedelta, late: timedelta) -> list[str]:  # noqa: ARG002 - it loses nothing
        """That the gateway cannot be asked: there is nobody, its address is wrong, or it lets nobody in."""
        try:
            with self._gateway("to say which groups it has") as gateway:
                gateway.groups()
        except SinkError as error:
            return [str(error)]
        return []

    def stale(self, stages: Mapping[str, Collection[str]]) -> list[dict[str, str]]:
        """The groups of this job that none of some monitors pushes any more: it is gone, was renamed, lost a stage.

        `stages`: those of each monitor that there is, by its name.
        """
        mine = [_group(name) for name in stages]
        mine += [_group(name, stage) for name, some in stages.items() for stage in some]
        with self._gateway("to say which groups it has") as gateway:
            return [group for group in gateway.groups() if group not in mine]

    def prune(self, groups: Sequence[dict[str, str]]) -> None:
        """Take some groups away. One that is gone already is no failure."""
        with self._gateway("to delete groups") as gateway:
            for group in groups:
                gateway.delete(group)

    def _gateway(self, what: str) -> AbstractContextManager["Gateway"]:
        from tidegauge.sinks.gateway import reached

        return reached(self.pushgateway, self.job, monotonic() + self.timeout, what)


def _group(monitor: str, stage: str = "") -> dict[str, str]:
    """The labels of a group, spelled as those in event time are: rules join the two by them."""
    from tidegauge.sinks.event_time import labels

    return dict(labels({"monitor": monitor, "stage": stage}))


def _is_older(gateway: "Gateway", group: dict[str, str], report: Report) -> bool:
    """Whether the gateway holds a later window of the group.

    Where it shows more than anybody would read, our own store has to do: the newest window that we know is pushed,
    since what it replaces is older; any other is left, since the newest has, or has had, a delivery of its own.
    """
    from tidegauge.sinks.exchange import TooMuch

    try:
        held = gateway.held(group)
    except TooMuch as error:
        what = "it is pushed unseen, as the newest" if report.newest else "it is left out, as not the newest"
        window = report.decision.window.key
        _log.warning("The Pushgateway at %s shows %s. %s: %s.", gateway.address.place, error, window, what)
        return not report.newest
    return held is not None and held > report.decision.window.end.timestamp()
