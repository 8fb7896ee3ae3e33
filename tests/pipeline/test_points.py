"""Points of decided windows: few series that stay, and the band that a report draws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from sqlalchemy import text

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DROP, NULLS, RECASED, UNIT, ZONE, a_monitor, day
from tidegauge.core.point import MOST_SERIES, OF_STAGE, OTHERS, Series
from tidegauge.core.window import STAGES, WHOLE
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.stages.series import OF_DECISION, SURPRISE, latecomers, room, series_of
from tidegauge.statistics.signal_set import Signal, SignalSet


@pytest.fixture
def shop(settled: tuple[Path, str], faulty: str) -> Monitor:
    return a_monitor(faulty, settled[0].parent)


@pytest.mark.parametrize("number", [UNIT, NULLS, RECASED, DROP])
def test_a_points_band_is_the_one_that_a_report_draws(shop: Monitor, number: int) -> None:
    with open_pipeline(shop) as pipeline:
        report = pipeline.report("inputs", day(number), work=False)
        points = {
            (p.series.column, p.series.statistic, p.series.segment): p
            for p in pipeline.store.points.of("shop", "inputs", day(number).start, day(number).end)
        }
    assert report is not None
    assert {p.window for p in points.values()} == {day(number)}
    drawn = [(points.get((p.column, p.statistic, p.segment)), p) for p in report.panels if p.series]
    held = [(point, panel.series[-1]) for point, panel in drawn if point is not None]
    assert held or number in (DROP, RECASED, NULLS)  # what leads there is no series of a monitor of this size
    for point, last in held:
        assert point.value == last.value
        assert (point.expected, point.low, point.high) == (last.expected, last.low, last.high)
    rows = points["", "rows", WHOLE]
    assert rows.value == report.decision.rows
    assert rows.low <= rows.expected <= rows.high


def test_every_window_has_a_point_of_every_series(shop: Monitor) -> None:
    with open_pipeline(shop) as pipeline:
        for stage in STAGES:
            series = pipeline.store.points.series("shop", stage)
            points = pipeline.store.points.of("shop", stage)
            windows = pipeline.store.decisions.evidences("shop", stage)
            assert [(p.window, p.series) for p in points] == [(w, s) for w in windows for s in series]


def test_the_views_have_the_date_that_a_window_has_in_the_monitors_zone(shop: Monitor) -> None:
    """New York's days begin at four or five in UTC; over a clock change too."""
    zone = ZoneInfo(ZONE)
    with open_pipeline(shop) as pipeline, pipeline.store.database.reading() as connection:
        found = connection.execute(text("SELECT starts, local_date FROM tidegauge_decisions")).all()
        windows = pipeline.store.decisions.evidences("shop", "inputs")
    meant = {(f"{w.start:%Y-%m-%dT%H:%M:%SZ}", f"{w.start.astimezone(zone):%Y-%m-%d}") for w in windows}
    assert {(str(starts), str(date)) for starts, date in found} == meant


def test_a_column_more_changes_no_series_that_is_there(shop: Monitor) -> None:
    """A place is kept for as long as the monitor has its name; a column that comes later gets one behind it."""
    with open_pipeline(shop) as pipeline:
        known = pipeline.store.points.series("shop", "inputs")
        decider = pipeline.decider("inputs")
        assert decider is not None
        more = SignalSet(
            (*decider.measure.signal_set.levels, Signal("zz", "missing")), decider.measure.signal_set.distances
        )
        assert series_of(shop, "inputs", more)[: len(OF_DECISION)] == known[: len(OF_DECISION)]
        assert pipeline.deciding._series(decider) == known
        assert latecomers(known, shop, "inputs", more) == (), "it has no number for how far it is"


@pytest.mark.parametrize("columns", [1, 5, 16, 17, 18, 40, 200])
def test_a_column_that_comes_later_has_its_series_while_there_is_room(shop: Monitor, columns: int) -> None:
    """The first columns leave room for two more; nothing that has a place loses it, and the bound holds."""
    names = [f"c{k:03}" for k in range(columns)]
    early, late = (_of_columns([*names, *more]) for more in ((), ("aa", "zz", "zzz")))
    known = series_of(shop, "inputs", early)
    new = latecomers(known, shop, "inputs", late)
    limit = room(shop, "inputs")
    assert sum(one.cost for one in (*known, *new)) - sum(one.cost for one in OF_DECISION) <= limit
    assert latecomers((*known, *new), shop, "inputs", late) == (), "and then no more"
    named = [one.column for one in new if one.statistic == SURPRISE]
    assert named == ["aa", "zz", "zzz"][: len(named)]
    assert len(named) >= 2 or columns >= 16, "there is room for two at least, but where all went to the first"
    assert latecomers(known, shop, "inputs", early) == ()
    assert latecomers(OF_DECISION, shop, "labels", late) == (), "numbers of performance keep their room"


