"""Which derived column is to blame where an engine stops at a value: a division by zero, a text that is no number."""

from tidegauge.core.errors import ContractError
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template


def blamed(warehouse: Warehouse, mapping: LogMapping, error: ContractError) -> ContractError:
    """The error of a statement, with the derived column that it is about; itself where it is about none."""
    for name, sql in mapping.derived.items():
        column = warehouse.dialect.quote(name)
        try:
            warehouse.fetch(template("worked_out.sql").render(column=column, table=mapping.table))
        except ContractError as own:
            return ContractError(
                f'column "{name}" is derived as {sql}, which cannot be worked out for every row. {own} '
                "Say what it is there, such as nullif(distance, 0) or CASE WHEN … END."
            )
    return error
