"""Every statistic is documented, named, typed and kept to the shape that its users rely on."""

import inspect
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tidegauge.core.errors import UnknownName
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.states.counted import counted
from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.relations import FAMILIES, RELATION_STATISTICS
from tidegauge.statistics import DISTANCES, LEVELS, STATISTICS, WINDOW_LEVELS
from tidegauge.statistics.base import ColumnStatistic, Distance, Level, WindowLevel
from tidegauge.statistics.labelled import CLASSES, LabelLevel, SegmentLabelLevel
from tidegauge.statistics.statement import NoStatement, Question, StatementSide
from tidegauge.statistics.statistic import Statistic, whole
from tidegauge.statistics.top_share import TopShare
from tidegauge.warehouses import ENGINES
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import template
from tidegauge.wording.lookup import every, find
from tools import build_statistics

ANY: list[Statistic] = list(every().values())
EDGES = [0.0, 1.0, 2.0, 3.0]
every_one = pytest.mark.parametrize("statistic", ANY, ids=[s.name for s in ANY])
every_statistic = pytest.mark.parametrize("statistic", STATISTICS.values(), ids=list(STATISTICS))
every_level = pytest.mark.parametrize("level", LEVELS.values(), ids=list(LEVELS))
every_window_level = pytest.mark.parametrize("level", WINDOW_LEVELS.values(), ids=list(WINDOW_LEVELS))


def stack_for(statistic: ColumnStatistic, counts: list[float], missing: float = 0) -> Stack:
    """A stack of a kind that the statistic applies to."""
    return counted(counts, EDGES if "numeric" in statistic.applies else None, missing=missing)


@every_one
def test_its_docstring_teaches_a_choice(statistic: Statistic) -> None:
    text = inspect.getdoc(type(statistic)) or ""
    of_stacks = isinstance(statistic, ColumnStatistic | WindowLevel)
    for part in (">>> ", "Source: ", *(("Shapes: ", "Unit: ", "nan") if of_stacks else ())):
        assert part in text, f"{type(statistic).__name__} says nothing of {part!r}"
    assert "Unit: " in text or "Range" in text
    if isinstance(statistic, Distance):
        assert "Range: " in text
    else:
        assert "tandard error" in text


@every_one
def test_its_name_can_be_typed(statistic: Statistic) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", statistic.name)


@every_one
def test_it_lives_in_a_file_of_its_own_beside_its_siblings_only(statistic: Statistic) -> None:
    path = Path(inspect.getfile(type(statistic)))
    assert path.parent.name == ("relations" if statistic.name in RELATION_STATISTICS else "statistics")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match='no statistic is called "helinger". Did you mean "hellinger"?'):
        STATISTICS["helinger"]


def test_levels_and_distances_are_all_statistics() -> None:
    assert list(STATISTICS) == [*DISTANCES, *LEVELS]
    assert set(STATISTICS).isdisjoint(WINDOW_LEVELS)


def test_no_two_statistics_share_a_name_whatever_lists_they_are_of() -> None:
    assert len(every()) == sum(len(part) for part in every().parts)
    assert find("helinger") is None
    with pytest.raises(UnknownName, match='no statistic is called "helinger". Did you mean "hellinger"?'):
        every()["helinger"]


NUMBERS = cut_numeric(np.random.default_rng(0).normal(20, 4, 500))
WORDS = CategoricalLayout(("AA", "it's"))
DIALECTS = [engine.dialect for engine in ENGINES.values()]


def sides(dialect: Dialect, kind: str) -> list[StatementSide]:
    """Two columns of a kind."""
    layout, names = (NUMBERS, ["wait", 'a "b\n"']) if kind == "numeric" else (WORDS, ["shop", "plan"])
    spelled = [(n, dialect.quote(n)) for n in names]
    return [StatementSide(n, layout, q, dialect.as_number(q, "DOUBLE")) for n, q in spelled]


