"""Layouts for a comparison: cut from a deterministic sample of the reference, which also shows what is an id."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tidegauge.comparing.roles import named_like_an_id
from tidegauge.comparing.sides import Side
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import Kind
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import VOCABULARY

SAMPLE = 50_000
FEW = 50  # values: too few to tell an id from a feature
WHOLE_TYPES = ("INT", "BIGINT", "SMALLINT", "HUGEINT", "UINT", "UBIGINT", "USMALLINT", "UHUGEINT")


@dataclass(frozen=True, slots=True)
class Cut:
    """What the sample gave: a layout a column, and the columns that turned out to be ids, with the reason."""

    layouts: dict[str, Layout]
    ids: dict[str, str]


def cut(reference: Side, columns: Mapping[str, Sequence[str]], asked: Collection[str]) -> Cut:
    """Layouts from about 50,000 evenly spaced rows of the reference; a column in `asked` is never taken for an id.

    `columns`: kind → columns. Where a kind is cut by value, the engine counts the values; else it hands them out.
    """
    rows = reference.sample(max(1, reference.rows // SAMPLE))
    layouts: dict[str, Layout] = {}
    ids: dict[str, str] = {}
    for kind, names in columns.items():
        if KINDS[kind].by_value:
            found = _by_value(reference, rows, KINDS[kind], names)
        else:
            found = _by_row(reference, rows, KINDS[kind], names)
        for name, (layout, reason) in found.items():
            if reason and name not in asked:
                ids[name] = reason
            else:
                layouts[name] = layout
    return Cut(layouts, ids)


def _by_value(side: Side, rows: str, kind: Kind, names: Sequence[str]) -> dict[str, tuple[Layout, str]]:
    """Layouts from counted values, and why a column seems to be an id where it does."""
    out = {}
    for name, ((distinct, filled), known) in _words(side, rows, names).items():
        once = distinct > FEW and distinct > 0.9 * filled
        reason = "an id or free text: nearly every row has another value" if once else ""
        out[name] = kind.cut_ranked(known), reason
    return out


def _by_row(side: Side, rows: str, kind: Kind, names: Sequence[str]) -> dict[str, tuple[Layout, str]]:
    """Layouts from the sample's own values, and why a column seems to be an id where it does."""
    out = {}
    for name, values in _values(side, rows, kind, names).items():
        dense = kind.layout.ordered and _counts_rows(name, side.kinds[name], values.astype(np.float64), side.rows)
        out[name] = kind.cut(values), "an id: every row has another whole number" if dense else ""
    return out


def _counts_rows(name: str, kind: str, values: np.ndarray, rows: int) -> bool:
    """Whether whole numbers tell rows apart: all different, and either named so or as dense as a row number."""
    values = values[np.isfinite(values)]
    if not kind.upper().startswith(WHOLE_TYPES) or len(values) <= FEW or len(np.unique(values)) < len(values):
        return False
    return named_like_an_id(name) or float(values.max() - values.min()) < 1.5 * rows


def _values(side: Side, rows: str, kind: Kind, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The sample's values as they are counted; a NULL among numbers is NaN, which no cut minds."""
    if not names:
        return {}
    d = side.warehouse.dialect
    spelled = (f"{kind.source(d, d.quote(name), side.kinds[name])} AS c{i}" for i, name in enumerate(names))
    found = side.warehouse.fetch(f"SELECT {', '.join(spelled)} FROM {rows}")  # noqa: S608 - every name is quoted
    return {name: found[f"c{i}"] for i, name in enumerate(names)}


def _words(side: Side, rows: str, names: Sequence[str]) -> dict[str, tuple[tuple[int, int], tuple[str, ...]]]:
    """Per column how many values and how many filled rows the sample has, and the commonest thousand values."""
    if not names:
        return {}
    d = side.warehouse.dialect
    parts = (_ranked(i, d.as_text(d.quote(name)), rows) for i, name in enumerate(names))
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
