"""A monitor's DAG from end to end, in Airflow's own test runs: a real table, a real store, a real alert."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from airflow.sdk.exceptions import AirflowFailException

from tests.begun import open_pipeline
from tests.dags.conftest import House
from tidegauge.airflow import work
from tidegauge.airflow.dag import build_dag
from tidegauge.airflow.failing import SOON
from tidegauge.airflow.names import run_id
from tidegauge.airflow.resolve import resolve
from tidegauge.airflow.retraining import build_retraining_dag
from tidegauge.airflow.run_task import vouched
from tidegauge.airflow.sweep import build_sweep_dag
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import NoHistory, NotEnded, TidegaugeError, WarehouseError, WindowError
from tidegauge.core.grid import between, zone_of
from tidegauge.monitor import load_monitor

ZONE = "America/New_York"
START, NIGHT, LAST = date(2013, 1, 7), date(2013, 3, 29), date(2013, 3, 30)  # the clock changes in between
MONITOR = """
monitor: small
store: sqlite:///{home}/store.db
source: {{url: "duckdb:///{home}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [x], categorical: [kind]}}
window: {{every: day, zone: America/New_York, start: 2013-01-07, wait: 2 hours}}
sinks: [{{html: {{folder: "{home}/reports"}}}}]
actions:
  - notify: {{log: "{home}/notices.jsonl"}}
  - retrain: {{dag: retrain_small, stage: inputs}}
"""
TABLE = """
CREATE TABLE log AS
SELECT i AS id, "at", 0.5 + 0.3 * sin(i * 12.9898) AS score,
       CASE WHEN "at" >= TIMESTAMPTZ '2013-03-29 00:00:00-04' THEN 40 ELSE 0 END + 10 + 3 * sin(i * 78.233) AS x,
       CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS kind
FROM (SELECT i, TIMESTAMPTZ '2013-01-07 00:00:00-05' + INTERVAL (i * 6) MINUTE AS "at" FROM range(0, 19_920) t(i))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[Path]:
    """A monitor with a history, whose last two days broke; Airflow knows its DAGs."""
    home = tmp_path_factory.mktemp("small")
    (home / "small.yml").write_text(MONITOR.format(home=home))
    with duckdb.connect(str(home / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLE)
    monitor = load_monitor(home / "small.yml")
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(_midnight(START), _midnight(NIGHT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDEGAUGE_MONITORS", str(home))
        patch.setenv("TIDEGAUGE_RETRAINING", "retrain_small=tests.dags.test_run:refit")
        patch.setenv("TIDEGAUGE_CANDIDATES", str(home / "candidates"))
        patch.setenv("TEST_RUN_HOME", str(home))
        for module in ("dag", "sweep"):  # a test that fails shall fail now, not after two retries
            patch.setattr(f"tidegauge.airflow.{module}.RETRIES", {"retries": 0})
        house.load(Path(__file__).parents[2] / "dags" / "tidegauge_dags.py")
        yield home


def refit(conf: dict[str, Any]) -> dict[str, Any]:
    """What the retraining DAG of these tests calls."""
    artefact = Path(os.environ["TEST_RUN_HOME"]) / f"{conf['key']}.model"
    artefact.write_text(conf["window"])
    return {"artefact": str(artefact), "auc": 0.7}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE))


def run(dag_id: str, **how: Any) -> dict[str, str]:  # noqa: ANN401 - what `DAG.test` takes
    """One test run; task → state, where a mapped task has one entry for each of its instances."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    bag = DagBag(str(Path(__file__).parents[2] / "dags"), bundle_path=Path(__file__).parents[2] / "dags")
    made = bag.dags[dag_id].test(**how)
    with create_session() as session:
        mine = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == made.run_id)
        found = session.scalars(select(TaskInstance).where(*mine)).all()
        return {f"{ti.task_id}{'' if ti.map_index < 0 else ti.map_index}": str(ti.state) for ti in found}


def test_a_night_that_broke_retrains_once(home: Path, house: House) -> None:
    """Scheduled like any night, it alerts, tells once, starts one retraining; a second look changes nothing."""
    window = between("day", ZONE, _midnight(NIGHT), _midnight(LAST))[0]
    first = run("small", logical_date=window.end)  # by hand, a date is when the run would have begun
    assert first == {"wait_for_rows": "success", "monitor": "success", "retrain0": "success", "settle": "success"}
    (started,) = house.runs("retrain_small")
    assert started.conf["window"] == window.key
    assert started.run_id == f"tidegauge__{started.conf['key']}"
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        decision = pipeline.explain(window)
        assert (decision.verdict, decision.findings[0].column) == (Verdict.ALERT, "x")
        assert pipeline.pending() == []
    notices = (home / "notices.jsonl").read_text().splitlines()
    assert len(notices) == 1
    assert list((home / "reports").rglob("*.html"))

    again = run("small", logical_date=None, run_conf={"window": "2013-03-29"})
    assert again["monitor"] == "success"
    assert "retrain0" not in again
    assert len(house.runs("retrain_small")) == 1
    assert (home / "notices.jsonl").read_text().splitlines() == notices


def test_a_worker_that_died_after_starting_a_retraining_starts_no_second(home: Path, house: House) -> None:
    """The intent is still open, Airflow has its run: it is noted as done, and nothing is started."""
    with closing(sqlite3.connect(home / "store.db")) as connection, connection:
        reopened = connection.execute("UPDATE outbox SET state = 'pending' WHERE action = 'retrain'").rowcount
    assert reopened == 1
    states = run("small", logical_date=None, run_conf={"window": "2013-03-29"})
    assert "retrain0" not in states
    assert len(house.runs("retrain_small")) == 1
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        assert pipeline.pending() == []


def test_the_retraining_dag_records_its_candidate(home: Path, house: House) -> None:
    """The run that the alert started, with its conf."""
    (started,) = house.runs("retrain_small")
    assert run("retrain_small", logical_date=None, run_conf=started.conf) == {"refit": "success", "judge": "skipped"}
    (record,) = (home / "candidates").glob("*.json")
    written = json.loads(record.read_text())
    assert written["key"] == started.conf["key"]
    assert Path(written["candidate"]["artefact"]).read_text() == started.conf["window"]


def test_the_sweep_starts_what_nobody_ran(home: Path, house: House) -> None:
    """The last day was never worked on. It was due; a later one is not."""
    (window,) = between("day", ZONE, _midnight(LAST), _midnight(LAST) + timedelta(days=1))
    states = run("tidegauge-sweep", logical_date=datetime(2013, 3, 31, 12, tzinfo=UTC))
    assert states["check"] == "success"
    swept = [r for r in house.runs("small") if r.run_id.startswith("sweep__")]
    assert [r.conf for r in swept] == [{"window": window.key}]


def test_a_run_that_names_no_window_fails_at_once_and_says_why(home: Path) -> None:
    """Trying again would find the same, so it does not wait for that."""
    states = run("small", logical_date=None)
    assert states["wait_for_rows"] == "failed"
    assert states["monitor"] == "upstream_failed"


def test_a_suite_beside_the_monitor_is_judged_on_the_stored_profile(home: Path) -> None:
    """The generated suite holds on a plain day; a fact that does not makes the task red, and nothing else."""
    from tidegauge.quality.__main__ import write

    suite = write(home / "small.yml")
    assert run("small", logical_date=None, run_conf={"window": "2013-03-20"})["contract"] == "success"
    written = json.loads(suite.read_text())
    written["expectations"].append(
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "x", "max_value": 20}}
    )
    suite.write_text(json.dumps(written))
    assert run("small", logical_date=None, run_conf={"window": "2013-03-21"})["contract"] == "success"
    broken = run("small", logical_date=None, run_conf={"window": "2013-03-29"})
    assert (broken["contract"], broken["monitor"]) == ("failed", "success")
    suite.unlink()


def test_replays_are_not_live(home: Path, house: House) -> None:
    """A run whose conf says so decides and starts nothing."""
    states = run("small", logical_date=None, run_conf={"window": "2013-03-30", "live": False})
    assert states["monitor"] == "success"
    assert len(house.runs("retrain_small")) == 1
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        assert pipeline.store.incidents.of("small", "inputs")


def test_an_incident_is_answered_by_a_form(home: Path, house: House) -> None:
    """A run is an answer, given when it was triggered; a retry of it is no second one."""
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        (incident, *_) = pipeline.store.incidents.of("small", "inputs")
        assert pipeline.store.feedback.of("small") == ()
    form = {"monitor": "small", "incident": incident.id[:8], "answer": "confirm", "note": "cents", "by": "ana"}
    assert run("tidegauge-answer", logical_date=None, run_conf=form) == {"answer": "success"}
    (triggered,) = house.runs("tidegauge-answer")
    assert run("tidegauge-answer", logical_date=None, run_conf=form) == {"answer": "success"}
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        (said,) = pipeline.store.feedback.of("small")
    assert (said.incident, said.answer, said.by, said.note) == (incident.id, "confirm", "ana", "cents")
    assert said.windows == incident.windows
    assert said.at == triggered.run_after
    retract = form | {"answer": "retract", "by": ""}
    assert run("tidegauge-answer", logical_date=None, run_conf=retract) == {"answer": "success"}
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        *_, back = pipeline.store.feedback.of("small")
    assert (back.answer, back.retracts) == ("retract", said.id)
    assert back.by == "dag_test", "whom Airflow names as having triggered the run"


def test_an_incident_that_is_not_there_fails_at_once(home: Path) -> None:
    form = {"monitor": "small", "incident": "ffffffff", "answer": "confirm"}
    assert run("tidegauge-answer", logical_date=None, run_conf=form) == {"answer": "failed"}


def test_the_form_is_as_the_page_asks_for_it(home: Path, house: House) -> None:
    """What the page of Airflow reads to draw it, and what its API refuses."""
    shown = house.client.get("/api/v2/dags/tidegauge-answer/details", headers=house.headers).json()["params"]
    assert shown["monitor"]["schema"]["enum"] == ["small"]
    assert shown["answer"]["schema"]["enum"] == ["confirm", "dismiss", "accept", "retract"]
    assert set(shown["answer"]["schema"]["values_display"]) == set(shown["answer"]["schema"]["enum"])
    wrong = {"logical_date": None, "conf": {"monitor": "small", "incident": "1f2e3d4c", "answer": "maybe"}}
    answer = house.client.post("/api/v2/dags/tidegauge-answer/dagRuns", json=wrong, headers=house.headers)
    assert answer.status_code == 400, answer.text
    assert "maybe" in answer.text


SAID = "small has no history: there is no file {home}/store.db. If it had one"


@pytest.fixture
def lost(home: Path) -> Iterator[Path]:
    """The monitors' folder while the store is away; it comes back as it was."""
    away = home / "away"
    away.mkdir()
    for file in home.glob("store.db*"):
        file.rename(away / file.name)
    yield home
    for file in home.glob("store.db*"):
        file.unlink()
    for file in away.iterdir():
        file.rename(home / file.name)
    away.rmdir()


def test_a_night_without_its_store_fails_at_once_and_makes_none(
    lost: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would be green for ever: a new store has nothing to judge by."""
    monkeypatch.setattr("tidegauge.airflow.dag.RETRIES", {"retries": 2})
    for conf in ({"window": "2013-03-29"}, {"window": "2013-03-29", "new": False}):
        states = run("small", logical_date=None, run_conf=conf)
        assert (states["monitor"], states["settle"]) == ("failed", "upstream_failed"), "and not up for a retry"
        assert SAID.format(home=lost) in "".join(capfd.readouterr())
    assert not list(lost.glob("store.db*"))
    refused = run("small", logical_date=None, run_conf={"window": "2013-03-29", "new": "true"})
    assert refused["monitor"] == "upstream_failed", "whatever reads the conf first says so"
    assert "conf: \"new\" is true or false, and this is 'true'." in "".join(capfd.readouterr())
    assert not list(lost.glob("store.db*"))


def test_a_run_whose_conf_says_so_begins_a_history(lost: Path) -> None:
    """The next nights need no such word."""
    states = run("small", logical_date=None, run_conf={"window": "2013-03-20", "new": True})
    assert states["monitor"] == "success"
    assert run("small", logical_date=None, run_conf={"window": "2013-03-21"})["monitor"] == "success"


def test_no_task_makes_a_store(lost: Path) -> None:
    from tidegauge.airflow import work

    suite, file = lost / "small.suite.json", lost / "small.yml"
    suite.write_text('{"expectations": []}')
    window = between("day", ZONE, _midnight(NIGHT), _midnight(LAST))
    now = datetime(2013, 4, 1, tzinfo=UTC)
    for task in (
        lambda: work.sweep(file, now),
        lambda: work.settle(file, ["tidegauge__x"]),
        lambda: work.hold_contract(file, suite, window),
        lambda: work.answer(file, "abcd", "confirm", at=now, by="ana", note=""),
    ):
        with pytest.raises(NoHistory, match=SAID.format(home=lost)):
            task()
    suite.unlink()
    assert not list(lost.glob("store.db*"))


def test_the_sweep_is_red_for_a_monitor_without_history_and_starts_the_others(
    home: Path, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One of the two monitors has lost its store: nothing of it is started, and its place is red."""
    text = (home / "small.yml").read_text()
    (tmp_path / "small.yml").write_text(text)
    (tmp_path / "lost.yml").write_text(text.replace("monitor: small", "monitor: lost").replace("store.db", "gone.db"))
    monkeypatch.setenv("TIDEGAUGE_MONITORS", str(tmp_path))
    house.load(Path(__file__).parents[2] / "dags" / "tidegauge_dags.py")
    before = {r.run_id for r in house.runs("small")}
    states = run("tidegauge-sweep", logical_date=datetime(2013, 4, 2, 12, tzinfo=UTC))
    assert states["check"] == "success"
    ended = sorted(state for task, state in states.items() if task.startswith("start"))
    assert ended[0] == "failed"
    assert "success" in ended
    assert f"lost: lost has no history: there is no file {home}/gone.db" in caplog.text
    assert house.runs("lost") == []
    assert {r.conf["window"] for r in house.runs("small") if r.run_id not in before}
    assert not (home / "gone.db").exists()


FAR = {"window": "2099-03-09"}


def test_a_window_of_the_future_fails_at_once_and_waits_for_nothing(home: Path, house: House) -> None:
    """Waiting until 2099 it would have kept every night behind it: a DAG has one run at a time."""
    states = run("small", logical_date=None, run_conf=FAR)
    assert (states["wait_for_rows"], states["monitor"]) == ("failed", "upstream_failed")
    (window,) = resolve("day", ZONE, conf=FAR)
    with pytest.raises(NotEnded, match=r"day/2099-03-09.* has not ended yet, so there is nothing to judge") as refused:
        work.work_off(home / "small.yml", [window], live=True, started=lambda _dag, _run: False)
    assert refused.value.left > SOON
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        assert window not in pipeline.known("inputs")
        assert window not in {r.window for r in pipeline.store.runs.newest("small", 1000)}


def test_a_run_without_a_wait_is_refused_by_the_pipeline(home: Path) -> None:
    """The same in a DAG that has no wait, and of several windows none is judged before all may be."""
    text = (home / "small.yml").read_text().replace(", wait: 2 hours", "").replace("monitor: small", "monitor: hasty")
    (home / "hasty.yml").write_text(text.replace("store.db", "hasty.db"))
    try:
        conf = {"windows": ["2013-03-20", "2099-03-09"], "new": True}
        assert run("hasty", logical_date=None, run_conf=conf)["monitor"] == "failed"
        with open_pipeline(load_monitor(home / "hasty.yml")) as pipeline:
            assert not pipeline.known("inputs")
    finally:
        (home / "hasty.yml").unlink()


def test_a_clock_that_may_be_wrong_is_vouched_for_in_the_conf(home: Path) -> None:
    """Strictly: a text is no yes, and the sentence says so."""
    assert run("small", logical_date=None, run_conf={"window": "2013-07-01"})["monitor"] == "failed"
    conf: dict[str, Any] = {"window": "2013-07-01", "clock_is_right": "true"}
    assert run("small", logical_date=None, run_conf=conf)["monitor"] == "upstream_failed"
    conf = {"window": "2013-07-01", "clock_is_right": True, "live": False}
    assert run("small", logical_date=None, run_conf=conf)["monitor"] == "success"
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        (window,) = resolve("day", ZONE, conf=conf)
        pipeline.forget(window)
    for said, right in ((None, False), ({}, False), ({"clock_is_right": True}, True)):
        assert vouched(cast("Any", {"dag_run": SimpleNamespace(conf=said)})) is right
    with pytest.raises(WindowError, match="\"clock_is_right\" is true or false, and this is 'true'"):
        vouched(cast("Any", {"dag_run": SimpleNamespace(conf={"clock_is_right": "true"})}))


def test_the_sweep_starts_nothing_that_could_only_be_refused(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Months after the last row it says so once, and leaves no red run a window."""
    found = work.sweep(home / "small.yml", datetime(2013, 9, 1, tzinfo=UTC))
    assert found
    assert max(trigger["conf"]["window"] for trigger in found) < "day/2013-05-06"
    assert "The newest row is from 2013-03-31. Name the window" in caplog.text


def test_what_needs_the_store_alone_does_not_open_the_warehouse(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retraining that ran is noted, and facts are judged on what is stored, while no row can be read."""
    from tidegauge.quality.__main__ import write

    def away(*_: object) -> None:
        raise WarehouseError("away")

    monkeypatch.setattr("tidegauge.pipeline.pipeline.open_warehouse", away)
    file, window = home / "small.yml", between("day", ZONE, _midnight(START), _midnight(NIGHT))[-1]
    suite = write(file)
    work.hold_contract(file, suite, [window])
    suite.unlink()
    work.settle(file, ["tidegauge__x"])


def test_a_retraining_is_noted_after_a_change_of_columns(home: Path) -> None:
    """Its windows are profiled anew some day; that it ran is true now."""
    text = (home / "small.yml").read_text()
    other = home / "other.yml"
    other.write_text(text.replace("categorical: [kind]", "segments: [kind]"))
    assert load_monitor(other).source_key != load_monitor(home / "small.yml").source_key
    key = "SELECT key FROM outbox WHERE action = 'retrain' AND monitor = 'small'"
    state = "SELECT state FROM outbox WHERE action = 'retrain' AND monitor = 'small'"
    with closing(sqlite3.connect(home / "store.db")) as connection, connection:
        connection.execute("UPDATE outbox SET state = 'pending' WHERE action = 'retrain'")
        ((run,),) = connection.execute(key).fetchall()
    work.settle(other, [run_id("tidegauge", run)])
    other.unlink()
    with closing(sqlite3.connect(home / "store.db")) as connection, connection:
        assert connection.execute(state).fetchall() == [("done",)]


def function(dag: Any, task: str) -> Any:  # noqa: ANN401 - what a task of Airflow's calls
    return dag.get_task(task).python_callable


def test_what_cannot_mend_itself_is_tried_once(lost: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing history, a file that cannot be read, are the same in two minutes; an outage is not."""
    dag = build_dag(load_monitor(lost / "small.yml"))
    with pytest.raises(AirflowFailException, match="small has no history"):
        function(dag, "settle")([{"trigger_run_id": "x"}])
    retraining = build_retraining_dag("refit_what", "tests.no_such_module:fit", lost / "candidates")
    text = (lost / "small.yml").read_text()
    (lost / "gone.yml").write_text(text.replace("monitor: small", "monitor: gone"))
    context = {"dag_run": SimpleNamespace(run_id="r", conf={}, data_interval_end=None, run_after=datetime.now(UTC))}
    for module in ("retraining", "sweep"):
        monkeypatch.setattr(f"tidegauge.airflow.{module}.get_current_context", lambda: context)
    with pytest.raises(AirflowFailException, match="cannot be imported"):
        function(retraining, "refit")()
    gone = load_monitor(lost / "gone.yml")
    (lost / "gone.yml").unlink()
    (trouble,) = function(build_sweep_dag([gone]), "check")()
    assert "cannot be read" in trouble["trouble"]
    outage = WarehouseError("away")
    monkeypatch.setattr(work, "sweep", lambda _path, _until: (_ for _ in ()).throw(outage))
    with pytest.raises(TidegaugeError, match="away"):
        function(build_sweep_dag([gone]), "check")()
