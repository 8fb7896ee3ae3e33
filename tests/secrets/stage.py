"""One night with one password: every verb, on a warehouse, a store and a gateway that ask for it.

What a person, a log, a file or a table could see is kept as bytes, under the name of where it was seen. Drivers are
tried as they are, and as they might be: so indiscreet that they say all that they were given.
"""

import base64
import contextlib
import json
import logging
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import duckdb
import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from tests.begun import open_pipeline
from tests.every.reports import fine
from tests.secrets.typed import typed
from tests.services.answering import answering
from tests.services.postgres import GUARDED
from tidegauge.airflow import work
from tidegauge.cli.main import main
from tidegauge.monitor import load_monitor
from tidegauge.quality import __main__ as quality
from tidegauge.sinks.exchange import NoAnswer
from tidegauge.sinks.prometheus import Prometheus

ROLE = "keeper"
CONTROL = "an0ther.One:Quite~Different"  # the password of the run that others are compared with
NIGHT = "2024-03-04"  # whose values have moved
MONITOR = """\
monitor: guarded
store: {store}
source: {{url: "{source}", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [x], categorical: [kind]}}
window: {{every: day, start: 2024-02-10}}
reference: {{minimum: 2}}
sinks: [{{prometheus: {{pushgateway: "{gateway}", timeout: 5}}}}, {{html: {{folder: "{home}/pages"}}}}]
actions: [{{notify: {{log: "{home}/notices.jsonl"}}}}, report]
"""
TABLE = """
CREATE TABLE log AS
SELECT i AS id, TIMESTAMPTZ '2024-02-10 00:00:00+00' + i * INTERVAL '1 hour' AS at, 0.5 + 0.3 * sin(i) AS score,
       CASE WHEN i >= 552 THEN 90 ELSE 0 END + 10 + 3 * sin(i * 78.233) AS x,
       CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS kind
FROM generate_series(0, 24 * 24 - 1) AS t(i)
"""


class Gateway(BaseHTTPRequestHandler):
    """Takes metrics from whoever knows the password, and tells the others all that they sent."""

    password: ClassVar[str] = ""
    pushed: ClassVar[int] = 0

    def do_GET(self) -> None:
        self._answer(b"")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).pushed += self._answer(b"")

    def _answer(self, body: bytes) -> bool:
        expected = "Basic " + base64.b64encode(f"{ROLE}:{self.password}".encode()).decode()
        let_in = self.headers.get("Authorization") == expected
        said = body if let_in else f"{self.path} {self.headers.items()}".encode()
        self.send_response(200 if let_in else 401)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
        return let_in

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: it would go to standard error."""


@dataclass
class Stage:
    """A warehouse with a table and a role, and a gateway; the same for every password."""

    url: str  # of the database, as the administrator
    gateway: str
    folder: Path
    seen: dict[str, bytes] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Host, port and database."""
        return self.url.rpartition("@")[2]

    def guard(self, password: str) -> None:
        """Make this the password of the role and of the gateway."""
        Gateway.password = password
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(password)))

    def monitor(self, name: str, **how: str) -> Path:
        """A monitor's file, in a folder that has the same name for every password."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        given = {
            "store": f"sqlite:///{home}/store.db",
            "source": f"postgresql://{ROLE}:${{PW}}@{self.place}",
            "gateway": self.gateway.replace("://", f"://{ROLE}:${{PW}}@"),
            "home": str(home),
        }
        (home / name).write_text(MONITOR.format(**given | how))
        return home / name

    def verb(self, name: str, *words: object) -> int:
        """One command; what it prints, logs and raises is seen."""
        with _log() as log:
            result = CliRunner().invoke(main, [str(w) for w in words])
        trace = "".join(traceback.format_exception(result.exception)) if result.exception else ""
        self.see(name, result.output + log.text + trace)
        return result.exit_code

    def see(self, name: str, text: str | bytes) -> None:
        """Something that can be seen."""
        self.seen[name] = self.seen.get(name, b"") + (text.encode() if isinstance(text, str) else text)

    def raised(self, name: str, act: Callable[[], object]) -> None:
        """What a user of the Python API sees: the traceback, with all that led to it."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.see(name, "".join(traceback.format_exception(error)) + repr(error))
        else:
            self.see(name, "nothing was raised")

    def see_files(self) -> None:
        """All that lies in the folder: the store byte by byte, pages, notices, the monitors' own files."""
        for path in sorted((self.folder / "home").rglob("*")):
            if path.is_file() and path.name != "bad.yml":  # that one is written by hand, with the password in it
                self.see(f"file {path.name}", path.read_bytes())


