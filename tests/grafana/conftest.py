"""The shop, decided in a PostgreSQL and shown on a Prometheus, once for all tests here."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.grafana.living import shop
from tests.grafana.world import World


@pytest.fixture(scope="package")
def world(postgres_url: str, pushgateway_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The shop, with hostile names; nobody changes it."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE dashboards")
    store = postgres_url.replace("postgresql://", "postgresql+psycopg://").removesuffix("postgres") + "dashboards"
    with shop(tmp_path_factory.mktemp("dashboards"), store, pushgateway_url, hostile=True) as lived:
        yield lived
