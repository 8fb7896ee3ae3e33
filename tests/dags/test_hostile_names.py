"""What a task's log shows of columns, segments and categories that try to write a line of it themselves."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from tests.begun import open_pipeline
from tests.dags.conftest import House
from tests.dags.test_run import LAST, NIGHT, START, _midnight, run
from tidegauge.airflow import work
from tidegauge.airflow.failing import unbroken_errors
from tidegauge.airflow.monitors_folder import build_dags
from tidegauge.core.errors import ContractError, MonitorError
from tidegauge.core.unseen import LONGEST
from tidegauge.monitor import load_monitor

FORGED = "FORGED: all is well"
BREAKS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
NUMBER, GROUP, CATEGORY = f"x\n{FORGED} 1", f"g\r\n{FORGED} 2", f"c\u2028{FORGED} 3"
VALUE, GONE = f"v\n{FORGED} 4", f"gone\n{FORGED} 5"
TABLE = """
CREATE TABLE log AS SELECT i AS id, "at", 0.5 + 0.3 * sin(i * 12.9898) AS score,
  CASE WHEN "at" >= TIMESTAMPTZ '2013-03-29 00:00:00-04' THEN 40 ELSE 0 END + 10 + 3 * sin(i * 78.233) AS {number},
  CASE WHEN i % 3 = 0 THEN {value} ELSE 'b' END AS {group},
  CASE WHEN "at" >= TIMESTAMPTZ '2013-03-29 00:00:00-04' THEN {value} ELSE 'b' END AS {category}
FROM (SELECT i, TIMESTAMPTZ '2013-01-07 00:00:00-05' + INTERVAL (i * 6) MINUTE AS "at" FROM range(0, 19_920) t(i))
"""


def quoted(name: str) -> str:
    return '"' + name + '"'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[Path]:
    """Two monitors of one table, of which the second watches a column that is not there."""
    home = tmp_path_factory.mktemp("hostile")
    columns: dict[str, Any] = {"id": "id", "time": "at", "prediction": "score"}
    columns |= {"numeric": [NUMBER], "categorical": [GROUP, CATEGORY], "segments": [GROUP]}
    said: dict[str, Any] = {"monitor": "hostile", "store": f"sqlite:///{home}/store.db", "columns": columns}
    said["source"] = {"url": f"duckdb:///{home}/log.duckdb", "table": "log"}
    said["window"] = {"every": "day", "zone": "America/New_York", "start": f"{START}"}
    said["actions"] = ["notify"]
    (home / "hostile.yml").write_text("monitor: hostile\n" + _yaml(said))
    lacking = said | {"columns": columns | {"numeric": [NUMBER, GONE]}}
    (home / "lacking.yml").write_text("monitor: lacking\n" + _yaml(lacking))
    (home / "wrong.yml").write_text("monitor: wrong\n" + _yaml(said | {f"k\n{FORGED} 6": 1}))
    with duckdb.connect(str(home / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        names = {"number": NUMBER, "group": GROUP, "category": CATEGORY}
        spelled = {k: quoted(v) for k, v in names.items()}
        connection.execute(TABLE.format(value=f"'{VALUE}'", **spelled))
    with open_pipeline(load_monitor(home / "hostile.yml")) as pipeline:
        pipeline.backfill(_midnight(START), _midnight(NIGHT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDEGAUGE_MONITORS", str(home))
        patch.delenv("TIDEGAUGE_RETRAINING", raising=False)
        for module in ("dag", "sweep"):
            patch.setattr(f"tidegauge.airflow.{module}.RETRIES", {"retries": 0})
        house.load(Path(__file__).parents[2] / "dags" / "tidegauge_dags.py")
        yield home


def _yaml(said: dict[str, Any]) -> str:
    """The other keys, as JSON values, which YAML reads."""
    return "".join(f"{json.dumps(k)}: {json.dumps(v)}\n" for k, v in said.items() if k != "monitor")


def honest(text: str) -> None:
    """No line of the log, by whatever ends lines, is one that a name wrote."""
    assert [line for line in text.splitlines() if line.strip().startswith("FORGED")] == []


def test_no_name_writes_a_line_of_a_tasks_log(
    hostile: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """An alert that names them, a notice in the log, a column that is gone, a monitor that does not read."""
    window = {"window": f"{NIGHT}"}
    assert run("hostile", run_conf=window, logical_date=None)["monitor"] == "success"
    assert run("lacking", run_conf=window | {"new": True}, logical_date=None)["monitor"] == "success"
    assert run("wrong-does-not-read", logical_date=None)["say"] == "failed"
    shown = "".join(capfd.readouterr()) + caplog.text
    for number in (1, 3, 5, 6):
        assert f"{FORGED} {number}" in shown, "the names are told, on the line that they belong to"
    honest(shown)
    honest(str(build_dags(str(hostile))["wrong-does-not-read"].doc_md))


def test_what_is_typed_into_the_form_is_one_line(hostile: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What somebody typed into the form comes back in the error."""
    conf = {"monitor": "hostile", "incident": f"zz\n{FORGED}", "answer": "confirm", "by": f"me\n{FORGED}"}
    assert run("tidegauge-answer", run_conf=conf, logical_date=None)["answer"] == "failed"
    shown = "".join(capfd.readouterr())
    assert "FORGED" in shown
    honest(shown)


@pytest.mark.parametrize("mark", BREAKS)
def test_an_error_and_all_that_led_to_it_stay_on_their_lines(mark: str) -> None:
    name = f"a{mark}{FORGED}"

    @unbroken_errors()
    def fail(error: Exception) -> None:
        try:
            int(name)
        except ValueError as cause:
            cause.add_note(name)
            raise error from cause

    for error in (ContractError(name), KeyError(name), OSError(5, name, name), MonitorError(f"f.yml:1: {name}")):
        with pytest.raises(type(error)) as told:
            fail(error)
        found: Any = told.value
        for one in (found, found.__cause__):
            honest(f"{one}\n{one!s}\n{chr(10).join(getattr(one, '__notes__', []))}")
            assert "FORGED" in str(one)


def test_what_is_longer_than_a_log_should_be_is_cut() -> None:
    with pytest.raises(ContractError) as told, unbroken_errors():
        raise ContractError("x" * 100_000)
    assert len(str(told.value)) < LONGEST + 50
    assert str(told.value).endswith("(100,000 characters)")


def test_a_sweep_says_each_trouble_on_a_line(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task hands to the next one is printed too."""

    def broken(path: Path, until: object) -> None:
        raise ContractError(f"{path.name}: no column x\n{FORGED}")

    monkeypatch.setattr(work, "sweep", broken)
    check: Any = build_dags(str(hostile))["tidegauge-sweep"].task_dict["check"]
    context = {"dag_run": SimpleNamespace(data_interval_end=_midnight(LAST), run_after=None)}
    monkeypatch.setattr("tidegauge.airflow.sweep.get_current_context", lambda: context)
    troubles = [one["trouble"] for one in cast("Any", check).python_callable()]
    assert any("no column" in trouble for trouble in troubles)
    for trouble in troubles:
        honest(trouble)
