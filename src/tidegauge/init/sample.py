"""Look at a table: its columns as a sample shows them, how many rows it has and over which time."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.init.answers import FEW
from tidegauge.init.described import Described, is_number, is_time
from tidegauge.init.numbered import follows, has_clock, is_calendar, is_clock, is_counter
from tidegauge.profiles.extent import DAY, Extent, extent
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.sentinels import sentinels_among
from tidegauge.warehouses.base import Warehouse, is_nested
from tidegauge.warehouses.sql import template

ROWS = 5000
MOST_CHARACTERS = 200  # of a text: enough to tell free text from a name


def describe(warehouse: Warehouse, item: str, kinds: Mapping[str, str]) -> list[Described]:
    """The columns of a FROM item (column → type), as a sample of it shows them."""
    asked = {f"c{i}": (name, kind) for i, (name, kind) in enumerate(kinds.items())}
    spelled = [f"{_spell(warehouse, name, kind)} AS {alias}" for alias, (name, kind) in asked.items()]
    statement = template("sample.sql").render(d=warehouse.dialect, columns=spelled, table=item, rows=ROWS)
    found = warehouse.fetch(statement)
    columns = [_described(name, kind, found[alias]) for alias, (name, kind) in asked.items()]
    values = {c.name: found[alias] for c, alias in zip(columns, asked, strict=True)}
    times = [c for c in columns if is_time(c.kind) and c.filled]
    return [replace(c, follows=_followed(c, times, values)) if is_calendar(c) else c for c in columns]


def look_around(warehouse: Warehouse, item: str, time: Described) -> Extent:
    """Count the rows and find the ends of the time column."""
    mapping = LogMapping(table=item, time=time.name)
    return extent(warehouse, {time.name: time.kind}, mapping, until=datetime.now(UTC) + DAY)


def _followed(column: Described, times: Sequence[Described], values: Mapping[str, NDArray[Any]]) -> str:
    """The time that tells what a column says; empty where none does."""
    said = [None if _missing(v) else v for v in values[column.name].tolist()]
    for time in times:
        when = [math.nan if _missing(v) else float(v) for v in values[time.name].tolist()]
        instants = np.asarray(when, dtype=np.float64)
        if follows(said, instants) or (is_clock(column) and not has_clock(instants)):
            return time.name
    return ""


def _spell(warehouse: Warehouse, name: str, kind: str) -> str:
    """A column as a number, an instant or a short text; of what is none of these, only whether it is there."""
    column = warehouse.dialect.quote(name)
    if is_number(kind):
        return warehouse.dialect.as_number(column, kind)
    if is_time(kind):
        return warehouse.dialect.real(warehouse.dialect.micros(column, kind, "UTC"))
    if is_nested(kind):
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE 'value' END"
    return f"substr({warehouse.dialect.as_text(column)}, 1, {MOST_CHARACTERS})"


def _described(name: str, kind: str, values: NDArray[Any]) -> Described:
    present = [v for v in values.tolist() if not _missing(v)]
    counts = Counter(present)
    seen = Described(name, kind, rows=len(values), nulls=len(values) - len(present), distinct=len(counts))
    examples = tuple(_shown(v) for v, _ in counts.most_common(4))
    seen = replace(seen, examples=examples)
    if len(counts) <= FEW:
        seen = replace(seen, values=tuple(_shown(v) for v, _ in counts.most_common()))
    if present and (is_number(kind) or is_time(kind)):
        return _on_a_line(seen, present)
    return replace(seen, length=_mean_length(present))


def _mean_length(values: Sequence[Any]) -> float:
    """How many characters a value has as a text."""
    lengths = [len(str(v)) for v in values]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _on_a_line(seen: Described, present: Sequence[Any]) -> Described:
    """With what can be said of numbers and times: their ends, whether they are whole or count, what is far off."""
    numbers = np.asarray(present, dtype=np.float64)
    seen = replace(seen, whole=bool(np.all(numbers == np.floor(numbers))))
    sampled = seen.rows >= ROWS
    seen = replace(seen, counter=seen.unique and is_number(seen.kind) and is_counter(present, sampled=sampled))
    far = tuple(sentinels_among(numbers)) if is_number(seen.kind) else ()
    return replace(seen, low=float(numbers.min()), high=float(numbers.max()), sentinels=far)


def _shown(value: Any) -> str:  # noqa: ANN401 - a cell's value
    return f"{value:g}" if isinstance(value, float) else str(value)


def _missing(value: Any) -> bool:  # noqa: ANN401 - a cell's value
    """NULL or NaN: the same to a guess."""
    return value is None or (isinstance(value, float) and math.isnan(value))
