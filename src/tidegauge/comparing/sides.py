"""A side of a comparison: a data frame, a file or a warehouse's table, made ready to be read by SQL."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import duckdb
import numpy as np

from tidegauge.comparing.pandas_columns import settled
from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import Hidden
from tidegauge.core.addresses.masking import mask
from tidegauge.core.addresses.reasons import reason
from tidegauge.core.errors import ContractError
from tidegauge.core.regular_files import is_regular
from tidegauge.core.unseen import unbroken
from tidegauge.warehouses import engine_named, open_warehouse, warehouse_address
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.connecting import MEMORY, in_memory
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.engine import READS_FILES
from tidegauge.warehouses.file_items import CSV, NOTHING, PARQUET, Reach, files, is_pattern, itself, literal
from tidegauge.warehouses.mixed_files import Mixed, mixed_columns, without
from tidegauge.warehouses.on_disk import look_at

SEPARATORS = {"\t": "tabs", ";": '";"', "|": '"|"', " ": "spaces"}
TAKES = "a pandas, polars or Arrow table, a path to Parquet or CSV, or (url, table)"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two tables."""

    label: str  # what a person calls it: the path, "pandas DataFrame", a table's name
    warehouse: Warehouse
    table: str  # a FROM item
    kinds: dict[str, str]  # column → type
    rows: int
    sample: Callable[[int], str]  # k → a FROM item of about every k-th row, the same rows every time
    mixed: Mapping[str, str] = field(default_factory=dict)  # column that is not read → which files hold it as what


class Sides:
    """Opens both sides; a context manager that closes what it opened.

    A frame or a file is read by a DuckDB in memory that reaches nothing else. A frame is read where it lies, without a
    copy, and so is Parquet; CSV is read once into a temporary table, since a statement looks at each column by itself.
    `paths`: files that views in a DuckDB side read. `separator`, `encoding`: how CSV is written, where a reader's own
    guess is wrong.
    """

    def __init__(self, paths: Sequence[str] = (), *, separator: str = "", encoding: str = "") -> None:
        self._close = ExitStack()
        self._paths = tuple(paths)
        said = {"delim": separator, "encoding": encoding}
        self._csv_said = {option: literal(text) for option, text in said.items() if text}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close.close()

    def open(self, given: Any, name: str) -> Side:  # noqa: ANN401 - frames of libraries that the core doesn't know
        """The side called `name` ("reference", "current"). ContractError where it is none of what compare takes."""
        if isinstance(given, str | Path):
            return self._file(str(given), name)
        if isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str | Address):
            return self._table(given[0], str(given[1]))
        library = type(given).__module__.partition(".")[0]
        every = {"pandas": _pandas, "polars": _polars, "pyarrow": _arrow}.get(library)
        if every is None or not hasattr(given, "__getitem__"):
            raise ContractError(
                f"the {name} is a {type(given).__module__}.{type(given).__qualname__}; compare takes {TAKES}."
            )
        connection, warehouse = self._memory(NOTHING)
        if library == "pandas":
            given = settled(given)
        try:
            connection.register(name, given)
        except RuntimeError:  # DuckDB's bindings, of a name that is no text
            why = "the name of a column holds half of a character. Rename it"
            raise ContractError(f"DuckDB could not read the {name}: {why}.") from None
        except duckdb.Error as e:  # a frame without a column, or one that holds what no column can
            raise ContractError(f"DuckDB could not read the {name}: {str(e).strip().splitlines()[0]}") from e

        def sample(step: int) -> str:
            connection.register(f"{name}_sample", every(given, step))
            return f'"{name}_sample"'

        return _measured(Side(f"{library} {type(given).__name__}", warehouse, f'"{name}"', {}, 0, sample))

    def _file(self, path: str, name: str) -> Side:
        if path.lower().endswith(CSV):
            return self._csv(path, name)
        if not path.lower().endswith(PARQUET):
            raise ContractError(
                f'the {name} "{mask(path)}" is neither Parquet nor CSV by its name. compare takes {TAKES}.'
            )
        _there(path, name)
        _, warehouse = self._memory(Reach((path,)))
        mixed = {c: m.why for c, m in mixed_columns(warehouse, path).items()}
        numbered = without(warehouse, path, mixed, file_row_number="true")

        def sample(step: int) -> str:
            return f"(SELECT * FROM {numbered} WHERE file_row_number % {step} = 0)"  # noqa: S608 - spelled by us

        return _measured(Side(mask(path), warehouse, without(warehouse, path, mixed), {}, 0, sample, mixed))

    def _csv(self, path: str, name: str) -> Side:
        _there(path, name)
        connection, warehouse = self._memory(Reach((path,)), in_order=True)
        options = {"sample_size": "-1", **self._csv_said}  # all rows decide a column's type, not the first few
        mixed: Mapping[str, Mixed] = {}
        try:
            _read_once(connection, name, files(path, **options))
        except duckdb.Error as e:
            with suppress(ContractError):
                mixed = mixed_columns(warehouse, path, unread=True)
            try:
                if mixed:
                    _read_once(connection, name, without(warehouse, path, mixed, **options))
            except duckdb.Error:
                mixed = {}
            if not mixed:
                raise ContractError(_unread(mask(path), e)) from None
        label, drawn = mask(path) + self._as_written(connection, path), partial(warehouse.dialect.every, f'"{name}"')
        return _measured(Side(label, warehouse, f'"{name}"', {}, 0, drawn, {c: m.why for c, m in mixed.items()}))

    def _as_written(self, connection: duckdb.DuckDBPyConnection, path: str) -> str:
        """How a CSV file was read, where that is not by commas and as UTF-8: a reader can guess wrong."""
        options = "".join(f", {k} = {v}" for k, v in self._csv_said.items())
        told = []
        with suppress(duckdb.Error):  # of several files at once there is no one answer
            sniffed = f"SELECT Delimiter FROM sniff_csv({literal(itself(path))}, sample_size = -1{options})"  # noqa: S608 - quoted
            ((separator,),) = connection.execute(sniffed).fetchall()
            told += [f"separated by {SEPARATORS.get(separator, repr(separator))}"] if separator != "," else []
        told += [f"as {self._csv_said['encoding'][1:-1]}"] if "encoding" in self._csv_said else []
        return f" ({', '.join(told)})" if told else ""

    def _table(self, url: Address | str, table: str) -> Side:
        what = f"the address of {table}"
        address = warehouse_address(url, what, environment=None) if isinstance(url, str) else url
        engine = engine_named(address.engine)
        reach = Reach(self._paths) if engine is not None and engine.can(READS_FILES) else NOTHING
        warehouse = self._close.enter_context(open_warehouse(address, reach))
        spelled = warehouse.dialect.table(table)
        label = f"{table} ({warehouse.dialect.name})"  # the URL may hold a password
        kinds = warehouse.describe(table)
        drawn = warehouse.dialect.every if _lies_somewhere(warehouse, spelled) else warehouse.dialect.alike
        return _measured(Side(label, warehouse, spelled, kinds, 0, partial(drawn, spelled)))

    def _memory(self, reach: Reach, *, in_order: bool = False) -> tuple[duckdb.DuckDBPyConnection, Warehouse]:
        connection = in_memory(reach, in_order=in_order)
        return connection, self._close.enter_context(DuckDBWarehouse(MEMORY, reach=reach, connection=connection))


