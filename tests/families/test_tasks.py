"""Tasks: each is held to the same laws; what is new in the list is held to them without a test of its own."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import isnan
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.laws.test_profiles import HOURS
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, LabelProfile, check_labels, profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, Ranked, unit_of, unit_of_classes
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import TASKS, task_of
from tidegauge.stages.label_shares import label_shares
from tidegauge.statistics import LABEL_LEVELS, SEGMENT_LABEL_LEVELS
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled
from tidegauge.warehouses import ENGINES
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.wording.lookup import find

SRC = Path(__file__).parents[2] / "src" / "tidegauge"
# what its labels are counted in; the prediction's layout; a label, a prediction that is right and one that is wrong
CASES: dict[str, tuple[LabelUnit, Layout, Sequence[Any]]] = {
    "binary": (replace(TRUTHS, thresholds=(0.5,)), cut_numeric(np.linspace(0, 1, 50)), (1, 0.9, 0.1)),
    "multi-class": (
        unit_of_classes(CategoricalLayout(("a", "it's")), {"a": "p", "it's": "q"}),
        CategoricalLayout(("a", "it's")),
        ("it's", "it's", "a"),
    ),
    "ranking": (
        replace(TRUTHS, ranked=Ranked("s", "id", 3)),
        cut_numeric(np.linspace(0, 1, 50)),
        (2, 0.9, 0.1),
    ),
    "regression": (
        unit_of(cut_numeric(np.linspace(-9, 99, 50))),
        cut_numeric(np.linspace(0, 99, 50)),
        (7.5, 7.5, 30.0),
    ),
}
every_task = pytest.mark.parametrize("name", list(TASKS))


def test_every_task_is_here() -> None:
    assert set(CASES) == set(TASKS)


@every_task
def test_its_labels_are_its_own_alone(name: str) -> None:
    unit, _, _ = CASES[name]
    assert [task.name for task in TASKS.values() if task.takes(unit)] == [name]
    assert task_of(unit).name == name
    assert (unit.own is None) == (name in ("binary", "ranking"))
    assert unit.truths == (name == "binary")


def counted(name: str, rows: Sequence[tuple[Any, Any]]) -> LabelProfile:
    """What its statement counts of some labels and predictions."""
    unit, layout, (label, right, _) = CASES[name]
    texts = ["VARCHAR" if isinstance(x, str) else "DOUBLE" for x in (right, label)]
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"CREATE TABLE seen (id BIGINT, moment TIMESTAMPTZ, answer {texts[0]}, p DOUBLE, q DOUBLE, s INTEGER)"
        )
        connection.execute(f"CREATE TABLE truth (id BIGINT, y {texts[1]})")
        for k, (y, answer) in enumerate(rows):
            at = HOURS[0].start
            connection.execute("INSERT INTO seen VALUES (?, ?, ?, 0.25, 0.75, ?)", [k, at, answer, k])
            connection.execute("INSERT INTO truth VALUES (?, ?)", [k, y])
        warehouse = DuckDBWarehouse(":memory:", connection=connection)
        mapping = LogMapping('"seen"', {layout.kind: ("answer",)}, time="moment", id="id", prediction="answer")
        labels = LabelMapping('"truth"', "id", "y", None, timedelta(0), unit)
        log = LabelledLog(warehouse.describe("seen"), warehouse.describe("truth"), mapping, labels)
        (((profile),),) = profile_labels(warehouse, log, layout, {}, HOURS[:1])
    return profile


@every_task
def test_all_its_numbers_are_there_and_have_an_error(name: str) -> None:
    """Of labels that are partly as predicted; each has words, and is found by its name."""
    unit, layout, (label, right, wrong) = CASES[name]
    other = {"binary": 0, "multi-class": "a", "ranking": 0, "regression": 55.0}[name]
    rows = [(label, right)] * 20 + [(label, wrong)] * 6 + [(other, wrong)] * 10 + [(other, right)] * 4
    cells = counted(name, rows).whole
    labelled = Labelled.of(cells, layout, unit)
    assert (cells.rows, labelled.rows) == (40, 40)
    levels = of_task(unit)
    assert {x.name for x in levels if x.judged} <= set(LABEL_LEVELS), "what is judged is no number of one class"
    assert any(x.judged for x in levels)
    for level in levels:
        assert not isnan(level.level(labelled)), level.name
        assert level.error(labelled) >= 0, level.name
        found = find(level.name)
        assert found is not None
        assert type(found) is type(level)
    against = any(name in level.applies for level in SEGMENT_LABEL_LEVELS.values())
    assert against or any(level.by_segment for level in levels), "something is followed of segments"
    shares = label_shares(layout, unit, "answer", cells, [cells])
    assert sum(s.observed for s in shares) == pytest.approx(1)
    assert all(s.observed == s.expected for s in shares)


@every_task
def test_a_state_says_the_same_after_it_was_kept_and_added(name: str) -> None:
    unit, layout, (label, right, wrong) = CASES[name]
    one, other = (counted(name, [(label, x)] * 12).whole for x in (right, wrong))
    both = counted(name, [(label, right)] * 12 + [(label, wrong)] * 12).whole
    assert LabelCells.from_row(one.to_row()) + other == both
    empty = Labelled.of(LabelCells.zero(), layout, unit)
    assert all(isnan(level.level(empty)) for level in of_task(unit))
    assert task_of(unit).brought(LabelCells.zero()).rows == 0
    assert task_of(unit).brought(both, unit) == both
    if name != "multi-class":
        assert task_of(unit).brought(both, CASES["multi-class"][0]).rows == 0, "classes are no numbers"


@every_task
@pytest.mark.parametrize("engine", list(ENGINES))
def test_a_type_that_holds_none_of_its_labels_is_named(name: str, engine: str) -> None:
    """And what a planted fault makes of a label is spelled for every engine."""
    unit, _, _ = CASES[name]
    kind = "DOUBLE" if name == "multi-class" else "VARCHAR"
    labels = LabelMapping('"truth"', "id", "y", None, timedelta(0), unit)
    (wrong,) = check_labels(labels, {"id": "BIGINT", "y": kind}, "BIGINT")
    assert f'the label column "y" holds {kind}' in wrong
    assert wrong.endswith(".")
    assert "y" in task_of(unit).turned(ENGINES[engine].dialect, '"y"')


@every_task
def test_nobody_asks_for_it_by_name(name: str) -> None:
    """Its class stands in its file, in the list, and where levels say of which tasks they are."""
    member = type(TASKS[name])
    allowed = {"profiles/tasks/__init__.py", "statistics/labelled.py"}
    own = str(Path(member.__module__.replace(".", "/")).relative_to("tidegauge")) + ".py"
    for path in SRC.rglob("*.py"):
        where = path.relative_to(SRC).as_posix()
        if where in allowed or where == own:
            continue
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        read = [i for i in tree if isinstance(i, ast.ImportFrom) and i.module == member.__module__]
        named = {n.name for i in read for n in i.names}
        assert member.__name__ not in named, where
