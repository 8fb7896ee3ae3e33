"""Groups in event time and in SQL: the same numbers as anywhere else, whatever came in which order."""

from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path

import pytest

import tidegauge
from tests.begun import open_pipeline
from tests.pipeline import late
from tests.pipeline.test_fairness import SAYS, a_file
from tests.pipeline.world import BEGIN, LATER, a_log, a_monitor, change, day, write_duckdb
from tidegauge.core.parity import Fairness, Lies
from tidegauge.core.point import BANDED, DECISION, MOST_SERIES, OF_STAGE, PARITY, SeriesSample
from tidegauge.core.window import STAGES, WHOLE, Window
from tidegauge.decisions.feedback import Answer, Feedback
from tidegauge.parity import RATES
from tidegauge.pipeline.fairnesses import fairness_of
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.sinks.event_time import INCIDENT
from tidegauge.sinks.metrics import gauges
from tidegauge.stages.estimating import ESTIMATED
from tidegauge.stages.series import FAIR, MOST_EARLY, MOST_OF_LABELS, OF_DECISION, SPARE

Numbers = dict[tuple[Window, str, str], list[float]]  # window, statistic, segment → value, low, high


def stored(pipeline: Pipeline) -> Numbers:
    """The points about groups."""
    return {
        (p.window, p.series.statistic, p.series.segment): [p.value, p.low, p.high]
        for p in pipeline.store.points.of(pipeline.monitor.name, "labels")
        if p.series.statistic.startswith(PARITY)
    }


def elsewhere(pipeline: Pipeline, series: Sequence[tuple[str, str]]) -> Numbers:
    """What the page, status and Python say of the same."""
    out: Numbers = {}
    for one in fairness_of(pipeline.deciding):
        out |= {(one.window, *key): [nan] * 3 for key in series}
        out |= {(one.window, *key): numbers for key, numbers in _numbers(one).items() if key in series}
    return out


def _numbers(one: Fairness) -> dict[tuple[str, str], list[float]]:
    found = {
        (PARITY + p.rate, f"{p.column}={p.group}"): [p.ratio, p.low, p.high]
        for p in one.parities
        if p.lies is not Lies.FEW
    }
    return found | ({(f"{PARITY}outside", WHOLE): [float(len(one.outside)), nan, nan]} if one.parities else {})


def same(pipeline: Pipeline) -> bool:
    here = stored(pipeline)
    there = elsewhere(pipeline, list({(statistic, segment): None for _, statistic, segment in here}))
    assert here, "there are some"
    assert any(not isnan(value[0]) for value in here.values())
    return repr(sorted(here.items(), key=str)) == repr(sorted(there.items(), key=str))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A monitor of a shop whose model scores the rows of one part lower; nothing is decided."""
    url = write_duckdb(tmp_path / "w.duckdb", *a_log())
    change(url, "UPDATE log SET score = score * 0.6 WHERE shop = 'south'")
    return a_file(url, tmp_path)


def test_points_and_series_say_what_is_told_elsewhere(shop: Path) -> None:
    with open_pipeline(tidegauge.load_monitor(shop)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        assert same(pipeline)
        window = day(55)
        report = pipeline.report("labels", window, work=False)
        assert report is not None
        shown = {(s.name, *map(dict(s.labels).get, ("group", "rate"))): s.value for s in _samples(pipeline, window)}
        pushed = [g for g in gauges(report) if g.name.startswith("tidegauge_parity_")]
        kept = {(g.labels["group"], g.labels["rate"]): g.value for g in pushed if g.name.endswith("_ratio")}
        names = {"tidegauge_parity_ratio": "", "tidegauge_parity_low": "_low", "tidegauge_parity_high": "_high"}
        ours = {key[1:] for key in shown if key[0] == "tidegauge_fairness_ratio"}
        assert len(ours) == 4, "there is room for so many"
        assert ours < kept.keys()
        for g in (g for g in pushed if g.name in names):
            where = g.labels["group"], g.labels["rate"]
            if where in ours:
                assert shown[f"tidegauge_fairness{names[g.name]}_ratio", *where] == g.value
        outside = sum(g.value for g in pushed if g.name.endswith("_outside"))
        assert shown["tidegauge_fairness_outside_number", None, None] == outside > 0


def _samples(pipeline: Pipeline, window: Window) -> list[SeriesSample]:
    found = pipeline.samples("labels", window)
    assert {s.at for s in found} == {int(window.end.timestamp()) * 1000 - 1000}
    return [s for s in found if s.name.startswith("tidegauge_fairness")]


def _many(pipeline: Pipeline) -> int:
    """Prometheus' series of a monitor, but for those of its incidents."""
    store, name = pipeline.store, pipeline.monitor.name
    windows = {(stage, p.window) for stage in STAGES for p in store.points.of(name, stage, day(50).start, LATER)}
    return len({(s.name, s.labels) for at in windows for s in pipeline.samples(*at) if s.name != INCIDENT})


