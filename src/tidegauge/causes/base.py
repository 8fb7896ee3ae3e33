"""What a cause is: ways in which a column's reference can be turned into its window, each with how well it fits."""

from abc import ABC
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.label_change import LabelChange
from tidegauge.causes.rows_change import RowsChange
from tidegauge.tuning.cause_tuning import CauseTuning


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way in which a cause may have come about, and what it leaves of the change."""

    cause: "Cause"
    clause: str  # a clause, the column's name in it
    key: str  # which of the cause's ways it is: the same for the same column, whatever came
    mapped: Floats  # [size] the reference's shares, had it been done to all rows
    share: float  # of the rows that it fits best for
    left: float
    gone: float
    most_left: float  # of `gone`, for it to fit
    steady: float  # how near reference windows must be to each other for the fit to say anything
    proved: bool = False  # the values themselves say so: shapes need not
    counted: bool = False  # rows that no reference window had there are counted, whatever the others do …
    gain: float = 0.0  # … so many, as a share
    displaced: bool = False  # proved by numbers that were never reached before
    factor: float = field(default=0.0)  # of a map that is a multiplication

    @property
    def cost(self) -> float:
        """What it is held to be, beside others that fit: the less, the more it is believed."""
        return self.cause.cost - self.proved


class Cause(ABC):
    """One way in which data goes wrong, as it shows in profiles. A member is a file and a line in the list."""

    name: ClassVar[str]
    title: ClassVar[str]  # what it is, in words
    cost: ClassVar[float]  # of two that fit the one of less cost is named; of the same cost, neither
    is_fault: ClassVar[bool]  # of the data, to be mended at its source and not learnt: a training is held for it
    describes: ClassVar[bool] = False  # says what came over the values, and not why
    is_seen: ClassVar[bool] = False  # counted and not inferred: that it is so is no likelihood
    joins: ClassVar[bool] = False  # holds for other columns too that it would not be named for alone
    is_map: ClassVar[bool] = False  # changes all values: fits by chance more easily

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        """Its ways for a column that may have come about; none where it is out of the question."""
        del column, tuning
        yield from ()

    def labels(self, column: ColumnChange, key: str) -> dict[int, str]:
        """Code → what its rows are held to be, where they are told apart by this cause alone: for its picture."""
        del column, key
        return {}

    def of_rows(self, rows: RowsChange, tuning: CauseTuning) -> str:
        """A clause, where it is what came over the rows themselves; empty where it is not."""
        del rows, tuning
        return ""

    def of_labels(self, labels: LabelChange, tuning: CauseTuning) -> str:
        """The same of the labels, of all rows or of a segment."""
        del labels, tuning
        return ""

    def goes_with(
        self, column: ColumnChange, z: Candidate, other: ColumnChange, like: Candidate, tuning: CauseTuning
    ) -> bool:
        """Whether a column's candidate and another column's, both of this cause, are one and the same event."""
        del z, like, tuning
        return column.name == other.name

    def clause_for(self, z: Candidate, columns: tuple[str, ...]) -> str:
        """The clause, of all columns that it holds for."""
        del columns
        return z.clause

    def fitted(
        self,
        column: ColumnChange,
        mapped: Floats,
        clause: str,
        key: str,
        tuning: CauseTuning,
        *,
        share: float | None = None,
        proved: bool = False,
        gain: float = 0.0,
    ) -> Candidate:
        """A candidate by the reference's shares [size] had it been done to all rows; `share` of them, or what fits."""
        share = column.share_of(mapped) if share is None else share
        left = column.distance(column.before + share * (mapped - column.before), column.now)
        most, steady = (tuning.left_of_map, tuning.steadier) if self.is_map else (tuning.left, tuning.steady)
        return Candidate(self, clause, key, mapped, share, left, column.gone, most, steady, proved, gain > 0, gain)
