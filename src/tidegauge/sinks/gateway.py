"""A Pushgateway over HTTP: what it holds of a group, a group replaced, a group taken away; all of it within a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from prometheus_client import delete_from_gateway, push_to_gateway
from prometheus_client.parser import text_string_to_metric_families

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError, NobodyThere, Refused, SinkError
from tidegauge.sinks.exchange import BadAddress, NoAnswer, exchange, is_of_the_moment, lines
from tidegauge.wording.text import one_line

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

# the second is what groups have that were pushed before the first had a name of its own
_ENDS = ("tidegauge_decided_window_end_timestamp_seconds", "tidegauge_window_end_timestamp_seconds")
_OURS = b"tidegauge_"
_PUSHED = "push_time_seconds"  # the gateway's own, of each group that was ever pushed
MOST = 64 << 20  # bytes of a gateway's page that are looked through


@dataclass(frozen=True, slots=True)
class Gateway:
    """The groups of one job. `until`: the end of all asking, by `time.monotonic`."""

    address: Address
    job: str
    until: float

    def push(self, group: dict[str, str], metrics: "CollectorRegistry") -> None:
        """Put these in the group's place."""
        place, who = self.address.web()
        push_to_gateway(place, self.job, metrics, grouping_key=group, handler=_bounded(self.until, who))

    def delete(self, group: dict[str, str]) -> None:
        """Take the group away."""
        place, who = self.address.web()
        delete_from_gateway(place, self.job, grouping_key=group, handler=_bounded(self.until, who))

    def held(self, group: dict[str, str]) -> float | None:
        """The end of the window that it holds for a group, in seconds; None when it holds none.

        It cannot be asked for one group: it shows everything of everybody, and so it is looked through and not kept.
        TooMuch where it shows more than anybody would read.
        """
        wanted, held = {**group, "job": self.job}, None
        place, who = self.address.web()
        with exchange("GET", f"{place}/metrics", until=self.until, headers=who) as answer:
            if answer.status != 200:
                raise _Refusal(answer.status, answer.read(500))
            for line in lines(answer, _OURS, MOST):
                if not line.startswith(tuple(name.encode() for name in _ENDS)):
                    continue
                try:
                    (family,) = text_string_to_metric_families(line.decode() + "\n")
                    (sample,) = family.samples
                except ValueError:  # somebody else's, and no business of ours
                    continue
                mine = sample.name in _ENDS and all(sample.labels.get(k) == v for k, v in wanted.items())
                if mine and isfinite(sample.value):  # no window of ours ends never
                    held = float(sample.value)
        return held

    def groups(self) -> list[dict[str, str]]:
        """The groups of this job that have the labels of ours: a monitor, and a stage or none."""
        found = []
        place, who = self.address.web()
        with exchange("GET", f"{place}/metrics", until=self.until, headers=who) as answer:
            if answer.status != 200:
                raise _Refusal(answer.status, answer.read(500))
            for line in lines(answer, _PUSHED.encode(), MOST):
                group = {k: v for k, v in (_labels_of(line) or {}).items() if v}
                if group.pop("job", None) == self.job and {"monitor"} <= group.keys() <= {"monitor", "stage"}:
                    found.append(group)
        return found


def _labels_of(line: bytes) -> dict[str, str] | None:
    """The labels of a line of the gateway's page; None of one that is not our business."""
    try:
        (family,) = text_string_to_metric_families(line.decode() + "\n")
        (sample,) = family.samples
    except ValueError:
        return None
    return dict(sample.labels) if sample.name == _PUSHED else None


@contextmanager
def reached(place: str, job: str, until: float, what: str) -> Iterator[Gateway]:
    """The gateway at an address, and sentences for all that may go wrong there: `what` could not be done."""
    try:
        address = read_address(place, "sinks.prometheus.pushgateway", scheme="http")
    except MonitorError as error:
        raise Refused(str(error)) from None
    try:
        yield Gateway(address, job, until)
    except _Refusal as said:
        kind = SinkError if is_of_the_moment(said.status) else Refused
        # a gateway, or a proxy before it, may say again what it was sent
        why = address.reason_for(said)
        raise kind(f"the Pushgateway at {address.place} refused {what} ({said.status}: {why})") from None
    except (NoAnswer, BadAddress) as error:
        other = NobodyThere if isinstance(error, NoAnswer) and error.nobody else SinkError
        raise (Refused if isinstance(error, BadAddress) else other)(
            f"the Pushgateway at {address.place} can't be reached ({address.reason_for(error)}). "
            "Is it running, and is sinks.prometheus.pushgateway its address?"
        ) from None


class _Refusal(Exception):
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
            raise _Refusal(answer.status, answer.read(500))
