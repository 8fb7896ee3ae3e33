"""Parquet at s3:// and gs://, read from a real server of S3 by a real httpfs.

No tests by themselves: `test_lake.py` has pytest run them in the environment of `tests/services/lake.py`, for the
tests' own DuckDB has no httpfs.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from tidegauge.airflow.connection import source_address
from tidegauge.cli import main
from tidegauge.core.errors import MonitorError, TidegaugeError, WarehouseError
from tidegauge.monitor.read import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline
from tidegauge.stages.contract import reach_of
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.file_items import files

KEY, SECRET = "AKIAOFOURS", "it's/secret+of=ours"
ROWS = """
    SELECT n AS id, TIMESTAMPTZ '2026-01-05 00:00:00Z' + to_minutes((20 * n)::INTEGER) AS at, 20 + 5 * sin(n) AS amount,
           ['de', 'fr', 'it'][1 + n % 3] AS country
    FROM (SELECT unnest(range(72 * 40))::BIGINT AS n) WHERE n // 72 BETWEEN {first} AND {last}"""
MONITOR = """
monitor: lake
source: {source}
columns: {{id: id, time: at, numeric: [amount], categorical: [country]}}
window: {{every: day}}
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def here(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files here, and in two buckets of the server."""
    folder = tmp_path_factory.mktemp("log")
    client = boto3.client(
        "s3", endpoint_url=server, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="eu-central-1"
    )
    for bucket in ("lake", "other"):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for part, (first, last) in enumerate([(0, 19), (20, 39)]):
        file = folder / f"part-{part}.parquet"
        duckdb.execute(f"COPY ({ROWS.format(first=first, last=last)}) TO '{file}'")
        for bucket in ("lake", "other"):
            client.upload_file(str(file), bucket, f"log/day={part}/{file.name}")
    return folder


@pytest.fixture
def connection(server: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    extra = {"endpoint_url": server, "region_name": "eu-central-1", "aws_session_token": "a token of a session"}
    known = {"conn_type": "aws", "login": KEY, "password": SECRET, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_MY_LAKE", json.dumps(known))
    return known


def monitor(folder: Path, source: str) -> Path:
    file = folder / "lake.yml"
    file.write_text(MONITOR.format(source=source))
    return file


def decisions(file: Path) -> list[tuple[str, str, str]]:
    """All that is decided of the log, as a night in Airflow opens it."""
    read = load_monitor(file)
    first = datetime(2026, 1, 5, tzinfo=UTC)
    with open_pipeline(read, Past.BEGINS, url=source_address(read)) as pipeline:
        made = pipeline.backfill(first, first + timedelta(days=40))
    return [(d.window.key, d.verdict.value, d.sentence) for d in made]


@pytest.mark.parametrize("scheme", ["s3", "gs"])
def test_a_monitor_decides_on_the_lake_what_it_decides_on_its_files(
    scheme: str, here: Path, connection: dict[str, Any], tmp_path: Path
) -> None:
    for place in ("lake", "here"):
        (tmp_path / place).mkdir()
    there = monitor(tmp_path / "lake", f'{{path: "{scheme}://lake/log/*/*.parquet", connection: my_lake}}')
    found = decisions(there)
    assert len(found) > 30
    assert found == decisions(monitor(tmp_path / "here", f'{{path: "{here}/*.parquet"}}'))


def test_no_other_bucket_is_in_reach(connection: dict[str, Any], tmp_path: Path) -> None:
    read = load_monitor(monitor(tmp_path, '{path: "s3://lake/log/*/*.parquet", connection: my_lake}'))
    with open_warehouse(source_address(read), reach_of(read)) as warehouse:
        with pytest.raises(TidegaugeError, match="that is no file of this source"):
            warehouse.fetch(f"SELECT count(*) AS n FROM {files('s3://other/log/*/*.parquet')}")
        shown = warehouse.fetch("SELECT secret_string AS it FROM duckdb_secrets()")
    assert KEY in str(shown["it"])
    assert SECRET not in str(shown["it"])
    assert "token of" not in str(shown["it"])


def test_keys_are_shown_nowhere_and_kept_by_nobody(connection: dict[str, Any], tmp_path: Path) -> None:
    read = load_monitor(monitor(tmp_path, '{path: "s3://lake/log/*/*.parquet", connection: my_lake}'))
    address = source_address(read)
    for secret in (KEY, SECRET, "a token"):
        assert secret not in repr(address) + str(address)
        assert address.hidden.in_text(f"...{secret}...")
    with open_warehouse(address, reach_of(read)):
        pass
    assert not list((Path.home() / ".duckdb").glob("stored_secrets/*"))
    assert not duckdb.execute("FROM duckdb_secrets()").fetchall()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("s3://lake/none/*.parquet", r"no file matches s3://lake/none/\*\.parquet\.$"),
        ("s3://nobody/log/*.parquet", r"could not read s3://nobody/log/\*\.parquet: .*404"),
        ("s3://lake/none.parquet", r"could not read s3://lake/none\.parquet: .*404"),
    ],
)
def test_what_is_not_there_is_said(path: str, said: str, connection: dict[str, Any], tmp_path: Path) -> None:
    read = load_monitor(monitor(tmp_path, f'{{path: "{path}", connection: my_lake}}'))
    with (
        open_warehouse(source_address(read), reach_of(read)) as warehouse,
        pytest.raises(WarehouseError, match=said),
    ):
        warehouse.describe_item(files(path))


