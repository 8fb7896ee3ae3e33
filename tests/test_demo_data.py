"""The demo's warehouse: what the flights, the faults and the contract's tables promise."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg
import pytest

from examples.flights import faults
from examples.flights.build import TYPES, tables, write
from examples.flights.model import DelayModel
from examples.flights.source import FEATURES, flights
from examples.flights.when import FIRST_NIGHT, LAST_NIGHT, NIGHTS, ZONE
from tidegauge.monitor import load_monitor
from tidegauge.warehouses import sql

FLIGHTS_YML = Path("examples/flights/flights.yml")
OF_NIGHT = "inference_log LEFT JOIN labels USING (flight_id) WHERE scheduled_at::DATE = '{}'"


@pytest.fixture(scope="module")
def winter() -> pd.DataFrame:
    """The weeks around the faults: a small year, so that the checks stay quick."""
    return flights("2013-11-25", "2013-12-22")


@pytest.fixture(scope="module")
def warehouse(winter: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = DelayModel.fit(winter[winter["day"] < "2013-12-05"], "test")
    log, labels = tables(winter[winter["day"] >= "2013-12-05"].reset_index(drop=True), model)
    return write(tmp_path_factory.mktemp("demo") / "flights.duckdb", log, labels)


def ask(warehouse: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"SET TimeZone = '{ZONE}'")
        return connection.execute(statement).fetchall()


def of_night(warehouse: Path, night: object, expression: str) -> object:
    return ask(warehouse, f"SELECT {expression} FROM {OF_NIGHT.format(night)}")[0][0]


def test_a_flight_keeps_its_real_place_and_hour() -> None:
    first = flights("2013-01-01", "2013-01-01").iloc[0]
    # The file's first row: United 1545 from Newark to Houston, due to leave at 5:15, 11 minutes late on arrival.
    assert first["flight_id"] == 0
    assert str(first["scheduled_at"]) == "2013-01-01 10:15:00+00:00"
    assert (first["carrier"], first["origin"], first["dest"]) == ("UA", "EWR", "IAH")
    assert (first["distance"], first["dep_minute"], first["late"]) == (1400, 315, 0)


def test_a_cancelled_flight_is_predicted_and_never_labelled(warehouse: Path, winter: pd.DataFrame) -> None:
    cancelled = int(winter.loc[winter["day"] >= "2013-12-05", "late"].isna().sum())
    assert cancelled > 500
    assert ask(
        warehouse, "SELECT count(*) FROM inference_log ANTI JOIN labels USING (flight_id) WHERE score BETWEEN 0 AND 1"
    ) == [(cancelled,)]


def test_rows_land_before_the_night_looks_and_labels_before_their_stage_is_due(warehouse: Path) -> None:
    monitor = load_monitor(FLIGHTS_YML)
    assert monitor.labels is not None
    midnight = "timezone(current_setting('TimeZone'), scheduled_at::DATE + INTERVAL 1 DAY)"
    latest_row, latest_label, earliest_label = ask(
        warehouse,
        f"""SELECT max(logged_at - {midnight}), max(arrived_at - {midnight}), min(arrived_at - {midnight})
            FROM inference_log LEFT JOIN labels USING (flight_id)""",
    )[0]
    assert isinstance(latest_row, timedelta)
    assert isinstance(latest_label, timedelta)
    assert isinstance(earliest_label, timedelta)
    assert latest_row <= monitor.window.wait
    assert monitor.window.wait < earliest_label <= latest_label <= monitor.labels.delay


def test_each_fault_has_its_own_night_among_the_ten_and_four_nights_are_clean() -> None:
    nights = [fault.night for fault in faults.FAULTS]
    assert len(set(nights)) == len(nights)
    assert NIGHTS == 10
    assert NIGHTS - len(nights) >= 4
    assert min(nights) >= FIRST_NIGHT
    # The labels of a night are judged one night later, and that night must be among the ten too.
    assert all(fault.night + timedelta(days=fault.stage == "labels") <= LAST_NIGHT for fault in faults.FAULTS)


def test_the_log_shows_each_fault_on_its_night_alone(warehouse: Path) -> None:
    nights = {fault.name: fault.night for fault in faults.FAULTS}
    clean = "2013-12-12"
    to_los_angeles = "avg(distance) FILTER (origin = 'JFK' AND dest = 'LAX')"
    assert of_night(warehouse, clean, to_los_angeles) == 2475
    assert of_night(warehouse, nights["unit change"], to_los_angeles) == pytest.approx(2475 * 1.609344)
    lower = "count(*) FILTER (carrier <> upper(carrier)) / count(*)"
    assert of_night(warehouse, clean, lower) == 0
    assert of_night(warehouse, nights["re-cased category"], lower) == 1
    winds = "count(DISTINCT wind_speed)"
    assert of_night(warehouse, clean, winds) == pytest.approx(12, abs=6)
    assert of_night(warehouse, nights["stuck sensor"], winds) == 1
    missing = "count(*) FILTER (plane_year IS NULL) / count(*)"
    assert of_night(warehouse, clean, missing) == pytest.approx(0.17, abs=0.02)
    assert of_night(warehouse, nights["silent nulls"], missing) == pytest.approx(0.58, abs=0.05)


def test_flipped_labels_are_the_truth_turned_round_for_one_carrier(warehouse: Path, winter: pd.DataFrame) -> None:
    night = next(fault.night for fault in faults.FAULTS if fault.name == "flipped labels")
    truth = winter[winter["day"] == pd.Timestamp(night)].set_index("flight_id")
    logged = dict(ask(warehouse, f"SELECT flight_id, late FROM {OF_NIGHT.format(night)} AND late IS NOT NULL"))
    turned = truth.loc[truth["late"].notna() & (truth["late"] != truth.index.map(logged)), "carrier"]
    assert len(logged) == truth["late"].notna().sum()
    assert len(turned) > 100
    assert set(turned) == {"DL"}


def test_a_fault_before_the_model_changes_its_answers_and_one_behind_it_does_not(winter: pd.DataFrame) -> None:
    model = DelayModel.fit(winter[winter["day"] < "2013-12-05"], "test")
    late = winter[winter["day"] >= "2013-12-05"].reset_index(drop=True)
    log, _ = tables(late, model)
    changed = set(late.loc[log["score"].to_numpy() != model.score(late), "day"].dt.date)
    assert changed == {fault.night for fault in faults.FAULTS if fault.reaches == "model"}


def test_the_same_packages_give_the_same_rows(winter: pd.DataFrame) -> None:
    day = winter[winter["day"] == "2013-12-16"].reset_index(drop=True)
    first, second = (tables(day, DelayModel.fit(day, "test")) for _ in range(2))
    pd.testing.assert_frame_equal(first[0], second[0], check_exact=True)
    pd.testing.assert_frame_equal(first[1], second[1], check_exact=True)


def test_the_monitor_names_what_the_warehouse_has(warehouse: Path) -> None:
    monitor = load_monitor(FLIGHTS_YML)
    has = {str(name) for name, *_ in ask(warehouse, f"DESCRIBE {monitor.source.table}")}
    columns = monitor.columns
    assert {columns.id, columns.time, columns.ingested, columns.version, columns.prediction} <= has
    assert {*columns.numeric, *columns.categorical} == set(FEATURES)
    assert set(FEATURES) == set(TYPES)


def test_the_contract_with_its_own_names_is_understood_by_postgresql(postgres: str) -> None:
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        features = {"distance": "DOUBLE PRECISION", "carrier": "TEXT"}
        connection.execute(sql.template("warehouse/inference_log.postgres.sql").render(features=features).encode())
        connection.execute(sql.template("warehouse/labels.postgres.sql").render().encode())
        connection.execute("INSERT INTO inference_log VALUES (7, now(), now(), 'v1', 2475, 'AA', 0.25)")
        connection.execute("INSERT INTO labels VALUES (7, 1, now())")
        joined = connection.execute("SELECT carrier, prediction, label FROM inference_log JOIN labels USING (row_id)")
        assert joined.fetchall() == [("AA", 0.25, 1.0)]


def test_the_contract_with_its_own_names_is_understood_by_duckdb() -> None:
    with duckdb.connect() as connection:
        features = {"distance": "DOUBLE", "carrier": "VARCHAR"}
        connection.execute(sql.template("warehouse/inference_log.duckdb.sql").render(features=features))
        connection.execute(sql.template("warehouse/labels.duckdb.sql").render())
        connection.execute("INSERT INTO inference_log VALUES (7, now(), now(), 'v1', 2475, 'AA', 0.25)")
        connection.execute("INSERT INTO labels VALUES (7, 1, now())")
        joined = connection.execute("SELECT carrier, prediction, label FROM inference_log JOIN labels USING (row_id)")
        assert joined.fetchall() == [("AA", 0.25, 1.0)]
