"""The shop, decided and shown on a Prometheus, once for all tests here."""

from collections.abc import Iterator

import pytest

from tests.event_time.test_shop import a_shop, tidegauge
from tests.grafana.world import World
from tests.pipeline.world import DROP, change, day, inside
from tests.services.series_servers import _running

BUDGET = "{budget: 1 per month}"
QUIET = 30  # a day that a silence covers
FLIPPED = 35  # a day whose labels are the wrong way round
SILENCES = f"silences: [{{from: {day(QUIET).start:%Y-%m-%d}, to: {day(QUIET + 1).start:%Y-%m-%d}, why: stock-taking}}]"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All but the last weeks are a backfill; the last window is a night that alerts."""
    folder = tmp_path_factory.mktemp("dashboards")
    for server in _running("prometheus", folder):
        shop = a_shop(folder, server)
        text = shop.read_text(encoding="utf-8")
        flipped = f"id IN (SELECT id FROM log WHERE {inside(day(FLIPPED))})"
        change(f"duckdb:///{folder}/shop.duckdb", f"UPDATE labels SET y = 1 - y WHERE {flipped}")
        assert text.count(BUDGET) == 1
        shop.write_text(text.replace(BUDGET, f"{BUDGET[:-1]}, {SILENCES}}}"), encoding="utf-8")
        assert tidegauge("backfill", shop, "--to", f"{day(DROP).start:%Y-%m-%d}").exit_code in (0, 1)
        assert tidegauge("run", shop, "--window", f"{day(DROP).start:%Y-%m-%d}").exit_code == 1
        yield World(server, folder / "s.db", day(DROP).end)
