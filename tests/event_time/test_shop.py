"""A monitor through every verb: what a server says of each window is what the store says, at the window's own time."""

import math
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.pipeline.world import BEGIN, DAYS, UNIT, YAML, ZONE, a_log, change, day, faults, inside, write_duckdb
from tests.services.series_servers import SeriesServer, _running, needed
from tidegauge.cli import main
from tidegauge.core.point import MOST_SERIES, SeriesPoint
from tidegauge.core.window import STAGES
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import open_shown
from tidegauge.sinks.event_time import ESTIMATE, METRICS, samples_of
from tidegauge.store.store import Store

Samples = dict[tuple[str, tuple[tuple[str, str], ...], int], float]  # name, labels, milliseconds → value
MONITOR = 'monitor="shop"'


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def shop(tmp_path: Path, series_server: SeriesServer) -> Path:
    """The shop with its faults and nothing decided; its series go to a server."""
    return a_shop(tmp_path, series_server)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as it was decided up to five days before its first fault, and shown to nobody: the past is read once."""
    folder = tmp_path_factory.mktemp("decided")
    write(folder, f"duckdb:///{folder}/shop.duckdb", "")
    change(write_duckdb(folder / "shop.duckdb", *a_log()), *faults())
    assert tidegauge("backfill", folder / "shop.yml", "--to", f"{day(UNIT - 5).start:%Y-%m-%d}").exit_code == 0
    return folder


@pytest.fixture
def lived(decided: Path, tmp_path: Path, series_server: SeriesServer) -> Path:
    """A copy of that, whose past a server has."""
    for name in ("shop.duckdb", "s.db"):
        shutil.copy(decided / name, tmp_path / name)
    file = write(tmp_path, f"duckdb:///{tmp_path}/shop.duckdb", series_server.write_url)
    was = f'table: log, was: {{url: "duckdb:///{decided}/shop.duckdb"}}'
    file.write_text(file.read_text(encoding="utf-8").replace("table: log", was, 1), encoding="utf-8")
    assert tidegauge("publish", file).exit_code == 0
    return file


def a_shop(folder: Path, server: SeriesServer) -> Path:
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(url, *faults())
    return write(folder, url, server.write_url)


def write(folder: Path, url: str, told: str) -> Path:
    """The monitor's file, with one sink or none."""
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/s.db", url=url, zone=ZONE, start=BEGIN.date(), folder=folder
    )
    text = text.replace("window:", "sample: 0\nwindow:").partition("sinks:")[0]
    text += f'sinks: [{{remote_write: {{url: "{told}"}}}}]\n' if told else ""
    (folder / "shop.yml").write_text(text, encoding="utf-8")
    return folder / "shop.yml"


def points(shop: Path, stage: str) -> list[SeriesPoint]:
    with Store.open(f"sqlite:///{shop.parent}/s.db") as store:
        return store.points.of("shop", stage)


def stored(shop: Path) -> Samples:
    """What the store would show, but for incidents."""
    found = {
        (s.name, s.labels, s.at): s.value for stage in STAGES for s in samples_of("shop", stage, points(shop, stage))
    }
    with open_shown(load_monitor(shop)) as pipeline:
        windows = sorted(pipeline.store.decisions.evidences("shop", "inputs"))
        told = pipeline.samples("inputs", windows[0], windows[-1])
    return found | {(s.name, s.labels, s.at): s.value for s in told if s.name.startswith(ESTIMATE)}


def shown(server: SeriesServer) -> Samples:
    """What the server keeps, but for incidents."""
    server.flush()
    ends = day(DAYS - 1).end.timestamp() + 86400
    return {
        (name, labels, at): value
        for name in METRICS
        if name != "tidegauge_incident"
        for labels, values in server.kept(name, BEGIN.timestamp(), ends).items()
        for at, value in values.items()
    }


