"""The demo waits for progress, not for a clock: a busy machine may be as slow as it likes."""

from pathlib import Path
from typing import Any, cast

import pytest

from examples.flights.nights import NIGHTLY, RETRAINING, Moving, live_through
from examples.flights.when import NIGHTS

PATIENCE = 100.0


class Slow:
    """An Airflow on a busy machine: so many seconds for a night, and every seventh question is not answered in time."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, *, night: float, last: int = NIGHTS) -> None:
        self.home, self.night, self.last = home, night, last
        self.now, self.asked = 0.0, 0
        monkeypatch.setattr("time.sleep", self.rest)
        monkeypatch.setattr(Moving.__init__, "__defaults__", (lambda: self.now,))

    def rest(self, seconds: float) -> None:
        """Ten seconds pass where the demo thinks of half a one."""
        self.now += 20 * seconds

    def check(self) -> None:
        """No part has ended."""

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON of any shape
        """What the API would answer."""
        del method, body
        self.asked += 1
        if self.asked % 7 == 0:
            raise OSError("timed out")
        done = min(int(self.now / self.night), self.last)
        if path == "/dags":
            return {"dags": [{"dag_id": NIGHTLY}, {"dag_id": RETRAINING}] if done else []}
        if path.endswith("state=up_for_retry"):
            return {"task_instances": []}
        if "taskInstances" in path:
            return {"task_instances": [{"id": f"{n}", "state": "success", "try_number": 1} for n in range(done)]}
        runs = [{"dag_run_id": f"{n}", "state": "success", "logical_date": f"2013-12-{n + 1:02}"} for n in range(done)]
        return {"import_errors": [], "dag_runs": runs if NIGHTLY in path else []}


def lived(airflow: Slow) -> list[str]:
    """What was said meanwhile."""
    told: list[str] = []
    live_through(cast("Any", airflow), patience=PATIENCE, say=told.append)
    return told


def test_a_slow_machine_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten nights take nine times as long as the demo is patient with one that stands still."""
    airflow = Slow(tmp_path, monkeypatch, night=0.9 * PATIENCE)
    told = lived(airflow)
    assert airflow.now >= 9 * PATIENCE * 0.9
    assert told[-1].startswith(f"  {NIGHTS} of {NIGHTS} nights")


def test_what_stands_still_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so, even where the question why is not answered."""
    airflow = Slow(tmp_path, monkeypatch, night=10, last=4)
    with pytest.raises(RuntimeError, match=f"only 4 of {NIGHTS} nights were done.* when nothing moved any more"):
        lived(airflow)
    assert airflow.now > PATIENCE


def test_a_log_that_grows_is_a_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One task that takes longer than all patience, and writes now and then."""
    airflow = Slow(tmp_path, monkeypatch, night=3 * PATIENCE, last=NIGHTS)
    log = tmp_path / "logs" / "dag_id=flights-delay" / "task_id=monitor" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    rest = airflow.rest

    def work(seconds: float) -> None:
        rest(seconds)
        with log.open("a") as file:
            file.write("on and on\n")

    monkeypatch.setattr("time.sleep", work)
    monkeypatch.setattr(airflow, "ask", _known(airflow))
    assert lived(airflow)[-1].startswith(f"  {NIGHTS} of {NIGHTS} nights")


def _known(airflow: Slow) -> Any:  # noqa: ANN401 - a method
    """The same Airflow, whose DAGs are read at once."""
    ask = airflow.ask
    return lambda method, path, body=None: (
        {"dags": [{"dag_id": NIGHTLY}, {"dag_id": RETRAINING}]} if path == "/dags" else ask(method, path, body)
    )
