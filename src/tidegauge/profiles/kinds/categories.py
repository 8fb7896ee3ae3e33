"""Names and codes, where only equal means something: counted exactly by value, new ones in hash buckets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.kinds.base import Bind, CellScan, Fact, Kind, View, as_text
from tidegauge.profiles.kinds.changes import Lots, Moved, Planting
from tidegauge.profiles.layouts.base import MISSING, Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout, JoinedCategories, cut_categorical
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.profiles.states.stacking import by_code, gather
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import macro

MOST_LISTED = 50  # columns with more known values are open lists: a new tail number is no broken fact
KNOWN_SHARE = 0.9  # new values turn up; a column full of them has been re-coded
# What pandas calls it in the small frame, and what databases call it where the suite is run on the table itself.
TEXTS = ("str", "object", "VARCHAR", "TEXT", "CHAR", "STRING", "UUID", "ENUM", "INTEGER", "BIGINT", "BOOLEAN")


class Categorical(Kind):
    """A column of categories, text or not."""

    name: ClassVar[str] = "categorical"
    says: ClassVar[str] = "Features that are names or codes, where only equal means something."
    layout: ClassVar[type[Layout]] = CategoricalLayout
    by_value: ClassVar[bool] = True
    types: ClassVar[tuple[str, ...]] = TEXTS

    def takes(self, type_name: str) -> bool:
        del type_name  # every value has a text
        return True

    def source(self, dialect: Dialect, quoted: str, type_name: str) -> str:
        return as_text(dialect, quoted, type_name)

    def cut(self, values: NDArray[Any]) -> CategoricalLayout:
        return cut_categorical(values)

    def cut_ranked(self, values: Sequence[str]) -> CategoricalLayout:
        return CategoricalLayout(tuple(values))

    def joined(self, cuts: Sequence[Layout]) -> Layout:
        named = [c for c in cuts if type(c) is CategoricalLayout]
        return JoinedCategories.of(named) if len(named) == len(cuts) else super().joined(cuts)

    def outgrown(self, layout: Layout, cells: Cells) -> float | None:
        if type(layout) is not CategoricalLayout:
            return None
        there = cells.codes != MISSING
        return float(cells.counts[cells.codes > layout.known].sum() / max(cells.counts[there].sum(), 1))

    def crowd(self, layout: Layout, values: NDArray[Any]) -> float:
        """The share of values that it does not name."""
        there, named = [str(v) for v in values if v is not None], set(layout.named)
        return sum(v not in named for v in there) / max(len(there), 1)

    def view(self, dialect: Dialect, index: int, source: str, layout: Layout, bind: Bind) -> View:
        values = [layout.label(code) for code in range(1, layout.known + 1)]
        known = {"known": layout.known, "vocabulary": bind(f"vocabulary_{index}", values)}
        return super().view(dialect, index, source, layout, bind) | known

    def scan(self, c: View, dialect: Dialect) -> CellScan:
        """By its place in the vocabulary: for few rows, where hundreds of joins would not fit one FROM."""
        rank = dialect.rank(dialect.texts(c["vocabulary"]), c["x"])
        return CellScan(macro("cells.sql", "category", c, c["x"], rank, dialect))

    def count(self, c: View, q: View, dialect: Dialect) -> str:
        return macro("cells.sql", "categories", q, c, dialect)

    def word(self, c: View, dialect: Dialect) -> str:
        del dialect  # it is text already
        return f"coalesce({c['x']}, '')"

    def stacks(self, layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> Sequence[Stack]:
        return (stack_categorical(layouts, states),)

    def change(self, layout: Layout, lots: Lots, sign: int) -> Planting | None:
        del sign
        return Moved(lots) if Moved.can(layout) else None

    def shown(self, dialect: Dialect, column: str, type_name: str, layout: Layout) -> tuple[str, str]:
        del layout
        quoted = dialect.quote(column)
        return quoted, dialect.as_number(quoted, type_name)

    def facts(self, layout: Layout) -> Iterator[Fact]:
        if 0 < layout.known <= MOST_LISTED:
            note = "New values may turn up; a column full of them has been coded anew."
            values = sorted(layout.label(code) for code in range(1, layout.known + 1))
            yield Fact("column_values_to_be_in_set", note, {"value_set": values, "mostly": KNOWN_SHARE})


def stack_categorical(layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> Stack:
    """Counts by code: the known values, then all others. Any layout that names its cells stacks so."""
    columns = tuple(layouts)
    width = max((layout.size for layout in layouts.values()), default=1)
    g = gather(columns, states)
    counts = by_code(g.column * width + g.code, g.count, len(columns), width)
    nothing = np.full(len(columns), np.nan)
    none, blank = np.zeros(len(columns)), np.full((len(columns), width - 1), np.nan)
    return Stack(
        columns=columns,
        kind=Categorical.name,
        rows=counts.sum(axis=1),
        missing=counts[:, MISSING],
        nan=none,
        inf=none,
        counts=counts[:, 1:],
        centres=blank,
        totals=blank,
        low=nothing,
        high=nothing,
        edges=np.full((len(columns), width), np.nan),
        known=np.array([float(layout.known) for layout in layouts.values()]),
        spread=nothing,
        middle=nothing,
        least=nothing,
        most=nothing,
    )
