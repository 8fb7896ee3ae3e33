"""From a record and a table of predictions to a champion: each step once, whoever takes it and however often."""

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline as begun
from tests.pipeline.world import BEGIN, END, a_monitor, change, day
from tests.pipeline.world import LATER as SHOP_LATER
from tidegauge.cli import main
from tidegauge.core.errors import ContractError, IncidentError, MonitorError
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.challengers import Challenger, challengers, evidence_of, found, judge, register, serves
from tidegauge.pipeline.champions import promote, rollback
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline
from tidegauge.store.stored_models import Champion

DAYS, EACH = 34, 120
LATER = datetime(2024, 6, 1, tzinfo=UTC)
DATA = f"""
CREATE TABLE raw AS SELECT i AS id, TIMESTAMPTZ '2024-01-01 00:30:00+00' + INTERVAL (i * {1440 // EACH}) MINUTE AS sold,
  CASE hash(i) % 3 WHEN 0 THEN 'AA' WHEN 1 THEN 'DL' ELSE 'UA' END AS carrier,
  (hash(i + 1) % 1000) / 1000.0 AS odds, (hash(i + 2) % 1000) / 1000.0 AS noise, (hash(i + 3) % 1000) / 1000.0 AS luck
FROM range({DAYS * EACH}) AS t(i);
CREATE TABLE log AS SELECT id, sold, 'v1' AS version, carrier, 0.6 * odds + 0.4 * noise AS score FROM raw;
CREATE TABLE labels AS
  SELECT id, CASE WHEN luck < odds THEN 1 ELSE 0 END AS late, sold + INTERVAL 3 HOUR AS arrived FROM raw;
CREATE TABLE good AS SELECT id, 0.05 + 0.9 * odds AS prediction FROM raw;
CREATE TABLE bad AS SELECT id, noise AS prediction FROM raw;
CREATE TABLE odds AS SELECT id, odds AS prediction FROM raw;
CREATE TABLE half AS SELECT id, odds AS prediction FROM raw WHERE id % 2 = 0;
CREATE TABLE nan AS SELECT id, CASE id % 20 WHEN 3 THEN CAST('NaN' AS DOUBLE) WHEN 4 THEN CAST('inf' AS DOUBLE)
  ELSE odds END AS prediction FROM raw;
CREATE TABLE twice AS SELECT id, odds AS prediction FROM raw UNION ALL SELECT id, noise FROM raw WHERE id % 10 = 3;
CREATE TABLE same AS SELECT id, odds AS prediction FROM raw UNION ALL SELECT id, odds FROM raw WHERE id % 10 = 3;
CREATE TABLE texts AS SELECT id, CAST(odds AS VARCHAR) AS prediction FROM raw;
CREATE TABLE named AS SELECT 'no ' || id AS id, odds AS prediction FROM raw;
"""
MONITOR = """\
monitor: delays
source: {{url: "duckdb:///{place}/log.duckdb", table: log}}
labels: {{table: labels, id: id, value: late, arrived: arrived, delay: 1 day}}
columns: {{id: id, time: sold, version: version, prediction: score, categorical: [carrier], segments: [carrier]}}
window: {{every: day}}
sample: 0
"""


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    with duckdb.connect(str(place / "log.duckdb")) as connection:
        connection.execute(DATA)
    (place / "my.yml").write_text(MONITOR.format(place=place))
    with open_pipeline(load_monitor(place / "my.yml"), Past.BEGINS) as pipeline:
        pipeline.backfill(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 4, tzinfo=UTC))
    return place / "my.yml"


def record(monitor: Path, key: str, scores: str, until: str = "2024-01-05") -> Path:
    file = monitor.parent / f"{key}.json"
    made = {"artefact": "x", "version": key, "scores": scores, "trained_until": until}
    file.write_text(json.dumps({"key": f"run {key}", "candidate": made}))
    return file


def judged_at(monitor: Path, key: str, scores: str, at: datetime = LATER) -> Challenger:
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        known = register(pipeline, record(monitor, key, scores))
        return judge(pipeline, found(pipeline, known), at)


def test_looks_are_taken_once_and_say_the_same_whenever_they_are(monitor: Path) -> None:
    early = judged_at(monitor, "early", "good", datetime(2024, 1, 12, tzinfo=UTC))
    assert (early.state, early.looks) == ("waiting", ())
    assert early.sentence.startswith("It has 6 of 14 mature windows")
    at_once = judged_at(monitor, "at-once", "good")
    then = judged_at(monitor, "early", "good")
    again = judged_at(monitor, "early", "good", datetime(2024, 7, 1, tzinfo=UTC))
    assert (then.state, at_once.state) == ("promote", "promote")
    assert [*then.looks] == [*at_once.looks] == [*again.looks]
    assert then.looks[0]["first"].startswith("day/2024-01-05")
    assert then.looks[0]["last"].startswith("day/2024-01-18")


def test_a_bad_one_and_one_that_scores_half_of_the_rows_are_kept_out(monitor: Path) -> None:
    bad = judged_at(monitor, "noise-alone", "bad")
    assert bad.state != "promote"
    half = judged_at(monitor, "half", "half")
    assert half.state == "keep"
    assert "says nothing of 50.0% of the rows" in half.sentence


