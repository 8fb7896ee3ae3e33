"""Laws of labels that were counted in one unit and are read in another, and in cells that split others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegauge.core.window import Window
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, profile_labels
from tidegauge.profiles.label_versions import LabelCut, LabelVersions, coarsened
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.joined_numbers import JoinedNumbers
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, unit_of, unit_of_classes
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.versions import Version
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled
from tidegauge.warehouses.duckdb import DuckDBWarehouse

POINT = datetime(2024, 3, 4, tzinfo=UTC)
HOUR = Window(POINT, POINT + timedelta(hours=1), "hour")
G = np.random.default_rng(4)
FAR, NEW = cut_numeric(G.normal(-300, 90, 4_000)), cut_numeric(G.normal(20, 4, 4_000))
SCORES, WIDE = cut_numeric(np.full(400, -1.0)), cut_numeric(G.random(4_000))


def counted(unit: LabelUnit, layout: Layout, rows: Sequence[tuple[Any, Any]]) -> LabelCells:
    """What the statement counts of some labels and predictions."""
    texts = ["VARCHAR" if isinstance(x, str) else "DOUBLE" for x in rows[0]]
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE seen (id BIGINT, moment TIMESTAMPTZ, answer {texts[1]})")
        connection.execute(f"CREATE TABLE truth (id BIGINT, y {texts[0]})")
        marks = ", ".join(["(?, ?, ?)"] * len(rows))
        connection.execute(
            f"INSERT INTO seen VALUES {marks}", [v for k, (_, x) in enumerate(rows) for v in (k, POINT, x)]
        )
        marks = ", ".join(["(?, ?)"] * len(rows))
        connection.execute(f"INSERT INTO truth VALUES {marks}", [v for k, (y, _) in enumerate(rows) for v in (k, y)])
        warehouse = DuckDBWarehouse(":memory:", connection=connection)
        mapping = LogMapping('"seen"', {layout.kind: ("answer",)}, time="moment", id="id", prediction="answer")
        labels = LabelMapping('"truth"', "id", "y", None, timedelta(0), unit)
        log = LabelledLog(warehouse.describe("seen"), warehouse.describe("truth"), mapping, labels)
        ((profile,),) = profile_labels(warehouse, log, layout, {}, [HOUR])
    return profile.whole


def levels(cells: LabelCells, layout: Layout, unit: LabelUnit) -> dict[str, float]:
    labelled = Labelled.of(cells, layout, unit)
    return {level.name: level.read(level.level(labelled), unit.layout) for level in of_task(unit)}


some = st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=30, max_size=40)


@settings(max_examples=10, deadline=None)
@given(some)
def test_numbers_of_one_unit_are_those_of_another(rows: list[tuple[float, float]]) -> None:
    """Counts to the byte, errors to their resolution, and so every number of performance."""
    one, other = unit_of(NEW), unit_of(FAR)
    read, wanted = task_of(other).brought(counted(one, NEW, rows), one), counted(other, NEW, rows)
    for field in ("codes", "counts", "parts", "truths"):
        assert np.array_equal(getattr(read, field), getattr(wanted, field)), field
    found, right = levels(read, NEW, other), levels(wanted, NEW, other)
    assert found == pytest.approx(right, rel=1e-5, abs=1e-5, nan_ok=True)
    back = levels(task_of(one).brought(wanted, other), NEW, one)
    assert np.isnan(back["mean-absolute-error"]), "of rows that it would have left out nothing is told"
    assert back["label-bias"] == pytest.approx(right["label-bias"], abs=1e-2)


def test_classes_that_are_told_apart_later_are_one_in_the_list_before() -> None:
    few, many = unit_of_classes(CategoricalLayout(("a",))), unit_of_classes(CategoricalLayout(("a", "b", "c")))
    rows = [("a", "a")] * 5 + [("b", "b")] * 4 + [("c", "b")] * 3 + [("d", "a")] * 2 + [("b", None)]
    prediction = CategoricalLayout(("a", "b"))
    fine, coarse = counted(many, prediction, rows), counted(few, prediction, rows)
    assert task_of(few).brought(fine, many) == coarse
    back = task_of(many).classes(task_of(many).brought(coarse, few))
    assert back is not None
    assert (back.rows, back.right) == (14.0, 9.0), "what was one stays one"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 2.0]), st.floats(-2, 2)), min_size=1, max_size=40))
def test_labels_in_cells_that_split_others_are_read_in_either(rows: list[tuple[float, float]]) -> None:
    joined = JoinedNumbers.of([SCORES, WIDE])
    fine = counted(TRUTHS, joined, rows)
    for cut in (SCORES, WIDE):
        read, wanted = coarsened(fine, joined, cut), counted(TRUTHS, cut, rows)
        for field in ("codes", "counts", "labels", "truths"):
            assert np.array_equal(getattr(read, field), getattr(wanted, field)), field
        assert read.sums == wanted.sums
    assert coarsened(fine, joined, WIDE) == counted(TRUTHS, WIDE, rows), "in whose unit scores are added: to the byte"


def test_what_cannot_be_read_in_later_cells_is_nothing() -> None:
    joined = JoinedNumbers.of([SCORES, WIDE])
    versions = LabelVersions.of(LabelCut(SCORES, TRUTHS), [Version(POINT, joined)], [])
    old = counted(TRUTHS, SCORES, [(1.0, 0.5), (0.0, 0.25)])
    new = counted(TRUTHS, joined, [(1.0, 0.5), (0.0, 0.25)])
    before, at = replace(HOUR, start=POINT - timedelta(hours=1), end=POINT), versions.at(HOUR)
    assert versions.at(before) is versions.first
    assert [cut.layout.id for cut in versions.followed(HOUR)] == [SCORES.id, WIDE.id]
    assert versions.read(versions.first.stored, old, at).rows == 0
    assert versions.read(versions.first.stored, old, versions.first) == old
    read = versions.read(at.stored, new, versions.first)
    assert (read.codes.tolist(), read.labels.tolist()) == (old.codes.tolist(), old.labels.tolist())
    assert versions.read(at.stored, new, at).rows == 2
