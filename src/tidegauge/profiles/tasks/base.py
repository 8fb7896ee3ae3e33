"""What every task says of its labels: how a row is counted in SQL, and what the counts are worth afterwards."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tidegauge.profiles.layouts.base import Floats, Ints
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.warehouses.dialect import Dialect

Step = Mapping[str, str]  # the name of a number of a row → how it is had, as SQL, from those of the steps before


@dataclass(frozen=True, slots=True)
class RowSum:
    """A whole number that is added up over labelled rows, beside the counts by cell."""

    name: str
    sql: str


@dataclass(frozen=True)
class Task(ABC):
    """What a model is asked for, as its labels show it: yes or no, or a number. One file and one line to add one.

    A task says which labels are its own, what of each labelled row is added up in the one statement that counts, and
    what the sums are. Levels say of which tasks they are (`applies`), so nobody else asks what a label is.
    """

    unit: LabelUnit  # that labels are counted in

    name: ClassVar[str]
    says: ClassVar[str]  # what its labels are, for a sentence
    sides: ClassVar[tuple[str, str]]  # what a labelled row is, by the two shares of it that a page shows

    @classmethod
    @abstractmethod
    def takes(cls, unit: LabelUnit) -> bool:
        """Whether labels of this unit are its own."""

    @property
    def counted(self) -> str:
        """What is added up beside the cells, in short: windows that were counted by another one are counted again."""
        return ""

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

    @abstractmethod
    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] the sums of labels in their own unit, from rows and stored sums."""

    @abstractmethod
    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows of the first of its `sides`; None where labels are not what the task takes them for."""

    @abstractmethod
    def binary(self, cells: LabelCells) -> bool:
        """Whether every label is 0 or 1."""
