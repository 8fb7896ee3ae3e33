"""What `benchmarks/event_time.py` shows of a whole year, on a few days of it."""

from pathlib import Path

import pytest

from tests.event_time.year import backfilled, corrected, through_an_outage
from tests.services.series_servers import SeriesServer
from tidegauge.store.store import Store


def test_days_of_hours_read_back_equal_and_twice(series_server: SeriesServer) -> None:
    told = backfilled(series_server, 24 * 6, 148)
    assert (told.wrong, told.refused, told.notes) == (0, 0, [])
    assert told.written == 24 * 6 * 151


def test_three_corrections_in_any_order_read_newest(series_server: SeriesServer) -> None:
    told = corrected(series_server, 24 * 4 + 1, 8)
    assert (told.wrong, told.notes) == (0, [])
    assert told.written == 24 * 4 + 1 + 5


@pytest.mark.parametrize("seed", [3, 4])
def test_nothing_is_lost_and_all_comes_in_order(series_server: SeriesServer, tmp_path: Path, seed: int) -> None:
    with Store.open(f"sqlite:///{tmp_path}/s.db") as store:
        told = through_an_outage(series_server, store, 72, 8, seed)
    assert (told.wrong, told.refused, told.notes) == (0, 0, [])
