"""The databases of compose.yaml and the grants, on a real PostgreSQL: who gets in and reads, and that nobody writes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from tests.deploy.databases import DEPLOY, Databases, databases
from tests.services.postgres import MISSING, USER, programs
from tidegauge.cli import main

ROWS = """
    INSERT INTO shop.predictions
    SELECT n, at, at + interval '1 minute', 'v1', 20 + 5 * sin(n), 1 + n % 4, (ARRAY['de', 'fr', 'it'])[1 + n % 3],
           0.3 + 0.2 * cos(n)
    FROM (SELECT n, timestamptz '2026-01-05 00:00Z' + n * interval '20 minutes' AS at
          FROM generate_series(0, 72 * 40 - 1) AS n) AS log"""
LABELS = """
    INSERT INTO shop.labels
    SELECT row_id, (prediction > 0.35)::int, event_at + interval '12 hours' FROM shop.predictions"""
WRITES = (
    "INSERT INTO shop.labels VALUES (1, 1, now())",
    "UPDATE shop.predictions SET amount = 0",
    "DELETE FROM shop.labels",
    "TRUNCATE shop.labels",
    "DROP TABLE shop.labels",
    "ALTER TABLE shop.labels ADD COLUMN mine int",
    "CREATE TABLE shop.mine (n int)",
    "CREATE TABLE public.mine (n int)",
    "CREATE TEMPORARY TABLE mine (n int)",
    "CREATE SCHEMA mine",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'much')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Databases]:
    binaries = programs()
    if binaries is None:
        pytest.skip(MISSING)
    with databases(binaries) as found:
        with found.connect(USER, "warehouse") as admin:
            admin.execute(ROWS)
            admin.execute(LABELS)
        yield found


@pytest.fixture(scope="module")
def monitor(server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example monitor of deploy/, with a history. Its receivers are away, and what is meant for them waits."""
    out = tmp_path_factory.mktemp("out")
    nobody = "http://127.0.0.1:9/"
    known = {**server.environment(), "OUT": str(out), "REMOTE_WRITE": nobody, "PUSHGATEWAY": nobody}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in known.items():
            patch.setenv(name, value)
        yield DEPLOY / "monitors" / "shop.yml"


def tidegauge(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (0, 1), done.output
    return done.output


@pytest.mark.parametrize("role", ["airflow", "store", "reader", "viewer"])
def test_each_role_gets_into_its_own_database_and_into_no_other(server: Databases, role: str) -> None:
    own = {"airflow": "airflow", "store": "store", "reader": "warehouse", "viewer": "store"}[role]
    with server.connect(role, own) as session:
        assert session.execute("SELECT current_user").fetchone() == (role,)
        superuser = session.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", [role]
        )
        assert superuser.fetchone() == (False,)
    for other in {"airflow", "store", "warehouse", "postgres"} - {own}:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            server.connect(role, other)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect(role, own, password="another")  # noqa: S106 - the wrong one


def test_the_example_monitor_reads_the_log_and_keeps_its_store(monitor: Path) -> None:
    tidegauge("check", str(monitor))
    tidegauge("backfill", str(monitor))
    assert "2026-02-1" in tidegauge("status", str(monitor))


@pytest.mark.parametrize("statement", WRITES)
@pytest.mark.parametrize("mode", ["on", "off"])
def test_the_reader_writes_nothing(server: Databases, statement: str, mode: str) -> None:
    """Also where a session has switched the read-only default off: then it is the grants that hold."""
    with server.connect("reader", "warehouse") as session:
        session.execute(f"SET default_transaction_read_only = {mode}")
        with pytest.raises((psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege)):
            session.execute(statement)


def test_the_reader_hands_on_nothing(server: Databases) -> None:
    with server.connect("reader", "warehouse") as session:
        session.execute("SET default_transaction_read_only = off")
        session.execute("GRANT SELECT ON shop.labels TO viewer")  # PostgreSQL warns, and does nothing
        granted = session.execute("SELECT has_table_privilege('viewer', 'shop.labels', 'SELECT')")
        assert granted.fetchone() == (False,)


