"""The program that says what a level's floor and light should be."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, a_log, a_monitor, day, write_duckdb
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.statistics.signal_set import Signal
from tools.floor_and_light import LEAST, Scatter, advice, main, scatter, scatters, table

G = np.random.default_rng(5)
ERROR = np.full(364, 0.02)


def several(name: str) -> list[Scatter]:
    """Columns at 0 on weekdays and at 5 at weekends, and noise."""
    found = []
    for k in range(6):
        noise = G.normal(0, 0.1, 364) if name == "normal" else 0.1 * G.standard_t(1.5, 364)
        found.append(scatter(Signal(f"c{k}", "location"), np.tile([0.0, 0, 0, 0, 0, 5, 5], 52) + noise, ERROR, 7))
    return found


def test_a_light_tail_and_a_heavy_one_are_told_apart() -> None:
    light, heavy = advice(several("normal")), advice(several("heavy"))
    assert light.light is True
    assert heavy.light is False
    assert heavy.shape > light.shape


def test_the_floor_is_a_spread_of_quiet_columns_and_the_season_is_no_spread() -> None:
    found = several("normal")
    assert all(0.09 < s.spread < 0.2 for s in found), "weekends are no news"
    assert advice(found).floor in {0.1, 0.2}


def test_few_windows_tell_nothing() -> None:
    found = scatter(Signal("x", "location"), np.arange(LEAST, dtype=np.float64), np.full(LEAST, np.nan), 7)
    assert np.isnan(found.spread)
    told = advice([found])
    assert told.light is None
    assert np.isnan(told.floor)
    assert "these windows do not tell" in table([found], told, found.signal)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Of the shop, six weeks long."""
    folder = tmp_path_factory.mktemp("shop")
    url = write_duckdb(folder / "w.duckdb", *a_log())
    with open_pipeline(a_monitor(url, folder)) as opened:
        opened.backfill(BEGIN, day(42).end)
        yield opened


def test_a_level_of_columns_of_the_window_and_of_labels_is_read_from_stored_profiles(pipeline: Pipeline) -> None:
    location = {s.signal.column: s for s in scatters(pipeline, "location") if s.signal.segment == "*"}
    assert {"amount", "wait", "score"} <= location.keys()
    assert all(s.windows >= LEAST and s.error > 0 and s.spread > 0 for s in location.values())
    (volume,) = scatters(pipeline, "volume")
    said = table([volume], advice([volume]), volume.signal)
    assert "floor = " in said
    assert "read of levels that grow" not in said, "a number of rows has no error to be held to"
    assert scatters(pipeline, "auc"), "and a level of labels"
    assert scatters(pipeline, "psi") == [], "which is no level"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    assert "which level, of which monitor?" in str(main([]))
    assert '"wishes" is no statistic' in str(main(["wishes", "m.yaml"]))
    assert "m.yaml" in str(main(["location", str(tmp_path / "m.yaml")]))
