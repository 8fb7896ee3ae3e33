"""Every test of a verb runs on both engines: `url` is an empty store's address, `store` one that is open."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tidegauge.store.schema import metadata
from tidegauge.store.store import Store


@pytest.fixture(scope="session")
def migrated(postgres_url: str) -> str:
    """A database with tables, made once: making one takes longer than most tests here."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE store")
    url = postgres_url.removesuffix("postgres") + "store"
    Store.open(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/folder/store.db"
    found = str(request.getfixturevalue("migrated"))
    with psycopg.connect(found, autocommit=True) as admin:
        admin.execute(f"TRUNCATE {', '.join(metadata.tables)} CASCADE".encode())
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store."""
    with Store.open(url) as opened:
        yield opened
