"""What a training learnt from is kept once, reads the rows that were counted, and keeps its windows from the judge."""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tests.pipeline.test_challengers import DATA, EACH, MONITOR
from tidegauge.cli.main import main
from tidegauge.core.errors import ContractError, MonitorError, WindowError
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.challengers import evidence_of, found, register
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline
from tidegauge.pipeline.snapshots import take

FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 11, tzinfo=UTC)
LATER = datetime(2024, 6, 1, tzinfo=UTC)
ROWS = 8 * EACH - 2  # the log begins at half past midnight, of January the 1st


@pytest.fixture
def monitor(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute(DATA)
    silence = "alerts: {silences: [{from: 2024-01-03, to: 2024-01-04, why: stock-taking}]}\n"
    (tmp_path / "my.yml").write_text(MONITOR.format(place=tmp_path) + silence)
    with open_pipeline(load_monitor(tmp_path / "my.yml"), Past.BEGINS) as pipeline:
        pipeline.backfill(FROM, datetime(2024, 2, 4, tzinfo=UTC))
    return tmp_path / "my.yml"


def test_its_statement_reads_the_rows_that_were_counted_and_it_is_kept_once(monitor: Path) -> None:
    asked = ["models", "snapshot", str(monitor), "--until", "2024-01-11", "--days", "10", "--json"]
    said = [json.loads(CliRunner().invoke(main, asked).stdout) for _ in range(2)]
    assert said[0] == said[1]
    why = ["in a planned silence: stock-taking", "its labels were not due by then"]
    assert list(said[0]["left_out"].values()) == why
    assert len(said[0]["windows"]) == 8
    assert said[0]["rows"] == ROWS
    with duckdb.connect(str(monitor.parent / "log.duckdb"), read_only=True) as connection:
        rows = connection.execute(said[0]["statement"]).fetchall()
    assert len(rows) == ROWS
    assert {row[1].astimezone(UTC).day for row in rows} == {1, 2, 4, 5, 6, 7, 8, 9}
    text = CliRunner().invoke(main, asked[:-1]).stdout
    assert text.startswith(f"{said[0]['key']}: 8 windows, 958 rows, up to 2024-01-10T00:00:00+00:00.")
    assert "  1 left out: in a planned silence: stock-taking" in text


def test_another_row_is_refused_and_after_a_look_another_digest(monitor: Path) -> None:
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        first = take(pipeline, FROM, UNTIL)
        with pytest.raises(WindowError, match="may be learnt from, of 0 that are decided"):
            take(pipeline, LATER, LATER)
    with duckdb.connect(str(monitor.parent / "log.duckdb")) as connection:
        connection.execute("INSERT INTO log SELECT 1000000, sold, version, carrier, score FROM log WHERE id = 5")
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline, pytest.raises(ContractError) as refused:
        take(pipeline, FROM, UNTIL)
    assert "The log has 959 rows in the 8 windows that may be learnt from, and 958 were counted." in str(refused.value)
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        pipeline.backfill(FROM, datetime(2024, 1, 3, tzinfo=UTC))
        second = take(pipeline, FROM, UNTIL)
        assert [*pipeline.store.snapshots.of("delays")] == [first.key, second.key]
    assert (second.rows, second.windows) == (959, first.windows)
    assert second.statement == first.statement


def test_a_challenger_is_judged_on_windows_after_its_snapshot(monitor: Path) -> None:
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        one = take(pipeline, FROM, UNTIL)
        made = {"artefact": "x", "version": "v2", "scores": "good", "snapshot": one.key}
        file = monitor.parent / "v2.json"
        file.write_text(json.dumps({"key": "k", "candidate": made}))
        challenger = found(pipeline, register(pipeline, file))
        assert challenger.record["trained_until"] == one.ends
        assert evidence_of(pipeline, challenger, LATER).windows[0].start == datetime(2024, 1, 10, tzinfo=UTC)
        early = {**made, "version": "v3", "trained_until": "2024-01-02"}  # it says less than it was handed
        file.write_text(json.dumps({"key": "k3", "candidate": early}))
        challenger = found(pipeline, register(pipeline, file))
        assert evidence_of(pipeline, challenger, LATER).windows[0].start == datetime(2024, 1, 10, tzinfo=UTC)
        file.write_text(json.dumps({"key": "k4", "candidate": {**made, "snapshot": "nothing"}}))
        with pytest.raises(MonitorError, match='"nothing" is no snapshot of delays'):
            register(pipeline, file)
    shown = CliRunner().invoke(main, ["models", "show", str(monitor), "v2"]).stdout
    assert f"  learnt from snapshot {one.key}: 8 windows, 958 rows, up to {one.ends}" in shown


def test_the_retraining_dag_hands_it_on(monitor: Path) -> None:
    from tidegauge.airflow.challengers_told import with_snapshot

    window = "day/2024-01-10T00:00:00Z/2024-01-11T00:00:00Z"
    given = {"key": "k", "monitor": "delays", "window": window, "stage": "labels"}
    handed = with_snapshot(given, {"delays": monitor})
    assert handed == with_snapshot(given, {"delays": monitor})
    assert {k: v for k, v in handed.items() if k != "snapshot"} == given
    assert len(handed["snapshot"]["windows"]) == 9, "by when the labels of the last one were due"
    assert with_snapshot(given, {}) == given
    early = {**given, "window": "day/2023-01-10T00:00:00Z/2023-01-11T00:00:00Z"}
    assert with_snapshot(early, {"delays": monitor}) == early, "there is nothing to learn from, and it is said"
