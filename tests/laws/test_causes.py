"""Each cause is named where it was planted, none where nothing was, and none where two would do."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tidegauge.causes import CAUSES
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.naming import causes_of, causes_of_rows, named
from tidegauge.causes.other_unit import UNITS
from tidegauge.causes.rows_change import RowsChange
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.tuning.cause_tuning import CauseTuning

TUNING = CauseTuning()
ROWS, WINDOWS = 1000, 8
Values = np.ndarray[Any, np.dtype[Any]]


def numbers(g: np.random.Generator, n: int = ROWS) -> Values:
    """Skewed, to two decimals: distances of a town's taxis."""
    return np.round(np.exp(g.normal(1.0, 0.7, n)), 2)


def words(g: np.random.Generator, n: int = ROWS) -> Values:
    """Codes of shops, the first of a third of the rows."""
    return g.choice(np.array(["NO", "SO", "EA", "WE", "ct"], dtype=object), n, p=[0.36, 0.24, 0.2, 0.12, 0.08])


def scores(g: np.random.Generator, n: int = ROWS) -> Values:
    """Probabilities to four digits."""
    return np.round(1 / (1 + np.exp(-g.normal(-1, 1.2, n))), 4)


def counted(layout: Layout, values: Values) -> Cells:
    """What a profile would have kept of a column's values; None and NaN are missing."""
    if not layout.ordered:
        codes = np.array([layout.code(v) for v in values])  # type: ignore[attr-defined]
        return Cells(*np.unique(codes, return_counts=True))
    x = values.astype(np.float64)
    codes, parts = np.where(np.isnan(x), 0, layout.codes(x)), layout.parts(x)  # type: ignore[attr-defined]
    cells, at = np.unique(codes, return_inverse=True)
    lows, highs = np.full(len(cells), np.inf), np.full(len(cells), -np.inf)
    np.fmin.at(lows, at, np.where(np.isnan(x), 0, x))
    np.fmax.at(highs, at, np.where(np.isnan(x), 0, x))
    return Cells(cells, np.bincount(at), np.bincount(at, parts).astype(np.int64), lows, highs)


def a_change(
    made: Callable[[np.random.Generator], Values], planted: Callable[[Values], Values], seed: int = 1, name: str = "x"
) -> ColumnChange:
    """A column in eight windows, and in one that something was planted in."""
    g = np.random.default_rng(seed)
    kind = KINDS["numeric" if made in (numbers, scores) else "categorical"]
    layout = kind.cut(made(g))
    past = [counted(layout, made(g)) for _ in range(WINDOWS)]
    return ColumnChange(name, layout, past, counted(layout, planted(made(g).copy())))


def some(share: float, turn: Callable[[Values], Any]) -> Callable[[Values], Values]:
    """To some of the rows."""

    def done(values: Values) -> Values:
        hit = np.random.default_rng(5).random(len(values)) < share
        values[hit] = turn(values[hit])
        return values

    return done


def exchanged(values: Values) -> Values:
    return np.array([{"NO": "WE", "WE": "NO"}.get(v, v) for v in values], dtype=object)


