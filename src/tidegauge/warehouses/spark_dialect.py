"""Spark's spellings."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect

_TEXT = re.compile(r"'[^']*'")
_NAME = re.compile(r"'[^']*'|(`[^`]*`)")
# functions that call Java, or say something else each time that they are asked, and programs that rows go through
_NEVER = re.compile(
    r"\b(reflect|try_reflect|java_method|identifier|rand|randn|random|randstr|uniform|shuffle|uuid|curdate"
    r"|monotonically_increasing_id|spark_partition_id|input_file_name)\b`?\s*\(|\b(map|reduce|transform)\b.*?\busing\b",
    re.IGNORECASE | re.DOTALL,
)


class SparkDialect(Dialect):
    """How Spark SQL says what the statements need. A list is bound as JSON, an instant as its microseconds."""

    name: ClassVar[str] = "spark"
    text_type: ClassVar[str] = "STRING"
    real_type: ClassVar[str] = "DOUBLE"
    packed_type: ClassVar[str] = "ARRAY<DOUBLE>"

    def quote(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def parameter(self, name: str) -> str:
        return f":{name}"

    def bound(self, parameter: str, kind: str) -> str:
        if not parameter.startswith(":"):  # a literal, see `instant`: it is of that type
            return parameter
        # a client would take a datetime without a zone to be in its own
        instant = f"timestamp_micros({parameter})"
        return instant if has_zone(kind) else f"CAST({instant} AS TIMESTAMP_NTZ)"

    def number(self, value: float) -> str:
        return f"({value!r}D)"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def fault(self, sql: str) -> str:
        if "\\" in sql:
            return "holds a backslash, which begins an escape in a text of Spark's"
        if '"' in _TEXT.sub("''", sql):
            return "holds a \", which begins a text in Spark: write a name as `name`, and a text as 'text'"
        if any("'" in (m[1] or "") for m in _NAME.finditer(sql)):
            return "holds a name with a quote (') in it. Give that column another name in a view"
        if never := _NEVER.search(_TEXT.sub("''", sql)):
            return f"holds {never[1] or never[2]}, whose value is not the row's alone"
        return ""

    def instant(self, at: datetime, *, zoned: bool) -> str:
        kind, offset = ("TIMESTAMP", "+00:00") if zoned else ("TIMESTAMP_NTZ", "")
        return f"{kind} '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}{offset}'"

    def later(self, time: str, hours: int) -> str:
        return f"{time} + INTERVAL '{hours}' HOUR"

    def divide(self, a: str, b: str) -> str:
        return f"({a}) DIV ({b})"

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        if has_zone(kind):
            return f"unix_micros({expression})"
        local = f"CAST({expression} AS TIMESTAMP)"
        if zone in (None, "UTC"):
            return f"unix_micros({local})"
        # of two half past ones it says the first, so the zone's rule of three hours on is tried: it is the second's if
        # a clock that goes by it does show that time. No clock has been put back by more since 1970.
        first = f"unix_micros(to_utc_timestamp({local}, '{zone}'))"
        second = f"unix_micros(to_utc_timestamp({local} + INTERVAL 3 HOUR, '{zone}')) - 10800000000"
        shown = f"from_utc_timestamp(timestamp_micros({second}), '{zone}')"
        return f"CASE WHEN {shown} = {local} THEN greatest({first}, {second}) ELSE {first} END"

    def place_in(self, text: str, part: str) -> str:
        return f"instr({text}, {part})"

    def has_match(self, text: str, pattern: str) -> str:
        return super().has_match(text, _to_the_end(pattern))

    def matches_in(self, text: str, pattern: str) -> str:
        return super().matches_in(text, _to_the_end(pattern))

    def row_hash(self, columns: Sequence[str]) -> str:
        # a NULL leaves the hash as it was, so it is told where one stands
        told = ", ".join(f"{c}, {c} IS NULL" for c in columns)
        return f"(xxhash64({told}) & 2147483647)"

    def from_hex(self, digits: str) -> str:
        return f"CAST(conv({digits}, 16, 10) AS BIGINT)"

    def to_hex(self, number: str) -> str:
        return f"lower(lpad(hex({number}), 15, '0'))"

    def wholes(self, parameter: str, of: str = "SMALLINT") -> str:
        return f"from_json({parameter}, 'array<{of.lower()}>')"

    def texts(self, parameter: str) -> str:
        return f"from_json({parameter}, 'array<string>')"

    def these(self, numbers: Iterable[int]) -> str:
        return f"array({', '.join(map(str, numbers))})"

    def at(self, array: str, index: str) -> str:
        return f"get({array}, {index})"  # counted from 0; a place behind the end is NULL, and no error

    def rank(self, array: str, value: str) -> str:
        return f"nullif(array_position({array}, {value}), 0)"

    def ranked(self, array: str, alias: str) -> str:
        return f"(SELECT col AS value, pos + 1 AS rank FROM posexplode({array})) AS {alias}"  # noqa: S608 - as below

    def packed(self, numbers: Iterable[str]) -> str:
        return f"array({', '.join(numbers)})"

    def each(self, rows: Sequence[Sequence[object]], alias: str, names: Sequence[str]) -> str:
        structs = (", ".join(f"'{n}', {x}" for n, x in zip(names, row, strict=True)) for row in rows)
        spelled = ", ".join(f"named_struct({pairs})" for pairs in structs)
        return f"LATERAL VIEW inline(array({spelled})) {alias} AS {', '.join(names)}"

    def alike(self, item: str, step: int) -> str:
        return f"(SELECT * FROM {item} WHERE pmod(hash(*), {step}) = 0) AS s"  # noqa: S608 - spelled by us


def _to_the_end(pattern: str) -> str:
    """A pattern of ours, none of which has $ in a set, for Java: its $ stands before a last end of line, too."""
    return pattern.replace("$", r"\z")