def same(server: SeriesServer, shop: Path) -> bool:
    """VictoriaMetrics keeps fifteen digits, and no NaN."""
    here, there = stored(shop), shown(server)
    if server.kind != "prometheus":
        here = {k: v for k, v in here.items() if not math.isnan(v)}
    return here.keys() == there.keys() and all(
        math.isclose(v, there[k], rel_tol=1e-12, abs_tol=1e-12) or (math.isnan(v) and math.isnan(there[k]))
        for k, v in here.items()
    )


def incidents(server: SeriesServer, when: float) -> dict[str, float]:
    server.flush()
    found = server.at(f"last_over_time(tidegauge_incident{{{MONITOR}}}[9d])", when)
    return {labels["incident"]: value for labels, value in found}


def test_a_year_that_is_backfilled_appears_at_the_right_dates(shop: Path, series_server: SeriesServer) -> None:
    assert tidegauge("backfill", shop, "--to", f"{day(UNIT).start:%Y-%m-%d}").exit_code == 0
    assert stored(shop)
    assert same(series_server, shop)
    before = shown(series_server)
    again = tidegauge("publish", shop)
    assert (again.exit_code, again.stderr) == (0, "")
    assert "decisions shown at their own time." in again.stdout
    after = shown(series_server)
    assert sorted(map(repr, after.items())) == sorted(map(repr, before.items())), (
        "what is written again changes nothing"
    )
    part = tidegauge("publish", shop, "--from", "2024-03-01", "--to", "2024-03-03")
    assert part.stdout == "4 decisions shown at their own time.\n"

    assert tidegauge("run", shop, "--window", f"{day(UNIT).start:%Y-%m-%d}").exit_code == 1
    assert same(series_server, shop)
    ((incident, value),) = incidents(series_server, day(UNIT).end.timestamp()).items()
    assert value == 1
    for number in range(UNIT + 1, UNIT + 4):
        tidegauge("run", shop, "--window", f"{day(number).start:%Y-%m-%d}")
    said = [incidents(series_server, day(n).end.timestamp()).get(incident) for n in range(UNIT - 1, UNIT + 4)]
    with Store.open(f"sqlite:///{shop.parent}/s.db") as store:
        (one,) = [i for i in store.incidents.of("shop", "inputs") if i.id == incident]
    ends = one.turns[-1].window.start  # two windows without it: it is resolved, and says so
    assert said == [None, *(float(day(n).start < ends) for n in range(UNIT, UNIT + 4))]
    assert 0 in said
    assert same(series_server, shop)


def test_each_series_has_a_sample_in_every_window_and_there_are_few(shop: Path, series_server: SeriesServer) -> None:
    assert tidegauge("backfill", shop).exit_code in (0, 1)
    per: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    for name, labels, _ in stored(shop):
        per[name, labels] = per.get((name, labels), 0) + 1
    assert len(per) <= MOST_SERIES
    by_stage = {stage: {n for (_, labels), n in per.items() if ("stage", stage) in labels} for stage in STAGES}
    assert all(len(counts) == 1 for counts in by_stage.values()), by_stage
    assert by_stage["inputs"] == {DAYS}
    estimated = {n for (name, _), n in per.items() if name.startswith(ESTIMATE)}
    assert estimated == {DAYS - 2}, "the first has no labels before it, and those before the last are to come"
    assert same(series_server, shop)


def test_a_backfill_pages_nobody_and_what_still_stands_pages_in_the_next_live_window(
    lived: Path, series_server: SeriesServer
) -> None:
    assert tidegauge("backfill", lived, "--to", f"{day(UNIT + 1).start:%Y-%m-%d}").exit_code in (0, 1)
    ((incident, value),) = incidents(series_server, day(UNIT).end.timestamp()).items()
    assert value == 0, "the last window of a backfill"
    tidegauge("run", lived, "--window", f"{day(UNIT + 1).start:%Y-%m-%d}")
    assert incidents(series_server, day(UNIT + 1).end.timestamp()) == {incident: 1}
    assert incidents(series_server, day(UNIT).end.timestamp()) == {incident: 0}


