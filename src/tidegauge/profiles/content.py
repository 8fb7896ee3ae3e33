"""Whether what a window's rows hold has changed: a digest of what was counted, and a quick look at the rows.

Rows that are corrected in place keep their number and their times, so neither says anything of them. Evidence holds
`digest_of` a window's states, which are whole numbers, the same on every engine and in any order of rows. To know it,
a window has to be profiled; `contents` costs a twentieth of that (decision 0032), and tells whether to do so. It is
compared with what the same engine said before, and no decision rests on it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.profiles.chunks import answers
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import Profile
from tidegauge.profiles.query import Bound, Query, rows_view
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.dialect import Dialect

DIGITS = 12


def digest_of(profile: Profile) -> str:
    """What was counted of a window, in short: cells of all segments, distinct ids, hours, and the rows that were drawn.

    It does not see what the cells do not: a value that moves within its cell and keeps the cell's sum, or two rows that
    change values with each other, unless one of them was drawn. Drawn numbers count to seven digits: engines may differ
    in the last one of a decimal.
    """
    said = hashlib.sha256(f"{profile.facts.rows}\x1f{profile.facts.ids}".encode())
    for segment, rows in sorted(profile.segment_rows.items()):
        said.update(f"\x1e{segment}\x1f{rows}".encode())
    for segment, columns in sorted(profile.segments.items()):
        for column, cells in sorted(columns.items()):
            said.update(f"\x1e{segment}\x1f{column}\x1f".encode("utf-8", "surrogatepass"))
            said.update(_whole(cells))
    if profile.hours is not None:
        said.update(b"\x1ehours\x1f" + _whole(profile.hours))
    if profile.rows is not None:
        said.update(_bytes(profile.rows.hashes))
        for column in profile.rows.columns:
            said.update(f"\x1e{column}\x1f".encode("utf-8", "surrogatepass"))
            said.update(_drawn(profile.rows.numbers.get(column), profile.rows.codes.get(column)))
    return said.hexdigest()[:DIGITS]


def digest_of_labels(segments: Mapping[str, LabelCells]) -> str:
    """The same of a window's labels: of their cells, in which any label that counts shows."""
    said = hashlib.sha256()
    for segment, cells in sorted(segments.items()):
        said.update(f"\x1e{segment}\x1f".encode("utf-8", "surrogatepass"))
        said.update(cells.first_form())
    return said.hexdigest()[:DIGITS]


def content_query(dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]) -> Query:
    """The statement that tells whether what adjoining windows (at most 256) hold is what it was."""
    bind = Bound(dialect)
    view = rows_view(dialect, kinds, mapping, windows, bind)
    columns = [dialect.quote(c) for c in mapping.all]
    return bind.query("content.sql", q=view, columns=columns)


def contents(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]
) -> Iterator[tuple[Window, int]]:
    """What is in the rows of adjoining windows, as one number each; 0 for a window without rows."""
    for some, found in answers(warehouse, windows, partial(content_query, warehouse.dialect, kinds, mapping)):
        known = {int(k): int(n) for k, n in zip(found["window_index"], found["content"], strict=True)}
        yield from ((w, known.get(k, 0)) for k, w in enumerate(some))


def _whole(cells: Cells) -> bytes:
    """The whole numbers of a column's cells."""
    order = np.argsort(cells.codes, kind="stable")
    parts = [cells.codes, cells.counts, *([] if cells.sums is None else [cells.sums])]
    return b"".join(_bytes(part[order]) for part in parts)


def _drawn(numbers: NDArray[np.float64] | None, codes: NDArray[np.int64] | None) -> bytes:
    if numbers is None:
        return b"" if codes is None else _bytes(codes)
    with np.errstate(over="ignore"):
        short = numbers.astype(np.float32) + np.float32(0)  # -0.0 is 0.0
    short[np.isnan(short)] = np.nan  # one NaN of many
    return short.astype("<f4").tobytes()


def _bytes(values: NDArray[np.int64]) -> bytes:
    return values.astype("<i8").tobytes()
