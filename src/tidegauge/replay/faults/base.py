"""What a fault is: a few SQL expressions over one window's rows, and where it may be planted.

A fault never copies a row out of the warehouse. It rewrites the FROM item of the profile statement, so that the same
statement that profiles the real window profiles the faulty one; nothing is written anywhere.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.tasks import task_of
from tidegauge.warehouses.base import has_zone, is_number
from tidegauge.warehouses.dialect import Dialect

SIZES = ("small", "medium", "large")
FLOAT, TEXT = "DOUBLE PRECISION", "VARCHAR"  # types of columns that a fault has rewritten, as `describe` says them
WINDOW = "tidegauge_window"  # the window's own rows, inside the FROM item
LOT, AT = "tidegauge_lot", "tidegauge_at"  # a hash of the row's id, and its instant
NORMAL = 1.349  # interquartile ranges in a standard deviation of a normal column
MARGIN = timedelta(days=2)  # about a window: an index finds its rows, whatever the zone
Columns = tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """Where a fault is planted: one window of one log, with its columns, and its labels where there are any."""

    dialect: Dialect
    kinds: Mapping[str, str]
    mapping: LogMapping
    window: Window
    spreads: Mapping[str, float] = field(default_factory=dict)  # a numeric column's interquartile range, by its layout
    labels: LabelMapping | None = None
    label_kinds: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""  # another one chooses other rows

    def name(self, column: str) -> str:
        """The column, quoted."""
        return self.dialect.quote(column)

    def number(self, column: str) -> str:
        """The column as a float."""
        return self.dialect.as_number(self.name(column), self.kinds[column])

    def text(self, column: str) -> str:
        """The column as text."""
        return self.dialect.as_text(self.name(column))

    @property
    def label(self) -> str:
        """The column of labels, as they are compared with predictions."""
        labels = self.labels
        if labels is None:
            return ""
        return task_of(labels.unit).value(self.dialect, self.name(labels.value), self.label_kinds[labels.value])

    def hit(self, share: float) -> str:
        """A condition that holds for a share of the rows: always the same ones, by the hash of their id."""
        if share >= 1:
            return "TRUE"
        return f"{LOT} < '{int(share * 16**8):08x}'"

    def floats(self, value: float) -> str:
        """A number of ours as a literal."""
        return self.dialect.number(value)

    @property
    def features(self) -> Columns:
        """Counted columns that are not the prediction."""
        return tuple(c for c in self.mapping.counted if c != self.mapping.prediction)

    @property
    def quantities(self) -> Columns:
        """Features that are numbers, truth values left out."""
        found = (c for c in self.features if self._ordered(c) and self._may_hold(c, FLOAT))
        return tuple(c for c in found if is_number(self.kinds[c]) and not self.kinds[c].upper().startswith("BOOL"))

    @property
    def names(self) -> Columns:
        """Features that are categories."""
        return tuple(c for c in self.features if not self._ordered(c) and self._may_hold(c, TEXT))

    @property
    def slices(self) -> Columns:
        """Columns whose values cut the rows into segments: those that the monitor names, or else its categories."""
        return self.mapping.segments or self.names

    @property
    def score(self) -> Columns:
        """The prediction, where it is a number."""
        p = self.mapping.prediction
        return (p,) if p is not None and p in self.mapping.counted and self._ordered(p) else ()

    def _ordered(self, column: str) -> bool:
        kind = self.mapping.kind_of(column)
        return kind is not None and KINDS[kind].layout.ordered

    def _may_hold(self, column: str, type_name: str) -> bool:
        """Whether a fault may leave values of that type in the column, and it is still counted as what it is."""
        kind = self.mapping.kind_of(column)
        return kind is not None and KINDS[kind].takes(type_name)

    def sign(self, column: str) -> int:
        """Up or down: the same for a column in a window, and about as often the one as the other."""
        return 1 if hashlib.sha256(f"{column}\x1f{self.window.key}".encode()).digest()[0] % 2 else -1

    @property
    def lot(self) -> str:
        """A hash of a row's id, or of all that is counted of it, in hex digits; another salt, another hash."""
        columns = (self.mapping.id,) if self.mapping.id else (*self.mapping.counted, str(self.mapping.time))
        told = " || '|' || ".join(f"coalesce({self.text(c)}, '')" for c in columns)
        return self.dialect.digest(f"{told} || ':{self.salt}'")

    @property
    def micros(self) -> str:
        """A row's instant in microseconds."""
        time = str(self.mapping.time)
        return self.dialect.micros(self.name(time), self.kinds[time], self.mapping.zone)

    @property
    def near(self) -> str:
        """A condition on the bare time column, wide enough for every zone, by which the engine leaves out the rest."""
        time = str(self.mapping.time)
        zoned = has_zone(self.kinds[time])
        ends = (self.window.start - MARGIN, self.window.end + MARGIN)
        low, high = (self.dialect.instant(t, zoned=zoned) for t in ends)
        return f"{self.name(time)} >= {low} AND {self.name(time)} < {high}"


@dataclass(frozen=True)
class Change:
    """What a fault does, in SQL over the rows of one window."""

    columns: Mapping[str, str] = field(default_factory=dict)  # column → what stands in its place
    kinds: Mapping[str, str] = field(default_factory=dict)  # the type it then has, where that is another
    keep: str = ""  # only the rows for which this holds are left
    again: str = ""  # the rows for which this holds come twice
    hours: int = 0  # how far event time moves
    truth: str = ""  # what stands in place of a label …
    rows: str = ""  # … of the rows of the window for which this holds


class Fault(ABC):
    """One way in which data goes wrong, in three sizes.

    A member is a file and a line in the list. Its sizes are conventional and were chosen before anything was
    measured: nothing in tidegauge is tuned to them.
    """

    name: ClassVar[str]
    sizes: ClassVar[tuple[str, str, str]]  # what small, medium and large mean, in words
    stages: ClassVar[frozenset[str]] = frozenset({FIRST_STAGE})  # where it may be seen

    @abstractmethod
    def targets(self, ground: Ground) -> list[Columns]:
        """The columns that it can be done to, one entry a choice; empty where it does not apply."""

    @abstractmethod
    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        """The fault itself, of size 0, 1 or 2."""

    def blames(self, ground: Ground, columns: Columns) -> Columns:
        """The columns that an alert should name first: any of them."""
        del ground
        return columns
