"""Parquet at s3:// and gs://: run where DuckDB has its httpfs; and what can be said without it."""

import json
from pathlib import Path

import pytest

from tests.services.lake import in_lake
from tidegauge.airflow.connection import source_address
from tidegauge.core.errors import MonitorError
from tidegauge.monitor import parse_monitor

LAKE = Path(__file__).with_name("lake.py")
MONITOR = """
monitor: m
source: {path: "s3://lake/log/*.parquet", connection: my_lake}
columns: {time: at, numeric: [x]}
window: {every: day}
"""


@pytest.mark.timeout(900)  # it makes its environment, the first time
def test_it_reads_the_lake() -> None:
    options = ("--quiet", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib")
    done = in_lake("-m", "pytest", *options, str(LAKE))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "11 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"extra": {"role_arn": "arn:aws:iam::1:role/x"}}, "sets role_arn, and DuckDB takes no other role"),
        ({"password": None}, "has half a key"),
        ({"extra": {"endpoint_url": "minio:9000"}}, "endpoint_url is no address of the web"),
        ({"extra": {"endpoint_url": "http://me:hidden@minio"}}, "endpoint_url is no address of the web"),
        ({"extra": {"endpoint_url": "http://minio:port"}}, "endpoint_url is no address of the web"),
    ],
)
def test_a_connection_that_cannot_be_meant_is_refused(
    wrong: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"conn_type": "aws", "login": "me", "password": "hidden"} | wrong
    monkeypatch.setenv("AIRFLOW_CONN_MY_LAKE", json.dumps(known))
    with pytest.raises(MonitorError, match=f'the Airflow connection "my_lake".*{said}') as refused:
        source_address(parse_monitor(MONITOR))
    assert "hidden" not in str(refused.value)


def test_keys_open_files_and_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MY_LAKE", json.dumps({"conn_type": "aws", "login": "me", "password": "hidden"}))
    text = MONITOR.replace('path: "s3://lake/log/*.parquet"', "table: log")
    with pytest.raises(MonitorError, match='"my_lake" holds keys to files, and source.table names none'):
        source_address(parse_monitor(text))


def test_keys_are_nothing_about_the_rows() -> None:
    with_keys, without = parse_monitor(MONITOR), parse_monitor(MONITOR.replace(", connection: my_lake", ""))
    assert with_keys.source.place() == without.source.place()
