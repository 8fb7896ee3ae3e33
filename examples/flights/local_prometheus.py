"""A Prometheus of our own, for as long as it is needed, where one is installed: what was decided, at its own time."""

import json
import shutil
import subprocess
import time
from contextlib import suppress
from http.client import OK, HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from examples.flights.local_airflow import LOOPBACK, free_port
from tidegauge.monitor import Monitor
from tidegauge.pipeline.pipeline import open_shown
from tidegauge.pipeline.showing_past import exported
from tidegauge.sinks.remote_write import RemoteWrite

YEARS = "50y"  # of 2013, kept and taken
START = 60  # seconds in which it has to answer
CONFIG = f"storage: {{tsdb: {{out_of_order_time_window: {YEARS}}}}}\n"


def at_hand() -> str | None:
    """The program, where there is one."""
    return shutil.which("prometheus")


class LocalPrometheus:
    """A Prometheus as a context, on the loopback interface alone; its data stay in its folder."""

    def __init__(self, home: Path, program: str, port: int | None = None) -> None:
        self.home, self.port = home.resolve(), port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._command = [
            program,
            f"--config.file={self.home / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.home / 'data'}",
            f"--storage.tsdb.retention.time={YEARS}",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--web.enable-remote-write-receiver",
        ]

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "prometheus.yml").write_text(CONFIG)
        with (self.home / "log").open("wb") as log:
            self._running = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)
        until = time.monotonic() + START
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > until:
                self.__exit__(None, None, None)
                raise RuntimeError(f"Prometheus did not start: see {self.home / 'log'}")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(30)
        self._running.kill()

    @property
    def alive(self) -> bool:
        """Whether it is still at work."""
        return self._running.poll() is None

    def take(self, monitor: Monitor) -> None:
        """Write everything that a monitor has decided, at its own time."""
        with open_shown(monitor) as pipeline:
            RemoteWrite(url=f"{self.url}/api/v1/write").show_past(list(exported(pipeline.deciding, None, None)))

    def ask(self, query: str, at: float) -> list[float]:
        """The values of a query at an instant."""
        status, body = self._get(f"/api/v1/query?{urlencode({'query': query, 'time': at})}")
        if status != OK:
            raise RuntimeError(f"Prometheus did not answer ({status}): {body.decode(errors='replace')[:200]}")
        found: list[dict[str, Any]] = json.loads(body)["data"]["result"]
        return [float(one["value"][1]) for one in found]

    def _answers(self) -> bool:
        try:
            return self._get("/-/ready")[0] == OK
        except (OSError, HTTPException):
            return False

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
