"""Labels that come late count by moments of the monitor's own grid: whoever looks when, it ends in the same rows."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.late import DAYS, LATEST, LOOK_BACK, copied, labels_seen, late_labels, load, monitor_of, rows_seen
from tests.pipeline.world import a_log, at_night, change, day
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.stored_labels import COUNTED
from tidegauge.store.scans import CURRENT, REPLACED, STANDS
from tidegauge.store.store import Store

PERMUTATIONS = 10  # fifty of them in benchmarks/late_labels.py
LABELS, SOLD = late_labels(), a_log()[0]["sold_at"]
EVERY = range(len(LABELS["id"]))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return rows_seen(tmp_path_factory.mktemp("late"))


@pytest.fixture(scope="module")
def settled(seen: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store that looked once, when all had come, and its dump."""
    folder = tmp_path_factory.mktemp("settled")
    url = copied(seen, folder)
    load(url, LABELS, EVERY)
    return folder, labels_seen(url, folder, LATEST)


def in_any_order(seed: int, seen: tuple[Path, Path], folder: Path) -> str:
    """Labels are loaded in any order, some of them long after they say that they came, and looked at at any times."""
    g = np.random.default_rng(seed)
    url, order = copied(seen, folder), g.permutation(len(EVERY))
    cuts = np.sort(g.integers(0, len(EVERY), int(g.integers(1, 4))))
    for some in np.split(order, cuts):
        load(url, LABELS, list(some))
        labels_seen(url, folder, at_night(day(int(g.integers(2, DAYS + 1)))))
    return labels_seen(url, folder, LATEST)


@pytest.mark.parametrize("seed", range(PERMUTATIONS))
def test_any_order_of_arrivals_and_looks_ends_in_the_same_rows(
    seed: int, seen: tuple[Path, Path], settled: tuple[Path, str], tmp_path: Path
) -> None:
    assert in_any_order(seed, seen, tmp_path) == settled[1]


def known_by(window: Window, at: np.datetime64) -> Counter[int]:
    """How many labels of each value a window had at a moment, by NumPy alone."""
    with_row = (LABELS["known_at"] <= at) & inside(window)
    return Counter(LABELS["y"][with_row].tolist())


def inside(window: Window) -> np.ndarray:
    at = SOLD[LABELS["id"]]
    start, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in (window.start, window.end))
    return np.asarray((at >= start) & (at < end))


def test_what_was_known_at_any_past_moment_is_a_row(settled: tuple[Path, str]) -> None:
    """Of each window at each cut-off: as many labels of each value as had arrived by then."""
    with Store.open(f"sqlite:///{settled[0]}/store.db") as store:
        source = monitor_of(settled[0]).source_key
        for number in (0, 3, DAYS - 1):
            window, due = day(number), day(number).end + timedelta(days=1, hours=2)
            for late in range(LOOK_BACK + 3):
                at = due + timedelta(days=min(late, LOOK_BACK))
                revision, found = store.profiles.known_at(source, "labels", window, due + timedelta(days=late, hours=5))
                (cells,) = (LabelCells.from_row(p.blob) for p in found if p.kind == COUNTED and p.segment == WHOLE)
                expected = known_by(window, np.datetime64(at.replace(tzinfo=None), "us"))
                assert revision is not None
                assert revision.rows == cells.rows == sum(expected.values())
                assert int(cells.labels.sum()) >> 20 == expected[1]
            assert store.profiles.known_at(source, "labels", window, due - timedelta(hours=1)) == (None, [])


def test_nothing_that_comes_after_the_look_back_counts(settled: tuple[Path, str]) -> None:
    late = LABELS["known_at"] > np.datetime64(
        (day(3).end + timedelta(days=1 + LOOK_BACK, hours=2)).replace(tzinfo=None)
    )
    assert (late & inside(day(3))).any()
    with Store.open(f"sqlite:///{settled[0]}/store.db") as store:
        revision = store.profiles.revision(monitor_of(settled[0]).source_key, "labels", day(3))
    assert revision is not None
    assert revision.rows == (inside(day(3)) & ~late).sum()


