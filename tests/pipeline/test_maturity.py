"""A window of which too few labels have come is not judged: its numbers are provisional, and near to the final ones."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import tidegauge
from tests.begun import open_pipeline
from tests.pipeline.late import LATE, crowd, monitor_of
from tests.pipeline.world import FIRST, YAML, ZONE, at_night, day
from tidegauge.cli.main import main
from tidegauge.core.decision import Verdict
from tidegauge.core.performance import Performance
from tidegauge.pipeline.performances import performances
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render
from tidegauge.sinks.metrics import gauges

ROWS, DAYS = 6000, 14
LAST = DAYS - 3  # the first window whose labels are not due at the look


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has looked while labels of the last days were still coming."""
    folder = tmp_path_factory.mktemp("early")
    url = crowd(folder / "late.duckdb", DAYS, ROWS)
    with open_pipeline(monitor_of(folder), url=url) as pipeline:
        pipeline.backfill(day(0).start, day(DAYS - 2).end)
    return folder


def performance_of(pipeline: Pipeline) -> dict[int, Performance]:
    number = {day(k): k for k in range(DAYS)}
    return {number[p.window]: p for p in performances(pipeline.deciding)}


def value(one: Performance, statistic: str) -> float:
    found = one.figure(statistic)
    assert found is not None
    return found.value


def test_provisional_numbers_are_near_to_the_final_ones(early: Path, tmp_path: Path) -> None:
    """Positives come late: of the labels as they are the accuracy is far off."""
    with open_pipeline(monitor_of(early), url=f"duckdb:///{early}/late.duckdb") as pipeline:
        now = performance_of(pipeline)
    raw = as_they_are(early)
    with open_pipeline(monitor_of(tmp_path), url=f"duckdb:///{early}/late.duckdb") as pipeline:
        pipeline.backfill(day(0).start, day(DAYS - 1).end)
        pipeline.run_due(day(DAYS - 1).end + timedelta(days=15), live=False)
        final = performance_of(pipeline)
    assert [k for k, p in now.items() if p.provisional] == [LAST - 3, LAST - 2, LAST - 1]
    assert not any(p.provisional for p in final.values())
    for statistic, near in (("accuracy", 0.01), ("precision", 0.02), ("f1", 0.02), ("label-bias", 0.015)):
        off = [abs(value(now[k], statistic) - value(final[k], statistic)) for k in now if now[k].provisional]
        assert np.mean(off) < near, statistic
    wrong = [abs(raw[k] - value(final[k], "accuracy")) for k in now if now[k].provisional]
    assert wrong[-1] > 0.04, "what has come by then is another mixture"
    for k, p in now.items():
        if not p.provisional:
            assert value(p, "accuracy") == pytest.approx(value(final[k], "accuracy"), abs=0.01)


def as_they_are(folder: Path) -> dict[int, float]:
    """The accuracy of the labels that have come, uncorrected."""
    with open_pipeline(monitor_of(folder, **{"delay: 1 day": "mature: 0.01, delay: 1 day"})) as pipeline:
        return {k: value(p, "accuracy") for k, p in performance_of(pipeline).items()}


def file_of(folder: Path) -> Path:
    """The monitor as a file, for those that take one."""
    text = YAML.format(
        name="shop",
        store=f"sqlite:///{folder}/store.db",
        url="duckdb:///late.duckdb",
        zone=ZONE,
        start=FIRST,
        folder=folder,
    )
    for old, new in LATE.items():
        text = text.replace(old, new)
    path = folder / "shop.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everybody_is_told_that_a_number_is_provisional(early: Path) -> None:
    """Status, `--json`, the page, Python, the decision, the Pushgateway and the series in event time say the same."""
    path, newest = file_of(early), day(LAST - 1)
    with open_pipeline(monitor_of(early), url=f"duckdb:///{early}/late.duckdb") as pipeline:
        one, report = performance_of(pipeline)[LAST - 1], pipeline.report("labels", newest)
        accuracy = value(one, "accuracy")
        points = {
            p.series.statistic: p.value for p in pipeline.store.points.of("shop", "labels", newest.start, newest.end)
        }
    assert report is not None
    assert report.decision.verdict is Verdict.LEARNING
    assert report.decision.provisional
    assert report.decision.sentence.startswith(
        "Provisional: Thursday 15 February 2024 has 3,844 labels. By this age 65 %"
    )
    assert not report.decision.findings
    page = render(report)
    status = CliRunner().invoke(main, ["status", str(path)], catch_exceptions=False).output
    for text in (status, page):
        assert "have a label (64 %), provisional" in text
        assert "34 % of those that are 1" in text
        assert f"{100 * accuracy:.1f} %" in text
    assert ">Provisional<" in page
    found = json.loads(CliRunner().invoke(main, ["status", str(path), "--json"], catch_exceptions=False).output)
    assert found["performance"]["provisional"] is True
    assert found["performance"]["as_of"] == "2024-02-17T07:00:00+00:00"
    assert found["performance"]["come"] == pytest.approx(one.come)
    table = tidegauge.Monitor(path).performance(since=newest.start).query("statistic == 'accuracy'")
    assert table.provisional.all()
    assert table.value.iloc[0] == pytest.approx(accuracy)
    gauges_ = {g.labels["statistic"]: g.value for g in gauges(report) if g.name == "tidegauge_performance"}
    assert gauges_["provisional-accuracy"] == points["provisional-accuracy"] == pytest.approx(accuracy)
    assert "accuracy" not in gauges_
    assert np.isnan(points["accuracy"]), "what follows it takes no guess for it"
    assert points["provisional"] == 1


def test_a_past_moment_is_asked_for_by_its_time(early: Path) -> None:
    """What was known then of a window that is complete by now."""
    monitor = tidegauge.Monitor(file_of(early))
    then = monitor.performance(as_of=at_night(day(6))).query("statistic == 'accuracy'")
    now = monitor.performance().query("statistic == 'accuracy'")
    assert list(then.start) == list(now.start)[: len(then)]
    assert then.start.iloc[-1] < now.start.iloc[-1]
    assert list(now.labelled)[5] == ROWS
    assert list(then.labelled)[5] < 0.7 * ROWS
    assert list(then.provisional) == [False] * 4 + [True, True, False][: len(then) - 4]