def _of_columns(names: Sequence[str]) -> SignalSet:
    levels = [Signal(n, s) for n in (*names, "score") for s in ("missing", "location", "top-share-3")]
    return SignalSet(tuple(levels), tuple(Signal(n, "hellinger-excess") for n in (*names, "score")))


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("columns", [1, 5, 40, 200])
def test_a_monitor_has_few_series_whatever_its_columns(shop: Monitor, columns: int, labelled: bool) -> None:
    """200 columns × 50 segments: 1,000 such monitors are 150,000 series at the most."""
    names = [f"c{k:03}" for k in range(columns)]
    segments = [f"shop = {k}" for k in range(50)]
    levels = [Signal(n, s) for n in (*names, "score") for s in ("missing", "location", "top-share-3")]
    levels += [Signal("score", "prediction-rank", segment) for segment in segments]
    some = SignalSet(tuple(levels), tuple(Signal(n, "hellinger-excess") for n in (*names, "score")))
    monitor = shop if labelled else shop.model_copy(update={"labels": None})
    made = series_of(monitor, "inputs", some)
    cost = sum(one.cost for one in made) - sum(one.cost for one in OF_DECISION)
    assert cost <= room(monitor, "inputs")
    stages = 2 if labelled else 1
    assert cost + (room(monitor, "labels") if labelled else 0) + OF_STAGE * stages <= MOST_SERIES
    assert made[len(OF_DECISION)] == Series("score", SURPRISE), "what is predicted comes first"
    assert made[-1].column == OTHERS
    assert len(set(made)) == len(made)
    named = [one.column for one in made if one.statistic == SURPRISE][1:-1]
    assert named == names[: len(named)]


def test_points_come_with_the_decision(shop: Monitor, tmp_path: Path) -> None:
    """A window whose rows change has the points of its new decision alone."""
    monitor = replace_store(shop, tmp_path)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        before = pipeline.store.points.of("shop", "inputs", day(20).start, day(20).end)
        decision = pipeline.store.decisions.get("shop", "inputs", day(20))
        assert decision is not None
        pipeline.store.decisions.commit(replace(decision, evidence="other"), b"", as_of=day(21).end)
        assert pipeline.store.points.of("shop", "inputs", day(20).start, day(20).end) == []
        assert before


def replace_store(shop: Monitor, folder: Path) -> Monitor:
    return shop.model_copy(update={"store": f"sqlite:///{folder}/other.db"})


LATE = """\
monitor: prices
store: sqlite:///{home}/store.db
source: {{url: "duckdb:///{home}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: said}}
labels: {{table: truth, id: id, value: paid, delay: 1 day}}
window: {{every: day, start: 2026-03-01}}
"""


def test_numbers_of_performance_are_those_of_the_labels_that_come(tmp_path: Path) -> None:
    """Before the first label has come there is no task: a regression had twelve series of 0 and 1 for ever."""
    with duckdb.connect(str(tmp_path / "log.duckdb")) as log:
        log.execute(
            "CREATE TABLE log AS SELECT d * 100 + i AS id, TIMESTAMPTZ '2026-03-01 00:00:00+00' + d * INTERVAL 1 DAY "
            "+ i * INTERVAL 20 MINUTE AS at, 100 + 20 * sin(i * 78.233 + d) AS said "
            "FROM generate_series(0, 34) AS days(d), generate_series(0, 59) AS rows(i)"
        )
        log.execute("CREATE TABLE truth (id BIGINT, paid DOUBLE)")
    (tmp_path / "prices.yml").write_text(LATE.format(home=tmp_path))
    begin, monitor = datetime(2026, 3, 1, tzinfo=UTC), load_monitor(tmp_path / "prices.yml")
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(begin, begin + timedelta(days=30))
        before = pipeline.store.points.series("prices", "labels")
    with duckdb.connect(str(tmp_path / "log.duckdb")) as log:
        log.execute("INSERT INTO truth SELECT id, said + 5 * cos(id) FROM log")
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(begin, begin + timedelta(days=34), again=True)
        after = {s.statistic for s in pipeline.store.points.series("prices", "labels")}
    assert not {s.statistic for s in before} & {"auc", "accuracy", "mean-absolute-error"}
    assert {"mean-absolute-error", "r-squared"} <= after
    assert not {"auc", "accuracy"} & after
