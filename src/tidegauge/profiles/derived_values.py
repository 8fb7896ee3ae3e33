"""Which derived column is to blame where an engine stops at a value: a division by zero, a text that is no number."""

from collections.abc import Iterator
from datetime import datetime

from tidegauge.core.errors import ContractError, NotWorkedOut
from tidegauge.profiles.descriptors import DESCRIPTORS, column_of
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template


def resting_on(mapping: LogMapping, column: str, why: str) -> list[str]:
    """The counted columns that go with a derived one: itself, and what is told of it where it is a text.

    ContractError, `why`, where rows cannot be counted without it.
    """
    described = {column_of(column, name) for name in DESCRIPTORS}
    gone = [c for c in mapping.counted if c == column or c in described]
    if not gone or column in (*mapping.segments, mapping.id, mapping.ingested, mapping.time):
        raise ContractError(why)
    return gone


def blamed(
    warehouse: Warehouse, mapping: LogMapping, error: ContractError, micros: str, since: datetime, until: datetime
) -> ContractError:
    """The error of a statement about the rows of [since, until), with the derived column that it is about.

    Itself where it is about none. `micros`: a row's time, as SQL.
    """
    return next(not_worked_out(warehouse, mapping, micros, since, until), error)


def not_worked_out(
    warehouse: Warehouse, mapping: LogMapping, micros: str, since: datetime, until: datetime
) -> Iterator[ContractError]:
    """What an engine says of each derived column that it cannot work out for the rows of [since, until)."""
    dialect = warehouse.dialect
    asked = {"since": micros_of(since), "until": micros_of(until)}
    between = {"micros": micros, **{name: dialect.parameter(name) for name in asked}}
    for name, sql in mapping.derived.items():
        column = dialect.quote(name)
        try:
            warehouse.fetch(template("worked_out.sql").render(column=column, table=mapping.table, **between), asked)
        except ContractError as own:
            short = f'column "{name}" is derived as {sql}, which cannot be worked out for every row.'
            yield NotWorkedOut(name, short, str(own))
