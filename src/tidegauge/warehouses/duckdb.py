"""DuckDB, by its native client: a file, memory, or Parquet and CSV files on disk."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar, Self

import duckdb
import numpy as np

from tidegauge.errors import ContractError, WarehouseError, did_you_mean
from tidegauge.warehouses.base import Dialect, Rows, Warehouse, has_zone

MEMORY = "2GB"
PATIENCE = 60.0  # seconds to wait for a writer to let the file go


class DuckDBDialect(Dialect):
    """DuckDB's spellings."""

    name: ClassVar[str] = "duckdb"
    code_type: ClassVar[str] = "UTINYINT"

    def divide(self, a: str, b: str) -> str:
        return f"{a} // {b}"

    def small(self, expression: str) -> str:
        return f"CAST({expression} AS UTINYINT)"

    def number(self, value: float) -> str:
        text = repr(value)  # with an exponent it is a double at once: half the planning of a cast from text
        return f"({text if 'e' in text else text + 'e0'})"

    def from_hex(self, digits: str) -> str:
        return f"CAST('0x' || {digits} AS BIGINT)"

    def to_hex(self, number: str) -> str:
        return f"printf('%015x', {number})"

    def parameter(self, name: str) -> str:
        return f"${name}"

    def micros(self, expression: str, kind: str, zone: str | None) -> str:
        if kind.upper() == "DATE":
            expression = f"CAST({expression} AS TIMESTAMP)"
        if not has_zone(kind) and zone not in (None, "UTC"):
            expression = f"timezone('{zone}', {expression})"  # a zone's name was checked when the monitor was read
        return f"epoch_us({expression})"


class DuckDBWarehouse(Warehouse):
    """A DuckDB database, opened read-only for one statement at a time.

    One writer shuts out every reader of a DuckDB file, so the file is opened late, let go early, and tried again
    while somebody else writes. `:memory:` keeps its one connection.
    """

    dialect = DuckDBDialect()

    def __init__(
        self, path: str, *, connection: duckdb.DuckDBPyConnection | None = None, patience: float = PATIENCE
    ) -> None:
        self.path = path
        self.patience = patience
        self._kept = connection
        if connection is None and path == ":memory:":
            self._kept = duckdb.connect(":memory:")
        if self._kept is not None:
            _settle(self._kept)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """`duckdb:///relative/file.duckdb`, `duckdb:////absolute/file.duckdb`, `duckdb:///:memory:`."""
        return cls(url.split("duckdb:///", 1)[1] or ":memory:")

    def describe(self, table: str) -> dict[str, str]:
        spelled = table.startswith(("(", "read_parquet(", "read_csv("))  # a FROM item, and no name
        try:
            source = table if spelled else self.dialect.table(table)
            rows = self.fetch(f"DESCRIBE SELECT * FROM {source}")  # noqa: S608 - names are quoted
        except ContractError as e:
            if spelled or "not exist" not in str(e):
                raise
            raise ContractError(
                f'there is no table "{table}" in {self.path}. {did_you_mean(table, self.tables())}'
            ) from e
        return {str(n): str(k) for n, k in zip(rows["column_name"], rows["column_type"], strict=True)}

    def tables(self) -> Iterable[str]:
        return [str(t) for t in self.fetch("SELECT table_name FROM information_schema.tables")["table_name"]]

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        connection = self._kept or self._open()
        try:
            found = connection.execute(sql, dict(parameters or {})).fetchnumpy()
        except (duckdb.IOException, duckdb.ConnectionException) as e:
            raise WarehouseError(f"DuckDB could not read {self.path}: {_first_line(e)}") from e
        except duckdb.Error as e:
            raise ContractError(f"DuckDB refused a statement on {self.path}: {_first_line(e)}") from e
        finally:
            if connection is not self._kept:
                connection.close()
        return {name: _plain(values) for name, values in found.items()}

    def close(self) -> None:
        if self._kept is not None:
            with suppress(duckdb.Error):
                self._kept.close()

    def _open(self) -> duckdb.DuckDBPyConnection:
        until = time.monotonic() + self.patience
        while True:
            try:
                connection = duckdb.connect(self.path, read_only=True)
            except duckdb.Error as e:
                locked = "lock" in str(e).lower()
                if not locked or time.monotonic() > until:
                    held = f" after {self.patience:.0f} s of waiting for its writer" if locked else ""
                    raise WarehouseError(f"DuckDB could not open {self.path}{held}: {_first_line(e)}") from e
                time.sleep(0.2)
            else:
                _settle(connection)
                return connection


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    # a cell's code and a window's number are small: group them by position, not by hash
    connection.execute("SET perfect_ht_threshold = 20")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _plain(values: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - DuckDB hands out arrays, masked arrays and categoricals
    if isinstance(values, np.ma.MaskedArray):
        if not np.ma.is_masked(values):
            return np.asarray(values.data)
        if values.dtype.kind == "f":
            return np.asarray(values.filled(np.nan))
        out = np.asarray(values.data.astype(object))
        out[np.ma.getmaskarray(values)] = None
        return out
    return np.asarray(values)
