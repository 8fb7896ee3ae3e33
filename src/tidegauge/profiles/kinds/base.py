"""What a kind of column is, from the statement that counts it to the sentence that a suite of facts holds it to."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.kinds.changes import Lots, Planting
from tidegauge.profiles.layouts.base import MISSING, Floats, Ints, Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import macro

Bind = Callable[[str, Any], str]  # binds a value to a parameter, and says where it goes
View = dict[str, Any]  # what a statement's template is told of one column, or of the whole query


@dataclass(frozen=True, slots=True)
class CellScan:
    """SQL over a row's value: the code of its cell, and what of the value the cell keeps."""

    code: str
    part: str = "CAST(NULL AS BIGINT)"  # a whole number that sums add, NULL where there is none
    x: str = ""  # the number whose least and greatest a cell keeps, where there is one


@dataclass(frozen=True, slots=True)
class CountedColumn:
    """What a statement says of one column in one window: each array has one entry a cell that has rows."""

    code: Ints  # ascending
    count: Ints
    total: Ints  # the sum of `CellScan.part`
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Fact:
    """An expectation about one column, under the name that Great Expectations has for it, and why it is there."""

    name: str
    note: str
    arguments: Mapping[str, Any]


class Kind(ABC):
    """One kind of column. A member is a file with a class, its layout included, and a line in the list.

    `code` is what a member must think about: SQL that gives every value one of the layout's codes. What it inherits is
    right for a handful of cells without an order: counts by code, a bar for each cell, missing values planted. What
    statistics say of it follows from the stack that it makes: one whose `kind` they know is read by them.
    """

    name: ClassVar[str]  # what a monitor lists its columns under, and `Layout.kind`
    says: ClassVar[str]  # which columns it is for: a sentence in the monitor's JSON Schema
    layout: ClassVar[type[Layout]]
    state: ClassVar[type[Cells]] = Cells  # counts by code, and whatever else it keeps
    by_value: ClassVar[bool] = False  # cut from how often each value comes: the engine counts them, hands out no rows
    types: ClassVar[tuple[str, ...]] = ()  # the column's types in Great Expectations' words; empty: none is expected

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for part in ("name", "says", "layout"):
            if not hasattr(cls, part):
                raise TypeError(f"the kind of column {cls.__qualname__} lacks {part}; see {Kind.__module__}.Kind.")
        if cls.layout.kind != cls.name:
            raise TypeError(
                f'the kind of column "{cls.name}" has a layout whose kind is "{cls.layout.kind}": stored layouts are '
                "read back by that name, so the two must be one."
            )

    # --- reading and counting: the profile statement ---

    @abstractmethod
    def takes(self, type_name: str) -> bool:
        """Whether columns of this type, by the engine's name for it, can be counted so."""

    def source(self, dialect: Dialect, quoted: str, type_name: str) -> str:
        """A column as the statement reads it: the value that `view` calls x, NULL where it is missing."""
        del dialect, type_name
        return quoted

    @abstractmethod
    def cut(self, values: NDArray[Any]) -> Layout:
        """A layout from some thousands of values of `source`; missing ones are None, or NaN among floats."""

    def cut_ranked(self, values: Sequence[str]) -> Layout:
        """A layout from the values that there are, the commonest first, at most a thousand: for a kind cut by value."""
        return self.cut(np.array(values, dtype=object))

    # --- cutting again: a kind that says nothing here keeps its first cells for ever ---

    def joined(self, cuts: Sequence[Layout]) -> Layout:
        """A layout that splits the cells of all of these; see `Layout.cuts`."""
        raise TypeError(f'columns of the kind "{self.name}" are cut once, and {len(cuts)} layouts were given to join')

    def outgrown(self, layout: Layout, cells: Cells) -> float | None:
        """The share of rows that a layout does not tell apart, by their counts: at least what `crowd` says of them.

        None for a kind that is cut once.
        """
        del layout, cells
        return None

    def crowd(self, layout: Layout, values: NDArray[Any]) -> float:
        """The same of some thousands of values of `source`, exactly as it is said of a layout that is cut from them."""
        del layout, values
        return 0.0

    def at_birth(self, layout: Layout) -> float:
        """What `crowd` said of the values that a layout was cut from, as far as a layout keeps it."""
        del layout
        return 0.0

    def view(self, dialect: Dialect, index: int, source: str, layout: Layout, bind: Bind) -> View:
        """What the other parts are told of a column, as `c`: x, and all of the layout that SQL needs."""
        del dialect, bind
        return {"index": index, "x": f"c{index}", "source": source, "layout": layout}

    @abstractmethod
    def scan(self, c: View, dialect: Dialect) -> CellScan:
        """SQL for the code of `c["x"]`, on every engine; code 0 where it is NULL."""

    def count(self, c: View, q: View, dialect: Dialect) -> str:
        """A SELECT over the window's rows, a row for each cell; another one where values are counted first."""
        return macro("cells.sql", "scanned", q, c, self.scan(c, dialect), dialect)

    def read(self, layout: Layout, answer: CountedColumn) -> Cells:
        """A window's state from what the statement found."""
        del layout
        return self.state(answer.code, answer.count)

    # --- sampled rows: a number of an ordered kind, or the code of any other ---

    def sampled(self, c: View, dialect: Dialect) -> str:
        """SQL for one value, never NULL: the number itself, NaN where missing, or the code."""
        return dialect.real(self.scan(c, dialect).code)

    def whole(self, c: View) -> str | None:
        """SQL for a whole number that tells rows apart, where the kind has one."""
        del c
        return None

    def word(self, c: View, dialect: Dialect) -> str:
        """SQL for a text that tells rows apart, for a kind that has no such number."""
        return f"coalesce({dialect.as_text(c['x'])}, '')"

    # --- judging and showing ---

    @abstractmethod
    def stacks(self, layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> Sequence[Stack]:
        """The sum of several windows' states for all of the kind's columns, as statistics read them.

        Usually one stack, whose `kind` is a name that statistics know: they then say of it all that they can say. A
        column may stand in several, if no statistic applies to two of them.
        """

    def change(self, layout: Layout, lots: Lots, sign: int) -> Planting | None:
        """The change that a window's sensitivity is worked out for, beside missing values; None where there is none."""
        del layout, lots, sign
        return None

    def shown(self, dialect: Dialect, column: str, type_name: str, layout: Layout) -> tuple[str, str]:
        """A column in a statement that shows a finding: as a value and as a number, without a parameter.

        A value without an order goes by the name of its cell there, so that statistics of names need not know the kind.
        """
        source = f"({self.source(dialect, dialect.quote(column), type_name)})"
        code = self.scan({**self.view(dialect, 0, source, layout, _bind_nothing), "x": source}, dialect).code
        named = (f"WHEN {k} THEN {dialect.text(layout.label(k))}" for k in range(MISSING + 1, layout.size))
        value = f"CASE {code} {' '.join(named)} END"
        return value, value

    def drawn(self, layout: Layout, cells: Cells, share: Ints) -> NDArray[Any]:
        """[n] values that stand for a window's rows, `share` of each cell, missing ones None, for expectations."""
        names = [None if code == MISSING else layout.label(code) for code in cells.codes.tolist()]
        out = np.empty(int(share.sum()), dtype=object)
        out[:] = [name for name, n in zip(names, share.tolist(), strict=True) for _ in range(n)]
        return out

    def facts(self, layout: Layout) -> Iterator[Fact]:
        """What must hold of every window's values, beside type and missing ones."""
        del layout
        yield from ()


def _bind_nothing(name: str, value: Any) -> str:  # noqa: ANN401 - whatever the client takes
    """For a kind whose SQL rests on no parameter; one that binds any says itself how it is shown."""
    del value
    raise TypeError(f"a statement to paste has no parameters, and this kind of column binds {name}: give it `shown`")


def as_text(dialect: Dialect, quoted: str, type_name: str) -> str:
    """A column as text, cast where it is none."""
    return quoted if type_name.upper() in {"VARCHAR", "TEXT"} else dialect.as_text(quoted)
