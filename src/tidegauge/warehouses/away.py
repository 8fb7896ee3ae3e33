"""A warehouse that is not asked: what the store knows can be shown while the rows are out of reach."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from tidegauge.core.errors import WarehouseError
from tidegauge.warehouses.base import Rows, Warehouse


class Away(Warehouse):
    """Answers nothing; whoever needs rows gets a WarehouseError."""

    def describe(self, table: str) -> dict[str, str]:
        del table
        self._refuse()

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        del sql, parameters
        self._refuse()

    def now(self) -> datetime:
        return datetime.now(UTC)  # nothing is judged here: what is shown is judged already

    def __getattr__(self, name: str) -> NoReturn:
        if name == "dialect":  # who asks how it spells wants to ask it something
            self._refuse()
        raise AttributeError(name)

    def tables(self) -> Iterable[str]:
        self._refuse()

    def close(self) -> None:
        pass

    def _refuse(self) -> NoReturn:
        raise WarehouseError("the warehouse was not asked: this is done from the store alone")