def test_nobody_there_is_an_outage(connection: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = connection | {"extra": {"endpoint_url": "http://127.0.0.1:9"}}
    monkeypatch.setenv("AIRFLOW_CONN_MY_LAKE", json.dumps(gone))
    read = load_monitor(monitor(tmp_path, '{path: "s3://lake/log/*/*.parquet", connection: my_lake}'))
    with (
        open_warehouse(source_address(read), reach_of(read)) as warehouse,
        pytest.raises(WarehouseError, match=r"could not read s3://lake/log/\*/\*\.parquet: ") as outage,
    ):
        warehouse.describe_item(files(str(read.source.path)))
    assert KEY not in str(outage.value)


def test_google_wants_a_key(connection: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MY_LAKE", json.dumps({"conn_type": "aws"}))
    monkeypatch.setattr("tidegauge.warehouses.reach.extensions_for", lambda _: ())  # aws is not at hand
    read = load_monitor(monitor(tmp_path, '{path: "gs://lake/log/*.parquet", connection: my_lake}'))
    with pytest.raises(MonitorError, match="an HMAC key of Google's Cloud Storage"):
        open_warehouse(source_address(read), reach_of(read))


def test_by_hand_with_a_stored_secret(server: str, connection: dict[str, Any], here: Path, tmp_path: Path) -> None:
    """The same file, outside Airflow: `connection` is left aside, and DuckDB's stored secrets open the lake."""
    file = monitor(tmp_path, '{path: "s3://lake/log/*/*.parquet", connection: my_lake}')
    host = server.partition("://")[2]
    duckdb.execute(
        "INSTALL httpfs; LOAD httpfs; CREATE PERSISTENT SECRET of_hand "
        f"(TYPE s3, KEY_ID 'k', SECRET 's', ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"
    )
    try:
        done = CliRunner().invoke(main, ["check", str(file)], env={"AIRFLOW_CONN_MY_LAKE": ""})
        assert done.exit_code == 0, done.output
    finally:
        duckdb.execute("DROP PERSISTENT SECRET of_hand")


def test_the_process_s_own_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What docs/inference-log.md says of a run by hand."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    session = duckdb.connect()
    session.load_extension("httpfs")
    assert session.sql("SELECT current_setting('s3_access_key_id')").fetchall() == [("of-the-environment",)]
    assert os.environ["HOME"] == str(Path.home())
