"""Spark: on this machine, on a cluster that this machine drives, or a server, by Spark Connect."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.masking import as_typed
from tidegauge.core.errors import ContractError, WarehouseError, did_you_mean
from tidegauge.warehouses.base import Rows, Warehouse
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.engine import READS_FILES, Engine, Lack, Mark
from tidegauge.warehouses.file_items import NOTHING, Reach
from tidegauge.warehouses.selects import one_of_spark
from tidegauge.warehouses.spark_dialect import SparkDialect
from tidegauge.warehouses.spark_session import CONNECT, begin, check
from tidegauge.warehouses.table_names import in_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What other engines call a type, so that whatever asks for one by its name is answered alike.
KINDS = {"timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP", "string": "VARCHAR", "int": "INTEGER"}
# Classes of SQLSTATE that speak of a statement or of a value in it: parameters, what is not supported, how many rows,
# data, names and syntax. All else is Spark's own trouble: a file not read (KD001), memory (53200), a bug (XX000).
REFUSED = frozenset({"07", "0A", "21", "22", "42"})


class SparkWarehouse(Warehouse):
    """A session of Spark, begun when it is first asked: its own tables, and those of the folder in its address."""

    dialect = SparkDialect()

    def __init__(self, address: Address) -> None:
        import pyspark.errors  # an extra: the core works without it

        self._errors: Any = pyspark.errors
        self._address = address
        self._session: Any = None

    def _ask(self, question: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - of sessions of two classes
        if self._session is None:
            self._session = begin(self._address)
        try:
            return question(self._session)
        except Exception as e:  # noqa: BLE001 - a server's, the JVM's, Spark's own: told apart
            raise self._sentence(e) from None

    def describe(self, table: str) -> dict[str, str]:
        name = self.dialect.table(table)
        if not self._ask(lambda session: session.catalog.tableExists(name)):
            hint = did_you_mean(table, self.tables())
            raise ContractError(f'there is no table "{as_typed(table)}" in {self._address.place}. {hint}')
        return self.describe_item(name)

    def describe_item(self, item: str) -> dict[str, str]:
        found = self._ask(lambda session: session.sql(f"SELECT * FROM {item} LIMIT 0").dtypes)  # noqa: S608 - quoted
        return {column: _kind(kind) for column, kind in found}

    def tables(self) -> Iterable[str]:
        found = self._ask(lambda session: session.catalog.listTables())
        return [in_parts(*(table.namespace or []), table.name) for table in found]

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        one_of_spark(sql)
        bound = {name: _bound(value) for name, value in (parameters or {}).items()}
        found = self._ask(lambda session: session.sql(sql, bound).toArrow())
        return {name: _array(found.column(k)) for k, name in enumerate(found.column_names)}

    def _sentence(self, error: Exception) -> ContractError | WarehouseError:
        """What went wrong with a statement: Spark says of what it refuses which rule it breaks."""
        words = str(error).strip().split("\n", 1)[0]
        state = error.getSqlState() if isinstance(error, self._errors.PySparkException) else None
        if (state or "")[:2] in REFUSED:
            return ContractError(f"Spark refused a statement or a value: {self._address.reason_for(words)}")
        return WarehouseError(f"Spark at {self._address.place} did not answer: {self._address.reason_for(words)}")

    def close(self) -> None:
        """The engine is for the next one too, and ends with the process."""
        self._session = None


class Spark(Engine):
    """Spark in this process, a cluster's, or a server's."""

    name: ClassVar[str] = "spark"
    title: ClassVar[str] = "Spark"
    dialect: ClassVar[Dialect] = SparkWarehouse.dialect
    schemes: ClassVar[tuple[str, ...]] = (CONNECT,)
    connections: ClassVar[tuple[str, ...]] = ("spark",)
    driver: ClassVar[str] = "pyspark"
    extra: ClassVar[str] = "tidegauge[spark]"
    lacks: ClassVar[Mapping[str, Lack]] = {
        READS_FILES: Lack(Mark.NOTIMPL, "name a folder in the address: each Parquet file or folder in it is a table")
    }

    def connect(self, address: Address, reach: Reach = NOTHING) -> SparkWarehouse:
        del reach
        check(address)
        return SparkWarehouse(address)


def _kind(kind: str) -> str:
    if kind.startswith("array"):
        return "ARRAY"
    return KINDS.get(kind, kind.upper().partition("<")[0])


def _bound(value: object) -> object:
    if isinstance(value, list | tuple):
        return json.dumps(value)
    if isinstance(value, datetime):  # whole microseconds since 1970: see SparkDialect.bound
        return (value.replace(tzinfo=value.tzinfo or UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
    return value


def _array(column: Any) -> "NDArray[Any]":  # noqa: ANN401 - pyarrow's, which says no types
    """A column of an answer: floats with NaN for NULL, whole numbers, or objects."""
    import numpy as np

    kind = str(column.type)
    if kind in ("double", "float") or (kind.startswith("int") and not column.null_count):
        return np.asarray(column.to_numpy())
    out = np.empty(len(column), dtype=object)
    out[:] = [np.array(v, dtype=np.float64) if isinstance(v, list) else v for v in column.to_pylist()]
    return out
