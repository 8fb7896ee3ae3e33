"""A private PostgreSQL for one test session: its own data folder, its own port, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.services.process import LOOPBACK, Server, free_port, mortal

USER = "tidegauge"
GUARDED = "guarded"  # a role whose members need their password
MISSING = "PostgreSQL is not installed: run tests/services/install.sh as root (Debian: postgresql-15)"


def programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`: Debian keeps it off the PATH. The newest version wins."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def unprivileged(folder: Path) -> list[str]:
    """What to put before a command so that PostgreSQL, which refuses to be root, owns `folder` and runs."""
    if os.getuid() != 0:
        return mortal()
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return mortal("--reuid=postgres", "--regid=postgres", "--clear-groups")


def admin_url(port: int) -> str:
    """The server's own database, as psycopg spells it."""
    return f"postgresql://{USER}@{LOOPBACK}:{port}/postgres"


def _answers(port: int) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(admin_url(port), connect_timeout=2):
        return True
    return False


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a running PostgreSQL's admin database, `postgresql://…`; most tests want `postgres` instead."""
    binaries = programs()
    if binaries is None:
        pytest.skip(MISSING)
    with running(binaries) as (url, _):
        yield url


@contextmanager
def running(binaries: Path) -> Iterator[tuple[str, int]]:
    """A server's admin URL and process id, for as long as it is wanted."""
    # Not under pytest's own temporary folder: that one is closed to every other user, and as root we need another.
    with tempfile.TemporaryDirectory(prefix="tidegauge-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        run_as = unprivileged(folder)
        data, port = folder / "data", free_port()
        initdb = [str(binaries / "initdb"), "--username", USER, "--auth", "trust", "--encoding", "UTF8"]
        subprocess.run(
            [*run_as, *initdb, "--locale", "C.UTF-8", "--no-sync", "-D", str(data)],
            check=True,
            capture_output=True,
            cwd="/",
        )
        rules = data / "pg_hba.conf"  # everybody is trusted, but who belongs to `guarded`, which a test may make
        rules.write_text(f"host all +{GUARDED} {LOOPBACK}/32 scram-sha-256\n{rules.read_text()}")
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",  # nobody will miss this data
            "timezone": "UTC",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        server = Server([*run_as, str(binaries / "postgres"), "-D", str(data), *options], folder / "log")
        try:
            server.wait_until(lambda: _answers(port))
            yield admin_url(port), server.pid
        finally:
            server.stop(signal.SIGINT)  # PostgreSQL's "fast": cut the connections, then end


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[str]:
    """URL of a fresh, empty database, `postgresql+psycopg://…`; dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    yield postgres_url.replace("postgresql://", "postgresql+psycopg://").removesuffix("postgres") + name
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
