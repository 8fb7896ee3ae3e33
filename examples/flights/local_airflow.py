"""A whole Airflow of our own, for as long as it is needed: scheduler, DAG processor, triggerer and API server.

Its home, its database and its logs lie in one folder; it listens on the loopback interface alone, on free ports, and
knows nothing of a person's own Airflow. The questions asked of it go through its public REST API.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LOOPBACK = "127.0.0.1"
USER = "admin"
# Without --skip-serve-logs the scheduler and the triggerer serve their logs to the whole network; here everything
# reads them from the same disk.
PARTS = {
    "api-server": [],
    "scheduler": ["--skip-serve-logs"],
    "dag-processor": [],
    "triggerer": ["--skip-serve-logs"],
}


class LocalAirflow:
    """An Airflow as a context: what `start` started inside it has ended after it.

    with LocalAirflow(home, dags, {}) as airflow:
        airflow.prepare()
        airflow.start("api-server")
        airflow.wait_for_api(60)
        airflow.start("scheduler", "dag-processor")
        airflow.ask("GET", "/dags")
    """

    def __init__(self, home: Path, dags: Path, extra: Mapping[str, str], port: int | None = None) -> None:
        self.home = home.resolve()
        self.port = port or free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._token = ""
        self.environment = _environment(self.home, dags.resolve(), self.port) | dict(extra)

    @property
    def url(self) -> str:
        """Where its own page is."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def password(self) -> str:
        """What USER signs in with; drawn once per home."""
        return str(json.loads(_passwords(self.home).read_text())[USER])

    def prepare(self) -> None:
        """Make the home and its database; must be done before any part starts. Some five seconds."""
        self.home.mkdir(parents=True, exist_ok=True)
        if not _passwords(self.home).exists():
            _passwords(self.home).touch(mode=0o600)
            _passwords(self.home).write_text(json.dumps({USER: secrets.token_urlsafe(12)}))
        with (self.home / "migrate.log").open("wb") as log:
            subprocess.run(
                [*_AIRFLOW, "db", "migrate"], env=self.environment, stdout=log, stderr=subprocess.STDOUT, check=True
            )

    def start(self, *parts: str) -> None:
        """Start some of the PARTS; each writes `<part>.log` into the home."""
        for part in parts:
            with (self.home / f"{part}.log").open("wb") as log:
                self._running[part] = subprocess.Popen(
                    [*_AIRFLOW, part, *PARTS[part]],
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    # A group of its own: a part leaves children behind when only it is told to stop.
                    start_new_session=True,
                )

    def wait_for_api(self, seconds: float) -> None:
        """Until the API server answers people and tasks alike.

        A task gives up when the server lets it wait too long, and the first answer of each of its two halves takes
        seconds on a busy machine. So both are asked before any task is.
        """
        patience = time.monotonic() + seconds
        while True:
            self.check()
            try:
                self._request("GET", "/execution/health", None, {})
                self.ask("GET", "/version")
            except OSError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.3)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End everything that was started here, politely first."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        patience = time.monotonic() + 8
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, patience - time.monotonic()))
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def check(self) -> None:
        """Raise when a part has ended although nobody stopped it."""
        for part, process in self._running.items():
            if process.poll() is not None:
                log = self.home / f"{part}.log"
                raise RuntimeError(f"Airflow's {part} ended with code {process.returncode}; its log is {log}")

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON of any shape
        """One request to the REST API (`/api/v2` + path); the JSON of its answer. Raises OSError while it starts."""
        if not self._token:
            login = {"username": USER, "password": self.password}
            self._token = str(self._request("POST", "/auth/token", login, {})["access_token"])
        return self._request(method, "/api/v2" + path, body, {"Authorization": f"Bearer {self._token}"})

    def _request(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        connection = HTTPConnection(LOOPBACK, self.port, timeout=120)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
        except HTTPException as error:
            raise OSError(f"Airflow's API broke off: {error!r}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise OSError(f"Airflow answers {answer.status} to {method} {path}: {text[:500]}")
        return json.loads(text)


_AIRFLOW = [sys.executable, "-m", "airflow"]


def free_port(wanted: int = 0) -> int:
    """The port that is wanted if nobody listens on it at the moment, else any that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was only just given up is free too
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _passwords(home: Path) -> Path:
    return home / "passwords.json"


def _environment(home: Path, dags: Path, port: int) -> dict[str, str]:
    """The process environment without any Airflow settings of the person's own, and with ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    return kept | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords(home)),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{port}/execution/",
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        # Nights follow one another here, not a day apart: look again at once, not after a second.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        # A busy machine answers late; a task that has waited for its start must not fail for it.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "300",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "900",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "1800",
        "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "3600",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "GX_ANALYTICS_ENABLED": "false",
    }
