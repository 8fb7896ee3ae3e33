"""Which derived column is to blame where an engine stops at a value (a division by zero), and which has none at all."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from tidegauge.core.errors import ContractError, NotWorkedOut
from tidegauge.profiles.descriptors import DESCRIPTORS, column_of
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse, is_number
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
    read = {*mapping.all}
    for name, sql in mapping.derived.items():
        if read.isdisjoint((name, *(column_of(name, d) for d in DESCRIPTORS))):
            continue  # it is left out already
        column = dialect.quote(name)
        try:
            warehouse.fetch(template("worked_out.sql").render(column=column, table=mapping.table, **between), asked)
        except ContractError as own:
            short = f'column "{name}" is derived as {sql}, which cannot be worked out for every row.'
            yield NotWorkedOut(name, short, str(own))


def without_values(warehouse: Warehouse, mapping: LogMapping, kinds: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each derived column that is counted and has no value in any row of the log.

    Nothing of one that the engine stops at: that is said where it is counted.
    """
    dialect = warehouse.dialect
    for name, sql in ((n, s) for n, s in mapping.derived.items() if n in mapping.counted):
        column, number = dialect.quote(name), is_number(kinds[name])
        valued = dialect.is_finite(dialect.as_number(column, kinds[name])) if number else f"{column} IS NOT NULL"
        with suppress(ContractError):
            if not warehouse.fetch(template("valued.sql").render(table=mapping.table, valued=valued))["n"][0]:
                nothing = "NULL, NaN or infinite" if number else "NULL"
                yield f'column "{name}" is derived as {sql}, which is {nothing} in every row.'
