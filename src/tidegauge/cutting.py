"""The first layouts of a source: a sample of its first weeks, chosen by hash, and one layout a column."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from tidegauge.errors import ContractError
from tidegauge.kinds import CLASS, KINDS
from tidegauge.layouts.base import Layout
from tidegauge.layouts.categorical import CategoricalLayout, cut_categorical
from tidegauge.query import LogMapping, micros_of
from tidegauge.sql import template
from tidegauge.warehouses.base import Warehouse
from tidegauge.windows import instant_of

ROWS = 50_000
SEGMENTS = 20  # values of one segment column, at most
THIN = 0.005  # a segment value with a smaller share of the sample is pooled with the others


def extent(warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping) -> tuple[int, int, int]:
    """First and last event (microseconds since 1970) and number of rows; ContractError for an empty table."""
    micros = warehouse.dialect.micros(
        warehouse.dialect.quote(str(mapping.time)), kinds[str(mapping.time)], mapping.zone
    )
    found = warehouse.fetch(template("extent.sql").render(micros=micros, table=mapping.table))
    if not int(found["n"][0]):
        raise ContractError(f"the table {mapping.table} has no rows yet; there is nothing to cut layouts from.")
    return int(found["first"][0]), int(found["last"][0]), int(found["n"][0])


def newest(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, until: datetime
) -> tuple[datetime | None, datetime | None]:
    """The newest event and the newest arrival by `until`; None where there is none. Without arrivals: events alone."""
    dialect = warehouse.dialect
    event, ingest = (
        dialect.micros(dialect.quote(c), kinds[c], mapping.zone) if c else ""
        for c in (str(mapping.time), mapping.ingested)
    )
    sql = template("newest.sql").render(
        event=event, ingest=ingest, table=mapping.table, until=dialect.parameter("until")
    )
    found = warehouse.fetch(sql, {"until": micros_of(until)})
    times = (found[name][0] for name in ("event", "ingest"))
    event_at, ingest_at = (None if t is None else instant_of(int(t)) for t in times)
    return event_at, ingest_at


def cut_layouts(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, since: datetime, until: datetime
) -> tuple[dict[str, Layout], dict[str, tuple[str, ...]]]:
    """Layouts of all counted columns, and the values of each segment column, from [since, until)."""
    dialect = warehouse.dialect
    names = tuple(dict.fromkeys((*mapping.counted, *mapping.segments)))
    columns = []
    for k, name in enumerate(names):
        quoted = dialect.quote(name)
        kind = mapping.kind_of(name) or CLASS  # segments are named by the values of categories
        source = KINDS[kind].source(dialect, quoted, kinds[name])
        columns.append({"x": f"c{k}", "source": source})
    micros = dialect.micros(dialect.quote(str(mapping.time)), kinds[str(mapping.time)], mapping.zone)
    order = dialect.digest(dialect.as_text(dialect.quote(mapping.id))) if mapping.id else f"mod({micros}, 1000003)"
    sql = template("layout_sample.sql").render(
        table=mapping.table,
        columns=columns,
        order=order,
        micros=micros,
        since=dialect.parameter("since"),
        until=dialect.parameter("until"),
        most=dialect.parameter("most"),
    )
    found = warehouse.fetch(sql, {"since": micros_of(since), "until": micros_of(until), "most": ROWS})
    layouts: dict[str, Layout] = {}
    for k, name in enumerate(names):
        if counted := mapping.kind_of(name):
            layouts[name] = KINDS[counted].cut(found[f"c{k}"])
    return layouts, {name: _segments(found[f"c{names.index(name)}"]) for name in mapping.segments}


def _segments(values: np.ndarray) -> tuple[str, ...]:
    """The values of a segment column that are worth watching alone, the most frequent first."""
    layout: CategoricalLayout = cut_categorical(values)
    counts = dict.fromkeys(layout.values, 0)
    for v in values:
        if v in counts:
            counts[v] += 1
    least = THIN * max(len(values), 1)
    return tuple(v for v in layout.values[:SEGMENTS] if counts[v] >= least)