def _read_once(connection: duckdb.DuckDBPyConnection, name: str, source: str) -> None:
    """Rows in the file's order, so that a sample by row number is the same one every time."""
    connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM {source}')  # noqa: S608 - quoted


def _unread(path: str, error: duckdb.Error) -> str:
    """Why a CSV file could not be read; of another encoding, how to say so."""
    if "not utf-8 encoded" in str(error):
        return (
            f'{path} is not written as UTF-8. Say how it is: encoding="latin-1" or "utf-16" '
            "(`tidegauge compare … --encoding latin-1`)."
        )
    return f"DuckDB could not read {path}: {reason(error, Hidden())}"


def _there(path: str, name: str) -> None:
    """A file that is not there, or is none, is said by its name; an address is left to DuckDB."""
    look_at(path)
    if not is_pattern(path) and "://" not in path and not is_regular(path):
        raise ContractError(f'the {name} "{unbroken(mask(path))}" is no file.')


def _measured(side: Side) -> Side:
    """The side with its columns and its number of rows."""
    rows = int(side.warehouse.fetch(f"SELECT count(*) AS n FROM {side.table}")["n"][0])  # noqa: S608 - spelled by us
    return replace(side, kinds=side.kinds or side.warehouse.describe_item(side.table), rows=rows)


def _lies_somewhere(warehouse: Warehouse, table: str) -> bool:
    """Whether a table's rows have a position. Those of a view have none: they are drawn by what is in them."""
    position = warehouse.dialect.position
    if not position:
        return False
    try:
        warehouse.fetch(f"SELECT {position} FROM {table} LIMIT 0")  # noqa: S608 - quoted
    except ContractError:
        return False
    return True


def _pandas(frame: Any, step: int) -> Any:  # noqa: ANN401
    return frame.iloc[::step]


def _polars(frame: Any, step: int) -> Any:  # noqa: ANN401
    return frame[::step]


def _arrow(table: Any, step: int) -> Any:  # noqa: ANN401
    return table.take(np.arange(0, table.num_rows, step))  # a list of nothing would have no type
