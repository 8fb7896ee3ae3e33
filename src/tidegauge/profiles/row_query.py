"""The part of the profile statement that draws whole rows, and its answer → `SampledRows`.

A row is drawn by the hash of its id. A log that names no id has rows all the same, so what tells rows apart takes the
id's place: the event's time and the columns that vary most.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.warehouses.base import Rows
from tidegauge.warehouses.dialect import Dialect

SAMPLED = -2  # in the answer's `col`: a row, not a column's cell
HASHES = 2**60
MOST_VALUES = 2_400_000  # sampled in one statement, so that 50 columns of a month of hours stay below 1 GB
TELLING = 3  # columns that stand for an id
_FACTORS = (
    1_000_003,
    786_433,
    524_287,
    1_048_573,
)  # primes below 2²⁰; a part is below 2³⁵, a sum of products below 2⁵⁸


def telling(layouts: Mapping[str, Layout]) -> list[str]:
    """The columns that take a missing id's place: the numbers with the most cells, then the longest vocabularies.

    >>> from tidegauge.profiles.layouts.categorical import CategoricalLayout
    >>> telling({"word": CategoricalLayout(("a", "b")), "longer": CategoricalLayout(("a", "b", "c"))})
    ['longer', 'word']
    """
    ranked = sorted(layouts.items(), key=lambda c: (not c[1].ordered, -c[1].size, c[0]))
    return [name for name, _ in ranked[:TELLING]]


def most_windows(columns: int, limit: int) -> int:
    """In one statement that draws rows."""
    return max(1, MOST_VALUES // max(1, columns * limit))


def row_view(
    dialect: Dialect, view: Mapping[str, Any], columns: Sequence[str], layouts: Mapping[str, Layout], limit: int
) -> dict[str, Any]:
    """What the statement says of the sample, beside the view of its columns (see `query.profile_queries`)."""
    views = {c["index"]: c for c in view["columns"]}
    named = [views[columns.index(c)] for c in telling({c: layouts[c] for c in columns})]
    key = _instead_of_an_id(dialect, named)
    if view["id"]:
        key = f"coalesce({dialect.as_text('id')}, {key})"
    drawn = [views[k] | {"x": f"r.{views[k]['x']}"} for k in range(len(columns))]  # a value of a row that was drawn
    values = [KINDS[c["kind"]].sampled(c, dialect) for c in drawn]
    several = (
        limit + limit // 2 + 100
    )  # rows that pass the threshold, give or take 40: hardly ever fewer than the limit
    return {
        "limit": limit,
        "digest": dialect.digest(key),
        "hash": dialect.from_hex("substr(few.digest, 1, 15)"),
        "threshold": dialect.to_hex(f"{dialect.divide(str(HASHES - 1), f'greatest(count(*), {several})')} * {several}"),
        "packed": dialect.packed(values),
        "type": dialect.packed_type,
    }


def _instead_of_an_id(dialect: Dialect, columns: Sequence[dict[str, Any]]) -> str:
    """What tells rows without an id apart, as one text: the event's time and some columns."""
    numbers = [whole for c in columns if (whole := KINDS[c["kind"]].whole(c)) is not None]
    words = [KINDS[c["kind"]].word(c, dialect) for c in columns if KINDS[c["kind"]].whole(c) is None]
    parts = " + ".join(["micros", *(f"{number} * {_FACTORS[k]}" for k, number in enumerate(numbers))])
    return " || '|' || ".join([dialect.as_text(parts), *words])


def read_rows(
    dialect: Dialect, found: Rows, windows: int, columns: Sequence[str], layouts: Mapping[str, Layout], limit: int
) -> list[SampledRows]:
    """Each window's sample, from the rows of the answer that are rows of the log."""
    # the answer of the statement that draws rows comes first, and has that much more to say of each of its own
    drawn = found["col"][: len(found["sampled"])].astype(np.int64) == SAMPLED
    window, hashes = (found[k][: len(drawn)][drawn].astype(np.int64) for k in ("window_index", "total"))
    table = dialect.unpacked(found["sampled"][drawn], len(columns))
    order = np.argsort(window, kind="stable")
    bounds = np.searchsorted(window[order], np.arange(windows + 1))
    # codes of the first layout: what was learnt of rows goes on when a column is cut again
    first = {c: layouts[c].onto(layouts[c].cuts[0]) for c in columns if not layouts[c].ordered}
    out = []
    for k in range(windows):
        here = order[bounds[k] : bounds[k + 1]]
        values = {
            c: table[here, i] if layouts[c].ordered else first[c][table[here, i].astype(np.int64)]
            for i, c in enumerate(columns)
        }
        out.append(SampledRows.drawn(limit, hashes[here], columns, values))
    return out
