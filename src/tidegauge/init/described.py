"""What a sample says of one column, before anything is guessed."""

import re
from dataclasses import dataclass

from tidegauge.warehouses.base import is_number as _is_number
from tidegauge.warehouses.base import is_time as _is_time

NESTED = ("STRUCT", "MAP", "BLOB", "BYTEA", "JSON", "UNION", "ARRAY", "INTERVAL", "BIT", "GEOMETRY")


def nested(kind: str) -> bool:
    """Whether a type is a list, a range, a blob …: something that is not counted.

    >>> nested("INTEGER[]"), nested("interval"), nested("INTEGER")
    (True, True, False)
    """
    return kind.endswith("]") or kind.upper().startswith(NESTED) or kind.upper().endswith("RANGE")


def is_number(kind: str) -> bool:
    """Whether a column of this type is counted as numbers."""
    return _is_number(kind) and not nested(kind)


def is_time(kind: str) -> bool:
    """Whether a column of this type says when."""
    return _is_time(kind) and not nested(kind)


def words_in(name: str) -> tuple[str, ...]:
    """The words of a name: "flightId", "flight_id" and "Flight ID" are the same two."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return tuple(w for w in re.split(r"[\W_]+", parted.lower()) if w)


@dataclass(frozen=True, slots=True)
class Described:
    """What a sample says of one column. `low`, `high`: the least and greatest number; `examples`: frequent values."""

    name: str
    kind: str  # the warehouse's own type name
    rows: int = 0  # sampled rows
    nulls: int = 0
    distinct: int = 0  # among the sampled values
    low: float | None = None
    high: float | None = None
    examples: tuple[str, ...] = ()
    length: float = 0.0  # mean number of characters of a text
    whole: bool = False  # whether all its numbers are whole
    counter: bool = False  # whether it counts the rows
    follows: str = ""  # the time that tells what it says, of a column that is called like a part of a calendar
    values: tuple[str, ...] = ()  # all of them, by frequency, where they are few
    sentinels: tuple[tuple[float, float], ...] = ()  # values far from all others, and which share of the rows they hold

    @property
    def filled(self) -> int:
        """Sampled rows that have a value."""
        return self.rows - self.nulls

    @property
    def unique(self) -> bool:
        """Whether no two sampled rows share a value, and there are enough of them to say so."""
        return self.nulls == 0 and self.rows >= 20 and self.distinct >= 0.999 * self.rows

    @property
    def words(self) -> tuple[str, ...]:
        """The words in its name."""
        return words_in(self.name)

    @property
    def plain(self) -> str:
        """Its words joined: "flight_id"."""
        return "_".join(self.words)
