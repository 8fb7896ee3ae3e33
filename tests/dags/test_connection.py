"""A warehouse's address from an Airflow connection, and what is said when there is none."""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from tests.notices.made import opened
from tests.notices.receivers import desk
from tests.services.answering import answering
from tidegauge.actions.messenger import message_of
from tidegauge.actions.webhook import Webhook
from tidegauge.airflow.connection import source_address, web_address
from tidegauge.core.addresses.kept_address import set_keeper
from tidegauge.core.errors import MonitorError, NobodyThere, Refused
from tidegauge.core.point import SeriesSample
from tidegauge.monitor import parse_monitor
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.warehouses import open_warehouse

MONITOR = """
monitor: m
source: {connection: log_db, table: log}
columns: {time: at, numeric: [x]}
window: {every: day}
"""
MINE = parse_monitor(MONITOR)
POSTGRES = {"conn_type": "postgres", "host": "db", "login": "me", "password": "p@s/s:%", "schema": "logs", "port": 5433}


PARTS = {"host": "db", "port": "5433", "user": "me", "password": "p@s/s:%", "dbname": "logs"}


@pytest.mark.parametrize(
    ("connection", "parts"),
    [
        ("postgres://me:p%40s%2Fs%3A%25@db:5433/logs", PARTS),
        (json.dumps(POSTGRES), PARTS),
        (json.dumps(POSTGRES | {"extra": {"sslmode": "require", "more": {"a": 1}}}), PARTS | {"sslmode": "require"}),
    ],
)
def test_a_connection_is_an_address(connection: str, parts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a URI or as JSON, with secrets that need escaping elsewhere; here they stay as they are."""
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", connection)
    address = source_address(MINE)
    assert address.libpq() == parts
    assert str(address) == 'postgresql by the Airflow connection "log_db"'
    assert "p@s" not in repr(address)


@pytest.mark.parametrize(
    "connection", ["duckdb:////data/log.duckdb", json.dumps({"conn_type": "duckdb", "host": "/data/log.duckdb"})]
)
def test_a_connection_may_be_a_file(connection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", connection)
    address = source_address(MINE)
    assert address.opened() == "/data/log.duckdb"


def test_the_address_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that exists is found through its connection."""
    file = tmp_path / "log.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE log AS SELECT now() AS at, 1.5 AS x")
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", f"duckdb:///{file}")
    with open_warehouse(source_address(MINE)) as warehouse:
        assert set(warehouse.describe("log")) == {"at", "x"}


def test_what_is_wrong_is_said_without_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection; one of a type that nobody reads."""
    with pytest.raises(MonitorError, match='Airflow has no usable connection "log_db".*set AIRFLOW_CONN_LOG_DB'):
        source_address(MINE)
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", "mysql://me:hidden@db/logs")
    with pytest.raises(MonitorError, match="is of the type mysql, and tidegauge reads duckdb and postgres") as error:
        source_address(MINE)
    assert "hidden" not in str(error.value)
    assert (
        source_address(parse_monitor(MONITOR.replace("connection: log_db", "url: 'duckdb:///x'"))).place
        == "duckdb:///x"
    )


class Receiving(BaseHTTPRequestHandler):
    """Notes what it was asked, and takes it."""

    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, dict(self.headers)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


SAMPLE = [SeriesSample("tidegauge_window_rows", (("monitor", "m"),), 1.0, 1_364_860_799_000)]
SINK = RemoteWrite(connection="metrics")


@pytest.fixture
def in_airflow() -> Iterator[None]:
    """As inside a task, where the rim has said how to ask."""
    set_keeper(web_address)
    yield
    set_keeper(None)


@pytest.mark.usefixtures("in_airflow")
@pytest.mark.parametrize("form", ["parts", "whole host", "URI"])
def test_series_go_where_a_connection_says_with_all_that_it_holds(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login, headers in the extra, a path; a header of the file's own comes first."""
    with answering(Receiving) as url:
        Receiving.asked.clear()
        port, who = int(url.rpartition(":")[2].strip("/")), {"login": "me", "password": "p@s/s:%"}
        extra = {"X-Scope-OrgID": "team", "Own": "theirs", "verify": "false", "timeout": 3}
        kinds: dict[str, dict[str, object]] = {
            "parts": {"conn_type": "http", "host": "127.0.0.1", "port": port, "schema": "http"},
            "whole host": {"conn_type": "http", "host": f"http://127.0.0.1:{port}/api/v1/push"},
        }
        uri = f"http://me:p%40s%2Fs%3A%25@127.0.0.1:{port}/api%2Fv1%2Fpush?X-Scope-OrgID=team&Own=theirs"
        kept = uri if form == "URI" else json.dumps(kinds[form] | who | {"extra": extra})
        monkeypatch.setenv("AIRFLOW_CONN_METRICS", kept)
        assert RemoteWrite(connection="metrics", headers={"Own": "ours"}).show(SAMPLE) == ""
    ((path, headers),) = Receiving.asked
    assert path == ("/api/v1/write" if form == "parts" else "/api/v1/push")
    assert headers["Authorization"] == f"Basic {b64encode(b'me:p@s/s:%').decode()}"
    assert (headers["X-Scope-OrgID"], headers["Own"]) == ("team", "ours")
    assert not {"verify", "timeout"} & {name.lower() for name in headers}


