"""How good the model is until labels come: the same by any run, the same everywhere, silent where it knows nothing."""

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import tidegauge
from tests.begun import open_pipeline
from tests.pipeline.world import (
    BEGIN,
    DAYS,
    END,
    FIRST,
    LATER,
    YAML,
    ZONE,
    a_log,
    a_monitor,
    at_night,
    day,
    windows,
    write_duckdb,
)
from tidegauge.cli.main import main
from tidegauge.core.estimate import Estimate
from tidegauge.core.window import Window
from tidegauge.pipeline.estimates import estimates, newest_estimates
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render
from tidegauge.sinks.event_time import ESTIMATE
from tidegauge.sinks.metrics import gauges

FLIPPED = 45  # from this day on three labels in ten say the opposite
SURE = (
    0.02,
    0.6,
    0.99,
)  # shares of the days in which scores are near 0 or 1: a model whose accuracy follows its scores


def a_world(folder: Path, *, flipped: bool = False) -> str:
    """Days whose scores are sharp or blunt by turns, with labels drawn from them."""
    log, labels = a_log()
    g = np.random.default_rng(3)
    days = ((log["sold_at"] - log["sold_at"].min()) / np.timedelta64(1, "D")).astype(int)
    sharp = g.random(len(days)) < np.array(SURE)[g.integers(0, 3, DAYS + 1)[days]]
    log["score"] = np.where(sharp, np.where(g.random(len(days)) < 0.5, 0.03, 0.97), g.uniform(0.35, 0.65, len(days)))
    log["score"] = np.clip(log["score"] + g.uniform(-0.02, 0.02, len(days)), 0.001, 0.999)
    y = (g.random(len(days)) < log["score"]).astype(np.int64)
    turned = flipped & (days >= FLIPPED) & (g.random(len(days)) < 0.3)
    return write_duckdb(folder / "shop.duckdb", log, labels | {"y": np.where(turned, 1 - y, y)})


def plain(some: Mapping[tuple[str, str], Estimate]) -> dict[tuple[str, str], str]:
    """To be compared: what cannot be said is nan, which equals nothing."""
    return {k: repr(e) for k, e in some.items()}


def made(pipeline: Pipeline) -> dict[tuple[str, str], Estimate]:
    return {(e.window.key, e.statistic): e for e in estimates(pipeline.deciding)}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, dict[tuple[str, str], Estimate]]]:
    """A store that was filled in one go, and its estimates."""
    folder = tmp_path_factory.mktemp("estimates")
    url = a_world(folder)
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        yield folder, url, made(pipeline)


def test_they_are_near_to_what_labels_say(world: tuple[Path, str, dict[tuple[str, str], Estimate]]) -> None:
    """Where accuracy follows the scores they are nearer than the plain guess, say so, and hold what comes."""
    folder, url, found = world
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        told = pipeline.report("labels", day(DAYS - 1))
    assert told is not None
    came = {(p.window.key, f.statistic): f.value for p in told.performance for f in p.figures}
    said = {k: e for k, e in found.items() if e.speaks and k in came}
    assert len({k for k in said if k[1] == "accuracy"}) > 30
    off = [abs(e.value - came[k]) for k, e in said.items() if k[1] == "accuracy"]
    plain = [e.naive for k, e in said.items() if k[1] == "accuracy"]
    assert np.mean(off) < 0.5 * np.mean(plain)
    inside = [e.low <= came[k] <= e.high for k, e in said.items()]
    assert 0.8 <= np.mean(inside) <= 1.0
    assert not any(e.speaks for e in list(found.values())[:4]), "without a record nothing is said"


def test_any_order_of_runs_makes_the_same(
    world: tuple[Path, str, dict[tuple[str, str], Estimate]], tmp_path: Path
) -> None:
    """Night by night as of each night, and the later half before the earlier one: each window has the same estimate."""
    _, url, found = world
    nightly = tmp_path / "nightly"
    nightly.mkdir()
    with open_pipeline(a_monitor(url, nightly)) as pipeline:
        pipeline.backfill(BEGIN, day(13).end)
        for k in range(14, 30):
            pipeline.run(day(k), live=False)
            pipeline.run_due(at_night(day(k)), live=False)
            newest = newest_estimates(pipeline.deciding)
            assert list(newest) == [found[day(k).key, statistic] for statistic in ("accuracy", "auc")]
        assert plain(made(pipeline)) == plain({k: e for k, e in found.items() if e.window <= day(29)})
    turned = tmp_path / "turned"
    turned.mkdir()
    with open_pipeline(a_monitor(url, turned)) as pipeline:
        for first, last in ((0, 13), (22, 29), (14, 21)):
            pipeline.backfill(day(first).start, day(last).end)
        pipeline.run_due(day(29).end + timedelta(days=2), live=False)
        again = made(pipeline)
        assert plain(again) == plain({k: found[k] for k in again})
        assert len(again) >= 50


