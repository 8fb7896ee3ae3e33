"""What a warehouse is: connect, execute; how it spells is its dialect's."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from tidegauge.core.errors import ContractError
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import template

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rows: TypeAlias = "dict[str, NDArray[Any]]"  # NumPy is for who reads rows: a monitor is read without it


class Warehouse(ABC):
    """A connection to where the inference log lies. A context manager; reads only."""

    dialect: Dialect

    @abstractmethod
    def describe(self, table: str) -> dict[str, str]:
        """Column → type name, in the table's order. ContractError where there is no such table.

        `table` is a name, `schema.table`, whatever it looks like.
        """

    def describe_item(self, item: str) -> dict[str, str]:  # noqa: ARG002 - an engine that reads files overrides it
        """The same for a FROM item that we spelled ourselves, such as files. Never for what a user wrote."""
        raise ContractError(f"{self.dialect.name} reads no files. Give a table, or leave the warehouse's address out.")

    def types_of(self, select: str, columns: Sequence[str]) -> dict[str, str]:
        """Column → type name of what a SELECT gives, without a row of it. ContractError where the engine refuses it."""
        del columns
        return self.describe_item(f"(\n{select}) AS tidegauge_asked")

    def types_of_files(self, pattern: str) -> Mapping[str, Mapping[str, str]]:  # noqa: ARG002 - as above
        """File → column → type name, of the files that match, in the order of their names; empty if there is but one.

        Files are read as one table, whose columns have the widest of their types: this says which file is to blame.
        """
        return {}

    @abstractmethod
    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run one statement; its columns as arrays. NULLs make a float column NaN, an object column None.

        WarehouseError where the engine is out of reach; ContractError where it refuses the statement or a value.
        """

    @abstractmethod
    def tables(self) -> Iterable[str]:
        """Names of the tables there are, for "did you mean"."""

    def now(self) -> datetime:
        """What time it is by the engine's own clock."""
        sql = template("now.sql").render(micros=self.dialect.micros("now()", "TIMESTAMP WITH TIME ZONE", None))
        return datetime.fromtimestamp(int(self.fetch(sql)["now"][0]) / 1e6, UTC)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Questions that follow each other at once: an engine that connects for each of them keeps its connection.

        For a few seconds' worth of them, and none of what is worked out in between: a reader may shut out a writer.
        """
        yield

    @abstractmethod
    def close(self) -> None:
        """Let the connection go."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


NUMBERS = ("INT", "FLOAT", "DOUBLE", "REAL", "DECIMAL", "NUMERIC", "BOOL", "SERIAL", "LONG", "SHORT")


def is_number(kind: str) -> bool:
    """Whether a column of this type can be counted as numbers (booleans as 0 and 1).

    >>> is_number("DECIMAL(10,2)"), is_number("timestamp with time zone")
    (True, False)
    """
    if "[" in kind or kind.upper().startswith("INTERVAL") or "RANGE" in kind.upper():
        return False
    return kind.upper().startswith(NUMBERS) or kind.upper() in {
        "HUGEINT",
        "BIGINT",
        "SMALLINT",
        "TINYINT",
        "UBIGINT",
        "UINTEGER",
        "USMALLINT",
        "UTINYINT",
        "UHUGEINT",
    }


def is_text(kind: str) -> bool:
    """Whether values of this type are texts.

    >>> is_text("VARCHAR"), is_text("character varying"), is_text("VARCHAR[]")
    (True, True, False)
    """
    return kind.upper().startswith(("VARCHAR", "TEXT", "CHAR", "STRING", "BPCHAR", "JSON")) and "[" not in kind


def is_category(kind: str) -> bool:
    """Whether values of this type are names: texts, or members of an enumeration. JSON is a text and no name.

    >>> is_category("VARCHAR"), is_category("ENUM('a', 'b')"), is_category("JSON"), is_category("INTEGER")
    (True, True, False, False)
    """
    upper = kind.upper()
    enumerated = upper.startswith(("ENUM", "NAME", "USER-DEFINED")) and "[" not in upper  # the last: PostgreSQL's own
    return enumerated or (is_text(kind) and not upper.startswith("JSON"))


def is_time(kind: str) -> bool:
    """Whether a column of this type says when.

    >>> is_time("TIMESTAMP WITH TIME ZONE"), is_time("TIME")
    (True, False)
    """
    return (
        kind.upper().startswith(("TIMESTAMP", "DATE")) and not kind.upper().startswith("DATERANGE") and "[" not in kind
    )


def has_zone(kind: str) -> bool:
    """Whether values of this time type are instants.

    >>> has_zone("timestamp with time zone"), has_zone("TIMESTAMPTZ_NS"), has_zone("TIMESTAMP_NS")
    (True, True, False)
    """
    return "WITH TIME ZONE" in kind.upper() or kind.upper().startswith("TIMESTAMPTZ")
