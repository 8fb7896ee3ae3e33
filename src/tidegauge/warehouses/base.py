"""What a warehouse is: connect, execute, spell."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.errors import ContractError
from tidegauge.sql import template

Rows = dict[str, NDArray[Any]]


class Dialect(ABC):
    """How an engine spells what differs between engines; mostly data."""

    name: ClassVar[str]  # also the middle of its statements' file names: sql/profile.<name>.sql
    text_array: ClassVar[str] = "VARCHAR[]"
    code_type: ClassVar[str] = "SMALLINT"  # of a cell's code
    packed_type: ClassVar[str] = "FLOAT8[]"  # of what `packed` makes

    def quote(self, name: str) -> str:
        """An identifier as the engine reads it back, whatever is in it."""
        return '"' + name.replace('"', '""') + '"'

    def table(self, name: str) -> str:
        """A table's name, each part quoted: `schema.table`."""
        return ".".join(self.quote(part) for part in name.split("."))

    def number(self, value: float) -> str:
        """A float as a literal of the engine's 64-bit float, never a decimal. Finite numbers only: they are ours."""
        return f"CAST('{value!r}' AS FLOAT8)"

    def as_number(self, expression: str, kind: str) -> str:
        """A column of numbers or booleans as the engine's 64-bit float."""
        if kind.upper().startswith("BOOL"):
            expression = f"CAST({expression} AS INTEGER)"
        return expression if kind.upper() in {"DOUBLE", "DOUBLE PRECISION"} else f"CAST({expression} AS FLOAT8)"

    def real(self, expression: str) -> str:
        """A whole number as the engine's 64-bit float, so that a quotient has a fraction."""
        return f"CAST({expression} AS FLOAT8)"

    def is_nan(self, number: str) -> str:
        """Whether a 64-bit float is NaN."""
        return f"{number} = CAST('NaN' AS FLOAT8)"

    def is_finite(self, number: str) -> str:
        """Whether a 64-bit float is neither NaN nor infinite; NULL for NULL."""
        return f"({number} > CAST('-Infinity' AS FLOAT8) AND {number} < CAST('Infinity' AS FLOAT8))"

    def is_unreal(self, number: str) -> str:
        """Whether a 64-bit float is NULL, NaN or infinite."""
        return f"{number} IS NULL OR {self.is_nan(number)} OR abs({number}) = CAST('Infinity' AS FLOAT8)"

    def text(self, value: str) -> str:
        """A text as a literal: quotes doubled, and no other character is special in standard strings."""
        return "'" + value.replace("'", "''") + "'"

    def as_text(self, expression: str) -> str:
        """A value of any type as text."""
        return f"CAST({expression} AS VARCHAR)"

    def element(self, numbers: Iterable[int], index: str) -> str:
        """The whole number at an index, counted from 0, of a list of them."""
        return f"(ARRAY[{', '.join(map(str, numbers))}])[1 + {index}]"

    def times(self, expression: str, factor: float) -> str:
        """A float times a power of two; a product too small for a float is 0, as IEEE says."""
        return f"{expression} * {self.number(factor)}"

    def divide(self, a: str, b: str) -> str:
        """Whole part of a quotient of two whole numbers, neither negative."""
        return f"{a} / {b}"

    def small(self, expression: str) -> str:
        """A window's number, 0 to 255, in the type that the engine groups fastest by."""
        return f"CAST({expression} AS INTEGER)"

    @abstractmethod
    def from_hex(self, digits: str) -> str:
        """Fifteen hexadecimal digits as the whole number that they spell."""

    @abstractmethod
    def to_hex(self, number: str) -> str:
        """A whole number below 2⁶⁰ as fifteen hexadecimal digits, in lower case and compared by them."""

    def packed(self, numbers: Iterable[str]) -> str:
        """Some 64-bit floats, none of them NULL, as one value of the answer."""
        return f"[{', '.join(numbers)}]"

    def unpacked(self, values: NDArray[Any], width: int) -> NDArray[Any]:
        """[n, width] the floats of `n` values that `packed` made."""
        return np.concatenate([np.zeros(0), *values]).reshape(len(values), width)

    @abstractmethod
    def parameter(self, name: str) -> str:
        """The place where the value bound to `name` goes."""

    @abstractmethod
    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        """A time column as whole microseconds since 1970 in UTC. `kind`: the column's type name."""


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
        raise ContractError("only DuckDB reads files. Give a table, or leave the warehouse's address out.")

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


def is_time(kind: str) -> bool:
    """Whether a column of this type says when.

    >>> is_time("TIMESTAMP WITH TIME ZONE"), is_time("TIME")
    (True, False)
    """
    return (
        kind.upper().startswith(("TIMESTAMP", "DATE")) and not kind.upper().startswith("DATERANGE") and "[" not in kind
    )


def has_zone(kind: str) -> bool:
    """Whether values of this time type are instants."""
    return "WITH TIME ZONE" in kind.upper() or kind.upper() == "TIMESTAMPTZ"
