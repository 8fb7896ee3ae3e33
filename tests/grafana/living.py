"""Monitors that have lived: the shop of the tests, or any that has decided, on a Prometheus of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from tests.grafana.world import World
from tests.pipeline.world import BEGIN, DROP, YAML, ZONE, a_log, change, day, faults, inside, write_duckdb
from tests.services.series_servers import SeriesServer, _running
from tidegauge.cli import main
from tidegauge.monitor import load_monitor
from tidegauge.store.store import Store

QUIET, FLIPPED = 30, 35  # a day that a silence covers, and one whose labels are the wrong way round
BUDGET = "{budget: 1 per month}"
SILENCE = f"{{from: {day(QUIET).start:%Y-%m-%d}, to: {day(QUIET + 1).start:%Y-%m-%d}, why: stock-taking}}"


@contextmanager
def shop(folder: Path, store: str) -> Iterator[World]:
    """The shop with its faults: all but the last window are a backfill, the last is a night that alerts."""
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    flip = f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {inside(day(FLIPPED))})"
    change(url, *faults(), flip)
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=BEGIN.date(), folder=folder)
    assert text.count(BUDGET) == 1
    text = text.replace(BUDGET, f"{BUDGET[:-1]}, silences: [{SILENCE}]}}")
    for server in _running("prometheus", folder):
        file = _told_to(server, text, folder / "shop.yml")
        assert _tidegauge("backfill", file, "--to", f"{day(DROP).start:%Y-%m-%d}").exit_code in (0, 1)
        assert _tidegauge("run", file, "--window", f"{day(DROP).start:%Y-%m-%d}").exit_code == 1
        yield World(server, store, day(DROP).end)


@contextmanager
def decided(file: Path, folder: Path) -> Iterator[World]:
    """A monitor that has decided already; its file is left as it is."""
    monitor = load_monitor(file)
    store = str(monitor.store)
    with Store.open(store) as opened:
        end = max(point.window.end for point in opened.points.of(monitor.name, "inputs"))
    for server in _running("prometheus", folder):
        copy = _told_to(server, file.read_text(encoding="utf-8"), file.with_name(f"{file.stem}-shown.yml"))
        try:
            assert _tidegauge("publish", copy).exit_code == 0
        finally:
            copy.unlink()
        yield World(server, store, end)


def _told_to(server: SeriesServer, text: str, file: Path) -> Path:
    """The monitor's file, with that server as its one sink."""
    before, _, after = text.partition("\nsinks:")
    actions = "\nactions:" + after.partition("\nactions:")[2] if "\nactions:" in after else ""
    sinks = f'\nsinks: [{{remote_write: {{url: "{server.write_url}"}}}}]'
    file.write_text(before + sinks + actions, encoding="utf-8")
    return file


def _tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