@pytest.mark.parametrize("scores", ["nan", "twice"])
def test_what_is_no_one_number_is_said_of_nothing(monitor: Path, scores: str) -> None:
    """NaN, infinity, and two different predictions of one row; the same one twice is one."""
    assert "says nothing of 10.0% of the rows" in judged_at(monitor, scores, scores).sentence
    assert judged_at(monitor, "same", "same").looks[0]["gates"] == judged_at(monitor, "odds", "odds").looks[0]["gates"]


@pytest.mark.parametrize(("scores", "column"), [("texts", "prediction"), ("named", "id")])
def test_predictions_and_ids_of_another_type_are_named(monitor: Path, scores: str, column: str) -> None:
    with pytest.raises(ContractError, match=f'"{column}" of {scores}.* is VARCHAR, and .* a view that casts it'):
        judged_at(monitor, scores, scores)


def test_nothing_is_kept_of_a_record_that_cannot_be_judged(monitor: Path) -> None:
    """Its table is not there, or it was trained in the future: mended, the same record is taken."""
    with pytest.raises(ContractError, match='"god"'):
        judged_at(monitor, "slip", "god")
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        with pytest.raises(MonitorError, match="in trained_until lies in the future. Is the year mistyped"):
            register(pipeline, record(monitor, "slip", "good", "2124-01-05"))
        assert "slip" not in {c.version for c in challengers(pipeline)}
    assert judged_at(monitor, "slip", "good").state == "promote"


def test_one_whose_table_is_gone_holds_up_no_other(monitor: Path) -> None:
    place = monitor.parent / "log.duckdb"
    with duckdb.connect(str(place)) as connection:
        connection.execute("CREATE TABLE gone AS FROM good")
    early = datetime(2024, 1, 8, tzinfo=UTC)
    assert (
        judged_at(monitor, "gone", "gone", early).state == judged_at(monitor, "waits", "good", early).state == "waiting"
    )
    with duckdb.connect(str(place)) as connection:
        connection.execute("DROP TABLE gone")
    ran = CliRunner().invoke(main, ["models", "judge", str(monitor)])
    assert ran.exit_code == 1, ran.output
    assert "gone was not judged" in ran.stderr
    assert "waits (promote)" in ran.stdout


def test_a_champion_moves_once_by_compare_and_set_and_back_on_purpose(monitor: Path) -> None:
    judged_at(monitor, "next", "good")
    judged_at(monitor, "noise", "bad")
    with open_pipeline(load_monitor(monitor), Past.KNOWN) as pipeline:
        one, worse = found(pipeline, "next"), found(pipeline, "noise")
        with pytest.raises(IncidentError, match="was not found to be better"):
            promote(pipeline, worse, LATER, "me")
        first = promote(pipeline, one, LATER, "me")
        assert promote(pipeline, found(pipeline, "next"), LATER, "you") == first == serves(pipeline)
        assert not pipeline.store.models.crown("delays", Champion(1, LATER.isoformat(), "other")), "it came too late"
        stale = found(pipeline, judged_at(monitor, "at-once", "good").key)
        with pytest.raises(IncidentError, match="no longer serves"):
            promote(pipeline, stale, LATER, "me")
        back = rollback(pipeline, LATER, "me", "slow")
        assert (back.number, back.version) == (2, "")
        assert found(pipeline, "next").state == "served"
        with pytest.raises(IncidentError, match="taken back"):
            promote(pipeline, found(pipeline, "next"), LATER, "me")
        with pytest.raises(IncidentError, match="serves already"):
            rollback(pipeline, LATER, "me", "slow")
        assert promote(pipeline, worse, LATER, "me", anyway="a test").facts["why"] == "a test"
        assert len({c.key for c in challengers(pipeline)}) == len(challengers(pipeline))


def test_a_record_says_what_it_lacks(monitor: Path) -> None:
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        file = monitor.parent / "lacking.json"
        file.write_text(json.dumps({"key": "k", "candidate": {"version": "v"}}))
        with pytest.raises(MonitorError, match="does not say trained_until and scores"):
            register(pipeline, file)
        file.write_text("{")
        with pytest.raises(MonitorError, match="holds no record"):
            register(pipeline, file)
        with pytest.raises(IncidentError, match="names no challenger"):
            found(pipeline, "nobody")


def test_both_engines_count_the_same_rows_for_both_models(warehouse: str, tmp_path: Path) -> None:
    """The champion's own predictions as a challenger's: no difference, no flip, on either engine."""
    scores = "CREATE TABLE twin AS SELECT id, score AS prediction FROM log WHERE id % 10 > 0"
    change(warehouse, scores)
    with begun(a_monitor(warehouse, tmp_path), url=warehouse) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(SHOP_LATER, live=False)
        made = {"version": "twin", "scores": "twin", "trained_until": day(0).start.isoformat()}
        (tmp_path / "twin.json").write_text(json.dumps({"key": "twin", "candidate": made}))
        one = found(pipeline, register(pipeline, tmp_path / "twin.json"))
        seen = evidence_of(pipeline, one, SHOP_LATER)
        assert len(seen.windows) >= 14
        assert (seen.whole.champion.cells == seen.whole.challenger.cells).all()
        assert all(b.flipped == 0 and 0 < b.unscored < 0.2 * b.rows for b in seen.beside)
        assert judge(pipeline, one, SHOP_LATER).state == "keep", "it says nothing of a tenth of the rows"
