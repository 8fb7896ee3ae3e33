"""Where a change lies: labels drawn from scores, and numbers of rows, with an excess planted in a cell or in a pair."""

import numpy as np
import pytest

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.base import LocatedChange
from tidegauge.where.coded_rows import CodedRows
from tidegauge.where.rates import RateChange
from tidegauge.where.row_counts import CountChange
from tidegauge.where.searching_places import places_of

COLUMNS = {"a": 12, "b": 6, "c": 20, "d": 3, "e": 20, "f": 15}
TUNING = WhereTuning()
WINDOWS, ROWS = 8, 1000  # that one is compared with, and sampled rows of each: as the store keeps them
Plant = tuple[tuple[str, int], ...]


def drawn(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Rows of skewed categories."""
    return {c: np.minimum(rng.geometric(2.5 / k, n), k).astype(np.int64) for c, k in COLUMNS.items()}


def within(codes: dict[str, np.ndarray], plant: Plant) -> np.ndarray:
    return np.asarray(np.logical_and.reduce([codes[c] == k for c, k in plant]))


def a_plant(rng: np.random.Generator, *, pair: bool, least: float, most: float) -> Plant:
    """A cell, or a pair of them, with a part of the rows between two bounds."""
    plain = drawn(rng, 20_000)
    while True:
        columns = sorted(rng.choice(sorted(COLUMNS), 2 if pair else 1, replace=False).tolist())
        plant = tuple((c, int(rng.choice(plain[c]))) for c in columns)
        if least <= within(plain, plant).mean() <= most:
            return plant


def labelled(rng: np.random.Generator, plant: Plant, deviations: float) -> RateChange:
    """Labels drawn from scores that go by two columns; in the window an excess of so many binomial deviations."""
    n = ROWS * (1 + WINDOWS)
    codes, window = drawn(rng, n), np.repeat(np.arange(1 + WINDOWS), ROWS)
    score = np.clip(0.1 + 0.02 * codes["a"] + 0.05 * codes["d"] + rng.normal(0, 0.05, n), 0.02, 0.6)
    here = within(codes, plant) & (window == 0)
    effect = deviations * np.sqrt(0.25 * 0.75 / max(here.sum(), 1))
    return RateChange(CodedRows(codes, (rng.random(n) < score + effect * here) - score, window))


def counted(rng: np.random.Generator, plant: Plant, times: float) -> CountChange:
    """The rows of the window are as many more as a group of them has grown: the sample is of all."""
    plain = drawn(rng, 4 * ROWS)
    weights = np.where(within(plain, plant), times, 1.0)
    kept = rng.choice(4 * ROWS, ROWS, p=weights / weights.sum())
    before = drawn(rng, ROWS * WINDOWS)
    codes = {c: np.concatenate([plain[c][kept], before[c]]) for c in COLUMNS}
    window = np.repeat(np.arange(1 + WINDOWS), ROWS)
    return CountChange(CodedRows(codes, np.ones(len(window)), window), 5000 * weights.mean(), 5000.0)


def is_first(change: LocatedChange, plant: Plant) -> bool:
    """Whether the first place is the planted one: of the rows of either in the window four of five are of both."""
    places, _ = places_of(change, TUNING)
    if not places:
        return False
    mine, theirs = (change.rows.within(cells)[change.rows.now] for cells in (places[0][0].cells, plant))
    return bool((mine & theirs).sum() >= 0.8 * (mine | theirs).sum())


@pytest.mark.parametrize(("pair", "least"), [(False, 39), (True, 37)])
def test_a_planted_excess_is_the_first_place(*, pair: bool, least: int) -> None:
    """The short form of `benchmarks/where.py`: decision 0056 has what it measured."""
    first = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        plant = a_plant(rng, pair=pair, least=0.05, most=0.3)
        first += is_first(labelled(rng, plant, 8), plant)
    assert first >= least, first


@pytest.mark.parametrize(("pair", "least"), [(False, 19), (True, 19)])
def test_rows_that_doubled_are_the_first_place(*, pair: bool, least: int) -> None:
    first = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        plant = a_plant(rng, pair=pair, least=0.08, most=0.3)
        first += is_first(counted(rng, plant, 2.0), plant)
    assert first >= least, first


def test_where_nothing_is_planted_no_place_is_told() -> None:
    """Neither of labels nor of rows, of forty each; nor where every row's label is likelier by as much."""
    told = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        told += len(places_of(labelled(rng, (("a", 99),), 0), TUNING)[0])
        told += len(places_of(counted(rng, (("a", 99),), 1.0), TUNING)[0])
        rows = labelled(rng, (("a", 99),), 0).rows
        moved = rows.values + 0.1 * (rows.window == 0)
        told += len(places_of(RateChange(CodedRows(rows.codes, moved, rows.window)), TUNING)[0])
    assert told == 0


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_the_parts_of_a_change_add_up_to_one(column: str) -> None:
    rng = np.random.default_rng(3)
    for change in (labelled(rng, (("a", 2),), 8), counted(rng, (("b", 2),), 2.0)):
        cells = np.unique(change.rows.codes[column])
        assert abs(sum(change.borne(change.rows.codes[column] == k).part for k in cells) - 1) < 1e-9


def test_two_places_are_told_one_after_the_other() -> None:
    """What the first leaves is the second; no part of the first is told again."""
    rng = np.random.default_rng(5)
    rows = labelled(rng, (), 0).rows
    hit = ((rows.codes["b"] == 2) | (rows.codes["c"] == 3)) & (rows.window == 0)
    places, _ = places_of(RateChange(CodedRows(rows.codes, rows.values + 0.6 * hit, rows.window)), TUNING)
    first, second = (p.cells for p, _ in places)
    assert first == (("b", 2),)
    assert ("c", 3) in second


def test_without_past_windows_there_is_no_place() -> None:
    rng = np.random.default_rng(1)
    rows = labelled(rng, (("a", 2),), 8).rows
    few = rows.window < 2
    alone = CodedRows({c: x[few] for c, x in rows.codes.items()}, rows.values[few], rows.window[few])
    places, looked = places_of(RateChange(alone), TUNING)
    assert looked
    assert [p.cells for p, _ in places] == [(("a", 2),)], "one window is enough to be compared with"