def test_an_incident_that_is_none_any_more_ends(lived: Path, series_server: SeriesServer) -> None:
    """Somebody was paged; then the rows were corrected, and with its alert the incident is gone without a resolve."""
    assert tidegauge("backfill", lived, "--to", f"{day(UNIT).start:%Y-%m-%d}").exit_code in (0, 1)
    assert tidegauge("run", lived, "--window", f"{day(UNIT).start:%Y-%m-%d}").exit_code == 1
    assert list(incidents(series_server, day(UNIT).end.timestamp()).values()) == [1]
    both = " OR ".join(f"({inside(day(n))})" for n in (UNIT, UNIT + 1))
    change(f"duckdb:///{lived.parent}/shop.duckdb", f"UPDATE log SET amount = amount / 100 WHERE {both}")
    assert tidegauge("run", lived, "--window", f"{day(UNIT + 1).start:%Y-%m-%d}").exit_code == 0
    with Store.open(f"sqlite:///{lived.parent}/s.db") as store:
        assert store.incidents.of("shop", "inputs") == []
    assert list(incidents(series_server, day(UNIT + 1).end.timestamp()).values()) == [0]


def test_rows_that_are_corrected_show_where_they_belong(lived: Path, series_server: SeriesServer) -> None:
    assert tidegauge("backfill", lived, "--to", f"{day(UNIT).end:%Y-%m-%d}").exit_code in (0, 1)
    query = f'tidegauge_signal_own_unit{{{MONITOR}, column="amount", statistic="location"}}'
    at = day(UNIT).end.timestamp()
    series_server.flush()
    ((_, wrong),) = series_server.at(query, at)
    change(f"duckdb:///{lived.parent}/shop.duckdb", f"UPDATE log SET amount = amount / 100 WHERE {inside(day(UNIT))}")
    assert tidegauge("backfill", lived, "--to", f"{day(UNIT).end:%Y-%m-%d}", "--again").exit_code in (0, 1)
    series_server.flush()
    ((_, right),) = series_server.at(query, at)
    assert wrong > 500
    assert right == pytest.approx(22.5, rel=0.1)
    assert {p.revision for p in points(lived, "inputs") if p.window == day(UNIT)} == {1}


def test_a_window_that_was_forgotten_and_run_again(lived: Path, series_server: SeriesServer) -> None:
    last = day(UNIT - 1)
    assert tidegauge("backfill", lived, "--to", f"{last.end:%Y-%m-%d}").exit_code in (0, 1)
    assert tidegauge("forget", lived, "--window", f"{last.start:%Y-%m-%d}").exit_code == 0
    series_server.flush()
    query, at = f'tidegauge_window_rows{{{MONITOR}, stage="inputs"}}', last.end.timestamp()
    ((_, rows),) = series_server.at(query, at)
    assert math.isnan(rows) == (series_server.kind == "prometheus")
    assert not [p for p in points(lived, "inputs") if p.window == last]
    tidegauge("run", lived, "--window", f"{last.start:%Y-%m-%d}")
    series_server.flush()
    ((_, rows),) = series_server.at(query, at)
    assert not math.isnan(rows)
    assert {p.revision for p in points(lived, "inputs") if p.window == last} == {2}


def test_a_receiver_that_is_away_for_days_loses_nothing(lived: Path, series_server: SeriesServer) -> None:
    assert tidegauge("backfill", lived, "--to", f"{day(UNIT - 3).end:%Y-%m-%d}").exit_code in (0, 1)
    series_server.stop()
    for number in range(UNIT - 2, UNIT + 1):
        ran = tidegauge("run", lived, "--window", f"{day(number).start:%Y-%m-%d}")
        assert ran.exit_code == 3
        away = "can't be reached (Connection refused). Is it running, and is sinks.remote_write.url"
        told = away if number == UNIT - 2 else "an earlier window waits, and a server takes them in order"
        assert told in ran.stderr, "what is younger waits until the oldest is tried again, a minute later"
    waits = tidegauge("publish", lived)
    assert waits.exit_code == 3
    assert "of 2 parts wait" in waits.stderr
    series_server.start()
    assert tidegauge("deliver", lived).exit_code == 0
    assert same(series_server, lived)


