"""What a descriptor is: one thing that is seen of a text, said twice: in SQL on each engine, and in Python."""

from abc import ABC, abstractmethod
from typing import ClassVar

from tidegauge.warehouses.dialect import Dialect

YES, NO = "yes", "no"


class Descriptor(ABC):
    r"""One thing that is seen of a text, as a column that is derived from it.

    Its SQL and `of` agree on every text, which a test holds them to. What makes engines agree: classes of letters are
    written out and of ASCII alone (`\d`, `\w`, `\b` differ), no look-around (RE2 has none), no `lower`;
    characters are code points.
    """

    name: ClassVar[str]  # what a monitor lists it under, and its columns end in
    says: ClassVar[str]  # what it sees, for the pages
    kind: ClassVar[str]  # of its column
    type_name: ClassVar[str]  # of its column's values

    @abstractmethod
    def sql(self, dialect: Dialect, text: str) -> str:
        """The value of a text, as SQL; NULL for NULL."""

    @abstractmethod
    def of(self, text: str) -> int | str:
        """The same in Python."""


class Count(Descriptor):
    """How many of something a text holds."""

    kind: ClassVar[str] = "numeric"
    type_name: ClassVar[str] = "BIGINT"

    def sql(self, dialect: Dialect, text: str) -> str:
        return f"CAST({self.count(dialect, text)} AS BIGINT)"

    @abstractmethod
    def count(self, dialect: Dialect, text: str) -> str:
        """How many, as SQL; NULL for NULL."""


class Flag(Descriptor):
    """Whether a text is so: yes or no."""

    kind: ClassVar[str] = "categorical"
    type_name: ClassVar[str] = "VARCHAR"

    def sql(self, dialect: Dialect, text: str) -> str:
        yes, no = dialect.text(YES), dialect.text(NO)
        return f"CASE WHEN {text} IS NULL THEN NULL WHEN {self.holds(dialect, text)} THEN {yes} ELSE {no} END"

    def of(self, text: str) -> str:
        return YES if self.true_of(text) else NO

    @abstractmethod
    def holds(self, dialect: Dialect, text: str) -> str:
        """Whether it is so of a text that is not NULL, as SQL."""

    @abstractmethod
    def true_of(self, text: str) -> bool:
        """The same in Python."""
