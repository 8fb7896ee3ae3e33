"""PostgreSQL's spellings."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PostgresDialect(Dialect):
    """How PostgreSQL says what the statements need."""

    name: ClassVar[str] = "postgres"
    packed_type: ClassVar[str] = "BYTEA"
    position: ClassVar[str] = "ctid"
    apart: ClassVar[str] = " OFFSET 0"  # else twenty small steps become one expression of a million parts
    bare_floats: ClassVar[bool] = True

    def parameter(self, name: str) -> str:
        return f"%({name})s"

    def texts(self, parameter: str) -> str:
        return f"CAST({parameter} AS TEXT[])"

    def kept(self, times: int) -> str:
        # the rows are fetched and their times converted once, and kept as a temporary file where they are many
        return "MATERIALIZED " if times > 2 else "NOT MATERIALIZED "

    def every(self, table: str, step: int) -> str:
        # where a row lies on disk, scrambled
        return _where(table, "t.ctid", step)

    def alike(self, item: str, step: int) -> str:
        return _where(item, "t", step)

    def has_match(self, text: str, pattern: str) -> str:
        return f"({text} ~ {self.written(self.text(pattern))})"

    def matches_in(self, text: str, pattern: str) -> str:
        found = f"regexp_matches({text}, {self.written(self.text(pattern))}, 'g')"
        return f"CASE WHEN {text} IS NOT NULL THEN (SELECT count(*) FROM {found}) END"  # noqa: S608 - spelled by us

    def row_hash(self, columns: Sequence[str]) -> str:
        # of its text: a record's own hash adds up its columns', so two rows that change values would sum to the same
        return f"(hashtextextended(CAST(ROW({', '.join(columns)}) AS TEXT), 0) & 2147483647)"

    def from_hex(self, digits: str) -> str:
        return f"CAST(CAST('x' || {digits} AS BIT(60)) AS BIGINT)"

    def to_hex(self, number: str) -> str:
        return f"lpad(to_hex({number}), 15, '0') COLLATE \"C\""

    def packed(self, numbers: Iterable[str]) -> str:
        # eight bytes a number: psycopg would make an object of every element of an array
        return " || ".join(f"float8send({x})" for x in numbers)

    def unpacked(self, values: "NDArray[Any]", width: int) -> "NDArray[Any]":
        import numpy as np

        return np.frombuffer(b"".join(values), dtype=">f8").astype(np.float64).reshape(len(values), width)

    def quote(self, name: str) -> str:
        return self.written(super().quote(name))

    def written(self, sql: str) -> str:
        return sql.replace("%", "%%")  # psycopg reads one as the beginning of a parameter

    def type_of(self, expression: str) -> str:
        return f"CAST(pg_typeof({expression}) AS TEXT)"

    def as_number(self, expression: str, kind: str) -> str:
        if kind.upper().startswith("BOOL"):
            expression = f"CAST({expression} AS INTEGER)"
        if kind.upper().startswith(("NUMERIC", "DECIMAL")):
            return self._of_any_size(expression)
        return expression if kind.lower() == "double precision" else self.real(expression)

    def _of_any_size(self, numeric: str) -> str:
        """A NUMERIC as a double: 1e400 is infinite and 1e-400 is 0, where a cast would stop the statement."""
        nan, high, low = (self.special(v) for v in ("NaN", "Infinity", "-Infinity"))
        return (
            f"CASE WHEN abs({numeric}) BETWEEN CAST('1e-300' AS NUMERIC) AND CAST('1e300' AS NUMERIC) "
            f"THEN {self.real(numeric)} WHEN {numeric} = 'NaN' THEN {nan} "
            f"WHEN {numeric} >= CAST('1.7976931348623158e308' AS NUMERIC) THEN {high} "
            f"WHEN {numeric} <= CAST('-1.7976931348623158e308' AS NUMERIC) THEN {low} "
            f"WHEN abs({numeric}) <= CAST('2.5e-324' AS NUMERIC) THEN {self.number(0.0)} "
            f"ELSE {self.real(numeric)} END"
        )

    def times(self, expression: str, factor: float) -> str:
        if factor >= 1:
            return super().times(expression, factor)
        # PostgreSQL aborts the statement where a product underflows; other engines, and IEEE, say 0
        least = self.number(2.0**-1074 / factor / 2)
        return f"CASE WHEN abs({expression}) <= {least} THEN 0 ELSE {super().times(expression, factor)} END"

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        # infinity, and dates that are no timestamp, would stop the statement; as literals these are of any time type
        sane = f"{expression} BETWEEN '0001-01-01' AND '9999-12-31'"
        if not has_zone(kind):
            expression = f"(CAST({expression} AS TIMESTAMP) AT TIME ZONE '{zone or 'UTC'}')"
        # numeric since PostgreSQL 14, so exact
        return f"CASE WHEN {sane} THEN CAST(extract(epoch FROM {expression}) * 1000000 AS BIGINT) END"


def _where(item: str, what: str, step: int) -> str:
    """The rows of an item whose hash of something is a multiple."""
    hashed = f"CAST(hashtext(CAST({what} AS TEXT)) AS BIGINT)"
    return f"(SELECT * FROM {item} AS t WHERE mod({hashed}, {step}) = 0) AS s"  # noqa: S608 - spelled by us