def test_the_past_as_openmetrics(tmp_path: Path, prometheus: SeriesServer) -> None:
    """`promtool` makes blocks of it, and a Prometheus that has them says the same."""
    needed("promtool")
    shop = a_shop(tmp_path, prometheus)
    prometheus.stop()
    tidegauge("backfill", shop)
    done = tidegauge("export", shop, "--openmetrics", "--out", tmp_path / "shop.om")
    assert (done.exit_code, done.output) == (0, "")
    make = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
    subprocess.run([*make, tmp_path / "shop.om", prometheus.folder / "data"], check=True, capture_output=True)
    prometheus.start()
    assert same(prometheus, shop)
    assert tidegauge("export", shop).exit_code == 2


def test_a_monitor_without_such_a_sink_is_told_how_to_have_one(tmp_path: Path, prometheus: SeriesServer) -> None:
    shop = a_shop(tmp_path, prometheus)
    shop.write_text(shop.read_text(encoding="utf-8").partition("sinks:")[0], encoding="utf-8")
    tidegauge("backfill", shop, "--to", "2024-02-20")
    told = tidegauge("publish", shop)
    assert told.exit_code == 2
    assert "shop has no sink that takes a past. Add one to its file: sinks: [{remote_write: {url: http" in told.stderr
    assert tidegauge("publish", shop, "--from", "2024-02-20", "--to", "2024-02-10").exit_code == 2


def test_check_says_what_a_server_would_lose(tmp_path: Path) -> None:
    """By the server's own word: what it keeps, and how late it takes it."""
    for kind, problems in (("prometheus", 2), ("victoria-metrics", 0)):
        for server in _running(kind, tmp_path / kind, out_of_order="1h", retention="10d"):
            shop = a_shop(tmp_path / kind, server)
            tidegauge("backfill", shop, "--to", "2024-02-20")
            told = tidegauge("check", shop)
            assert told.exit_code == (1 if problems else 0), told.output
            if problems:
                first, second = told.stdout.splitlines()
                assert f"{server.url}/… keeps series for 10 days, and shop reaches back 1," in first
                assert (
                    "takes nothing that is more than 1 hour late (out_of_order_time_window), and shop may write"
                    in second
                )
        told = tidegauge("check", shop)
        assert told.exit_code == 1
        assert "can't be reached (Connection refused). Is it running, and is sinks.remote_write.url its" in told.stdout


def test_what_a_server_did_not_take_is_not_said_to_be_shown(tmp_path: Path) -> None:
    """A Prometheus that takes nothing late: the newest window first, then all."""
    for server in _running("prometheus", tmp_path / "late", out_of_order="0s"):
        shop = a_shop(tmp_path, server)
        shop.write_text(shop.read_text(encoding="utf-8").replace("sinks:", "sinks: []\nwas:"), encoding="utf-8")
        written = shop.read_text(encoding="utf-8")
        shop.write_text(written.partition("\nwas:")[0] + "\n", encoding="utf-8")
        assert tidegauge("backfill", shop, "--to", "2024-02-20").exit_code in (0, 1)
        shop.write_text(written.replace("sinks: []\nwas:", "sinks:"), encoding="utf-8")
        newest = tidegauge("publish", shop, "--from", "2024-02-19")
        assert newest.exit_code == 0
        assert newest.stdout.endswith(" shown at their own time.\n")
        told = tidegauge("publish", shop)
    assert told.exit_code == 1
    assert "decisions written, and not all of it was taken:" in told.stdout
    assert "samples were not taken (out of " in told.stderr
    assert f"What is lost for good, and why: tidegauge check {shop}" in told.stderr
