"""DuckDB, by its native client: a file, memory, or Parquet and CSV files on disk."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.masking import as_typed, mask
from tidegauge.core.errors import ContractError, MonitorError, WarehouseError, did_you_mean
from tidegauge.core.regular_files import what_is_at
from tidegauge.warehouses.base import Rows, Warehouse
from tidegauge.warehouses.connecting import MEMORY, in_memory, is_locked, settle
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.duckdb_dialect import DuckDBDialect
from tidegauge.warehouses.engine import Connection, Engine
from tidegauge.warehouses.file_items import CSV, NOTHING, PARQUET, Reach
from tidegauge.warehouses.file_types import types_of_files
from tidegauge.warehouses.lake import AWS, are_keys, keys_of
from tidegauge.warehouses.on_disk import nothing_there
from tidegauge.warehouses.reach import lacking, notes_files, out_of_reach, strayed
from tidegauge.warehouses.selects import one_select
from tidegauge.warehouses.table_names import in_parts, parts_of

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

PATIENCE = 60.0  # seconds to wait for a writer to let the file go
_NOTHING = re.compile(r'No files found that match the pattern "(.*)"', re.DOTALL)
_SERVICE = re.compile(r"(\w+):(?!//)")


class DuckDBWarehouse(Warehouse):
    """A DuckDB database, opened read-only for one question at a time, out of reach of any file but its own.

    One writer shuts out every reader of a DuckDB file, so the file is opened late, let go early, and tried again
    while somebody else writes. `:memory:` keeps its one connection; whoever hands one in has closed it off, or not.
    """

    dialect = DuckDBDialect()

    def __init__(
        self,
        path: Address | str,
        *,
        reach: Reach = NOTHING,
        connection: "duckdb.DuckDBPyConnection | None" = None,
        patience: float = PATIENCE,
    ) -> None:
        import duckdb  # late: whoever only reads a monitor opens nothing

        self._duckdb = duckdb
        self._address = Address(DuckDB.name, path=path) if isinstance(path, str) else path
        self.path = (self._address.path and self._address.file) or MEMORY  # as it may be shown
        self.reach = reach
        self.patience = patience
        self._kept = connection
        self._is_together = False
        self._shared: duckdb.DuckDBPyConnection | None = None  # by the questions of a `together`
        self._noted = connection is None or notes_files(connection)  # whether it is known which files were opened
        if connection is None and self.path == MEMORY:
            self._kept = in_memory(reach, keys=self._address if are_keys(self._address) else None)
        elif connection is not None and not is_locked(connection):
            settle(connection)

    @classmethod
    def from_address(cls, address: Address, reach: Reach = NOTHING) -> Self:
        """The database that an address names."""
        service = _SERVICE.match(address.path)
        if service and service[1].lower() in ("md", "motherduck"):
            raise MonitorError(
                "tidegauge does not read MotherDuck (md:): it opens DuckDB files, and Parquet and CSV in files and at "
                "addresses. Write the log out there, and name it as source.path, such as s3://bucket/log/*.parquet."
            )
        return cls(address, reach=reach)

    def describe(self, table: str) -> dict[str, str]:
        with self._connected() as connection:
            if not self._is_there(connection, table):
                names = [in_parts(name) for *_, name in self._catalogue(connection)]
                hint = _hint(table) or did_you_mean(table, names)
                raise ContractError(f'there is no table "{as_typed(table)}" in {self.path}. {hint}')
            return self._columns(connection, self.dialect.table(table), f'"{table}" in {self.path}')

    def describe_item(self, item: str) -> dict[str, str]:
        with self._connected() as connection:
            return self._columns(connection, item, "The source")

    def types_of_files(self, pattern: str) -> dict[str, dict[str, str]]:
        return types_of_files(self.fetch, self.describe_item, pattern)

    def _columns(self, connection: "duckdb.DuckDBPyConnection", item: str, reader: str) -> dict[str, str]:
        rows = self._run(connection, f"DESCRIBE SELECT * FROM {item}", None, reader)  # noqa: S608 - names are quoted
        return {str(n): str(k) for n, k in zip(rows["column_name"], rows["column_type"], strict=True)}

    def _is_there(self, connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
        """Asked of the catalogue: a name that looks like a file's would be read as that file."""
        *where, name = (part.lower() for part in parts_of(table))
        return any(t.lower() == name and {*where} <= {c.lower(), s.lower()} for c, s, t in self._catalogue(connection))

    def _catalogue(self, connection: "duckdb.DuckDBPyConnection") -> list[tuple[str, str, str]]:
        """Catalogue, schema and name of each table."""
        sql = "SELECT table_catalog AS c, table_schema AS s, table_name AS t FROM information_schema.tables"
        found = self._run(connection, sql, None, "The source")
        return [(str(c), str(s), str(t)) for c, s, t in zip(found["c"], found["s"], found["t"], strict=True)]

    def tables(self) -> Iterable[str]:
        with self._connected() as connection:
            return [in_parts(name) for *_, name in self._catalogue(connection)]

    def now(self) -> datetime:
        return datetime.now(UTC)  # it is embedded, so its clock is the host's: the file need not be opened for that

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        with self._connected() as connection:
            return self._run(connection, sql, parameters, "The source")

    @contextmanager
    def _connected(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """A connection for one question, let go after it; for those that are asked together, after the last."""
        connection = self._kept or self._shared or self._open()
        if self._is_together:
            self._shared = connection
        try:
            yield connection
        finally:
            if connection not in (self._kept, self._shared):
                connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        before, self._is_together = self._is_together, True
        try:
            yield
        finally:
            self._is_together = before
            if not before and self._shared is not None:
                if self._shared is not self._kept:
                    self._shared.close()
                self._shared = None

    def _run(
        self, connection: "duckdb.DuckDBPyConnection", sql: str, parameters: Mapping[str, Any] | None, reader: str
    ) -> Rows:
        try:
            statement = one_select(connection, sql)
            found = connection.execute(statement, dict(parameters or {})).fetchnumpy()
            self._look_back(connection, reader)
        except self._duckdb.Error as e:
            with suppress(self._duckdb.Error):
                self._look_back(connection, reader)  # what went wrong may tell of a file that was out of reach
            raise self._sentence(e, reader) from None  # a traceback would show what the driver says
        return {name: _plain(values) for name, values in found.items()}

    def _look_back(self, connection: "duckdb.DuckDBPyConnection", reader: str) -> None:
        """ContractError where a statement opened a file that it may not: nothing of its answer is used then."""
        if self._noted and (file := strayed(connection, self.reach.paths)) is not None:
            raise _no_file_of(reader, file or "files that it hides")

    def _sentence(self, error: "duckdb.Error", reader: str) -> ContractError | WarehouseError:
        """What went wrong with a statement."""
        if file := out_of_reach(error):
            return _no_file_of(reader, file)
        if sentence := lacking(error):
            return WarehouseError(sentence)
        if found := _NOTHING.search(str(error)):
            return WarehouseError(f"{reader} finds nothing: {nothing_there(found[1])}")
        if isinstance(error, self._duckdb.IOException | self._duckdb.ConnectionException):
            return WarehouseError(f"DuckDB could not read {self._read}: {self._address.reason_for(error)}")
        return ContractError(f"DuckDB refused a statement on {self.path}: {self._address.reason_for(error)}")

    @property
    def _read(self) -> str:
        """What is read, as a sentence says it: the addresses, where it is files elsewhere."""
        addresses = [mask(path) for path in self.reach.paths if "://" in path]
        return " and ".join(addresses) if self.path == MEMORY and addresses else self.path

    def close(self) -> None:
        if self._kept is not None:
            with suppress(self._duckdb.Error):
                self._kept.close()

    def _open(self) -> "duckdb.DuckDBPyConnection":
        until = time.monotonic() + self.patience
        if (kind := what_is_at(self._address.path)) is not None:  # of a pipe DuckDB would wait for a writer
            raise WarehouseError(f"DuckDB could not open {self.path}: it is {kind}, and a database is a file.")
        while True:
            try:
                return in_memory(self.reach, self._address.opened())
            except self._duckdb.Error as e:
                if sentence := lacking(e):
                    raise WarehouseError(sentence) from None
                locked = "Could not set lock" in str(e)
                if not locked or time.monotonic() > until:
                    held = f" after {self.patience:.0f} s of waiting for its writer" if locked else ""
                    raise WarehouseError(
                        f"DuckDB could not open {self.path}{held}: {self._address.reason_for(e)}"
                    ) from None
                time.sleep(0.2)


class DuckDB(Engine):
    """DuckDB in this process: a file of its own, or other files in place."""

    name: ClassVar[str] = "duckdb"
    title: ClassVar[str] = "DuckDB"
    dialect: ClassVar[Dialect] = DuckDBWarehouse.dialect
    connections: ClassVar[tuple[str, ...]] = ("duckdb", AWS)
    in_file: ClassVar[bool] = True

    def connect(self, address: Address, reach: Reach = NOTHING) -> DuckDBWarehouse:
        return DuckDBWarehouse.from_address(address, reach)

    def address_of(self, connection: Connection) -> Address:
        return keys_of(connection) if connection.conn_type == AWS else super().address_of(connection)


def _no_file_of(reader: str, file: str) -> ContractError:
    return ContractError(
        f"{reader} reads {mask(file)}, and that is no file of this source. If it is meant to, allow it: "
        f'source.paths: ["{mask(file)}"] in the monitor, --paths for init and compare.'
    )


def _hint(table: str) -> str | None:
    if "(" not in table and not table.lower().endswith((*PARQUET, *CSV)):
        return None
    return "A table is given by its name; files are given as a path: source.path in the monitor, --path for init."


def _plain(values: Any) -> "NDArray[Any]":  # noqa: ANN401 - DuckDB hands out arrays, masked arrays and categoricals
    import numpy as np

    if isinstance(values, np.ma.MaskedArray):
        if not np.ma.is_masked(values):
            return np.asarray(values.data)
        if values.dtype.kind == "f":
            return np.asarray(values.filled(np.nan))
        out = np.asarray(values.data.astype(object))
        out[np.ma.getmaskarray(values)] = None
        return out
    return np.asarray(values)
