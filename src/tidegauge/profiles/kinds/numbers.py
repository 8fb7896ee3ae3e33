"""Quantities, where more and less mean something: counted in cells of the number line, with exact sums."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.kinds.base import Bind, CellScan, CountedColumn, Fact, Kind, View
from tidegauge.profiles.kinds.changes import Lots, Planting
from tidegauge.profiles.kinds.number_line import stack_numeric
from tidegauge.profiles.kinds.shifts import Shift
from tidegauge.profiles.layouts.base import MISSING, Ints, Layout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.joined_numbers import JoinedNumbers
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF, NAN
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.warehouses.base import is_number
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import macro

ROOM = 10.0  # a number may lie this many times the sample's range outside it: units and sentinels, not tails
# What pandas calls it in the small frame, and what databases call it where the suite is run on the table itself.
NUMBERS = ("float64", "int64", "bool", "DOUBLE", "FLOAT", "REAL", "DOUBLE_PRECISION", "NUMERIC", "DECIMAL",
           "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "BOOLEAN")  # fmt: skip


class Numeric(Kind):
    """A column of numbers. A kind whose `source` is a number too (a text's length) inherits all the rest from here."""

    name: ClassVar[str] = "numeric"
    says: ClassVar[str] = "Features that are quantities, where more and less mean something."
    layout: ClassVar[type[Layout]] = NumericLayout
    types: ClassVar[tuple[str, ...]] = NUMBERS

    def takes(self, type_name: str) -> bool:
        return is_number(type_name)

    def source(self, dialect: Dialect, quoted: str, type_name: str) -> str:
        return dialect.as_number(quoted, type_name)

    def cut(self, values: NDArray[Any]) -> Layout:
        plain = [np.nan if v is None else v for v in values] if values.dtype == object else values
        made = cut_numeric(np.asarray(plain, dtype=np.float64))
        return made if self.layout is NumericLayout else self.layout.from_content(made.content())

    def joined(self, cuts: Sequence[Layout]) -> Layout:
        lines = [c for c in cuts if type(c) is NumericLayout]  # one of a kind of its own may mean something else by it
        return JoinedNumbers.of(lines) if len(lines) == len(cuts) else super().joined(cuts)

    def outgrown(self, layout: Layout, cells: Cells) -> float | None:
        """The fullest cell that holds more than one value."""
        if type(layout) is not NumericLayout or cells.lows is None or cells.highs is None:
            return None if type(layout) is not NumericLayout else 0.0
        there = (cells.codes > LOW_INF) & (cells.codes < layout.high_inf)
        several = cells.counts[there & (cells.lows < cells.highs)]
        return float(several.max(initial=0) / max(cells.counts[there].sum(), 1))

    def crowd(self, layout: Layout, values: NDArray[Any]) -> float:
        """The fullest cell, beside its most frequent value."""
        x = np.asarray([np.nan if v is None else v for v in values], dtype=np.float64)
        x = x[np.isfinite(x)]
        known, many = np.unique(x, return_counts=True)
        codes, line = _line(layout).codes(known), _line(layout)
        of, most = np.zeros(line.size), np.zeros(line.size)
        np.add.at(of, codes, many)
        np.maximum.at(most, codes, many)
        return float((of - most).max(initial=0.0) / max(len(x), 1))

    def at_birth(self, layout: Layout) -> float:
        return _line(layout).bound

    def view(self, dialect: Dialect, index: int, source: str, layout: Layout, bind: Bind) -> View:
        line, n, x = _line(layout), dialect.number, f"c{index}"
        shown = super().view(dialect, index, source, layout, bind)
        if isinstance(line, JoinedNumbers):
            cuts = [_stretches(dialect, x, c, bind(f"lookup_{index}_{k}", _whole(c))) for k, c in enumerate(line.cuts)]
            shown |= {"cuts": cuts}
        else:
            shown |= {**_stretches(dialect, x, line, ""), "cuts": []}
        return shown | {
            "atoms": [(n(v), code) for v, code in line.atom_codes],
            "lookup": bind(f"lookup_{index}", _whole(line)),
            "lowest": n(line.lowest),
            "highest": n(line.highest),
            "units": dialect.times(f"({x} - {n(line.start)})", line.scale),
        }

    def scan(self, c: View, dialect: Dialect) -> CellScan:
        return CellScan(macro("cells.sql", "code", c, dialect), macro("cells.sql", "part", c), c["x"])

    def read(self, layout: Layout, answer: CountedColumn) -> Cells:
        # the least and greatest of NaN, inf and NULL say nothing
        plain = (answer.code > LOW_INF) & (answer.code < layout.size - 1)
        low, high = (np.where(plain, ends, 0.0) for ends in (answer.low, answer.high))
        return self.state(answer.code, answer.count, np.where(plain, answer.total, 0), low, high)

    def sampled(self, c: View, dialect: Dialect) -> str:
        return f"coalesce({c['x']}, {dialect.special('NaN')})"

    def whole(self, c: View) -> str | None:
        return f"coalesce({macro('cells.sql', 'part', c)}, 0)"

    def stacks(self, layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> Sequence[Stack]:
        return (stack_numeric({c: _line(layout) for c, layout in layouts.items()}, states),)

    def change(self, layout: Layout, lots: Lots, sign: int) -> Planting | None:
        del lots
        return Shift(_line(layout), sign)

    def shown(self, dialect: Dialect, column: str, type_name: str, layout: Layout) -> tuple[str, str]:
        del layout
        quoted = dialect.quote(column)
        return quoted, self.source(dialect, quoted, type_name)

    def drawn(self, layout: Layout, cells: Cells, share: Ints) -> NDArray[Any]:
        """[n] in each cell its least value, its greatest, and its mean in between."""
        line, out, at = _line(layout), np.empty(int(share.sum())), 0
        for k, (code, n) in enumerate(zip(cells.codes.tolist(), share.tolist(), strict=True)):
            here = out[at : at + n]
            at += n
            if code in (MISSING, NAN):
                here[:] = np.nan
            elif code in (LOW_INF, line.high_inf):
                here[:] = -np.inf if code == LOW_INF else np.inf
            elif cells.sums is not None and cells.lows is not None and cells.highs is not None and n:
                low, high = cells.lows[k], cells.highs[k]
                beyond = code in (BEYOND_LOW, line.high_inf - 1)  # only counted there, not summed
                mean = low if beyond else line.start + (cells.sums[k] / cells.counts[k] + 0.5) / line.scale
                here[:] = np.clip(mean, low, high)
                here[0], here[-1] = low, high
        return out

    def facts(self, layout: Layout) -> Iterator[Fact]:
        line = _line(layout)
        low, high = _range(line)
        note = f"From {line.least:g} to {line.most:g} at first, with much room: this finds units and sentinels."
        yield Fact("column_values_to_be_between", note, {"min_value": low, "max_value": high})


def _stretches(dialect: Dialect, x: str, line: NumericLayout, lookup: str) -> View:
    """The cells of a layout that was cut once, without those of single values."""
    n = dialect.number
    pieces = [
        {
            "steps": dialect.times(f"({x} - {n(p.start)})", p.inverse),
            "offset": p.offset,
            "end": n(q.start if q else line.stop),
        }
        for p, q in zip(line.pieces, (*line.pieces[1:], None), strict=True)
    ]
    return {
        "x": x,
        "start": n(line.start),
        "stop": n(line.stop),
        "pieces": pieces,
        "atoms": [],
        "lookup": lookup,
        "high_inf": line.high_inf,
        "low_tails": [(n(e), code) for e, code in line.low_edges],
        "high_tails": [(n(e), code) for e, code in line.tail_edges],
    }


def _whole(line: NumericLayout) -> list[int]:
    return [int(k) for k in line.lookup]


def _line(layout: Layout) -> NumericLayout:
    line = on_a_line(layout)
    if line is None:
        raise TypeError(f"a column of numbers is counted on a number line, not in a {type(layout).__name__}")
    return line


def _range(line: NumericLayout) -> tuple[float, float]:
    """Bounds that only a broken value leaves: what was never negative stays so."""
    room = ROOM * ((line.most - line.least) or abs(line.most) or 1.0)
    low = 0.0 if line.least >= 0 else line.least - room
    return low, line.most + room
