"""What every task says of its labels: how a row is counted in SQL, and what the counts are worth afterwards."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import Floats, Ints, Layout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, unit_of
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.profiles.tasks.ranked_queries import RankedQueries
from tidegauge.warehouses.base import is_number
from tidegauge.warehouses.dialect import Dialect

NEARLY_ALL = 0.99  # labels that are 0 or 1, where the rest are strays
Step = Mapping[str, str]  # the name of a number of a row → how it is had, as SQL, from those of the steps before
Some = Callable[[Ints], Ints]  # of each cell's rows, how many a change takes


class LogColumn(NamedTuple):
    """A column of the log that the sums need beside the prediction."""

    x: str  # the name that it gets
    source: str


class Order(NamedTuple):
    """Which of several labels of a row counts where they came at once, as SQL; and of several rows of one id."""

    first: str  # before when they came
    label: str
    prediction: str


class CodePlane(NamedTuple):
    """Rows of the whole counted once more, by a column of codes from `PLANES` down; NULL: not among them."""

    code: str
    truth: str  # the rows that `truths` counts, as a condition


@dataclass(frozen=True, slots=True)
class RowSum:
    """A whole number that is added up over labelled rows, beside the counts by cell."""

    name: str
    sql: str
    bits: int = 0  # how many above its name's unit it stands: the limbs of one sum have one name


@dataclass(frozen=True)
class Task(ABC):
    """What a model is asked for, as its labels show it: yes or no, a number, a class. One file and one line to add one.

    A task says which labels are its own, what of each labelled row is added up in the one statement that counts, and
    what the sums are. Levels say of which tasks they are (`applies`), so nobody else asks what a label is.
    """

    unit: LabelUnit  # that labels are counted in

    name: ClassVar[str]
    says: ClassVar[str]  # what its labels are, for a sentence
    written: ClassVar[str] = "DOUBLE PRECISION"  # the type of labels that a planted fault has rewritten
    none: ClassVar[str] = "NaN or infinite"  # what labels are that are none
    sides: ClassVar[tuple[str, str]]  # what a labelled row is, by the two shares of it that a page shows

    apart: ClassVar[bool] = False  # whether each of its steps is worked out before the next is begun

    @classmethod
    @abstractmethod
    def takes(cls, unit: LabelUnit) -> bool:
        """Whether labels of this unit are its own."""

    @property
    def counted(self) -> str:
        """What is added up beside the cells, in short: windows that were counted by another one are counted again."""
        return ""

    @property
    def binds(self) -> Mapping[str, object]:
        """Parameters that its SQL names, with their values."""
        return {}

    def value(self, dialect: Dialect, quoted: str, kind: str) -> str:
        """The column of labels, as SQL compares it with predictions; `kind`: its type."""
        return dialect.as_number(quoted, kind)

    def shown(self, dialect: Dialect, value: str) -> str:
        """The same where rows are read."""
        return dialect.real(value)

    def real(self, dialect: Dialect, shown: str) -> str:
        """Which labels are some, as a condition."""
        return dialect.is_finite(shown)

    def own(self, dialect: Dialect, label: str) -> str:
        """Which labels are its own, as a condition: any other is none, and is counted apart."""
        return self.real(dialect, label)

    def sampled(self, values: NDArray[Any]) -> NDArray[Any]:
        """[n] some labels, as their layout is cut from."""
        return np.asarray(values, dtype=np.float64)

    def cut(self, values: NDArray[Any], predicted: Sequence[str], scores: Mapping[str, str]) -> Layout:
        """The layout of labels, from some of them; of classes also from those `predicted`, and those with scores.

        Where nearly all are 0 and 1 it is that of 0 and 1, whatever else has come by now: one stray 2 among thousands
        makes no regression of a classifier, and all looks at the table find the same.
        """
        del predicted, scores
        layout = cut_numeric(values)
        nearly = len(values) > 0 and float(np.isin(values, (0.0, 1.0)).mean()) >= NEARLY_ALL
        return cut_numeric(np.array([0.0, 1.0])) if nearly or unit_of(layout).layout is None else layout

    def wrong_type(self, column: str, kind: str) -> str:
        """Why a column of this type holds none of its labels: a sentence; empty where it may."""
        if is_number(kind):
            return ""
        return (
            f'the label column "{column}" holds {kind}; labels of a prediction that is a number are 0 and 1, booleans '
            "or numbers. If the model says a class, make that columns.prediction; else make 0 and 1 of them in a view."
        )

    def order(self, dialect: Dialect, label: str, prediction: str) -> Order:
        """Of labels that came at once: one that is a label before others, then the least."""
        return Order(f"CASE WHEN {self.own(dialect, label)} THEN 0 ELSE 1 END, ", label, prediction)

    @property
    def code(self) -> str:
        """The number of a row that is its cell, of the steps; empty: the cell of its prediction."""
        return ""

    @property
    def planes(self) -> Sequence[CodePlane]:
        """By what else the rows of the whole are counted."""
        return ()

    def carried(self, dialect: Dialect, kinds: Mapping[str, str]) -> Sequence[LogColumn]:
        """Columns of the log that the steps need; `kinds`: their types."""
        del dialect, kinds
        return ()

    @abstractmethod
    def truth(self, dialect: Dialect) -> str:
        """The rows that `truths` counts, as a condition on `label` and `prediction`."""

    def steps(self, dialect: Dialect) -> Sequence[Step]:
        """Numbers of a row that the sums are made of: each step by those before, and by `label` and `prediction`."""
        del dialect
        return ()

    @abstractmethod
    def sums(self, dialect: Dialect) -> Sequence[RowSum]:
        """What is added up over rows."""

    def confusions(self, sums: Mapping[str, int]) -> Mapping[float, Confusion]:
        """Threshold → rows, exactly, for those at which the rows of a state were counted."""
        del sums
        return {}

    def errors(self, sums: Mapping[str, int]) -> Errors | None:
        """The means of a state's errors; None where it holds no row that has them."""
        del sums
        return None

    def classes(self, cells: LabelCells) -> ClassCounts | None:
        """The rows of a state by class; None where labels are none."""
        del cells
        return None

    def queries(self, sums: Mapping[str, int]) -> RankedQueries | None:
        """The ranked queries of a state; None where labels are of none."""
        del sums
        return None

    def note(self, cells: LabelCells) -> str:
        """What a reader of a state's numbers should know: a sentence; empty for most."""
        del cells
        return ""

    def unanswerable(self, cells: LabelCells) -> str:
        """Why a state can never say how good predictions are, however long the past: a sentence; empty for most."""
        del cells
        return ""

    def named(self, cells: LabelCells) -> Mapping[str, int]:
        """Rows by what a page calls them; empty where it shows them by bands of the prediction, by `sides`."""
        del cells
        return {}

    def brought(self, cells: LabelCells, counted: LabelUnit = TRUTHS) -> LabelCells:
        """A state that was counted in another unit, as near as it can be brought to this one; nothing where it cannot.

        `counted`: that unit; of labels that were counted before they had a layout, that of 0 and 1.
        """
        return cells if counted.own is None else LabelCells.zero()

    @abstractmethod
    def turned(self, dialect: Dialect, value: str) -> str:
        """A label that says something else, as a planted fault has it."""

    def worse(self, cells: LabelCells, some: Some, *, up: bool) -> LabelCells:
        """A state of which some labels say something else; of numbers, which are moved instead, as it is."""
        del some, up
        return cells

    @abstractmethod
    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] the sums of labels in their own unit, from rows and stored sums."""

    @abstractmethod
    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows of the first of its `sides`; None where labels are not what the task takes them for."""

    @abstractmethod
    def binary(self, cells: LabelCells) -> bool:
        """Whether every label is 0 or 1."""