LABELS = {"flipped-labels", "overdue-labels", "shuffled-predictions"}  # see test_label_causes.py
PLANTED: dict[str, tuple[Callable[..., Values], Callable[[Values], Values], str]] = {
    "values-missing": (numbers, some(0.1, lambda _: np.nan), "values-missing"),
    "values-missing of words": (words, some(0.1, lambda _: None), "values-missing"),
    "kilometres": (numbers, some(1.0, lambda x: x * 1.609344), "other-unit"),
    "thousandths": (numbers, some(1.0, lambda x: x * 1000), "other-unit"),
    "some thousandths": (numbers, some(0.3, lambda x: x * 1000), "other-unit"),
    "lower case": (words, some(1.0, lambda x: [v.lower() for v in x]), "other-spelling"),
    "some with a space behind": (words, some(0.2, lambda x: [f"{v} " for v in x]), "other-spelling"),
    "a new shop": (words, some(0.1, lambda _: "XX"), "new-category"),
    "stuck": (numbers, some(1.0, lambda _: 3.1), "stuck"),
    "some stuck": (numbers, some(0.4, lambda _: 3.1), "stuck"),
    "sign": (numbers, some(1.0, lambda x: -x), "opposite-sign"),
    "some signs": (numbers, some(0.2, lambda x: -x), "opposite-sign"),
    "exchanged": (words, exchanged, "exchanged-values"),
    "a shop is gone": (words, lambda x: x[x != "SO"], "vanished-value"),
    "a limit": (numbers, lambda x: np.minimum(x, np.quantile(x, 0.8)), "clipped"),
    "no decimals": (numbers, np.rint, "rounded"),
    "a stand-in": (numbers, some(0.1, lambda _: -99999.0), "stand-in"),
    "odds": (scores, lambda p: p * 3 / (p * 3 + 1 - p), "moved-odds"),
    "higher": (numbers, lambda x: x + 1.3, "whole-shift"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_was_planted_is_named(kind: str) -> None:
    made, planted, name = PLANTED[kind]
    for seed in range(3):
        found = named(a_change(made, planted, seed), TUNING)
        assert found is not None, seed
        assert found.cause.name == name, found.clause
        assert '"x"' in found.clause
        assert found.left < found.gone / 2 or found.displaced or found.counted


def test_nothing_is_named_where_nothing_was_planted() -> None:
    for made in (numbers, words, scores):
        found = [named(a_change(made, lambda x: x, seed), TUNING) for seed in range(60)]
        assert not [z.clause for z in found if z]


def test_what_two_causes_would_do_has_none() -> None:
    """Half of the rows of the one and of the other exchanged: or some of the one have become the other."""
    half = a_change(words, some(0.5, exchanged))
    assert named(half, TUNING) is None


def test_rows_that_are_lost_have_not_changed_places() -> None:
    """The one shop has as large a share as the other one had, of far fewer rows: it has not one row more."""

    def two(g: np.random.Generator, n: int = ROWS) -> Values:
        return g.choice(np.array(["NO", "SO"], dtype=object), n, p=[0.6, 0.4])

    def lost(values: Values) -> Values:
        return np.delete(values, np.flatnonzero(values == "NO")[int(np.sum(values == "SO") * 4 / 6) :])

    for seed in range(5):
        assert named(a_change(two, lost, seed), TUNING) is None
        both = named(a_change(two, lambda x: np.where(x == "NO", "SO", "NO").astype(object), seed), TUNING)
        assert both is not None
        assert both.cause.name == "exchanged-values"


def test_a_value_that_held_a_third_of_the_rows_is_not_stuck() -> None:
    """A dry day: no rain, as on most."""

    def rain(g: np.random.Generator) -> Values:
        x = numbers(g)
        x[g.random(len(x)) < 0.6] = 0.0
        return x

    g = np.random.default_rng(3)
    layout = KINDS["numeric"].cut(rain(g))
    past = [counted(layout, rain(g)) for _ in range(WINDOWS)]
    found = named(ColumnChange("rain", layout, past, counted(layout, np.zeros(ROWS))), TUNING)
    assert found is None or found.cause.name != "stuck"


def test_windows_that_differ_anyway_prove_no_unit_by_their_shape() -> None:
    """Weather: each day another level. A day twice as windy is a storm."""

    def wind(g: np.random.Generator, level: float) -> Values:
        return level * np.exp(g.normal(0, 0.15, ROWS))

    g = np.random.default_rng(4)
    levels = np.exp(g.normal(1, 0.4, WINDOWS))
    layout = KINDS["numeric"].cut(np.concatenate([wind(g, x) for x in levels]))
    past = [counted(layout, wind(g, x)) for x in levels]
    for times in (1.609344, 2.2, 0.5):
        found = named(ColumnChange("wind", layout, past, counted(layout, wind(g, times * levels.mean()))), TUNING)
        assert found is None, found.clause


def test_columns_that_are_missing_in_as_many_rows_are_told_together() -> None:
    lost = some(0.1, lambda _: np.nan)
    pair = [a_change(numbers, lost, seed, name) for seed, name in ((1, "a"), (2, "b"))]
    alone = a_change(numbers, some(0.5, lambda _: np.nan), 3, "c")
    found = causes_of([*pair, alone], TUNING)
    assert [n.columns for n in found] == [("a", "b"), ("c",)]
    assert found[0].clause == 'values of "a" and "b" are missing in about as many rows, 11.1 % of all'


def test_two_columns_exchanged_are_one_cause() -> None:
    g = np.random.default_rng(8)

    def a() -> Values:
        return g.normal(10, 2, ROWS).round(1)

    def b() -> Values:
        return g.normal(500, 80, ROWS).round(1)

    for share in (1.0, 0.3):
        layouts = KINDS["numeric"].cut(a()), KINDS["numeric"].cut(b())
        past = [[counted(layouts[0], a()) for _ in range(WINDOWS)], [counted(layouts[1], b()) for _ in range(WINDOWS)]]
        x, y, hit = a(), b(), g.random(ROWS) < share
        x[hit], y[hit] = y[hit], x[hit]
        plain = [ColumnChange(n, layouts[k], past[k], counted(layouts[k], v)) for k, n, v in ((0, "a", x), (1, "b", y))]
        pair = [ColumnChange(c.name, c.layout, c.past, c.here, (plain[1 - k],)) for k, c in enumerate(plain)]
        (found,) = causes_of(pair, TUNING)
        assert found.candidate.cause.name == "exchanged-columns"
        assert found.columns == ("a", "b")


def rows(now: int, doubled: float = 0.0, change: ColumnChange | None = None) -> RowsChange:
    return RowsChange(now, [980, 1000, 1010, 1030], doubled, 0.0, [change or a_change(words, lambda x: x)])


def test_rows_that_were_loaded_twice_and_rows_that_were_not() -> None:
    assert [(c.name, clause) for c, clause in causes_of_rows(rows(1500, 1 / 3), TUNING)] == [
        ("loaded-twice", "500 of 1,500 rows repeat the id of another one: some were loaded twice")
    ]
    assert not causes_of_rows(rows(1500), TUNING)
    assert [c.name for c, _ in causes_of_rows(rows(500), TUNING)] == ["partial-load"]
    gone = a_change(words, lambda x: x[x != "NO"])
    assert not causes_of_rows(rows(640, change=gone), TUNING), "a shop is gone: not of all kinds alike"
    assert not causes_of_rows(rows(960), TUNING)


def test_few_windows_or_rows_name_nothing() -> None:
    change = a_change(numbers, some(1.0, lambda x: x * 1000))
    assert named(ColumnChange("x", change.layout, change.past[:2], change.here), TUNING) is None
    few = counted(change.layout, numbers(np.random.default_rng(0), 20) * 1000)
    assert named(ColumnChange("x", change.layout, change.past, few), TUNING) is None


def test_every_cause_is_planted_here() -> None:
    elsewhere = {"exchanged-columns", "loaded-twice", "partial-load", "wrong-clock", *LABELS}
    assert {name for _, _, name in PLANTED.values()} | elsewhere == set(CAUSES)


def test_a_counter_is_never_in_another_unit() -> None:
    """What it counts now, divided by 60, it has counted long ago."""
    past = [np.arange(1000.0 * k, 1000.0 * k + 1000) for k in range(1, WINDOWS + 1)]
    layout = KINDS["numeric"].cut(np.concatenate(past))

    def change(windows: list[Values], here: Values) -> ColumnChange:
        return ColumnChange("seq", layout, [counted(layout, w) for w in windows], counted(layout, here))

    for windows in (past, past[::-1]):
        assert named(change(windows, 60 * past[0]), TUNING) is None
    mixed = [np.concatenate(past)[k::WINDOWS] for k in range(WINDOWS)]
    unit = named(change(mixed, 60 * mixed[0]), TUNING)
    assert unit is not None
    assert unit.cause.name == "other-unit", "of a column that is no counter it is named"


def test_the_page_of_causes_lists_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "causes.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == sorted(CAUSES)
    assert f"one of {len(UNITS)} listed factors fits" in page


def test_infinite_values_are_no_value_that_a_column_stands_at() -> None:
    """Either end: a twentieth of the rows, and no cause and no error."""
    for change in (some(0.1, lambda x: np.full_like(x, np.inf)), some(0.1, lambda x: np.full_like(x, -np.inf))):
        assert "stuck" not in {c.candidate.cause.name for c in causes_of([a_change(numbers, change)], TUNING)}
