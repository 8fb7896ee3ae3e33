"""Servers that take series by remote write: Prometheus and VictoriaMetrics, each with a folder of its own."""

import json
import shutil
import signal
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.services.process import LOOPBACK, Server, free_port, mortal

MISSING = "no {} is installed: run tests/services/install.sh as root (Debian: {})"
YEARS = "2000d"


class SeriesServer:
    """A server on a port of its own; stopped and started again it has what it had."""

    def __init__(self, kind: str, folder: Path, *, out_of_order: str = YEARS, retention: str = YEARS) -> None:
        self.kind, self.folder, self.port = kind, folder, free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.write_url = f"{self.url}/api/v1/write"
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "prometheus.yml"
        config.write_text(f"storage: {{tsdb: {{out_of_order_time_window: {out_of_order}}}}}\n", encoding="utf-8")
        commands = {
            "prometheus": [
                f"--config.file={config}",
                f"--storage.tsdb.path={folder}/data",
                f"--storage.tsdb.retention.time={retention}",
                f"--web.listen-address={LOOPBACK}:{self.port}",
                "--web.enable-remote-write-receiver",
            ],
            "victoria-metrics": [
                f"-storageDataPath={folder}/data",
                "-retentionPeriod=20y",
                f"-httpListenAddr={LOOPBACK}:{self.port}",
            ],
        }
        self.command = [kind, *commands[kind]]
        self.server: Server | None = None

    def start(self) -> "SeriesServer":
        self.server = Server([*mortal(), *self.command], self.folder / "log")
        self.server.wait_until(self._answers)
        return self

    def stop(self, gently: signal.Signals = signal.SIGTERM) -> None:
        if self.server is not None:
            self.server.stop(gently)
        self.server = None

    def _answers(self) -> bool:
        path = "/-/ready" if self.kind == "prometheus" else "/health"
        with suppress(OSError), urllib.request.urlopen(self.url + path, timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def flush(self) -> None:
        """Let what was written be seen at once."""
        if self.kind == "victoria-metrics":
            urllib.request.urlopen(f"{self.url}/internal/force_flush", timeout=20).close()

    def ask(self, path: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """The data of an answer of the query API."""
        body = urllib.parse.urlencode(parameters).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", data=body, timeout=60) as answer:
                found = json.loads(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{error.code} for {parameters}: {error.read().decode()}") from None
        assert found["status"] == "success", found
        return found["data"]

    def at(self, query: str, when: float) -> list[tuple[dict[str, str], float]]:
        """What a query gives at an instant."""
        found = self.ask("query", query=query, time=when, nocache=1)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def over(self, query: str, start: float, end: float, step: str) -> list[tuple[dict[str, str], list[float]]]:
        """What a query gives at each step."""
        found = self.ask("query_range", query=query, start=start, end=end, step=step, nocache=1)["result"]
        return [(one["metric"], [float(v) for _, v in one["values"]]) for one in found]

    def kept(self, name: str, start: float, end: float) -> dict[tuple[tuple[str, str], ...], dict[int, float]]:
        """Every sample of a metric in (start, end], as it is stored: by labels, by milliseconds."""
        seconds = max(int(end - start), 1)
        found = self.ask("query", query=f"{name}[{seconds}s]", time=end)["result"]
        return {
            tuple(sorted((k, v) for k, v in one["metric"].items() if k != "__name__")): {
                round(float(at) * 1000): float(value) for at, value in one["values"]
            }
            for one in found
        }


@pytest.fixture(params=["prometheus", "victoria-metrics"])
def series_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SeriesServer]:
    """Each of the servers, empty; it takes what is years old."""
    yield from _running(str(request.param), tmp_path)


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[SeriesServer]:
    """A Prometheus, empty; it takes what is years old."""
    yield from _running("prometheus", tmp_path)


def _running(kind: str, folder: Path, **settings: str) -> Iterator[SeriesServer]:
    needed(kind)
    server = SeriesServer(kind, folder / kind, **settings).start()
    try:
        yield server
    finally:
        server.stop()


def needed(kind: str) -> None:
    """Skip the test where the server is not installed."""
    if shutil.which(kind) is None:
        pytest.skip(MISSING.format(kind, kind))
