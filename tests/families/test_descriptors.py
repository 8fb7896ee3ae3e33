"""What is seen of a text is the same on DuckDB, on PostgreSQL and in Python, and never more than is said."""

from collections.abc import Sequence

import duckdb
import psycopg
import pytest
from pandas import isnull

from tests.families.hostile_texts import hostile_texts
from tidegauge.core.errors import ContractError
from tidegauge.monitor.parts import Columns
from tidegauge.profiles.descriptors import DESCRIPTORS, USUAL, column_of
from tidegauge.profiles.kinds import KINDS
from tidegauge.stages.deriving import derive
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

TEXTS = [*hostile_texts(300)]
NAME = 'a "text" of 5 %.s'  # of the column: hostile as well
COLUMNS = Columns.model_validate(
    {"time": "t", "text": [{"column": NAME, "descriptors": [*DESCRIPTORS]}]},
)


def in_duckdb(texts: Sequence[str | None]) -> Warehouse:
    """A table of these texts, by number."""
    connection = duckdb.connect()
    connection.execute(f'CREATE TABLE log (id INTEGER, "{NAME.replace(chr(34), chr(34) * 2)}" VARCHAR)')
    for row in enumerate(texts):
        connection.execute("INSERT INTO log VALUES (?, ?)", row)
    return DuckDBWarehouse(":memory:", connection=connection)


def in_postgres(texts: Sequence[str | None], url: str) -> Warehouse:
    """The same there."""
    url = url.replace("+psycopg", "")
    quoted = NAME.replace('"', '""')
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE TABLE log (id INTEGER, "{quoted}" TEXT)'.encode())
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO log VALUES (%s, %s)", [*enumerate(texts)])
    return PostgresWarehouse(url)


def seen(warehouse: Warehouse) -> dict[str, list[object]]:
    """Descriptor → what it says of each text, in order."""
    dialect = warehouse.dialect
    kinds = {"id": "INTEGER", NAME: "VARCHAR"}
    made = derive(warehouse, dialect.table("log"), kinds, COLUMNS)
    assert not made.problems
    names = [dialect.quote(column_of(NAME, d)) for d in DESCRIPTORS]
    listed = ", ".join(f"{name} AS c{k}" for k, name in enumerate(names))
    with warehouse:
        found = warehouse.fetch(f"SELECT {listed} FROM {made.table} ORDER BY id")
    return {d: [None if isnull(v) else v for v in found[f"c{k}"].tolist()] for k, d in enumerate(DESCRIPTORS)}


def by_hand() -> dict[str, list[object]]:
    """The same in Python."""
    return {d.name: [None if t is None else d.of(t) for t in TEXTS] for d in DESCRIPTORS.values()}


def test_duckdb_and_python_see_the_same() -> None:
    assert seen(in_duckdb(TEXTS)) == by_hand()


def test_postgres_and_python_see_the_same(postgres: str) -> None:
    assert seen(in_postgres(TEXTS, postgres)) == by_hand()


def test_every_descriptor_sees_something_in_these_texts() -> None:
    for name, values in by_hand().items():
        assert len({*values} - {None}) >= 2, name


def test_a_text_of_a_megabyte_and_one_with_nul_are_described() -> None:
    long = "Is it so? I cannot help. https://a.b " * 28_000
    texts = [long, "a\0b? c.\0"]
    found = seen(in_duckdb(texts))
    assert found == {d.name: [d.of(t) for t in texts] for d in DESCRIPTORS.values()}


def test_each_says_what_it_is_and_is_counted_as_a_kind_that_there_is() -> None:
    for descriptor in DESCRIPTORS.values():
        assert descriptor.says.endswith("."), descriptor.name
        assert descriptor.kind in KINDS
        assert KINDS[descriptor.kind].takes(descriptor.type_name)
    assert {*USUAL} <= {*DESCRIPTORS}
    assert len(USUAL) == 8


def test_what_a_text_cannot_be_is_said_of_its_columns() -> None:
    columns = Columns.model_validate({"time": "t", "text": ["number", "nowhere", "question"]})
    kinds = {"number": "INTEGER", "question": "VARCHAR", "question.Words": "INTEGER"}
    made = derive(in_duckdb([]), "log", kinds, columns)
    assert "question.characters" in made.table
    assert "question.characters" not in made.problems
    assert made.problems["number.words"] == 'column "number" is listed as text, but the table holds INTEGER.'
    assert made.problems["nowhere.words"].startswith('column "nowhere" is not in the table.')
    assert made.problems["question.words"] == (
        'column "question.words" describes the text "question", and the table has a column "question.Words". '
        'List the `descriptors` of "question" without words, or rename that column in a view.'
    )


def test_an_expression_that_gives_no_text_is_not_laid_to_the_table() -> None:
    columns = Columns.model_validate({"time": "t", "derived": {"twice": "n * 2"}, "text": ["twice"]})
    connection = duckdb.connect()
    connection.execute("CREATE TABLE log AS SELECT 1 AS n")
    with DuckDBWarehouse(":memory:", connection=connection) as warehouse:
        made = derive(warehouse, "log", {"n": "INTEGER"}, columns)
    assert made.problems["twice.words"] == (
        'column "twice" is listed as text, but its expression (n * 2) gives INTEGER.'
    )


def test_an_unknown_descriptor_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match='Did you mean "words"'):
        Columns.model_validate({"time": "t", "text": [{"column": "question", "descriptors": ["word"]}]})


def test_a_derived_text_is_described_too() -> None:
    columns = Columns.model_validate(
        {"time": "t", "derived": {"twice": "q || ' ' || q"}, "text": [{"column": "twice", "descriptors": ["words"]}]}
    )
    connection = duckdb.connect()
    connection.execute("CREATE TABLE log AS SELECT 'one two' AS q")
    with DuckDBWarehouse(":memory:", connection=connection) as warehouse:
        made = derive(warehouse, "log", {"q": "VARCHAR"}, columns)
        assert warehouse.fetch(f'SELECT "twice.words" AS n FROM {made.table}')["n"].tolist() == [4]


def test_no_expression_leaves_its_brackets() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE log AS SELECT 1 AS a, 'x' AS b")
    wrong = {"agg": "max(a)", "win": "row_number() OVER ()", "many": "unnest([1, 2])", "none": "c + 1", "broken": "a +"}
    columns = Columns.model_validate(
        {"time": "t", "derived": {**wrong, "A": "2", "right": "a % 2"}, "numeric": [*wrong, "A", "right"]}
    )
    with DuckDBWarehouse(":memory:", connection=connection) as warehouse:
        made = derive(warehouse, "log", {"a": "INTEGER", "b": "VARCHAR"}, columns)
        assert {*made.problems} == {*wrong, "A"}
        for name, sql in wrong.items():
            assert f'column "{name}" is derived as {sql}, which does not hold.' in made.problems[name]
        assert made.kinds["right"] == "INTEGER"
        with pytest.raises(ContractError):
            warehouse.fetch(f"SELECT none FROM {made.table}")