class _Lines(logging.Handler):
    """Everything that is logged, however small, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter("%(name)s %(message)s").format(record) + "\n"


@contextlib.contextmanager
def _log() -> Iterator[_Lines]:
    root, lines = logging.getLogger(), _Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)


@contextlib.contextmanager
def a_stage(admin_url: str, folder: Path) -> Iterator[Stage]:
    """A database of its own on a server, with the role and the table, and the gateway."""
    url = admin_url.removesuffix("postgres") + "guarded_shop"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE guarded_shop")
    try:
        _set_up(url)
        with answering(Gateway) as gateway:
            yield Stage(url, gateway, folder)
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute("DROP DATABASE guarded_shop WITH (FORCE)")


def _set_up(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        for role, kind in ((GUARDED, "NOLOGIN"), (ROLE, f"LOGIN IN ROLE {GUARDED}")):
            known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            if known is None:
                admin.execute(f"CREATE ROLE {role} {kind}".encode())
        admin.execute(TABLE.encode())
        admin.execute(f"GRANT ALL ON SCHEMA public TO {ROLE}; GRANT SELECT ON log TO {ROLE}".encode())


def night(stage: Stage, password: str, patch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Everything with one password; what was seen, by its name."""
    stage.seen = {}
    home, past = stage.folder / "home", stage.folder / "past.db"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    patch.setenv("PW", password)
    stage.guard(password)
    if not past.exists():  # what is long decided is the same for all of them
        stage.verb("before", "backfill", stage.monitor("good.yml"), "--to", "2024-03-02")
        shutil.move(home / "store.db", past)
        stage.seen = {}
    shutil.copy(past, home / "store.db")
    _as_it_should_be(stage, password, patch)
    typed(stage, password)
    _gateways(stage, password, patch)
    with pytest.MonkeyPatch.context() as talk:
        talk.setattr("tidegauge.sinks.gateway.exchange", _web)
        _gateways(stage, password, patch, "indiscreet ")
    stage.guard("not any of these")
    _when_it_fails(stage, password, patch)
    with indiscreet():
        _when_it_fails(stage, password, patch, "indiscreet ")
    stage.see_files()
    return stage.seen


def _as_it_should_be(stage: Stage, password: str, patch: pytest.MonkeyPatch) -> None:
    """Every verb, with a password that opens."""
    pushed = Gateway.pushed
    good = stage.monitor("good.yml")
    assert stage.verb("check", "check", good) == 0
    for words in ("backfill --to 2024-03-04", f"run --window {NIGHT}", "status", "decide --json", "incident list"):
        assert stage.verb(words, *_first(words, good)) in {0, 1}, stage.seen[words].decode()
    past = "--from 2024-02-26 --to 2024-03-02 --no-what-if"
    for words in (
        f"explain --window {NIGHT} --sql",
        f"replay {past} --json",
        "status --json",
        "deliver",
        "deliver --json",
    ):
        assert stage.verb(words, *_first(words, good)) in {0, 1}, stage.seen[words].decode()
    stage.verb("report", "report", good, "--window", NIGHT, "--out", stage.folder / "home" / "page.html")
    assert Gateway.pushed > pushed, stage.seen[f"run --window {NIGHT}"].decode()
    stage.raised("quality", lambda: quality.write(good))
    assert stage.verb("forget", "forget", good, "--window", NIGHT) == 0, stage.seen["forget"].decode()
    assert stage.verb("dismiss", "deliver", good, "--dismiss", "all") == 0, stage.seen["dismiss"].decode()
    stage.verb("run again", "run", good, "--window", NIGHT)
    kept = stage.monitor("kept.yml", store=f"postgresql://{ROLE}:${{PW}}@{stage.place}?application_name=kept")
    assert stage.verb("check of a store in PostgreSQL", "check", kept) == 0
    assert stage.verb("backfill of a store in PostgreSQL", "backfill", kept, "--to", "2024-02-12") == 0
    patch.setenv("SRC", f"postgresql://{ROLE}:{quote(password, safe='')}@{stage.place}")
    whole = stage.monitor("whole.yml", source="${SRC}")
    assert stage.verb("check of a whole address", "check", whole) == 4, "its history is of the source as it was"
    stage.see("repr", repr(load_monitor(good)) + str(load_monitor(good).expanded_store()) + repr(good))
    for name, source in {
        "variable": f"postgresql://{ROLE}:${{PW}}@{stage.place}",
        "whole": "${SRC}",
        "literal": f"postgresql://{ROLE}:{quote(password, safe='')}@{stage.place}",
        "setting": f"postgresql://{stage.place}?user={ROLE}&password={quote(password, safe='')}",
        "both": f"postgresql://{ROLE}:${{PW}}@{stage.place}?sslpassword={quote(password, safe='')}",
    }.items():
        out = stage.folder / "home" / f"init-{name}.yml"
        given = ("--source", source, "--table", "log", "--out", out, "--force")
        assert stage.verb(f"init {name}", "init", *given) == 0, stage.seen[f"init {name}"].decode()
        if name in {"literal", "whole"}:
            stage.verb(f"compare {name}", "compare", f"{source}#log", f"{source}#log")
    with psycopg.connect(stage.url) as admin:
        rows = [admin.execute(f"SELECT * FROM {t}".encode()).fetchall() for t in ("runs", "outbox", "decisions")]
    stage.see("store in PostgreSQL", repr(rows))


