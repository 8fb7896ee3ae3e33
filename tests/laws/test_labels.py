"""Laws of labels and segments: DuckDB, PostgreSQL and NumPy count the same; parts equal the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import duckdb
import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.laws.frames import layouts, number, numpy_profile, word
from tests.laws.test_profiles import HOURS, START
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, LabelProfile, profile_labels
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, unit_of
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import Profile, profile_windows
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.label_cells import UNREAL, LabelCells
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

LOG = 'CREATE TABLE seen (id BIGINT, moment TIMESTAMPTZ, score {double}, "a %s""b" {text})'
TRUTH = "CREATE TABLE truth (id BIGINT, y {double}, known TIMESTAMPTZ)"
SEGMENT = 'a %s"b'
MAPPING = LogMapping(
    '"seen"',
    {"numeric": ("score",), "categorical": (SEGMENT,)},
    time="moment",
    id="id",
    prediction="score",
    segments=(SEGMENT,),
)
DUE = timedelta(minutes=20)
LABELS = LabelMapping('"truth"', "id", "y", "known", DUE)
truths = st.sampled_from(
    [
        0.0,
        1.0,
        None,
        -0.0,
        0.5,
        -3.25,
        1e300,
        -1e300,
        1e308,
        -1.7e308,
        2.0**32,
        float("nan"),
        float("inf"),
        float("-inf"),
        5e-324,
    ]
)
log_rows = st.lists(st.tuples(number, word, st.integers(0, 3 * 3600 - 1)), max_size=25)
#  several labels a row, and of rows that are not there; many arrive too late
label_rows = st.lists(st.tuples(st.integers(0, 27), truths, st.integers(0, 5 * 3600)), max_size=40)
Engine = tuple[Warehouse, Any]


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    connection = duckdb.connect(":memory:")
    for ddl in (LOG, TRUTH):
        connection.execute(ddl.format(double="DOUBLE", text="VARCHAR"))
    yield DuckDBWarehouse(":memory:", connection=connection), connection
    connection.close()


@pytest.fixture(scope="module")
def elephant(postgres_url: str) -> Iterator[Engine]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name, ddl in (("seen", LOG), ("truth", TRUTH)):
            connection.execute(f"DROP TABLE IF EXISTS {name}".encode())
            connection.execute(ddl.format(double="DOUBLE PRECISION", text="TEXT").encode())
        with PostgresWarehouse(postgres_url) as warehouse:
            yield warehouse, connection


def fill(duck: Engine, elephant: Engine, table: str, data: Sequence[tuple[object, ...]]) -> None:
    for (_, connection), mark in ((duck, "?"), (elephant, "%s")):
        connection.execute(f"DELETE FROM {table}")
        if data:
            marks = ", ".join([mark] * len(data[0]))
            (connection.cursor() if mark == "%s" else connection).executemany(
                f"INSERT INTO {table} VALUES ({marks})", data
            )


def is_label(y: float, unit: LabelUnit) -> bool:
    """Whether it is one: a finite number, and 0 or 1 where labels are these."""
    return bool(np.isfinite(y)) if unit.layout is not None else y in (0, 1)


def added(unit: LabelUnit, score: float, y: float) -> dict[str, int]:
    """What a row adds to the sums of its task, by exact arithmetic."""
    if not np.isfinite(score) or not np.isfinite(y):
        return {}
    if unit.layout is None:
        parts = {(True, 1.0): "hits", (True, 0.0): "false", (False, 1.0): "missed", (False, 0.0): "rest"}
        found = {t: parts.get((score >= t, y)) for t in unit.thresholds}
        return {f"{t!r} {part}": 1 for t, part in found.items() if part}
    far = 2.0**28 / unit.scale
    if abs(y - unit.start) >= far or abs(y - score) >= far:
        return {}
    e, place = (y - score) / far, (y - unit.start) / far  # a float each, as the engines have it; exact from here on
    out = {"rows": Fraction(1)}
    squares = {"squared": e * e, "label_squared": place * place}
    for name, x in {"error": e, "absolute": abs(e), "label": place, **squares}.items():
        out[name] = Fraction(x) * 2**53
    if abs(y - score) < abs(y) * 2**20:
        out |= {"relative_rows": Fraction(1), "relative": Fraction(abs(y - score) / abs(y)) * 2**33}
    rest = out["squared"] % 1
    out["squared"] -= rest
    sums = {"squared fine": floor(rest * 2**26 + Fraction(1, 2))}
    for name, part in out.items():
        whole = floor(part + Fraction(1, 2))
        sums |= (
            {name: whole} if name.endswith("rows") else {f"{name} upper": whole >> 26, f"{name} lower": whole % 2**26}
        )
    return sums


def counted(layout: NumericLayout, rows: Sequence[tuple[float | None, float]], unit: LabelUnit) -> LabelCells:
    """The oracle: prediction and label of each labelled row, by NumPy alone."""
    total = LabelCells.zero()
    for score, y in rows:
        cell = numpy_profile(layout, [score])
        part = 0 if cell.sums is None else int(cell.sums[0])
        inside = min(max(y, unit.lowest), unit.highest) if is_label(y, unit) else unit.start
        label = int(np.floor((inside - unit.start) * unit.scale))
        # NaN is the greatest prediction, and none is above or below anything
        above = score is not None and not np.isnan(score) and y > score
        mark = int(above if unit.layout is not None else y in (0, 1))
        fields = (cell.codes[0], 1, label, part, mark) if is_label(y, unit) else (UNREAL, 1, 0, 0, 0)
        sums = {} if score is None else added(unit, score, y)
        total = total + LabelCells(*(np.array([f], dtype=np.int64) for f in fields), sums=sums)
    return total


def labelled(
    window: Window,
    seen: Sequence[tuple[int, datetime, float | None, str | None]],
    known: Sequence[tuple[int, float | None, datetime]],
    listed: Sequence[str],
    unit: LabelUnit,
) -> dict[str, list[tuple[float | None, float]]]:
    """Segment → prediction and label of each row that has one in time, by plain Python."""
    expected: dict[str, list[tuple[float | None, float]]] = {}
    for k, at, score, value in seen:
        in_time = [(s, y) for i, y, s in known if i == k and y is not None and s <= window.end + DUE]
        if not window.start <= at < window.end or not in_time:
            continue
        in_time = [(s, y) for s, y in in_time if is_label(y, unit)] or in_time  # one that is none gives way
        newest = max(s for s, _ in in_time)
        ties = sorted((y for s, y in in_time if s == newest), key=lambda y: (np.isnan(y), y))
        name = f"{SEGMENT}={value}" if value in listed else f"{SEGMENT}={OTHERS}"
        for segment in (WHOLE, name):
            expected.setdefault(segment, []).append((score, ties[0]))
    return expected


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    log=log_rows, labels=label_rows, first=st.sampled_from([(), (0.0, 1.0), (-3.25, 0.5), (1e10, 3e10), (1e-9, 5e-9)])
)
def test_engines_count_the_same_labels(
    duck: Engine,
    elephant: Engine,
    log: list[tuple[float | None, str | None, int]],
    labels: list[tuple[int, float | None, int]],
    first: tuple[float, ...],
) -> None:
    """DuckDB = PostgreSQL = NumPy, byte for byte; of several labels in time the latest counts, late ones do not.

    `first`: what the labels' unit was taken from.
    """
    layout, signal_set = layouts([r[0] for r in log], [r[1] for r in log])
    listed = tuple(v for v in signal_set.values if v)[:20]
    seen = [(k, START + timedelta(seconds=s), x, w) for k, (x, w, s) in enumerate(log)]
    known = [(k, y, START + timedelta(seconds=s)) for k, y, s in labels]
    fill(duck, elephant, "seen", seen)
    fill(duck, elephant, "truth", known)
    unit = unit_of(cut_numeric(np.array(first))) if first else replace(TRUTHS, thresholds=(0.3, 0.5))
    asked = replace(LABELS, unit=unit)
    answers: list[list[LabelProfile]] = []
    for warehouse in (duck[0], elephant[0]):
        kinds, label_kinds = warehouse.describe("seen"), warehouse.describe("truth")
        found = profile_labels(
            warehouse, LabelledLog(kinds, label_kinds, MAPPING, asked), layout, {SEGMENT: listed}, HOURS
        )
        answers.append([p for some in found for p in some])
    for h, window in enumerate(HOURS):
        expected = labelled(window, seen, known, listed, unit)
        for answer in answers:
            assert answer[h].window == window
            assert set(answer[h].segments) == set(expected)
            for segment, rows in expected.items():
                assert answer[h].segments[segment] == counted(layout, rows, unit)
            parts = LabelCells.zero()
            for segment, cells in answer[h].segments.items():
                if segment != WHOLE:
                    parts = parts + cells
            assert parts == answer[h].whole, "the segments are the whole"


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(log=log_rows, data=st.data())
def test_a_row_logged_twice_is_labelled_once_and_on_every_engine_alike(
    duck: Engine, elephant: Engine, log: list[tuple[float | None, str | None, int]], data: st.DataObject
) -> None:
    """Ids that repeat in a window: whichever row is taken, it is the same one whatever the order of rows."""
    layout, _ = layouts([r[0] for r in log], [])
    seen = [(k % 3, START + timedelta(seconds=s), x, w) for k, (x, w, s) in enumerate(log)]
    fill(duck, elephant, "truth", [(k, 1.0, START) for k in range(3)])
    answers = []
    for rows in (seen, data.draw(st.permutations(seen))):
        fill(duck, elephant, "seen", rows)
        for warehouse in (duck[0], elephant[0]):
            kinds, label_kinds = warehouse.describe("seen"), warehouse.describe("truth")
            found = profile_labels(warehouse, LabelledLog(kinds, label_kinds, MAPPING, LABELS), layout, {}, HOURS)
            answers.append([p.whole for some in found for p in some])
    assert answers[0] == answers[1] == answers[2] == answers[3]
    for h, window in enumerate(HOURS):
        ids = {k for k, at, *_ in seen if window.start <= at < window.end}
        assert answers[0][h].counts.sum() == len(ids)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(log=log_rows)
def test_engines_count_the_same_segments(
    duck: Engine, elephant: Engine, log: list[tuple[float | None, str | None, int]]
) -> None:
    """Rows, each column's missing values and the prediction's ranks by segment; values not listed go together."""
    layout, signal_set = layouts([r[0] for r in log], [r[1] for r in log])
    listed = tuple(v for v in signal_set.values if v)[:20]
    fill(duck, elephant, "seen", [(k, START + timedelta(seconds=s), x, w) for k, (x, w, s) in enumerate(log)])
    answers: list[list[Profile]] = []
    for warehouse in (duck[0], elephant[0]):
        cut = {"score": layout, SEGMENT: signal_set}
        found = profile_windows(warehouse, warehouse.describe("seen"), MAPPING, cut, {SEGMENT: listed}, HOURS)
        answers.append([p for some in found for p in some])
    for h in range(len(HOURS)):
        here = [(x, w) for x, w, s in log if s // 3600 == h]
        groups: dict[str, list[tuple[float | None, str | None]]] = {}
        for x, w in here:
            groups.setdefault(f"{SEGMENT}={w if w in listed else OTHERS}", []).append((x, w))
        for answer in answers:
            profile = answer[h]
            assert profile.segment_rows == {name: len(rows) for name, rows in groups.items()}
            for name, rows in groups.items():
                fine = numpy_profile(layout, [x for x, _ in rows])
                rank = Cells.zero()
                for code, n in zip(fine.codes, fine.counts, strict=True):
                    rank = rank + Cells(np.array([layout.coarse[code]], dtype=np.int64), np.array([n]))
                assert profile.segments[name]["score"] == rank
                missing = sum(w is None for _, w in rows)
                found_missing = profile.segments[name].get(SEGMENT, Cells.zero())
                assert found_missing.rows == missing
                assert found_missing.codes.tolist() == ([0] if missing else [])
