"""A whole Airflow for one test session: its API server, scheduler, DAG processor and triggerer, as processes.

Most tests ask Airflow's own code in their process (tests/dags/conftest.py), which is quicker. This one is for what only
a real one shows: who is let in, what a person sees in a browser, a task that waits for an answer.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.services.process import LOOPBACK, Server, free_port, mortal

PARTS = ("api-server", "dag-processor", "scheduler", "triggerer")
ROOT = Path(__file__).parents[2]
PATIENCE = 180.0  # a run of a few tasks, on a busy machine of two cores
STRANGER = "stranger"  # has a login, and may read no DAG
PASSWORD = "for-tests"  # noqa: S105 - of people who exist in these tests alone
ENTRY_POINTS = "[airflow.plugins]\ntidegauge = tidegauge.airflow.plugin:TidegaugePlugin\n"


@dataclass
class Airflow:
    """A running Airflow, asked as a person or a program asks it."""

    port: int
    dags: Path
    monitors: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def token(self, user: str) -> str:
        """A person's login."""
        if user not in self.tokens:
            self.tokens[user] = self._call("POST", "/auth/token", {"username": user, "password": PASSWORD}, None)[
                "access_token"
            ]
        return self.tokens[user]

    def call(self, method: str, path: str, body: object = None, user: str = "admin") -> Any:  # noqa: ANN401 - JSON
        """What the API answers."""
        return self._call(method, f"/api/v2{path}", body, self.token(user))

    def raw(self, path: str, user: str | None = None, method: str = "GET") -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of an address just as it is written: nothing takes a `..` away on the way."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=60)
        headers = {"Cookie": f"_token={self.token(user)}"} if user else {}
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}
        connection.close()
        return found

    def until(self, holds: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - what it gives
        """Wait until something is true; what it gives."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(urllib.error.HTTPError):
                if found := holds():
                    return found
            time.sleep(0.5)
        raise AssertionError(f"after {PATIENCE:.0f} s still not: {what}")

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run by hand; its id."""
        self.until(lambda: self.call("GET", f"/dags/{dag_id}"), f"{dag_id} is known")
        self.call("PATCH", f"/dags/{dag_id}", {"is_paused": False})
        made = self.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf})
        return str(made["dag_run_id"])

    def ended(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run, when it has ended."""
        place = f"/dags/{dag_id}/dagRuns/{run_id}"

        def done() -> Any:  # noqa: ANN401 - JSON
            run = self.call("GET", place)
            return run if run["state"] in ("success", "failed") else None

        return dict(self.until(done, f"{run_id} has ended"))

    def _call(self, method: str, path: str, body: object, token: str | None) -> Any:  # noqa: ANN401 - JSON
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def answers(self) -> bool:
        """Whether it is up."""
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/api/v2/monitor/health", timeout=5) as answer:
            return bool(answer.status == 200)
        return False


def _environment(home: Path, port: int) -> dict[str, str]:
    """Of a quiet Airflow of its own; the plugin is found as one that was installed is, by its entry point."""
    installed = home / "installed" / "tidegauge-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: tidegauge\nVersion: 0\n")
    (installed / "entry_points.txt").write_text(ENTRY_POINTS)
    passwords = home / "passwords.json"
    people = {"admin": "admin", "reader": "viewer", STRANGER: "admin"}
    passwords.write_text(json.dumps(dict.fromkeys(people, PASSWORD)))
    quiet = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "TIDEGAUGE"))}
    return quiet | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-tests-" * 6,
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": "only-for-tests",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__AUTH_MANAGER": "tests.services.strict_auth.StrictAuthManager",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{port}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in people.items()),
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "PYTHONPATH": os.pathsep.join([str(home / "installed"), str(ROOT / "src"), str(ROOT)]),
        "TIDEGAUGE_MONITORS": str(home / "monitors"),
        "TIDEGAUGE_CANDIDATES": str(home / "candidates"),
        "TIDEGAUGE_RETRAINING": "retrain_small=tests.dags.refits:beside",
    }


@pytest.fixture(scope="package")
def airflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """Airflow, running; put monitors into its folder `monitors` and DAG files into `dags`."""
    home = tmp_path_factory.mktemp("airflow-server")
    port = free_port()
    environment = _environment(home, port)
    (home / "dags").mkdir()
    (home / "monitors").mkdir()
    airflow = [sys.executable, "-m", "airflow"]
    made = subprocess.run(
        [*airflow, "db", "migrate"], env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert made.returncode == 0, made.stderr[-4000:]
    found = Airflow(port, home / "dags", home / "monitors")
    servers: list[Server] = []
    try:
        for part in PARTS:  # one after the other: each takes seconds of CPU to begin
            servers += [Server([*mortal(), *airflow, part], home / f"{part}.log", environment)]
            servers[0].wait_until(found.answers, PATIENCE)
        yield found
    finally:
        for server in servers:
            server.stop()