def _when_it_fails(stage: Stage, password: str, patch: pytest.MonkeyPatch, how: str = "") -> None:
    """Wrong passwords, servers that are away, addresses that are none: each is a sentence, and a traceback."""
    host, _, database = stage.place.partition("/")
    escaped = quote(password, safe="")
    sources = {
        "wrong": f"postgresql://{ROLE}:${{PW}}@{stage.place}",
        "no database": f"postgresql://tidegauge:${{PW}}@{host}/none",
        "away": f"postgresql://{ROLE}:${{PW}}@127.0.0.1:9/{database}",
        "setting": f"postgresql://{stage.place}?user={ROLE}&password={escaped}&{'nosuch'}=1",
        "raw": "${RAW}",
        "bare": "${PW}",
        "user": "postgresql://${PW}@" + stage.place,
        "behind a scheme": "postgresql://${PW}",
        "schemeless": f"{ROLE}:{password}",
        "token": "duckdb:////nowhere/md?motherduck_token=${PW}",
    }
    if how:  # a real one would look for an extension on the network
        sources["motherduck"] = "duckdb:///md:shop?motherduck_token=${PW}"
        sources["file of a service"] = "duckdb:///https://me:${PW}@127.0.0.1:9/x.duckdb?sig=${PW}"
    patch.setenv("RAW", f"postgresql://{ROLE}:{password}@{stage.place}")
    for name, source in sources.items():
        file = stage.monitor("bad.yml", source=source.replace("\\", "\\\\").replace('"', '\\"'))
        for debug in ((), ("--debug",)):
            stage.verb(f"{how}source {name}", *debug, "check", file)
        stage.verb(f"{how}source {name}", "run", file, "--window", NIGHT)
        stage.verb(f"{how}init {name}", "init", "--source", source, "--table", "log")
        if name != "schemeless":  # which is a file's name there
            stage.verb(f"{how}compare {name}", "compare", f"{source}#log", "away.parquet")
        stage.raised(f"{how}task {name}", lambda file=file: work.work_off(file, [], live=True, started=_never))  # type: ignore[misc]
        stage.raised(f"{how}python {name}", lambda file=file: _open(file))  # type: ignore[misc]  # a bound file
    _connections(stage, password, patch, how)
    for name, store in {k: v for k, v in sources.items() if "duckdb" not in v}.items():
        file = stage.monitor("bad.yml", store='"' + store.replace("\\", "\\\\").replace('"', '\\"') + '"')
        for debug in ((), ("--debug",)):
            stage.verb(f"{how}store {name}", *debug, "status", file)
    good, address = stage.monitor("good.yml"), f"postgresql://{ROLE}:{password}@{stage.place}"
    for words in ("run --window", "forget --window", "deliver", "deliver --dismiss", "explain", "incident show"):
        stage.verb(f"{how}typed: {words}", *_first(words, good), address)
    stage.verb(f"{how}typed", "init", f"postgresql://{ROLE}:{password}@{stage.place}")
    stage.verb(f"{how}typed", f"postgresql://{ROLE}:{password}@{stage.place}")
    stage.verb(f"{how}typed", "init", "--path", f"https://me:{escaped}@127.0.0.1:9/x.parquet?sig={escaped}")


