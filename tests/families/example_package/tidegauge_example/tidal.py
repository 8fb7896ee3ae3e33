"""An engine from outside: DuckDB under a second name, which says whatever it can in other words than ours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from tidegauge.core.addresses.address import Address
from tidegauge.warehouses.base import Rows, has_zone
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.duckdb_dialect import DuckDBDialect
from tidegauge.warehouses.engine import Engine
from tidegauge.warehouses.file_items import NOTHING, Reach

# What DuckDB and PostgreSQL are told, and Tidal would not understand.
FOREIGN = re.compile(
    r"FLOAT8|VARCHAR|DOUBLE PRECISION|TEXT\[|INT\[|\[1 \+|ARRAY\[|ORDINALITY|LATERAL|VALUES|strpos|array_position"
    r"|UTINYINT|epoch_us|MATERIALIZED|SAMPLE|rowid|ctid|TIMESTAMP(?:TZ)? '|INTERVAL|read_|\$(?!tidal_)|%\("
)


class TidalDialect(DuckDBDialect):
    """Its words."""

    name: ClassVar[str] = "tidal"
    text_type: ClassVar[str] = "STRING"
    real_type: ClassVar[str] = "DOUBLE"
    code_type: ClassVar[str] = "UINT8"
    packed_type: ClassVar[str] = "DOUBLE[]"
    position: ClassVar[str] = ""

    def parameter(self, name: str) -> str:
        return f"$tidal_{name}"

    def bound(self, parameter: str, kind: str) -> str:
        return f"CAST({parameter} AS {'TIMESTAMPTZ' if has_zone(kind) else 'TIMESTAMP'})"

    def instant(self, at: datetime, *, zoned: bool) -> str:
        return self.bound(f"'{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}{'+00' if zoned else ''}'", "TIMESTAMPTZ" * zoned)

    def later(self, time: str, hours: int) -> str:
        return f"{time} + to_hours({hours})"

    def is_nan(self, number: str) -> str:
        return f"isnan({number})"

    def small(self, expression: str) -> str:
        return f"CAST({expression} AS UINT8)"

    def place_in(self, text: str, part: str) -> str:
        return f"instr({text}, {part})"

    def to_hex(self, number: str) -> str:
        return f"lower(lpad(to_hex({number}), 15, '0'))"

    def wholes(self, parameter: str, of: str = "SMALLINT") -> str:
        return f"CAST({parameter} AS {'INT8' if of == 'BIGINT' else 'INT2'}[])"

    def these(self, numbers: Iterable[int]) -> str:
        return f"list_value({', '.join(map(str, numbers))})"

    def at(self, array: str, index: str) -> str:
        return f"list_extract({array}, {index} + 1)"

    def rank(self, array: str, value: str) -> str:
        return f"nullif(list_position({array}, {value}), 0)"

    def ranked(self, array: str, alias: str) -> str:
        return f"(SELECT unnest({array}) AS value, generate_subscripts({array}, 1) AS rank) AS {alias}"

    def packed(self, numbers: Iterable[str]) -> str:
        return f"list_value({', '.join(numbers)})"

    def each(self, rows: Sequence[Sequence[object]], alias: str, names: Sequence[str]) -> str:
        packs = (", ".join(f"{n} := {x}" for n, x in zip(names, row, strict=True)) for row in rows)
        spelled = ", ".join(f"struct_pack({pack})" for pack in packs)
        return f", (SELECT unnest(list_value({spelled}), recursive := true)) AS {alias}({', '.join(names)})"

    def kept(self, times: int) -> str:
        del times
        return ""

    def some(self, item: str, rows: int) -> str:
        return Dialect.some(self, item, rows)

    def every(self, table: str, step: int) -> str:
        return Dialect.every(self, table, step)

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        return super().micros(expression, kind, zone).replace("epoch_us(", "(epoch_ns(", 1) + " // 1000)"


class TidalWarehouse(DuckDBWarehouse):
    """A file, which is asked nothing in any other words."""

    dialect = TidalDialect()

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        said = re.sub(r"--[^\n]*", "", sql)
        if foreign := FOREIGN.search(said):
            raise AssertionError(f"Tidal does not know {foreign[0]!r}: {said}")
        return super().fetch(sql, {f"tidal_{name}": value for name, value in (parameters or {}).items()})


class Tidal(Engine):
    """DuckDB, for all that anybody can tell."""

    name: ClassVar[str] = "tidal"
    title: ClassVar[str] = "Tidal"
    dialect: ClassVar[Dialect] = TidalWarehouse.dialect
    connections: ClassVar[tuple[str, ...]] = ("tidal",)
    in_file: ClassVar[bool] = True

    def connect(self, address: Address, reach: Reach = NOTHING) -> TidalWarehouse:
        return TidalWarehouse(address, reach=reach)
