"""Layouts for a comparison: cut from a deterministic sample of the reference, which also shows what is an id."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tidegauge.comparing.roles import named_like_an_id
from tidegauge.comparing.sides import Side
from tidegauge.layouts.base import Layout
from tidegauge.layouts.categorical import VOCABULARY, CategoricalLayout
from tidegauge.layouts.cut import cut_numeric
from tidegauge.warehouses.base import Dialect

SAMPLE = 50_000
FEW = 50  # values: too few to tell an id from a feature
WHOLE_TYPES = ("INT", "BIGINT", "SMALLINT", "HUGEINT", "UINT", "UBIGINT", "USMALLINT", "UHUGEINT")


@dataclass(frozen=True, slots=True)
class Cut:
    """What the sample gave: a layout a column, and the columns that turned out to be ids, with the reason."""

    layouts: dict[str, Layout]
    ids: dict[str, str]


def cut(reference: Side, numeric: Sequence[str], categorical: Sequence[str], asked: Sequence[str]) -> Cut:
    """Layouts from about 50,000 evenly spaced rows of the reference; a column in `asked` is never taken for an id."""
    rows = reference.sample(max(1, reference.rows // SAMPLE))
    layouts: dict[str, Layout] = {}
    ids: dict[str, str] = {}
    for name, values in _numbers(reference, rows, numeric).items():
        if name not in asked and _counts_rows(name, reference.kinds[name], values, reference.rows):
            ids[name] = "an id: every row has another whole number"
        else:
            layouts[name] = cut_numeric(values)
    for name, ((distinct, filled), known) in _words(reference, rows, categorical).items():
        if name not in asked and distinct > FEW and distinct > 0.9 * filled:
            ids[name] = "an id or free text: nearly every row has another value"
        else:
            layouts[name] = CategoricalLayout(known)
    return Cut({name: layouts[name] for name in (*numeric, *categorical) if name in layouts}, ids)


def _counts_rows(name: str, kind: str, values: np.ndarray, rows: int) -> bool:
    """Whether whole numbers tell rows apart: all different, and either named so or as dense as a row number."""
    values = values[np.isfinite(values)]
    if not kind.upper().startswith(WHOLE_TYPES) or len(values) <= FEW or len(np.unique(values)) < len(values):
        return False
    return named_like_an_id(name) or float(values.max() - values.min()) < 1.5 * rows


def _numbers(side: Side, rows: str, names: Sequence[str]) -> dict[str, np.ndarray]:
    if not names:
        return {}
    d = side.warehouse.dialect
    spelled = (f"{d.as_number(d.quote(name), side.kinds[name])} AS c{i}" for i, name in enumerate(names))
    found = side.warehouse.fetch(f"SELECT {', '.join(spelled)} FROM {rows}")  # noqa: S608 - every name is quoted
    return {
        name: found[f"c{i}"].astype(np.float64) for i, name in enumerate(names)
    }  # a NULL turns into NaN, which no cut minds


def _words(side: Side, rows: str, names: Sequence[str]) -> dict[str, tuple[tuple[int, int], tuple[str, ...]]]:
    """Per column how many values and how many filled rows the sample has, and the commonest thousand values."""
    if not names:
        return {}
    d = side.warehouse.dialect
    parts = (_ranked(i, _as_text(d, name), rows) for i, name in enumerate(names))
    found = side.warehouse.fetch("\nUNION ALL\n".join(parts) + "\nORDER BY col, place")
    out: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {}
    for i, name in enumerate(names):
        here = np.flatnonzero(found["col"].astype(np.int64) == i)
        size = (int(found["kinds"][here[0]]), int(found["filled"][here[0]])) if len(here) else (0, 0)
        out[name] = size, tuple(str(v) for v in found["value"][here])
    return out


def _ranked(index: int, text: str, rows: str) -> str:
    return (
        f"SELECT * FROM (SELECT {index} AS col, value, row_number() OVER (ORDER BY n DESC, value) AS place, "  # noqa: S608 - quoted
        "count(*) OVER () AS kinds, CAST(sum(n) OVER () AS BIGINT) AS filled "
        f"FROM (SELECT {text} AS value, count(*) AS n FROM {rows} GROUP BY 1) AS g WHERE value IS NOT NULL) AS r "
        f"WHERE place <= {VOCABULARY}"
    )


def _as_text(dialect: Dialect, name: str) -> str:
    return f"CAST({dialect.quote(name)} AS VARCHAR)"