def _connections(stage: Stage, password: str, patch: pytest.MonkeyPatch, how: str) -> None:
    """The same behind an Airflow connection, through what the monitor's task does."""
    host, _, database = stage.place.partition("/")
    file = stage.monitor("bad.yml")
    file.write_text(re.sub(r"url: [^,]*", "connection: guarded_db", file.read_text(), count=1))
    parts = {"conn_type": "postgres", "login": ROLE, "password": password, "schema": database}
    for name, place in {"wrong": host, "away": "127.0.0.1:9"}.items():
        where = {"host": place.partition(":")[0], "port": int(place.partition(":")[2])}
        connection = json.dumps(parts | where | {"extra": {"sslpassword": password}})
        for form in (connection, connection[:-1], f"postgres://{ROLE}:{password}@{place}/{database}"):
            patch.setenv("AIRFLOW_CONN_GUARDED_DB", form)
            stage.raised(f"{how}connection {name}", lambda: work.work_off(file, [], live=True, started=_never))


def _gateways(stage: Stage, password: str, patch: pytest.MonkeyPatch, how: str = "") -> None:
    """Gateways that refuse, are away, or have no address."""
    gateways = {
        "wrong": stage.gateway.replace("://", "://somebody:${PW}@"),
        "token": stage.gateway.replace("://", "://${PW}@"),
        "away": "http://me:${PW}@127.0.0.1:9",
        "raw": "${RAW}",
        "bare": "${PW}",
        "path": "http://127.0.0.1:9/${PW}",
    }
    patch.setenv("RAW", stage.gateway.replace("://", f"://{ROLE}:{password}@"))
    for name, gateway in gateways.items():
        file = stage.monitor("bad.yml", gateway=gateway)
        if name == "wrong":
            _again(stage.folder / "home" / "store.db")
            stage.verb(f"{how}gateway {name}", "run", file, "--window", NIGHT)
        stage.raised(f"{how}gateway {name}", lambda gateway=gateway: _push(gateway))  # type: ignore[misc]  # bound


def _never(dag_id: str, run: str) -> bool:
    del dag_id, run
    return False


def _push(gateway: str) -> None:
    with _log():
        Prometheus(pushgateway=gateway, timeout=5.0).publish(fine())


def _open(file: Path) -> None:
    with open_pipeline(load_monitor(file)):
        pass


def _first(words: str, file: Path) -> list[str]:
    """A verb's words with the monitor behind the verb."""
    parts = words.split()
    verb = 2 if parts[0] == "incident" else 1
    return [*parts[:verb], str(file), *parts[verb:]]


def _again(store: Path) -> None:
    """All that was delivered to a gateway is to be delivered again."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        again = "UPDATE outbox SET state = 'pending', failures = 0, due = NULL"
        connection.execute(f"{again} WHERE action = 'deliver' AND payload LIKE '%prometheus%'")  # pages have no address


def _web(*given: object, **named: object) -> object:
    raise NoAnswer(f"{given!r} {named!r} {os.environ['PW']}", nobody=True)


@contextlib.contextmanager
def indiscreet() -> Iterator[None]:
    """Drivers that say all they were given when they fail, and what they use fails always."""

    def database(*given: object, **named: object) -> object:
        cause = ValueError(f"{given!r} {named!r} {os.environ['PW']}")
        raise psycopg.OperationalError(f"no way in: {given!r} {named!r} {os.environ['PW']}") from cause

    def file(*given: object, **named: object) -> object:
        raise duckdb.IOException(f"{given!r} {named!r} {os.environ['PW']}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg, "connect", database)
        patch.setattr(psycopg.Connection, "connect", database)
        patch.setattr("tidegauge.warehouses.duckdb.in_memory", file)
        yield
