"""The suite beside a monitor's file: what must hold of every window, in Great Expectations' own JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidegauge.errors import MonitorError
from tidegauge.layouts.base import MISSING, Layout
from tidegauge.layouts.categorical import CategoricalLayout
from tidegauge.layouts.numeric import NAN, NumericLayout
from tidegauge.states.cells import Cells

Expectation = dict[str, Any]
VOCABULARY = 50  # columns with more known values are open lists: a new tail number is no broken fact
KNOWN_SHARE = 0.9  # new values turn up; a column full of them has been re-coded
ROOM = 10.0  # a number may lie this many times the sample's range outside it: units and sentinels, not tails

# What pandas calls it in the small frame, and what databases call it where the suite is run on the table itself.
NUMBERS = ["float64", "int64", "bool", "DOUBLE", "FLOAT", "REAL", "DOUBLE_PRECISION", "NUMERIC", "DECIMAL"]
NUMBERS += ["BIGINT", "INTEGER", "SMALLINT", "TINYINT", "BOOLEAN"]
TEXTS = ["str", "object", "VARCHAR", "TEXT", "CHAR", "STRING", "UUID", "ENUM", "INTEGER", "BIGINT", "BOOLEAN"]


def generate(layouts: Mapping[str, Layout], past: Mapping[str, Cells]) -> list[Expectation]:
    """Expectations for the columns of `layouts`, as loose as facts are.

    `past` is each column's history as one state: a column in which it holds no missing value is expected to have none.
    """
    out = [_expect("table_row_count_to_be_between", "A window without rows is a broken feed.", min_value=1)]
    for column, layout in layouts.items():
        out.append(_expect("column_to_exist", "Renamed or dropped?", column=column))
        numeric = isinstance(layout, NumericLayout)
        types = NUMBERS if numeric else TEXTS
        out.append(_expect("column_values_to_be_in_type_list", "A changed type?", column=column, type_list=types))
        cells = past.get(column)
        absent = {MISSING, NAN} if numeric else {MISSING}
        if cells is not None and cells.rows and not absent & set(cells.codes.tolist()):
            note = f"None of the {cells.rows:,} values so far was missing."
            out.append(_expect("column_values_to_not_be_null", note, column=column))
        if isinstance(layout, NumericLayout):
            low, high = _range(layout)
            note = f"From {layout.least:g} to {layout.most:g} at first, with much room: this finds units and sentinels."
            out.append(_expect("column_values_to_be_between", note, column=column, min_value=low, max_value=high))
        if isinstance(layout, CategoricalLayout) and 0 < len(layout.values) <= VOCABULARY:
            known = {"value_set": sorted(layout.values), "mostly": KNOWN_SHARE}
            note = "New values may turn up; a column full of them has been coded anew."
            out.append(_expect("column_values_to_be_in_set", note, column=column, **known))
    return out


def save(path: Path, name: str, expectations: Sequence[Expectation]) -> None:
    """Write a suite that a person can edit; an existing one is theirs, and is refused."""
    if path.exists():
        raise MonitorError(f"{path} is there already, and may hold your own edits. Delete it first to have a new one.")
    note = "What must hold of every window, whatever the season. Edit freely: tidegauge only wrote the first draft."
    suite = {"name": name, "meta": {"notes": note}, "expectations": list(expectations)}
    path.write_text(json.dumps(suite, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> list[Expectation]:
    """The expectations of a suite file."""
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MonitorError(f"{path}: the suite cannot be read ({error}).") from None
    found = suite.get("expectations") if isinstance(suite, dict) else None
    if not isinstance(found, list) or not all(isinstance(e, dict) and isinstance(e.get("type"), str) for e in found):
        raise MonitorError(f'{path}: a suite needs "expectations", a list of objects with a "type" and "kwargs".')
    return found


def _expect(name: str, note: str, **kwargs: object) -> Expectation:
    return {"type": f"expect_{name}", "kwargs": kwargs, "meta": {"notes": note}}


def _range(layout: NumericLayout) -> tuple[float, float]:
    """Bounds that only a broken value leaves: what was never negative stays so."""
    room = ROOM * ((layout.most - layout.least) or abs(layout.most) or 1.0)
    low = 0.0 if layout.least >= 0 else layout.least - room
    return low, layout.most + room
