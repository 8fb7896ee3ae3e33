"""A PostgreSQL as the files of deploy/postgres leave it, where passwords count."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.services.postgres import GUARDED, USER, running
from tests.services.process import LOOPBACK

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORDS = {  # as compose.yaml asks for them; two of them hold what SQL or an address would trip over
    "AIRFLOW_DB_PASSWORD": "0f-airflow",
    "STORE_DB_PASSWORD": "of-the-store's",
    "READER_DB_PASSWORD": "of-the-reader:/@",
    "VIEWER_DB_PASSWORD": "of-the-viewer",
}
OF = {"airflow": "AIRFLOW", "store": "STORE", "reader": "READER", "viewer": "VIEWER"}


@dataclass(frozen=True)
class Databases:
    """The server, asked by psql as its image does it, or as one of the roles."""

    binaries: Path
    port: str

    def psql(self, file: Path, *options: str, role: str = USER, database: str = "postgres") -> str:
        """Run a file; what psql said. An error is one here."""
        environment = {
            **os.environ,
            **PASSWORDS,
            "TIDEGAUGE_GRANTS": str(DEPLOY / "grants"),
            "PGPASSWORD": PASSWORDS.get(f"{OF.get(role)}_DB_PASSWORD", ""),
        }
        place = ["--host", LOOPBACK, "--port", self.port, "--username", role, "--dbname", database]
        # as its entrypoint does
        command = [str(self.binaries / "psql"), "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", *place]
        done = subprocess.run(
            [*command, *options, "-f", str(file)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def connect(self, role: str, database: str, password: str | None = None) -> psycopg.Connection:
        """A session of a role, by its password."""
        known = PASSWORDS.get(f"{OF.get(role)}_DB_PASSWORD")
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user=role, password=password or known, dbname=database, autocommit=True
        )

    def environment(self) -> Mapping[str, str]:
        """What compose.yaml gives to Airflow of it."""
        return {
            "STORE_PASSWORD": PASSWORDS["STORE_DB_PASSWORD"],
            "READER_PASSWORD": PASSWORDS["READER_DB_PASSWORD"],
            "DATABASE_HOST": LOOPBACK,
            "DATABASE_PORT": self.port,
        }


@contextmanager
def databases(binaries: Path) -> Iterator[Databases]:
    """From an empty server, by the files in the order of their names."""
    with running(binaries) as (url, _):
        found = Databases(binaries, url.rpartition(":")[2].partition("/")[0])
        for file in sorted((DEPLOY / "postgres").glob("*.sql")):
            found.psql(file)
        with found.connect(USER, "postgres") as admin:
            admin.execute(f"CREATE ROLE {GUARDED}")
            admin.execute(f"GRANT {GUARDED} TO {', '.join(OF)}")  # they need their passwords from here on
        yield found