@pytest.mark.usefixtures("in_airflow")
@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (None, 'sinks.remote_write.connection: Airflow has no usable connection "metrics"'),
        ("postgres://me:secret-word@db/x", "is of the type postgres, and a receiver is of the type http"),
        ("http://me:secret-word@ho%20st/x", "is no address of the web"),
        (json.dumps({"conn_type": "http", "host": "h", "extra": '["secret-word"]'}), "is no object of JSON"),
        (json.dumps({"conn_type": "http", "host": "h", "extra": {"A": "secret-word\nB: c"}}), "what no header may"),
    ],
)
def test_a_connection_that_is_no_receiver_is_refused(
    kept: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence that holds nothing of it."""
    if kept is not None:
        monkeypatch.setenv("AIRFLOW_CONN_METRICS", kept)
    with pytest.raises(Refused, match=said) as error:
        SINK.show(SAMPLE)
    assert "secret" not in str(error.value)


@pytest.mark.usefixtures("in_airflow")
def test_nobody_at_a_connection_is_said_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host may be the rest of a password that was not escaped."""
    monkeypatch.setenv("AIRFLOW_CONN_METRICS", json.dumps({"conn_type": "http", "host": "of-a-secret.invalid"}))
    with pytest.raises(NobodyThere, match='http by the Airflow connection "metrics"') as error:
        SINK.show(SAMPLE)
    assert "of-a" not in str(error.value)


def test_outside_airflow_a_connection_is_not_known() -> None:
    """What waits is delivered by Airflow's next run: nothing is given up."""
    set_keeper(None)
    with pytest.raises(NobodyThere, match="metrics is an Airflow connection, known inside Airflow only"):
        SINK.show(SAMPLE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{url: 'http://h/x', connection: metrics}", "connection: stands beside url. Keep one of the two"),
        ("{timeout: 3}", "needs url or connection. Where to write to"),
    ],
)
def test_a_receiver_has_one_place(options: str, said: str) -> None:
    with pytest.raises(MonitorError, match=said):
        parse_monitor(f"{MONITOR}sinks: [{{remote_write: {options}}}]\n")


@pytest.mark.usefixtures("in_airflow")
def test_a_notice_goes_where_a_connection_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path is the connection's own, and that of no Prometheus; what it says again is hidden in what is told."""
    decision, incident = opened()
    with desk() as (url, state):
        kept = {"conn_type": "http", "host": f"{url}/webhook/T0KEN-T0KEN", "password": "p@s/s:%", "login": "me"}
        monkeypatch.setenv("AIRFLOW_CONN_CHANNEL", json.dumps(kept))
        action = Webhook(connection="channel")
        asked = action.consider(decision, incident, live=True)
        assert asked is not None
        assert action.send(message_of(asked, decision.window.end)) == ""
        state.answers, state.echoes = [403], True
        with pytest.raises(Refused, match="answered 403") as error:
            action.send(message_of(asked, decision.window.end))
    ((who, headers, _),) = state.got
    assert who == "webhook"
    assert headers["Authorization"] == f"Basic {b64encode(b'me:p@s/s:%').decode()}"
    assert "T0KEN" not in str(error.value)
