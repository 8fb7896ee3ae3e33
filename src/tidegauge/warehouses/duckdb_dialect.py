"""DuckDB's spellings."""

from typing import ClassVar

from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.file_items import files


class DuckDBDialect(Dialect):
    """How DuckDB says what the statements need."""

    name: ClassVar[str] = "duckdb"
    code_type: ClassVar[str] = "UTINYINT"
    position: ClassVar[str] = "rowid"

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

    def from_hex(self, digits: str) -> str:
        return f"CAST('0x' || {digits} AS BIGINT)"

    def to_hex(self, number: str) -> str:
        return f"printf('%015x', {number})"

    def parameter(self, name: str) -> str:
        return f"${name}"

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        if kind.upper() == "DATE":
            expression = f"TRY_CAST({expression} AS TIMESTAMP)"  # a date may lie beyond all timestamps
        if not has_zone(kind) and zone not in (None, "UTC"):
            expression = f"TRY(timezone('{zone}', {expression}))"  # a zone's name was checked when the monitor was read
        return f"epoch_us({expression})"
