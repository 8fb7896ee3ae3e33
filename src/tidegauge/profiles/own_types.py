"""What a monitor's own metrics are, as the engine says: the type of each expression, or why it cannot be worked out."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from tidegauge.core.errors import REMEDY, ContractError
from tidegauge.core.own_metric import OwnMetric
from tidegauge.profiles.descriptors import DESCRIPTORS
from tidegauge.profiles.descriptors.base import BANDS, NO, YES, Band, Flag
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.tasks.own_sums import carried, expressions
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse, is_number
from tidegauge.warehouses.own_expression import JOINED, columns_of, spelled, unknown_word
from tidegauge.warehouses.refusals import plainly, without_table
from tidegauge.warehouses.sql import template


def own_types(warehouse: Warehouse, log: LabelledLog) -> dict[str, str]:
    """Expression → type; ContractError, which names metric and expression, where there is none."""
    return {m.sql: _type(warehouse, log, m) for m in expressions(log.labels.unit)}


def untrue_of_rows(warehouse: Warehouse, log: LabelledLog, since: datetime, until: datetime) -> Iterator[str]:
    """A sentence for each metric that cannot be worked out for every labelled row of [since, until)."""
    dialect, kinds, mapping = warehouse.dialect, log.kinds, log.mapping
    time, asked = str(mapping.time), {"since": micros_of(since), "until": micros_of(until)}
    for metric in expressions(log.labels.unit):
        named = columns_of(metric.sql, kinds)
        sql = template("own_tried.sql").render(
            expression=dialect.written(spelled(metric.sql, {c: f"tidegauge_log.{dialect.quote(c)}" for c in kinds})),
            id=dialect.quote(str(mapping.id)),
            prediction=_prediction(warehouse, log),
            columns=[dialect.quote(c) for c in named if c.lower() not in JOINED],  # the prediction is there
            table=mapping.table,
            micros=dialect.micros(dialect.quote(time), kinds[time], mapping.zone),
            label=log.view(dialect),
            **{name: dialect.parameter(name) for name in asked},
        )
        try:
            warehouse.fetch(sql, asked)
        except ContractError as error:
            yield f"{said_of(metric)} cannot be worked out for every row: {str(error).rstrip('.')}. {REMEDY}"


def in_columns(said: str, kinds: Mapping[str, str]) -> str:
    """What an engine says of a metric, with the log's own names for what statements call otherwise."""
    named = {carried(column, kinds): f'"{column}"' for column in kinds}
    said = re.sub(r'"?\b(metric_column_\d+)\b"?', lambda m: named.get(m[1], m[0]), said)
    return re.sub(r'"?\bmetric_(raw|value|size)_\d+\b"?', "the metric", said)


def metric_in(said: str) -> str:
    """The name of the metric that a sentence is about; empty where it is about none."""
    found = re.match(r'(?:labels: )?the metric "([^"]*)" \(', said)
    return found[1] if found else ""


def said_of(metric: OwnMetric) -> str:
    """A metric in a sentence."""
    return f'the metric "{metric.name}" ({metric.sql})'


def _type(warehouse: Warehouse, log: LabelledLog, metric: OwnMetric) -> str:
    """The type that one expression has on rows of the log; no row is read."""
    dialect, kinds = warehouse.dialect, log.kinds
    places = {c: carried(c, kinds) for c in kinds}
    expression = spelled(metric.sql, places)
    if fault := dialect.fault(expression):
        raise ContractError(f"{said_of(metric)} cannot be worked out: it {fault}.")
    label = task_of(log.labels.unit).shown(dialect, log.view(dialect)["value"])
    sql = template("own_type.sql").render(
        d=dialect,
        expression=dialect.written(expression),
        columns={places[c]: dialect.quote(c) for c in columns_of(metric.sql, kinds)},
        table=log.mapping.table,
        prediction=_prediction(warehouse, log),
        label=label,
        label_table=log.labels.table,
    )
    try:
        kind = str(warehouse.fetch(sql)["type_"][0])
    except ContractError as e:
        if plain := plainly(str(e)):
            raise ContractError(f"{said_of(metric)} cannot be worked out: it {plain}.") from None
        said = in_columns(str(e), kinds)
        hint = without_table(metric.sql, kinds) or unknown_word(metric.sql, list(kinds))
        raise ContractError(f"{said_of(metric)} cannot be worked out: {said}. {hint}".strip()) from None
    if not (is_number(kind) or kind.upper().startswith("BOOL")):
        raise ContractError(
            f"{said_of(metric)} is {kind}, and must be a number or a condition.{_compared(metric, kinds)}"
        )
    return kind


def _compared(metric: OwnMetric, kinds: Mapping[str, str]) -> str:
    """What to compare the texts with that an expression gives, where these are what is seen of a text."""
    named = columns_of(metric.sql, kinds)
    for column, seen in ((c, d) for c in named for d in DESCRIPTORS.values() if c.endswith(f".{d.name}")):
        quoted = '"' + column.replace('"', '""') + '"'
        if isinstance(seen, Flag):
            return f" It holds the texts '{YES}' and '{NO}': write {quoted} = '{YES}'."
        if isinstance(seen, Band):
            listed = ", ".join(f"'{band}'" for band in BANDS)
            return f" It holds one of the texts {listed}: write {quoted} <> '{BANDS[0]}'."
    return ""


def _prediction(warehouse: Warehouse, log: LabelledLog) -> str:
    """The prediction as the labels' statement has it."""
    name, kinds = log.mapping.prediction or "", log.kinds
    quoted = warehouse.dialect.quote(name)
    return (
        warehouse.dialect.as_number(quoted, kinds[name])
        if log.labels.unit.classes is None
        else warehouse.dialect.as_text(quoted)
    )
