"""Monitors that have lived: the shop of the tests, or any that has decided, on a Prometheus of its own."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner, Result

from tests.grafana.scraping import JOB, scrape
from tests.grafana.world import World
from tests.pipeline.world import (
    BEGIN,
    DROP,
    SHOPS,
    YAML,
    ZONE,
    a_log,
    change,
    day,
    faults,
    inside,
    windows,
    write_duckdb,
)
from tests.services.series_servers import SeriesServer, _running
from tidegauge.actions.liveness import liveness
from tidegauge.cli import main
from tidegauge.core.point import SeriesSample
from tidegauge.monitor import load_monitor
from tidegauge.sinks.metrics import alive
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.store.store import Store

QUIET, FLIPPED = 30, 35  # a day that a silence covers, and one whose labels are the wrong way round
# what a column and a segment may be called, and a query can be broken by
COLUMN = """it's "50 %" of \\d+ {a, b}, =~ ü"""
SEGMENT = """n'or"th \\ {x}, y="""
FORGOTTEN = 40  # a plain day, forgotten when all was decided
BUDGET = "{budget: 1 per month}"
SILENCE = f"{{from: {day(QUIET).start:%Y-%m-%d}, to: {day(QUIET + 1).start:%Y-%m-%d}, why: stock-taking}}"


@contextmanager
def shop(folder: Path, store: str, gateway: str = "", *, hostile: bool = False) -> Iterator[World]:
    """The shop with its faults: all but the last window are a backfill, the last is a night that alerts.

    One is forgotten afterwards. With a Pushgateway both sinks end in the one Prometheus, as compose.yaml has it.
    """
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    flip = f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {inside(day(FLIPPED))})"
    change(url, *faults(), flip)
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=BEGIN.date(), folder=folder)
    assert text.count(BUDGET) == 1
    text = text.replace(BUDGET, f"{BUDGET[:-1]}, silences: [{SILENCE}]}}")
    text += f"fairness: [{{column: shop, base: {SHOPS[-1]}}}]\n"
    if hostile:
        text = _renamed(text, url)
    for server in _running("prometheus", folder):
        file = _told_to(server, text, folder / "shop.yml", gateway)
        assert _tidegauge("backfill", file, "--to", f"{day(DROP).start:%Y-%m-%d}").exit_code in (0, 1)
        assert _tidegauge("run", file, "--window", f"{day(DROP).start:%Y-%m-%d}").exit_code == 1
        assert _tidegauge("forget", file, "--window", f"{day(FORGOTTEN).start:%Y-%m-%d}").exit_code == 0
        if gateway:
            scrape(gateway, server, [window.end for window in windows() if window.end <= day(DROP).end])
        else:
            scraped(server, store, "shop", [window.end for window in windows()])
        yield World(server, store, day(DROP).end, file)


def _renamed(text: str, url: str) -> str:
    """The same monitor of the same log, where a column and a segment have hostile names."""
    column, segment = COLUMN.replace('"', '""'), SEGMENT.replace("'", "''")
    change(
        url, f'ALTER TABLE log RENAME amount TO "{column}"', f"UPDATE log SET shop = '{segment}' WHERE shop = 'north'"
    )
    assert text.count("[amount,") == 1
    return text.replace("[amount,", f"[{json.dumps(COLUMN, ensure_ascii=False)},")


def scraped(server: SeriesServer, store: str, monitor: str, moments: Sequence[datetime]) -> None:
    """What a Pushgateway would say now of a monitor, as if it had been scraped at the end of every window."""
    with Store.open(store) as opened:
        alive = gateway_samples(opened, monitor)
    labels = {"job": "tidegauge", "monitor": monitor}
    RemoteWrite(url=server.write_url).show(
        [
            SeriesSample(name, tuple(sorted((labels | dict(more)).items())), value, int(at.timestamp()) * 1000)
            for at in moments
            for (name, more), value in alive.items()
        ]
    )


def gateway_samples(store: Store, monitor: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Name and labels beside those of the group → value."""
    families = alive(liveness(store, monitor)).collect()
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


@contextmanager
def decided(file: Path, folder: Path) -> Iterator[World]:
    """A monitor that has decided already; its file is left as it is."""
    monitor = load_monitor(file)
    store = str(monitor.store)
    with Store.open(store) as opened:
        ends = sorted({point.window.end for point in opened.points.of(monitor.name, "inputs")})
    for server in _running("prometheus", folder):
        copy = _told_to(server, file.read_text(encoding="utf-8"), file.with_name(f"{file.stem}-shown.yml"))
        try:
            assert _tidegauge("publish", copy).exit_code == 0
        finally:
            copy.unlink()
        scraped(server, store, monitor.name, ends)
        yield World(server, store, ends[-1], file)


def _told_to(server: SeriesServer, text: str, file: Path, gateway: str = "") -> Path:
    """The monitor's file, with that server as its sink, and a Pushgateway where one is named."""
    before, _, after = text.partition("\nsinks:")
    actions = "\nactions:" + after.partition("\nactions:")[2] if "\nactions:" in after else ""
    pushed = f', {{prometheus: {{pushgateway: "{gateway}", job: {JOB}}}}}' if gateway else ""
    sinks = f'\nsinks: [{{remote_write: {{url: "{server.write_url}"}}}}{pushed}]'
    file.write_text(before + sinks + actions, encoding="utf-8")
    return file


def _tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
