"""The image of deploy/Dockerfile, built and worked in, without Docker: buildah, in a chroot on this machine's network.

    python -m benchmarks.image          # as root; needs buildah, debootstrap and PostgreSQL

Builds the wheel, the stand-in for Airflow's own image (`stand_in.py`) and the image upon it. Then starts, from the
image, with the environment and the commands of deploy/compose.yaml, on a PostgreSQL that the files of deploy/postgres
have made: `init`, the API server, the scheduler, the DAG processor. Signs in with the account's password, backfills the
example monitor, switches its DAG on and triggers a night. What differs from compose: hosts' names become 127.0.0.1,
ports are free ones, and nobody listens for metrics.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

from benchmarks.stand_in import buildah, make, settings
from tests.deploy.databases import PASSWORDS, Databases, databases
from tests.deploy.test_postgres import LABELS, ROWS
from tests.services.postgres import USER, programs
from tests.services.process import Server, free_port

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
IMAGE = "localhost/tidegauge-airflow:tried"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
WINDOW = "2026-02-13"


def build() -> None:
    """The wheel, and the image by the Dockerfile."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(ROOT / "dist"), str(ROOT)]
    subprocess.run(wheel, check=True)
    files = ["--file", str(DEPLOY / "Dockerfile"), "--ignorefile", str(DEPLOY / "Dockerfile.dockerignore")]
    base = make()
    buildah(
        "build", "--isolation=chroot", *settings(), "--build-arg", f"BASE={base}", *files, "--tag", IMAGE, str(ROOT)
    )


def filled(text: str, values: dict[str, str]) -> str:
    """A text of compose.yaml as compose fills it in."""
    return re.sub(r"(?<!\$)\$\{(\w+):\?[^}]*\}", lambda found: values[found[1]], text).replace("$$", "$")


class Inside:
    """A container of the image, in which each service of compose is a process."""

    def __init__(self, folder: Path, server: Databases) -> None:
        self.folder = folder
        self.container = buildah("from", IMAGE)
        self.ports = {name: str(free_port()) for name in ("api", "health", "log", "trigger")}
        self.values = {
            **PASSWORDS,
            "AIRFLOW_ADMIN_PASSWORD": secrets.token_hex(24),
            "AIRFLOW_SECRET_KEY": secrets.token_hex(24),
            "AIRFLOW_JWT_SECRET": secrets.token_hex(64),
            "AIRFLOW_FERNET_KEY": urlsafe_b64encode(os.urandom(32)).decode(),
        }
        self.here = {
            "@postgres/": f"@127.0.0.1:{server.port}/",
            "http://api-server:8080": f"http://127.0.0.1:{self.ports['api']}",
            "http://127.0.0.1:8080": f"http://127.0.0.1:{self.ports['api']}",
            "http://prometheus:9090": "http://127.0.0.1:9",
            "http://pushgateway:9091": "http://127.0.0.1:9",
        }
        self.more = {
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": server.port,
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": self.ports["api"],
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": self.ports["health"],
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": self.ports["log"],
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": self.ports["trigger"],
        }

    def command(self, service: str, *instead: str) -> list[str]:
        """What a service of compose is, as buildah runs it; or another command in its place."""
        known = COMPOSE["services"][service]
        environment = {key: self._here(filled(value, self.values)) for key, value in known["environment"].items()}
        given = [f"--env={key}={value}" for key, value in (environment | self.more).items()]
        mounted = f"--volume={DEPLOY / 'monitors'}:/opt/tidegauge/monitors:ro"
        entry = known.get("entrypoint", ["/entrypoint"])
        words = instead or (*entry, *(filled(word, self.values) for word in known["command"]))
        return ["buildah", "run", "--isolation=chroot", mounted, *given, self.container, "--", *words]

    def _here(self, text: str) -> str:
        """A value with the places that compose's names mean, here."""
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def run(self, service: str, *instead: str) -> str:
        done = subprocess.run(self.command(service, *instead), capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr[-5000:]
        return done.stdout + done.stderr

    @contextmanager
    def started(self, *services: str) -> Iterator[None]:
        running = [Server(self.command(name), self.folder / f"{name}.log") for name in services]
        try:
            yield
        finally:
            for each in running:
                each.stop()

    def ask(self, path: str, body: object = None, token: str = "", method: str | None = None) -> Any:  # noqa: ANN401 - JSON
        """What Airflow's API answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['api']}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.load(answer)


def patiently(ask: Any, seconds: float = 900) -> Any:  # noqa: ANN401 - whatever is asked for
    """What a question answers once it does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError):  # nobody listens yet, or it is not known yet
            if found := ask():
                return found
        time.sleep(2)
    raise RuntimeError(f"no answer in {seconds:.0f} s")


def night(inside: Inside) -> str:
    """Sign in, switch the monitor's DAG on, trigger a window, and wait for its end; the state of its run."""
    login = {"username": "admin", "password": inside.values["AIRFLOW_ADMIN_PASSWORD"]}
    token = patiently(lambda: inside.ask("/auth/token", login)["access_token"])
    patiently(lambda: inside.ask("/api/v2/dags/shop", token=token)["dag_id"])
    errors = inside.ask("/api/v2/importErrors", token=token)
    assert errors["total_entries"] == 0, errors
    inside.ask("/api/v2/dags/shop", {"is_paused": False}, token, "PATCH")
    asked = {"dag_run_id": "by-hand", "logical_date": None, "conf": {"window": WINDOW}}
    inside.ask("/api/v2/dags/shop/dagRuns", asked, token)

    def ended() -> str:
        state = str(inside.ask("/api/v2/dags/shop/dagRuns/by-hand", token=token)["state"])
        return state if state in ("success", "failed") else ""

    return str(patiently(ended))


def main() -> int:
    """Build it, work in it; 0 where all of it held."""
    binaries = programs()
    assert binaries is not None, "PostgreSQL is not installed"
    build()
    print("built:", buildah("images", "--format", "{{.Size}}", IMAGE))
    with tempfile.TemporaryDirectory(prefix="tidegauge-image-") as name, databases(binaries) as server:
        with server.connect(USER, "warehouse") as admin:
            admin.execute(ROWS)
            admin.execute(LABELS)
        inside = Inside(Path(name), server)
        try:
            print(inside.run("scheduler", "tidegauge", "--version").strip())
            print("who:", inside.run("scheduler", "id").strip())
            inside.run("init")
            print("init: Airflow's database is there, and the account's password")
            monitor = "/opt/tidegauge/monitors/shop.yml"
            print(inside.run("scheduler", "tidegauge", "backfill", monitor, "--to", WINDOW).strip()[-300:])
            with inside.started("api-server", "scheduler", "dag-processor"):
                state = night(inside)
            print(f"the run of {WINDOW}: {state}")
            if state != "success":
                for log in Path(name).glob("*.log"):
                    print(f"--- {log.name}", log.read_text(errors="replace")[-2500:], sep="\n")
            with server.connect("store", "store") as session:
                decided = session.execute(
                    "SELECT stage, verdict, starts FROM tidegauge_decisions ORDER BY starts DESC LIMIT 3"
                ).fetchall()
            print("the store's newest decisions:", decided)
        finally:
            buildah("rm", inside.container)
    return 0 if state == "success" and WINDOW in str([row[2].date().isoformat() for row in decided]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
