"""The newest decision of each monitor and stage, on a Pushgateway for Prometheus to scrape."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tidegauge.errors import SinkError
from tidegauge.monitor.environment import expand, mask
from tidegauge.nouns import Stage, Window
from tidegauge.sinks.base import Bulletin, Sink
from tidegauge.sinks.text import one_line

_END = "tidegauge_window_end_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class Prometheus(Sink):
    """Replaces the group (job, monitor, stage) on the gateway with the metrics of a decision.

    A Pushgateway keeps one value per series and no event time. So a group always speaks of one window, whose end is a
    metric too, and an older window (a backfill, a late label) never takes the place of a newer one.
    """

    name: ClassVar[str] = "prometheus"

    pushgateway: str  # its address, such as http://127.0.0.1:9091; ${NAME} is taken from the environment
    job: str = "tidegauge"
    timeout: float = 10.0  # seconds

    def publish(self, bulletin: Bulletin) -> None:
        key, end = bulletin.decision.window.key, bulletin.decision.window.end.timestamp()
        group = self._group(bulletin.monitor, bulletin.decision.stage)
        with self._asked(f"the metrics of {key}") as address:
            held = self._held(address, group)
            if held is None or held <= end:
                self._push(address, group, bulletin)

    def withdraw(self, monitor: str, stage: Stage, window: Window, newest: Bulletin | None) -> None:
        """A group that speaks of the window, or of one later than the newest, speaks of the newest again, or is gone.

        One PUT takes the group's place, so that no scrape finds it missing while there is something to say.
        """
        # inside, as everything that shows a number imports this package, and few of them push
        from prometheus_client import delete_from_gateway

        group = self._group(monitor, stage)
        with self._asked(f"to forget the metrics of {window.key}") as address:
            held = self._held(address, group)
            last = newest.decision.window.end.timestamp() if newest else float("-inf")
            if held is None or (held <= last and held != window.end.timestamp()):
                return
            if newest is None:
                delete_from_gateway(address, self.job, grouping_key=group, timeout=self.timeout)
            else:
                self._push(address, group, newest)

    def _group(self, monitor: str, stage: Stage) -> dict[str, str]:
        from tidegauge.sinks.metrics import LENGTH

        return {"monitor": one_line(monitor, LENGTH), "stage": stage.value}

    def _push(self, address: str, group: dict[str, str], bulletin: Bulletin) -> None:
        from prometheus_client import push_to_gateway

        from tidegauge.sinks.metrics import registry

        push_to_gateway(address, self.job, registry(bulletin), grouping_key=group, timeout=self.timeout)

    @contextmanager
    def _asked(self, what: str) -> Iterator[str]:
        """The gateway's address; around what is asked of it, so that an answer that is none is a sentence."""
        address = expand(self.pushgateway, "sinks.prometheus.pushgateway").rstrip("/")
        try:
            yield address
        except HTTPError as error:
            said = one_line(error.read(500).decode("utf-8", "replace"), 200)
            raise SinkError(f"the Pushgateway at {mask(address)} refused {what} ({error.code}: {said})") from error
        except (OSError, URLError, ValueError) as error:
            raise SinkError(
                f"the Pushgateway at {mask(address)} can't be reached ({getattr(error, 'reason', error)}). "
                "Is it running, and is sinks.prometheus.pushgateway its address?"
            ) from error

    def _held(self, address: str, group: dict[str, str]) -> float | None:
        """The end of the window that the gateway holds for a group, in seconds; None when it holds none."""
        from prometheus_client.parser import text_string_to_metric_families

        url = address if "://" in address else f"http://{address}"
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address must start with http:// or https://")
        wanted = {**group, "job": self.job}
        with urlopen(f"{url}/metrics", timeout=self.timeout) as answer:  # noqa: S310 - the scheme was looked at
            text = answer.read().decode("utf-8")
        lines = "\n".join(line for line in text.splitlines() if line.startswith(_END))  # the gateway may hold megabytes
        for family in text_string_to_metric_families(lines + "\n"):
            for sample in family.samples:
                if sample.name == _END and all(sample.labels.get(k) == v for k, v in wanted.items()):
                    return float(sample.value)
        return None
