"""The newest decision of each monitor and stage, on a Pushgateway for Prometheus to scrape."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from tidegauge.addresses.address import Address
from tidegauge.addresses.reading import read_address
from tidegauge.errors import MonitorError, NobodyThere, Refused, SinkError
from tidegauge.nouns import Window
from tidegauge.sinks.base import Bulletin, Sink
from tidegauge.sinks.exchange import BadAddress, NoAnswer, TooMuch, exchange, lines
from tidegauge.sinks.text import one_line

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_END = "tidegauge_window_end_timestamp_seconds"
MOST = 64 << 20  # bytes of a gateway's page that are looked through
COMES_BACK = (408, 425, 429)  # refusals of the moment, as are all of 5xx
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prometheus(Sink):
    """Replaces the group (job, monitor, stage) on the gateway with the metrics of a decision.

    A Pushgateway keeps one value per series and no event time. So a group always speaks of one window, whose end is a
    metric too, and an older window (a backfill, a late label) never takes the place of a newer one. A group of its own
    (job, monitor) says what could not be delivered.
    """

    name: ClassVar[str] = "prometheus"

    # its address, such as http://127.0.0.1:9091 or http://user:${PASSWORD}@host:9091
    pushgateway: str = field(repr=False)
    job: str = "tidegauge"
    timeout: float = 10.0  # seconds for one bulletin: to look what the gateway holds, and to push

    def publish(self, bulletin: Bulletin) -> None:
        # inside, as everything that shows a number imports this package, and few of them push
        from tidegauge.sinks.metrics import registry

        until = monotonic() + self.timeout
        group = self._group(bulletin.monitor, bulletin.decision.stage)
        with self._sentences(f"the metrics of {bulletin.decision.window.key}") as address:
            if not self._is_older(address, group, bulletin, until):
                self._push(address, group, registry(bulletin), until)

    def withdraw(self, monitor: str, stage: str, window: Window, newest: Bulletin | None) -> None:
        """A group that speaks of the window, or of one later than the newest, speaks of the newest again, or is gone.

        One PUT takes the group's place, so that no scrape finds it missing while there is something to say. A gateway
        that shows more than anybody would read is mended unseen: the newest that we know is right in any case.
        """
        from prometheus_client import delete_from_gateway

        from tidegauge.sinks.metrics import registry

        until, group = monotonic() + self.timeout, self._group(monitor, stage)
        with self._sentences(f"to forget the metrics of {window.key}") as address:
            try:
                held = self._held(address, group, until)
            except TooMuch:
                held = window.end.timestamp()
            last = newest.decision.window.end.timestamp() if newest else float("-inf")
            if held is None or (held <= last and held != window.end.timestamp()):
                return
            if newest is None:
                place, who = address.web()
                delete_from_gateway(place, self.job, grouping_key=group, handler=_bounded(until, who))
            else:
                self._push(address, group, registry(newest), until)

    def _group(self, monitor: str, stage: str) -> dict[str, str]:
        from tidegauge.sinks.metrics import LENGTH

        return {"monitor": one_line(monitor, LENGTH), "stage": stage}

    def standing(self, monitor: str, waiting: int, given_up: int) -> None:
        from tidegauge.sinks.metrics import LENGTH, undelivered

        until = monotonic() + self.timeout
        with self._sentences("the count of what is undelivered") as address:
            self._push(address, {"monitor": one_line(monitor, LENGTH)}, undelivered(waiting, given_up), until)

    @contextmanager
    def _sentences(self, what: str) -> Iterator[Address]:
        """The gateway's address, and sentences for all that may go wrong there."""
        try:
            address = read_address(self.pushgateway, "sinks.prometheus.pushgateway", scheme="http")
        except MonitorError as error:
            raise Refused(str(error)) from None
        try:
            yield address
        except _Said as said:
            kind = SinkError if said.status in COMES_BACK or said.status >= 500 else Refused
            # a gateway, or a proxy before it, may say again what it was sent
            why = address.said(said)
            raise kind(f"the Pushgateway at {address.place} refused {what} ({said.status}: {why})") from None
        except (NoAnswer, BadAddress) as error:
            other = NobodyThere if isinstance(error, NoAnswer) and error.nobody else SinkError
            raise (Refused if isinstance(error, BadAddress) else other)(
                f"the Pushgateway at {address.place} can't be reached ({address.said(error)}). "
                "Is it running, and is sinks.prometheus.pushgateway its address?"
            ) from None

    def _push(self, address: Address, group: dict[str, str], metrics: "CollectorRegistry", until: float) -> None:
        from prometheus_client import push_to_gateway

        place, who = address.web()
        push_to_gateway(place, self.job, metrics, grouping_key=group, handler=_bounded(until, who))

    def _is_older(self, address: Address, group: dict[str, str], bulletin: Bulletin, until: float) -> bool:
        """Whether the gateway holds a later window of the group.

        It cannot be asked for one group: it shows everything of everybody, and so it is looked through and not kept.
        Where it shows more than anybody would read, our own store has to do: the newest window that we know is pushed,
        since what it replaces is older; any other is left, since the newest has, or has had, a delivery of its own.
        """
        try:
            held = self._held(address, group, until)
        except TooMuch as error:
            what = "it is pushed unseen, as the newest" if bulletin.newest else "it is left out, as not the newest"
            window = bulletin.decision.window.key
            _log.warning("The Pushgateway at %s shows %s. %s: %s.", address.place, error, window, what)
            return not bulletin.newest
        return held is not None and held > bulletin.decision.window.end.timestamp()

    def _held(self, address: Address, group: dict[str, str], until: float) -> float | None:
        """The end of the window that the gateway holds for a group, in seconds; None when it holds none."""
        from prometheus_client.parser import text_string_to_metric_families

        wanted, held = {**group, "job": self.job}, None
        place, who = address.web()
        with exchange("GET", f"{place}/metrics", until=until, headers=who) as answer:
            if answer.status != 200:
                raise _Said(answer.status, answer.read(500))
            for line in lines(answer, _END.encode(), MOST):
                try:
                    (family,) = text_string_to_metric_families(line.decode() + "\n")
                    (sample,) = family.samples
                except ValueError:  # somebody else's, and no business of ours
                    continue
                if sample.name == _END and all(sample.labels.get(k) == v for k, v in wanted.items()):
                    held = float(sample.value)
        return held


class _Said(Exception):
    """An answer that is no "yes"."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(one_line(body.decode("utf-8", "replace"), 200))
        self.status = status


def _bounded(until: float, who: dict[str, str]) -> Callable[..., Callable[[], None]]:
    """How the client asks: all of it has to end by a moment."""

    def handler(
        url: str, method: str, timeout: float | None, headers: list[tuple[str, str]], data: bytes
    ) -> Callable[[], None]:
        del timeout  # it bounds the waiting for a byte; `until` bounds all of it
        return lambda: _ask(method, url, until, data, dict(headers) | who)

    return handler


def _ask(method: str, url: str, until: float, data: bytes, headers: dict[str, str]) -> None:
    with exchange(method, url, until=until, body=data, headers=headers) as answer:
        if not 200 <= answer.status < 300:
            raise _Said(answer.status, answer.read(500))