def test_the_reader_s_statements_end(server: Databases) -> None:
    with server.connect("reader", "warehouse") as session:
        shown = {
            name: (session.execute(f"SHOW {name}").fetchone() or ("",))[0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "temp_file_limit")
        }
        assert shown == {
            "statement_timeout": "10min",
            "lock_timeout": "30s",
            "idle_in_transaction_session_timeout": "1min",
            "temp_file_limit": "20GB",
        }
        session.execute("SET statement_timeout = '50ms'")  # the time-out is one that PostgreSQL keeps
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
            session.execute("SELECT pg_sleep(30)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="temp_file_limit"):
            session.execute("SET temp_file_limit = -1")


def test_what_spills_too_far_is_ended(server: Databases) -> None:
    with server.connect(USER, "warehouse") as admin:
        admin.execute("ALTER ROLE reader IN DATABASE warehouse SET temp_file_limit = '1MB'")
    try:
        with server.connect("reader", "warehouse") as session:
            session.execute("SET work_mem = '64kB'")
            with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="temp_file_limit"):
                session.execute("SELECT * FROM generate_series(1, 1000000) AS n ORDER BY -n OFFSET 999999")
    finally:
        server.psql(DEPLOY / "grants" / "postgres.sql", *_grant("reader"), database="warehouse")
    with server.connect("reader", "warehouse") as session:
        assert session.execute("SHOW temp_file_limit").fetchone() == ("20GB",)


def test_no_more_sessions_than_are_granted(server: Databases) -> None:
    held = [server.connect("reader", "warehouse") for _ in range(8)]
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            server.connect("reader", "warehouse")
    finally:
        for session in held:
            session.close()


def _grant(role: str) -> list[str]:
    values: Mapping[str, str] = {"reader": role, "log_database": "warehouse", "log_schema": "shop"}
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


def test_the_grants_are_for_any_name_and_for_tables_to_come(server: Databases) -> None:
    name = 'The "reader" of ours'
    with server.connect(USER, "warehouse") as admin:
        admin.execute('CREATE ROLE "The ""reader"" of ours" LOGIN')
        server.psql(DEPLOY / "grants" / "postgres.sql", *_grant(name), database="warehouse")
        admin.execute("CREATE TABLE shop.later AS SELECT 1 AS n")
    with psycopg.connect(host="127.0.0.1", port=server.port, user=name, dbname="warehouse") as session:
        assert session.execute("SELECT n FROM shop.later").fetchone() == (1,)


def test_an_owner_without_a_superuser_s_rights_can_grant_as_well(server: Databases) -> None:
    with server.connect(USER, "warehouse") as admin:
        admin.execute("CREATE ROLE keeper LOGIN CREATEROLE")
        admin.execute("CREATE ROLE guest LOGIN")
        admin.execute("GRANT CONNECT ON DATABASE warehouse TO keeper WITH GRANT OPTION")
        admin.execute("CREATE SCHEMA its AUTHORIZATION keeper")
    options = [word.replace("=shop", "=its") for word in _grant("guest")]
    server.psql(DEPLOY / "grants" / "postgres.sql", *options, role="keeper", database="warehouse")
    with psycopg.connect(host="127.0.0.1", port=server.port, user="guest", dbname="warehouse") as session:
        assert session.execute("SHOW statement_timeout").fetchone() == ("10min",)
        assert session.execute("SHOW temp_file_limit").fetchone() == ("-1",)


def test_who_sees_the_store_s_views_sees_no_more(server: Databases, monitor: Path) -> None:
    tidegauge("backfill", str(monitor))
    server.psql(DEPLOY / "grants" / "store-views.sql", "--set", "viewer=viewer", role="store", database="store")
    with server.connect("store", "store") as session:
        views = [n for (n,) in session.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'").fetchall()]
        tables = [
            n for (n,) in session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        ]
    assert views
    assert tables
    with server.connect("viewer", "store") as session:
        for view in views:
            session.execute(f"SELECT * FROM {view}").fetchall()
        assert session.execute("SELECT count(*) > 0 FROM tidegauge_decisions").fetchone() == (True,)
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"SELECT * FROM {table}")
