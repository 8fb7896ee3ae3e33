"""The first layouts of a source: a sample of its first weeks, chosen by hash, and one layout a column."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import ContractError
from tidegauge.profiles.derived_values import blamed
from tidegauge.profiles.kinds import CLASS, KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout, cut_categorical
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template

ROWS = 50_000
SEGMENTS = 20  # values of one segment column, at most
THIN = 0.005  # a segment value with a smaller share of the sample is pooled with the others


def cut_layouts(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, since: datetime, until: datetime
) -> tuple[dict[str, Layout], dict[str, tuple[str, ...]]]:
    """Layouts of all counted columns, and the values of each segment column, from [since, until)."""
    found = some_values(warehouse, kinds, mapping, (*mapping.counted, *mapping.segments), since, until)
    layouts = {name: KINDS[mapping.kind_of(name) or CLASS].cut(found[name]) for name in mapping.counted}
    return layouts, {name: _segments(found[name]) for name in mapping.segments}


def some_values(
    warehouse: Warehouse,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    names: Sequence[str],
    since: datetime,
    until: datetime,
) -> dict[str, NDArray[Any]]:
    """[n] each: the values of some columns in a sample of the rows of [since, until), as their kinds read them."""
    dialect = warehouse.dialect
    names = tuple(dict.fromkeys(names))
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
    try:
        found = warehouse.fetch(sql, {"since": micros_of(since), "until": micros_of(until), "most": ROWS})
    except ContractError as error:
        raise blamed(warehouse, mapping, error, micros, since, until) from None
    return {name: found[f"c{k}"] for k, name in enumerate(names)}


def _segments(values: np.ndarray) -> tuple[str, ...]:
    """The values of a segment column that are worth watching alone, the most frequent first.

    Never one that is called as all others together are: two would have one name.
    """
    layout: CategoricalLayout = cut_categorical(values)
    counts = dict.fromkeys(layout.values, 0)
    for v in values:
        if v in counts:
            counts[v] += 1
    least = THIN * max(len(values), 1)
    return tuple(v for v in layout.values[:SEGMENTS] if counts[v] >= least and v != OTHERS)
