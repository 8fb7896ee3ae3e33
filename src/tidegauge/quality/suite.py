"""The suite beside a monitor's file: what must hold of every window, in Great Expectations' own JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tidegauge.core.errors import MonitorError
from tidegauge.core.regular_files import read_regular_text
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells

Expectation = dict[str, Any]


def generate(layouts: Mapping[str, Layout], past: Mapping[str, Cells]) -> list[Expectation]:
    """Expectations for the columns of `layouts`, as loose as facts are.

    `past` is each column's history as one state: a column in which it holds no missing value is expected to have none.
    """
    out = [_expect("table_row_count_to_be_between", "A window without rows is a broken feed.", min_value=1)]
    for column, layout in layouts.items():
        out.append(_expect("column_to_exist", "Renamed or dropped?", column=column))
        kind, cells = KINDS[layout.kind], past.get(column)
        if types := list(kind.types):
            out.append(_expect("column_values_to_be_in_type_list", "A changed type?", column=column, type_list=types))
        if cells is not None and cells.rows and not layout.absent & set(cells.codes.tolist()):
            note = f"None of the {cells.rows:,} values so far was missing."
            out.append(_expect("column_values_to_not_be_null", note, column=column))
        out += [_expect(fact.name, fact.note, column=column, **fact.arguments) for fact in kind.facts(layout)]
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
        suite = json.loads(read_regular_text(path))
    except (OSError, ValueError) as error:
        raise MonitorError(f"{path}: the suite cannot be read ({error}).") from None
    found = suite.get("expectations") if isinstance(suite, dict) else None
    if not isinstance(found, list) or not all(isinstance(e, dict) and isinstance(e.get("type"), str) for e in found):
        raise MonitorError(f'{path}: a suite needs "expectations", a list of objects with a "type" and "kwargs".')
    for n, one in enumerate(found, 1):
        if not isinstance(one.get("kwargs"), dict):
            raise MonitorError(
                f'{path}: expectation {n}, {one["type"][:80]}, has no "kwargs". Write an object, such as '
                '{"column": "distance"}, or {} where it needs none.'
            )
    return found


def _expect(name: str, note: str, **kwargs: object) -> Expectation:
    return {"type": f"expect_{name}", "kwargs": kwargs, "meta": {"notes": note}}
