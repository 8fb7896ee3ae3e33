"""A window of which too few labels have come is not judged: its numbers are provisional, and near to the final ones."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.late import crowd, monitor_of
from tests.pipeline.world import day
from tidegauge.core.performance import Performance
from tidegauge.pipeline.performances import performances
from tidegauge.pipeline.pipeline import Pipeline

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


def told(pipeline: Pipeline) -> dict[int, Performance]:
    number = {day(k): k for k in range(DAYS)}
    return {number[p.window]: p for p in performances(pipeline.deciding)}


def value(one: Performance, statistic: str) -> float:
    found = one.figure(statistic)
    assert found is not None
    return found.value


def test_provisional_numbers_are_near_to_the_final_ones(early: Path, tmp_path: Path) -> None:
    """Positives come late: of the labels as they are the accuracy is far off."""
    with open_pipeline(monitor_of(early), url=f"duckdb:///{early}/late.duckdb") as pipeline:
        now = told(pipeline)
    raw = as_they_are(early)
    with open_pipeline(monitor_of(tmp_path), url=f"duckdb:///{early}/late.duckdb") as pipeline:
        pipeline.backfill(day(0).start, day(DAYS - 1).end + timedelta(days=15))
        pipeline.run_due(day(DAYS - 1).end + timedelta(days=15), live=False)
        final = told(pipeline)
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
        return {k: value(p, "accuracy") for k, p in told(pipeline).items()}