@every_one
def test_it_has_a_statement_or_says_why_not(statistic: Statistic) -> None:
    """What it takes beside table and windows is there, for each kind of column and each engine."""
    whole(statistic)
    kinds = statistic.applies if isinstance(statistic, ColumnStatistic) else {"numeric"}
    if isinstance(statistic, LabelLevel | SegmentLabelLevel):
        kinds = {"categorical" if task in CLASSES else "numeric" for task in statistic.applies}
    for dialect in DIALECTS:
        for kind in sorted(kinds):
            asked = [] if isinstance(statistic, WindowLevel) else sides(dialect, kind)
            shown = statistic.sql(Question(dialect, asked, scores={"AA": '"p"', "it's": '"q"'}))
            if isinstance(shown, NoStatement):
                assert re.fullmatch(r"[A-Z][^\n]*\.", shown.why)
                continue
            shared = {"head": "HEAD", "name": "x", "table": "t", "current": "TRUE", "reference": "FALSE", "d": dialect}
            rows: dict[str, object] = {"id": None, "time": "at", "until": "0", "newest": "0"} if not asked else {}
            if shown.template in ("labels", "classes"):
                said = ("id", "micros", "segment", "window", "label_table", "label_id", "label", "arrived", "due")
                rows |= dict.fromkeys((*said, "own"), "at") | {"segments": ["at"]}
            text = template(f"explain/{shown.template}.sql").render(**shared, **rows, **shown.parts)
            assert text.startswith("-- HEAD\n")
            assert "\n" not in shown.note


@every_one
def test_what_a_reader_sees_is_in_the_unit_that_it_claims(statistic: Statistic) -> None:
    """A share is one wherever its level lies; what falls as the level rises says so."""
    levels: Array = np.linspace(-50, 50, 201)
    if not isinstance(statistic, ColumnStatistic) or isinstance(statistic, Level):
        seen = statistic.natural(levels)
        assert np.isfinite(seen).all()
        assert (np.diff(seen) <= 0).all() if statistic.falls else (np.diff(seen) >= 0).all()
        if statistic.is_share:
            assert ((seen >= 0) & (seen <= 1)).all()
    elif statistic.is_share:
        assert (statistic.low, statistic.high) == (0, 1)
    assert math.isfinite(statistic.read(0.5))
    assert statistic.about(None) == ""


def test_families_hold_what_the_list_of_relations_tells() -> None:
    assert list(RELATION_STATISTICS) == [s.name for f in FAMILIES.values() for s in f.statistics]


@every_statistic
def test_it_says_nothing_of_a_kind_that_it_does_not_apply_to(statistic: ColumnStatistic) -> None:
    for kind, stack in (("numeric", counted([1, 2, 3], EDGES)), ("categorical", counted([1, 2, 3]))):
        value = statistic.between(stack, stack)
        assert value.shape == (1,)
        if kind not in statistic.applies:
            assert np.isnan(value).all()


@every_statistic
def test_it_moves_when_the_data_do(statistic: ColumnStatistic) -> None:
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
    pairs = [(now, before) for now in moved]
    if "numeric" in statistic.applies:
        pairs.append((counted([9, 1, 0], [-2, -1, 1, 2]), counted([0, 1, 9], [-2, -1, 1, 2])))  # signs flip
    seen = [statistic.between(now, before)[0] for now, before in pairs]
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
    page = build_statistics.page()
    assert build_statistics.PAGE.read_text(encoding="utf-8") == page, "run: python -m tools.build_statistics"
    for statistic in ANY:
        if not isinstance(statistic, TopShare):  # named by its first and last
            assert f"`{statistic.name}`" in page


def test_a_typical_value_is_told_beyond_what_is_judged() -> None:
    """A thousand spreads away and a million: as far for a verdict, and each told for what it is; a few rows neither."""
    location = LEVELS["location"]

    def at(place: float, share: float) -> Stack:
        shown = counted([100 * (1 - share), 100 * share], [-1.0, 1.0, 2 * place - 1])
        return replace(shown, middle=np.zeros(1), spread=np.ones(1))

    for place in (1e3, 1e6):
        level = location.level(at(place, 1.0))
        assert location.natural(level) == pytest.approx(place, rel=1e-3)
        assert level == pytest.approx(np.arcsinh(50), abs=0.02), "the verdict is hardly another"
    few = [location.level(at(place, 0.01)) for place in (1e3, 1e6)]
    assert few[0] == pytest.approx(few[1], abs=1e-9), "a few rows carry nothing away, however far"


def test_rows_in_a_wide_cell_are_not_in_one_place() -> None:
    mode, edges = LEVELS["mode-share"], [0.0, 1.0, 2.0, 1e6]
    wide = counted([1, 1, 8], edges)
    ends = np.array([[0.0, 1.0, 2e5]]), np.array([[1.0, 2.0, 9e5]])
    spread = replace(wide, lows=ends[0], highs=ends[1])
    stuck = replace(wide, lows=ends[0], highs=np.array([[1.0, 2.0, 2e5]]))
    assert mode.natural(mode.level(spread)) == pytest.approx(0.1)
    assert mode.natural(mode.level(stuck)) == pytest.approx(0.8)
