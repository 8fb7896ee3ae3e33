"""How a statistic says which statement gives its number again: a template of `sql/explain/` and its fragments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.statistics.scales import FAR
from tidegauge.warehouses.dialect import Dialect


@dataclass(frozen=True, slots=True)
class StatementSide:
    """A column that a statement reads."""

    name: str
    layout: Layout
    value: str  # the column as SQL
    number: str  # the same as a float, where it holds numbers

    @property
    def label(self) -> str:
        """Its name, for a comment."""
        return on_one_line(self.name)

    @property
    def cells(self) -> NumericLayout:
        """Its layout for a statistic that applies to numbers alone: nobody asks it of another kind."""
        return cast("NumericLayout", self.layout)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be shown: a number of one column or several, on one engine. `compared`: whether past windows were."""

    dialect: Dialect
    sides: Sequence[StatementSide]  # the column, then the others of a relation; none for a number of rows
    compared: bool = True
    scores: Mapping[str, str] = field(default_factory=dict)  # class → its score as SQL, where labels are classes
    kinds: Mapping[str, str] = field(default_factory=dict)  # column of the log → type, where labels are asked of
    types: Mapping[str, str] = field(default_factory=dict)  # of the monitor's own metrics: expression → type

    @property
    def side(self) -> StatementSide:
        """The column that the number is told of first."""
        return self.sides[0]


@dataclass(frozen=True, slots=True)
class Statement:
    """A file of `sql/explain/` and what it takes beside table, windows, head and dialect (`d`), which all are given."""

    template: str  # without folder and ending: "level"
    parts: Mapping[str, object] = field(default_factory=dict)
    note: str = ""  # a line below the head: what the number leaves out, or how it differs


@dataclass(frozen=True, slots=True)
class NoStatement:
    """That there is none, because: the report says so instead of showing another number. A whole sentence."""

    why: str


Shown: TypeAlias = Statement | NoStatement

ROWS = Statement("rows")  # all facts about a window's rows in one statement, each in a column of its name
UNFOLLOWED = NoStatement("No decision follows this distance, so no statement is kept that gives it again.")
MODEL = NoStatement("Only a stored model of earlier rows gives this number: no statement on the warehouse does.")
UNCOMPARED = NoStatement("There were no past windows to compare with, so no statement gives this number again.")
SAMPLED = "the decision read a sample of the window's rows; this statement reads all of them"
NEARLY = "nearly: sums are kept in whole units of {:.3g}, half of one added, so digits beyond that differ"


def on_one_line(text: str) -> str:
    """A text that ends no comment."""
    return text.replace("\n", " ").replace("\r", " ")


def level(number: str, note: str = "") -> Statement:
    """A number that is one expression over the window's rows."""
    return Statement("level", {"number": number}, note)


def share_of_rows(condition: str, note: str = "") -> Statement:
    """The share of the window's rows for which a condition holds."""
    return level(f"avg(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END)", note)


def share_of_values(side: StatementSide, condition: str) -> Statement:
    """The share of the rows that have a value for which a condition holds."""
    return level(f"sum(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END) / nullif(count({side.value}), 0)")


def over_cells(question: Question, number: str, *, nearly: bool = False) -> Statement:
    """A number over the layout's cells: each has its code `cell`, rows n, least and greatest value `low` and `high`.

    `away` is how many spreads its mean lies from the middle, a the same on the asinh scale, no further than 50.
    `nearly`: whether exact sums, which are kept in whole units, take part in it.
    """
    dialect, side, layout = question.dialect, question.side, question.side.cells
    return Statement(
        "cells",
        {
            "x": side.number,
            "number": number,
            "cell": layout.cell_sql(dialect, "x", "x"),
            "lowest_cell": BEYOND_LOW,
            "highest_cell": layout.high_inf - 1,
            "lowest": dialect.number(layout.lowest),
            "highest": dialect.number(layout.highest),
            "middle": dialect.number(layout.middle),
            "spread": dialect.number(layout.spread),
            "far": f"{FAR:g}",
        },
        NEARLY.format(1 / layout.scale) if nearly else "",
    )
