"""Every statistic is documented, named, typed and kept to the shape that its users rely on."""

import inspect
import re
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tidegauge.errors import UnknownName
from tidegauge.states.counted import counted
from tidegauge.states.facts import Facts
from tidegauge.states.stack import Array, Stack
from tidegauge.statistics import DISTANCES, LEVELS, STATISTICS, WINDOW_LEVELS
from tidegauge.statistics.base import Level, Statistic, WindowLevel
from tidegauge.statistics.top_share import TopShare

ANY: list[Statistic | WindowLevel] = [*STATISTICS.values(), *WINDOW_LEVELS.values()]
EDGES = [0.0, 1.0, 2.0, 3.0]
every_one = pytest.mark.parametrize("statistic", ANY, ids=[s.name for s in ANY])
every_statistic = pytest.mark.parametrize("statistic", STATISTICS.values(), ids=list(STATISTICS))
every_level = pytest.mark.parametrize("level", LEVELS.values(), ids=list(LEVELS))
every_window_level = pytest.mark.parametrize("level", WINDOW_LEVELS.values(), ids=list(WINDOW_LEVELS))


def stack_for(statistic: Statistic, counts: list[float], missing: float = 0) -> Stack:
    """A stack of a kind that the statistic applies to."""
    return counted(counts, EDGES if "numeric" in statistic.applies else None, missing=missing)


@every_one
def test_its_docstring_teaches_a_choice(statistic: Statistic | WindowLevel) -> None:
    text = inspect.getdoc(type(statistic)) or ""
    for part in ("Shapes: ", "Unit: ", "nan", ">>> ", "Source: "):
        assert part in text, f"{type(statistic).__name__} says nothing of {part!r}"
    assert "Range: " in text or isinstance(statistic, Level | WindowLevel)
    assert "tandard error" in text or not isinstance(statistic, Level | WindowLevel)


@every_one
def test_its_name_can_be_typed(statistic: Statistic | WindowLevel) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", statistic.name)


@every_one
def test_it_lives_in_a_file_of_its_own_beside_its_siblings_only(statistic: Statistic | WindowLevel) -> None:
    path = Path(inspect.getfile(type(statistic)))
    assert path.parent.name == "statistics"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match='no statistic is called "helinger". Did you mean "hellinger"?'):
        STATISTICS["helinger"]


def test_levels_and_distances_are_all_statistics() -> None:
    assert list(STATISTICS) == [*DISTANCES, *LEVELS]
    assert set(STATISTICS).isdisjoint(WINDOW_LEVELS)


@every_statistic
def test_it_says_nothing_of_a_kind_that_it_does_not_apply_to(statistic: Statistic) -> None:
    for kind, stack in (("numeric", counted([1, 2, 3], EDGES)), ("categorical", counted([1, 2, 3]))):
        value = statistic.between(stack, stack)
        assert value.shape == (1,)
        if kind not in statistic.applies:
            assert np.isnan(value).all()


@every_statistic
def test_it_moves_when_the_data_do(statistic: Statistic) -> None:
    """No statistic is a constant: one of these changes moves it."""
    if isinstance(statistic, TopShare):
        before = counted([5] * 20)
        moved = [counted([5] * (statistic.rank - 1) + [90] + [5] * (20 - statistic.rank))]
    elif statistic.applies == {"categorical"}:
        before, moved = counted([50, 49, 1], known=3), [counted([50, 49, 1], known=2)]
    else:
        before = stack_for(statistic, [50, 49, 1])
        moved = [stack_for(statistic, [1, 49, 900]), stack_for(statistic, [9, 9, 0], missing=2)]
        moved += [counted([9, 9, 0], EDGES, nan=2), replace(before, least=np.array([0.1]), most=np.array([0.2]))]
        before = replace(before, counts=np.array([[50.0, 50.0, 0.0]]))
    seen = [statistic.between(now, before)[0] for now in moved]
    assert any(abs(x) > 1e-3 for x in seen if not np.isnan(x)), seen


@every_level
def test_a_level_says_how_exact_it_is(level: Level) -> None:
    assert level.floor > 0
    few, many = (stack_for(level, [n, 2 * n, 3 * n]) for n in (10, 1000))
    if np.isnan(level.level(few)).all():
        assert np.isnan(level.error(few)).all()
        return
    assert level.error(few)[0] == pytest.approx(10 * level.error(many)[0], rel=1e-6)


@every_level
def test_a_level_is_nan_together_with_its_error(level: Level) -> None:
    empty = stack_for(level, [0, 0, 0])
    assert np.isnan(level.level(empty)).all()
    assert np.isnan(level.error(empty)).all()


@every_level
def test_natural_rises_with_the_level(level: Level) -> None:
    values: Array = np.linspace(0, 1.5, 20)
    assert (np.diff(level.natural(values)) > 0).all()


@every_window_level
def test_a_window_level_is_of_facts(level: WindowLevel) -> None:
    facts = Facts(np.array([0.0, 100.0, 200.0]), np.array([np.nan, 0.0, 50.0]), np.array([np.nan, -5.0, 4e6]))
    value, error = level.level(facts), level.error(facts)
    assert value.shape == error.shape == (3,)
    assert (np.isnan(value) == np.isnan(error)).all()
    assert (level.between(facts, facts)[1:] == 0).all()
    assert level.natural(value)[2] > level.natural(value)[1]
    assert level.floor > 0


def test_rows_that_repeat_an_id_raise_duplicates() -> None:
    """And a window that nobody named an id for has none to speak of."""
    facts = Facts(np.array([10.0, 10.0]), np.array([5.0, np.nan]), np.zeros(2))
    level = WINDOW_LEVELS["duplicates"]
    assert level.natural(level.level(facts))[0] == pytest.approx(0.5)
    assert np.isnan(level.level(facts)[1])


def test_the_reference_page_is_current() -> None:
    docs = Path(__file__).parents[2] / "docs"
    page = runpy.run_path(str(docs / "build_statistics.py"))["page"]()
    assert (docs / "statistics.md").read_text(encoding="utf-8") == page, "run: python docs/build_statistics.py"
    for statistic in ANY:
        if not isinstance(statistic, TopShare):  # named by its first and last
            assert f"`{statistic.name}`" in page
