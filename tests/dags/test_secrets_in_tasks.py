"""The task of a monitor whose warehouse asks for a password, kept as an Airflow connection: what its log shows."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dags.conftest import House
from tests.dags.test_run import run
from tests.secrets.hostile import passwords, shown
from tests.secrets.stage import CONTROL, NIGHT, ROLE, Stage, a_stage, indiscreet

DAGS = Path(__file__).parents[2] / "dags" / "tidegauge_dags.py"
Night = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def guarded(postgres_url: str, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage whose monitor Airflow knows."""
    with a_stage(postgres_url, tmp_path_factory.mktemp("guarded")) as stage, pytest.MonkeyPatch.context() as patch:
        file = stage.monitor("guarded.yml")
        written = file.read_text()
        url = next(line for line in written.splitlines() if line.startswith("source:"))
        file.write_text(written.replace(url, "source: {connection: guarded_db, table: log}"))
        patch.setenv("TIDEGAUGE_MONITORS", str(file.parent))
        patch.delenv("TIDEGAUGE_RETRAINING", raising=False)
        for module in ("dag", "sweep"):
            patch.setattr(f"tidegauge.airflow.{module}.RETRIES", {"retries": 0})
        house.load(DAGS)
        yield stage


@pytest.fixture
def night(guarded: Stage, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Night:
    """A task's log and store: with the right password, with a wrong one, and with a driver that tells all it knows."""
    host, port = guarded.place.partition("/")[0].split(":")

    def one(password: str) -> dict[str, bytes]:
        connection = {"conn_type": "postgres", "host": host, "port": int(port), "login": ROLE, "password": password}
        connection |= {"schema": guarded.place.partition("/")[2], "extra": {"sslpassword": password}}
        monkeypatch.setenv("AIRFLOW_CONN_GUARDED_DB", json.dumps(connection))
        monkeypatch.setenv("PW", password)
        for file in guarded.folder.glob("home/store.db*"):
            file.unlink()
        seen = {}
        capfd.readouterr()
        for how, known in (("right", password), ("wrong", "another"), ("indiscreet", "another")):
            guarded.guard(known)
            if how == "indiscreet":
                with indiscreet():
                    states = run("guarded", run_conf={"window": NIGHT, "new": True}, logical_date=None)
            else:
                states = run("guarded", run_conf={"window": NIGHT, "new": True}, logical_date=None)
            assert states["monitor"] == ("success" if how == "right" else "failed")
            seen[how] = "".join(capfd.readouterr()).encode()
            assert how == "right" or b"did not answer" in seen[how], seen[how].decode()
        seen["store"] = (guarded.folder / "home" / "store.db").read_bytes()
        return seen

    return one


def test_no_piece_of_a_password_is_in_a_tasks_log(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    """Airflow prints an error with all that led to it, so nothing that led to ours may hold a secret.

    Three passwords here, for a run takes seconds; tests/secrets calls what the task calls with all of them.
    """
    for name in ("tidegauge", "psycopg", "sqlalchemy", "airflow"):
        caplog.set_level(logging.DEBUG, name)
    control = night(CONTROL)
    found = {}
    for password in passwords(3):
        caplog.clear()
        seen = night(password)
        if leaks := shown(password, seen | {"log": caplog.text.encode()}, control | {"log": b""}):
            found[password] = leaks
    assert found == {}