def test_a_label_that_is_loaded_late_with_an_old_arrival_makes_history_another(
    seen: tuple[Path, Path], settled: tuple[Path, str], tmp_path: Path
) -> None:
    """The cut-offs since then are counted again; what stood before is replaced, and is still to be found."""
    url = copied(seen, tmp_path)
    old = np.flatnonzero(inside(day(4)))[:5]
    load(url, LABELS, list(np.setdiff1d(EVERY, old)))
    labels_seen(url, tmp_path, LATEST)
    load(url, LABELS, list(old))
    assert labels_seen(url, tmp_path, LATEST) == settled[1]
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        source = monitor_of(tmp_path).source_key
        marks = {w: Counter(m for _, m in store.profiles.history(source, "labels", day(w))) for w in (4, 5)}
        assert store.profiles.rewritten(source, "labels", day(4)) > 0
        assert store.profiles.rewritten(source, "labels", day(5)) == 0
    assert marks[4][REPLACED] > 0
    assert marks[4][CURRENT] == marks[5][CURRENT] == 1
    assert marks[5][REPLACED] == 0
    assert marks[5][STANDS] > 3


def test_a_look_that_finds_nothing_new_counts_nothing(settled: tuple[Path, str]) -> None:
    """One cheap statement says so."""
    folder = settled[0]
    with open_pipeline(monitor_of(folder), url=f"duckdb:///{folder}/shop.duckdb") as pipeline:
        asked: list[str] = []
        fetch = pipeline.profiler.warehouse.fetch

        def counted(sql: str, *args: object) -> object:
            asked.append(sql)
            return fetch(sql, *args)  # type: ignore[arg-type]

        pipeline.profiler.warehouse.fetch = counted  # type: ignore[method-assign, assignment]
        assert pipeline.run_due(LATEST, live=False) == []
    assert sum("tidegauge_arrived" in sql for sql in asked) == 1
    assert not any("tidegauge_labelled" in sql for sql in asked)


def test_a_value_that_is_corrected_in_place_is_seen_as_long_as_labels_are_looked_for(
    seen: tuple[Path, Path], tmp_path: Path
) -> None:
    url = copied(seen, tmp_path)
    load(url, LABELS, EVERY)
    early = labels_seen(url, tmp_path, at_night(day(7)))
    come = inside(day(5)) & (LABELS["known_at"] < np.datetime64(day(5).end.replace(tzinfo=None)))
    change(url, f"UPDATE labels SET y = 1 - y WHERE id = {LABELS['id'][come][0]}")
    late = labels_seen(url, tmp_path, at_night(day(7)))
    others = {line for line in set(early.splitlines()) ^ set(late.splitlines()) if '"table": "revisions"' in line}
    assert {day(5).key in line for line in others} == {True}


def test_without_an_arrival_all_that_is_there_counts(tmp_path: Path) -> None:
    """As of the look: what has come by the next one counts then, under the same cut-off."""
    none = {"arrived: known_at, ": ""}
    url = f"duckdb:///{rows_seen(tmp_path, **none)[0]}"
    half = np.flatnonzero(inside(day(2)))[::2]
    for some in (half, np.setdiff1d(np.flatnonzero(inside(day(2))), half)):
        load(url, LABELS, list(some))
        labels_seen(url, tmp_path, at_night(day(6)), **none)
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        ((first, _), (second, mark)) = store.profiles.history(monitor_of(tmp_path, **none).source_key, "labels", day(2))
    assert (first.rows, second.rows, mark) == (len(half), inside(day(2)).sum(), CURRENT)
    assert first.freshest == second.freshest


def test_cut_offs_are_the_ends_of_later_windows(settled: tuple[Path, str]) -> None:
    with Store.open(f"sqlite:///{settled[0]}/store.db") as store:
        history = store.profiles.history(monitor_of(settled[0]).source_key, "labels", day(1))
    ends = [(day(k).end + timedelta(hours=2)).isoformat() for k in range(2, 3 + LOOK_BACK)]
    assert [r.freshest for r, _ in history] == [e for e in ends if e in {r.freshest for r, _ in history}]
    assert all(a.rows < b.rows for (a, _), (b, _) in pairwise(history))
