"""PostgreSQL, through psycopg."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.masking import as_typed
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import ContractError, WarehouseError, did_you_mean
from tidegauge.warehouses.base import Rows, Warehouse
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.engine import READS_FILES, Engine, Lack, Mark
from tidegauge.warehouses.file_items import NOTHING, Reach
from tidegauge.warehouses.postgres_dialect import PostgresDialect
from tidegauge.warehouses.selects import only_reads
from tidegauge.warehouses.table_names import in_parts, parts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from psycopg import Connection as Psycopg

    Connection = Psycopg[Any]


class PostgresWarehouse(Warehouse):
    """A PostgreSQL database; one connection, read-only transactions. Connected when it is first asked.

    So a verb that needs no row gets on while the server is down, and one that does can note that it was.

    Nothing is compiled (`jit`): a profile has some expressions for each column, and to compile them all costs more than
    to walk through them, unless a window has millions of rows.
    """

    dialect = PostgresDialect()

    def __init__(self, address: Address | str) -> None:
        import psycopg  # an extra: the core works without it

        self._psycopg: Any = psycopg
        if isinstance(address, str):
            address = read_address(address, "the warehouse", environment=None)
        self._address, self._reason_for = address, address.reason_for
        self._connection: Connection | None = None
        self._together: ExitStack | None = None  # while questions follow each other: it ends their transaction
        self._begun = False  # whether one of them has begun it

    def _connected(self) -> "Connection":
        if self._connection is not None:
            return self._connection
        psycopg, address = self._psycopg, self._address
        # whatever is asked in one transaction finds the rows of its beginning
        steady = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
        parts = address.libpq() | {"options": f"-c TimeZone=UTC {steady} -c jit=off"}
        try:
            connection: Connection = psycopg.connect(**parts, autocommit=True)
            connection.read_only = True
        except psycopg.Error as e:
            what = f"PostgreSQL at {address.place} did not answer: {address.reason_for(e)}"
            raise WarehouseError(what) from None  # a traceback would show what the driver says
        self._connection = connection
        return connection

    @classmethod
    def from_address(cls, address: Address) -> Self:
        """The database that an address names."""
        return cls(address)

    def describe(self, table: str) -> dict[str, str]:
        *where, name = parts_of(table)
        asked = {"name": name, "schema": where[-1] if where else None}
        found = self.fetch(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %(name)s "
            "AND table_schema = coalesce(CAST(%(schema)s AS TEXT), current_schema()) ORDER BY ordinal_position",
            asked,
        )
        if not len(found["column_name"]):  # a materialised view is in no view of the standard's
            found = self.fetch(
                "SELECT a.attname AS column_name, CASE WHEN t.typcategory = 'A' THEN 'ARRAY' "
                "WHEN t.typtype IN ('e', 'c') THEN 'USER-DEFINED' "
                "ELSE format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) END AS data_type "
                "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid "
                "WHERE c.relkind = 'm' AND c.relname = %(name)s AND a.attnum > 0 AND NOT a.attisdropped "
                "AND n.nspname = coalesce(CAST(%(schema)s AS TEXT), current_schema()) ORDER BY a.attnum",
                asked,
            )
        if not len(found["column_name"]):
            raise ContractError(
                f'there is no table "{as_typed(table)}" in the database. {did_you_mean(table, self.tables())}'
            )
        return {str(n): _kind(str(k)) for n, k in zip(found["column_name"], found["data_type"], strict=True)}

    def types_of(self, select: str, columns: Sequence[str]) -> dict[str, str]:
        # a NULL has the type of its column, and no row of the log is read for it
        asked = ", ".join(
            f"CAST(pg_typeof(asked.{self.dialect.quote(c)}) AS TEXT) AS t{k}" for k, c in enumerate(columns)
        )
        found = self.fetch(f"SELECT {asked} FROM (VALUES (1)) AS one(n) LEFT JOIN (\n{select}) AS asked ON 1 = 0")  # noqa: S608 - names are quoted
        return {c: _kind(str(found[f"t{k}"][0])) for k, c in enumerate(columns)}

    def tables(self) -> Iterable[str]:
        sql = (
            "SELECT table_schema AS s, table_name AS t FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') "
            "UNION ALL SELECT schemaname, matviewname FROM pg_matviews"
        )
        found = self.fetch(sql)
        return [in_parts(str(s), str(t)) for s, t in zip(found["s"], found["t"], strict=True)]

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        p = self._psycopg
        only_reads(sql)
        connection = self._connected()
        try:
            if self._together is not None and not self._begun:
                self._together.enter_context(connection.transaction())
                self._begun = True
            # in a transaction of its own that cannot be made to write, even by a statement before this one
            with connection.transaction(), connection.cursor(binary=True) as cursor:
                # binary, so by the protocol that takes one statement only
                cursor.execute(sql, dict(parameters or {}), prepare=False)  # the text comes from sql/
                names = [d.name for d in cursor.description or ()]
                rows = cursor.fetchall()
        except (p.OperationalError, p.InterfaceError) as e:
            raise WarehouseError(f"PostgreSQL did not answer: {self._reason_for(e, connected=True)}") from None
        except p.Error as e:
            raise ContractError(
                f"PostgreSQL refused a statement or a value: {self._reason_for(e, connected=True)}"
            ) from None
        return _by_name(names, rows)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Each question finds the same rows, whoever writes in between: one transaction, begun by the first of them."""
        if self._together is not None:
            yield
            return
        with ExitStack() as until:
            self._together = until
            try:
                yield
            finally:
                self._together, self._begun = None, False

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class Postgres(Engine):
    """A PostgreSQL server."""

    name: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "PostgreSQL"
    dialect: ClassVar[Dialect] = PostgresWarehouse.dialect
    connections: ClassVar[tuple[str, ...]] = ("postgres", "postgresql")
    driver: ClassVar[str] = "psycopg"
    extra: ClassVar[str] = "tidegauge[postgres]"
    lacks: ClassVar[Mapping[str, Lack]] = {
        READS_FILES: Lack(Mark.NEVER, "a server reads files of its own machine, and only those that its owner names")
    }

    def connect(self, address: Address, reach: Reach = NOTHING) -> PostgresWarehouse:
        del reach
        return PostgresWarehouse.from_address(address)


def _kind(name: str) -> str:
    return {"character varying": "text", "character": "text"}.get(name, name)


def _by_name(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Rows:
    """Rows as columns, each under its name; empty ones where there is no row."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: _array(list(values)) for name, values in zip(names, columns, strict=True)}


def _array(values: list[Any]) -> "NDArray[Any]":
    import numpy as np

    kinds = {type(v) for v in values}
    if kinds <= {float, type(None)} and float in kinds:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if kinds == {int}:
        return np.array(values, dtype=np.int64)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
