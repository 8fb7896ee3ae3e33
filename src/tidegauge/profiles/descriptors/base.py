"""What a descriptor is: one thing that is seen of a text, said twice: in SQL on each engine, and in Python."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

from tidegauge.warehouses.dialect import Dialect

YES, NO = "yes", "no"
BANDS = ("0", "1", "2-3", "4-7", "8-15", "16-31", "32-63", "64+")


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


class HowMany(Descriptor):
    """How many of something a text holds."""

    @abstractmethod
    def count(self, dialect: Dialect, text: str) -> str:
        """How many, as SQL; NULL for NULL."""

    @abstractmethod
    def number(self, text: str) -> int:
        """The same in Python."""


class Count(HowMany):
    """As a number: of what nearly every text holds some."""

    kind: ClassVar[str] = "numeric"
    type_name: ClassVar[str] = "BIGINT"

    def sql(self, dialect: Dialect, text: str) -> str:
        return f"CAST({self.count(dialect, text)} AS BIGINT)"

    def of(self, text: str) -> int:
        return self.number(text)


class Band(HowMany):
    """As a band, each twice as wide as the one before: of what most texts hold none, or a few.

    Counts that are nearly always 0 have no spread, and a greatest value that jumps from day to day.
    """

    kind: ClassVar[str] = "categorical"
    type_name: ClassVar[str] = "VARCHAR"

    def sql(self, dialect: Dialect, text: str) -> str:
        width = max(map(len, BANDS))
        spelled = dialect.text("".join(band.ljust(width) for band in BANDS))
        few = dialect.real(f"least({self.count(dialect, text)}, {2 ** (len(BANDS) - 2)})")
        # three quarters more than a whole number: no logarithm of that is near a whole one
        doubled = f"floor(ln({few} + {dialect.number(0.75)}) / {dialect.number(math.log(2))})"
        band = f"trim(substr({spelled}, CAST({1 + width} + {width} * {doubled} AS INTEGER), {width}))"
        return f"CASE WHEN {text} IS NOT NULL THEN {band} END"  # `least` leaves out what is NULL

    def of(self, text: str) -> str:
        return BANDS[min(self.number(text).bit_length(), len(BANDS) - 1)]


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