def test_the_same_numbers_everywhere(world: tuple[Path, str, dict[tuple[str, str], Estimate]]) -> None:
    """The page, status, `--json` and Python."""
    folder, url, found = world
    path, last = folder / "shop.yml", day(DAYS - 1)
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    path.write_text(text, encoding="utf-8")
    accuracy = found[last.key, "accuracy"]
    assert accuracy.speaks
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        report = pipeline.report("labels", last)
    assert report is not None
    shown = f"{100 * accuracy.value:.1f} %"
    assert "What was expected before the labels came" in render(report)
    assert shown in render(report)
    assert shown in CliRunner().invoke(main, ["status", str(path)], catch_exceptions=False).output
    state: dict[str, Any] = json.loads(
        CliRunner().invoke(main, ["status", str(path), "--json"], catch_exceptions=False).output
    )
    assert state["estimates"][0]["value"] == accuracy.value
    assert state["performance"]["estimates"] == state["estimates"]
    frame = tidegauge.Monitor(path).estimates(since=last.start)
    assert list(frame.statistic) == ["accuracy", "auc"]
    assert frame.value[0] == accuracy.value
    assert frame.speaks[0]


def test_prometheus_gets_the_same_numbers(
    world: tuple[Path, str, dict[tuple[str, str], Estimate]], tmp_path: Path
) -> None:
    """By the rows of windows as by the labels that came last; and no number of a window that was forgotten."""
    folder, url, found = world
    for file in folder.glob("store.db*"):  # its log too: the fixture has it open
        shutil.copy(file, tmp_path)
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        told = written(pipeline, "inputs", day(0), day(DAYS - 1))
        for number in (20, DAYS - 1):
            e = found[day(number).key, "accuracy"]
            assert e.is_believed
            for part, value in {"": e.value, "_low": e.low, "_high": e.high}.items():
                assert told[f"tidegauge_estimate{part}_ratio", day(number)][0] == repr(value)
        silent = next(
            e for e in found.values() if not e.is_believed and e.statistic == "accuracy" and e.window > day(1)
        )
        assert told["tidegauge_estimate_ratio", silent.window][0] == "nan"
        assert written(pipeline, "labels", day(0), day(DAYS - 2)) == told
        report = pipeline.report("inputs", day(DAYS - 1))
        assert report is not None
        shown = {g.name: g.value for g in gauges(report) if g.labels.get("statistic") == "accuracy"}
        assert shown["tidegauge_estimate"] == e.value
        assert (shown["tidegauge_estimate_low"], shown["tidegauge_estimate_high"]) == (e.low, e.high)
        assert shown["tidegauge_estimate_believed"] == 1
        name = "tidegauge_estimate_ratio", day(20)
        pipeline.forget(day(20))
        gone = written(pipeline, "inputs", day(20))[name]
        assert gone[0] == "nan"
        assert gone[1] > told[name][1], "a receiver keeps the first value of an instant"
        pipeline.run(day(20), live=False)
        pipeline.run_due(LATER, live=False)
        again = written(pipeline, "inputs", day(20), day(20))[name]
        assert again[0] == told[name][0]
        assert again[1] > gone[1]


def written(
    pipeline: Pipeline, stage: str, first: Window, last: Window | None = None
) -> dict[tuple[str, Window], tuple[str, int]]:
    """What is written of estimates from a window to another, or in one: by name and window, with its instant."""
    ends = {int(w.end.timestamp()): w for w in windows()}
    some = pipeline.samples(stage, first, last)
    return {(s.name, ends[s.at // 1000 + 1]): (repr(s.value), s.at) for s in some if s.name.startswith(ESTIMATE)}


def test_it_is_disowned_where_labels_belie_it(tmp_path: Path) -> None:
    """Three labels in ten turn round: within two mature windows it is not to be believed, and says since when."""
    url = a_world(tmp_path, flipped=True)
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        found = made(pipeline)
    first = [found[day(k).key, "accuracy"] for k in (FLIPPED + 2, FLIPPED + 3)]
    assert any(e.since is not None and e.since >= day(FLIPPED) and not e.is_believed for e in first)


def test_labels_that_are_numbers_have_none(tmp_path: Path) -> None:
    """And a monitor without labels neither."""
    log, labels = a_log()
    url = write_duckdb(tmp_path / "shop.duckdb", log, labels)
    monitor = a_monitor(
        url, tmp_path, **{"labels: {table: labels, id: id, value: y, arrived: known_at, delay: 1 day}": ""}
    )
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(9).end)
        assert estimates(pipeline.deciding) == []
        assert newest_estimates(pipeline.deciding) == ()
