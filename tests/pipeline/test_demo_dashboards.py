"""The demo's last step: a Prometheus where one is at hand, and numbers that are the store's."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from examples.flights import demo
from examples.flights.dashboard_numbers import numbers
from examples.flights.local_prometheus import LocalPrometheus, at_hand
from tests.pipeline.world import DAYS, a_monitor, day
from tests.services.series_servers import needed
from tidegauge.core.decision import Verdict
from tidegauge.core.window import STAGES
from tidegauge.monitor import Monitor
from tidegauge.store.store import Store


@pytest.fixture
def shop(settled: tuple[Path, str], faulty: str, tmp_path: Path) -> Monitor:
    shutil.copy(settled[0], tmp_path / "store.db")
    return a_monitor(faulty, tmp_path)


def test_numbers_are_those_of_the_store(shop: Monitor, tmp_path: Path) -> None:
    needed("prometheus")
    with LocalPrometheus(tmp_path / "prometheus", str(at_hand())) as prometheus:
        prometheus.take(shop)
        window, found = numbers(prometheus, shop)
    with LocalPrometheus(tmp_path / "prometheus", str(at_hand())) as again:
        assert numbers(again, shop) == (window, found), "its data stay"
    assert window == day(DAYS - 1)
    by = {(n.dashboard, n.title): n.values for n in found}
    with Store.open(str(shop.store)) as store:
        made = [store.decisions.get("shop", stage, window) for stage in STAGES]
        alerts = [
            sum(
                d.verdict is Verdict.ALERT and not d.silenced
                for d in store.decisions.of("shop", stage, start=day(DAYS - 30).start)
            )
            for stage in STAGES
        ]
    assert by["monitor", "Rows"] == tuple(float(d.rows) for d in made if d)
    assert by["monitor", "Strength"] == pytest.approx([d.strength for d in made if d])
    assert by["monitor", "Alerts in 30 days"] == pytest.approx(alerts, abs=1)  # by midnights of UTC: one more or less
    assert by["fleet", "Monitors"] == (1.0,)
    assert ("fleet", "Budgets spent") in by


def test_the_demo_ends_with_them_only_where_a_prometheus_is_at_hand(
    shop: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed("prometheus")
    monkeypatch.setattr(demo, "PROMETHEUS", tmp_path / "prometheus")
    monkeypatch.setattr(demo, "load_monitor", lambda _: shop)
    program = at_hand()
    monkeypatch.setattr(demo, "at_hand", lambda: None)
    demo._dashboards(console := Console(record=True, width=200))
    assert console.export_text() == ""
    assert not (tmp_path / "prometheus").exists()
    monkeypatch.setattr(demo, "at_hand", lambda: program)
    demo._dashboards(console)
    told = console.export_text()
    assert "What Grafana's dashboards show of it, as of 31 March 2024" in told
    assert "Alerts in 30 days" in told