def test_a_monitor_keeps_to_its_series_whenever_it_names_groups(shop: Path) -> None:
    """Where it does so later, windows that were decided before have them too."""
    many = {}
    sinks = 'sinks: [{remote_write: {url: "http://127.0.0.1:9/w"}}]\n'
    whole = shop.read_text(encoding="utf-8").partition("sinks:")[0] + sinks
    for when, first in (("later", ""), ("first", SAYS)):
        file = shop.with_name(f"{when}.yml")
        for says, until in ((first, day(50).end), (SAYS, LATER)):
            file.write_text(whole.replace("store.db", f"{when}.db") + says, encoding="utf-8")
            with open_pipeline(tidegauge.load_monitor(file)) as pipeline:
                pipeline.backfill(BEGIN, until)
        with open_pipeline(tidegauge.load_monitor(file)) as pipeline:
            assert same(pipeline)
            assert _many(pipeline) <= MOST_SERIES
            many[when] = {key[1:] for key in stored(pipeline)}
    assert len(many["first"]) == 1 + len(RATES)
    assert many["later"] == many["first"]


def test_what_is_said_of_stages_leaves_what_groups_take_of_it() -> None:
    """Each stage as a whole and its window, the early numbers of one, and estimates of two numbers with intervals."""
    of_stages = len(STAGES) * (sum(one.cost for one in OF_DECISION) + 3) + MOST_EARLY + 3 * len(ESTIMATED)
    assert of_stages + SPARE <= OF_STAGE * len(STAGES)


def test_any_order_of_labels_and_windows_ends_in_the_same(tmp_path: Path) -> None:
    """Labels trickle in for days, and are looked at each night, or once at the end."""
    url, ends = late.warehouse(tmp_path / "shop.duckdb", late.late_labels()), [late.LATEST]
    dumps = []
    for name, nights in (("once", ends), ("nightly", [day(k).end for k in range(3, late.DAYS)] + ends)):
        (tmp_path / name).mkdir()
        monitor = late.monitor_of(tmp_path / name, **{"window: {": SAYS + "window: {"})
        with open_pipeline(monitor, url=url) as pipeline:
            windows = [day(k) for k in range(late.DAYS)]
            pipeline.profile(windows)
            pipeline.decide()
            for at in nights:
                pipeline.run_due(at, live=False)
            assert same(pipeline)
            dumps.append({key: repr(value) for key, value in stored(pipeline).items()})
    assert dumps[0] == dumps[1]


def test_what_people_leave_out_and_forget_changes_each_ratio_that_rests_on_it(shop: Path) -> None:
    with open_pipeline(tidegauge.load_monitor(shop)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        before = stored(pipeline)
        left_out = Feedback("", "shop", "labels", "", Answer.CONFIRM, (day(38), day(39)), (), day(40).end, "ana", "")
        assert pipeline.store.feedback.put([left_out]) == 1
        pipeline.run(day(55), live=False, as_of=LATER)
        assert same(pipeline)
        excluded = stored(pipeline)
        changed = {window for window, *_ in (key for key in before if repr(before[key]) != repr(excluded[key]))}
        assert min(changed) >= day(40)
        assert day(44) in changed
        pipeline.forget(day(44))
        assert day(44) not in {window for window, *_ in stored(pipeline)}
        pipeline.run(day(55), live=False, as_of=LATER)
        assert same(pipeline)
        pipeline.run(day(44), live=False, as_of=LATER)
        assert same(pipeline)
        assert repr(sorted(stored(pipeline).items(), key=str)) == repr(sorted(excluded.items(), key=str))


def test_a_monitor_without_groups_has_no_series_of_them(tmp_path: Path) -> None:
    url = write_duckdb(tmp_path / "w.duckdb", *a_log())
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        assert stored(pipeline) == {}
        columns = [s for s in pipeline.store.points.series("shop", STAGES[0]) if s.column != DECISION]
        assert sum(s.cost for s in columns) > MOST_SERIES - 2 * OF_STAGE - BANDED * MOST_OF_LABELS - FAIR, (
            "and keeps the room for columns"
        )
