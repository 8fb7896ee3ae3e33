"""DuckDB's spellings."""

from collections.abc import Sequence
from typing import ClassVar

from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.file_items import files


class DuckDBDialect(Dialect):
    """How DuckDB says what the statements need."""

    name: ClassVar[str] = "duckdb"
    code_type: ClassVar[str] = "UTINYINT"
    position: ClassVar[str] = "rowid"
    text_bytes: ClassVar[str] = "strlen"

    def kept(self, times: int) -> str:
        del times
        return "NOT MATERIALIZED "

    def some(self, item: str, rows: int) -> str:
        return f"(SELECT * FROM {item}) AS log\nUSING SAMPLE reservoir({rows} ROWS) REPEATABLE (7)"  # noqa: S608 - quoted

    def files(self, path: str) -> str:
        return files(path)

    def every(self, table: str, step: int) -> str:
        return f"(SELECT * FROM {table} WHERE rowid % {step} = 0)"  # noqa: S608 - quoted

    def alike(self, item: str, step: int) -> str:
        return f"(SELECT * FROM {item} AS t WHERE mod(hash(t), {step}) = 0) AS s"  # noqa: S608 - quoted

    def divide(self, a: str, b: str) -> str:
        return f"{a} // {b}"

    def small(self, expression: str) -> str:
        return f"CAST({expression} AS UTINYINT)"

    def number(self, value: float) -> str:
        text = repr(value)  # with an exponent it is a double at once: half the planning of a cast from text
        return f"({text if 'e' in text else text + 'e0'})"

    def has_match(self, text: str, pattern: str) -> str:
        return f"regexp_matches({text}, {self.text(pattern)})"

    def matches_in(self, text: str, pattern: str) -> str:
        return f"len(regexp_extract_all({text}, {self.text(pattern)}))"

    def row_hash(self, columns: Sequence[str]) -> str:
        return f"CAST(hash({', '.join(columns)}) % 2147483648 AS BIGINT)"

    def from_hex(self, digits: str) -> str:
        return f"CAST('0x' || {digits} AS BIGINT)"

    def to_hex(self, number: str) -> str:
        return f"printf('%015x', {number})"

    def parameter(self, name: str) -> str:
        return f"${name}"

    def bound(self, parameter: str, kind: str) -> str:
        # an instant and one of nanoseconds are not compared as they are
        return f"CAST({parameter} AS {kind})" if kind.upper() == "TIMESTAMPTZ_NS" else parameter

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        named = not has_zone(kind) and zone not in (None, "UTC")
        if kind.upper().endswith("_NS"):
            # DuckDB rounds, and the last half microsecond of a window would be one of the next
            nanos = f"epoch_ns({expression})"  # NULL where it is infinite
            whole = f"({nanos} // 1000 - CAST({nanos} % 1000 < 0 AS INTEGER))"
            if not named:
                return whole
            expression = f"make_timestamp({whole})"
        elif kind.upper() != "TIMESTAMP" and not has_zone(kind):
            expression = f"TRY_CAST({expression} AS TIMESTAMP)"  # a date may lie beyond all timestamps
        if named:
            expression = f"TRY(timezone('{zone}', {expression}))"  # a zone's name was checked when the monitor was read
        return f"epoch_us({expression})"
