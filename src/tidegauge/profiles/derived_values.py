"""Which derived column is to blame where an engine stops at a value: a division by zero, a text that is no number."""

from datetime import datetime

from tidegauge.core.errors import ContractError
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template


def blamed(
    warehouse: Warehouse, mapping: LogMapping, error: ContractError, micros: str, since: datetime, until: datetime
) -> ContractError:
    """The error of a statement about the rows of [since, until), with the derived column that it is about.

    Itself where it is about none. `micros`: a row's time, as SQL.
    """
    dialect = warehouse.dialect
    asked = {"since": micros_of(since), "until": micros_of(until)}
    between = {"micros": micros, **{name: dialect.parameter(name) for name in asked}}
    for name, sql in mapping.derived.items():
        column = dialect.quote(name)
        try:
            warehouse.fetch(template("worked_out.sql").render(column=column, table=mapping.table, **between), asked)
        except ContractError as own:
            return ContractError(
                f'column "{name}" is derived as {sql}, which cannot be worked out for every row. {own} '
                "Say what it is there, such as nullif(distance, 0) or CASE WHEN … END."
            )
    return error
