"""Spark as a member of the list: what is said before it begins. What it counts: tests/laws/test_engines_agree.py."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import ContractError, MonitorError, WarehouseError
from tidegauge.core.own_metric import OwnMetric
from tidegauge.monitor.parts import Columns
from tidegauge.profiles.own_types import own_types
from tidegauge.stages.deriving import derive
from tidegauge.warehouses import ENGINES, open_warehouse
from tidegauge.warehouses.selects import one_of_spark
from tidegauge.warehouses.spark import SparkWarehouse
from tidegauge.warehouses.spark_dialect import SparkDialect
from tidegauge.warehouses.spark_session import WAREHOUSE, _settings
from tools.build_engines import FEATURES, PAGE, page

if TYPE_CHECKING:
    from tidegauge.profiles.label_query import LabelledLog
    from tidegauge.warehouses.base import Warehouse

ROOT = Path(__file__).parents[2]


def test_what_runs_where_is_written_from_the_tests() -> None:
    """Every test and program that the page names is there."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.build_engines"
    for feature, shown in FEATURES.items():
        assert set(shown) <= set(ENGINES), feature
        for named in shown.values():
            file, _, test = named.partition("::")
            assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), named
            assert (ROOT / file).exists(), named


def test_spark_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(WarehouseError, match=r"in Spark needs the pyspark driver.*install tidegauge\[spark\]"):
        open_warehouse("spark://local:2/folder")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("spark:///folder", "names one host"),
        ("spark://local:2/f?cores=3", 'Spark\'s own settings behind its .*"cores" is none'),
        ("sc://h/folder", "names no folder"),
    ],
)
def test_an_address_that_is_none_of_spark_s_is_refused(address: str, why: str) -> None:
    with pytest.raises(MonitorError, match=why):
        open_warehouse(address)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT reflect('java.lang.System', 'getenv')",
        "SELECT `java_method` ('a', 'b')",
        "SELECT try_reflect/* */('a', 'b') FROM t",
        """SELECT "'" || Reflect ('a', 'b') || "'" FROM t""",
        "SELECT r'\\' || reflect('a', 'b') || ''",
        "SELECT IDENTIFIER('refl' || 'ect')('a', 'b')",
        "SELECT TRANSFORM(a) USING 'touch x' AS b FROM t",
        "SELECT reflect--\r('a', 'b')",
        "SELECT TRANSFORM(a)USING'touch x' AS b FROM t",
        'SELECT TRANSFORM(a) USING/* */r"touch x" AS b FROM t',
        "SELECT * FROM (MAP fare USING -- a\n'id' AS x FROM t)",
        "SELECT * FROM t WHERE a IN (REDUCE fare USING 'id' AS x)",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        """WITH x AS (SELECT "'" AS a) INSERT INTO t SELECT * FROM x WHERE a <> "'" """,
        "WITH x AS (SELECT /* ' */ 1) INSERT OVERWRITE t SELECT * FROM x /* ' */",
        r"WITH x AS (SELECT '\\') INSERT INTO t SELECT '\\' FROM x",
        "WITH x AS (SELECT 1)INSERT--\rINTO t SELECT * FROM x",
        "WITH x AS (SELECT 1 AS a) FROM `x`INSERT INTO t SELECT *",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "WITH x AS (SELECT 1)UPDATE`t`SET a = 1",
        "WITH x AS (SELECT 1 AS a) MERGE INTO t USING x ON t.a = x.a WHEN MATCHED THEN DELETE",
        "--\rCREATE TABLE t AS --\nSELECT 1",
        "-- \\\nSELECT 1\nDROP TABLE t",
    ],
)
def test_no_statement_writes_or_calls_java_or_a_program(sql: str) -> None:
    with pytest.raises(ContractError, match="Nothing was run"):
        one_of_spark(sql)


def test_what_is_called_alike_is_asked() -> None:
    one_of_spark("-- a day\nWITH x AS (SELECT `update`, `insert`, 'delete' FROM t) SELECT *, \"set\" FROM x")
    one_of_spark("SELECT transform(a, x -> x + 1), reflected, `reflect` FROM t JOIN u USING (id)")


@pytest.mark.parametrize(
    ("state", "words", "kind"),
    [
        ("42703", "[UNRESOLVED_COLUMN] fares", ContractError),
        ("22018", "[CAST_INVALID_INPUT] the value 'JAVA' is no number", ContractError),
        ("KD001", "[FAILED_READ_FILE] part-0.parquet", WarehouseError),
        ("HY008", "[OPERATION_CANCELED]", WarehouseError),
        ("53200", "[UNABLE_TO_ACQUIRE_MEMORY]", WarehouseError),
        ("XX000", "[INTERNAL_ERROR]", WarehouseError),
        (None, "[JAVA_GATEWAY_EXITED]", WarehouseError),
    ],
)
def test_what_spark_refuses_is_told_from_its_own_trouble(
    monkeypatch: pytest.MonkeyPatch, state: str | None, words: str, kind: type[Exception]
) -> None:
    """No session is begun: a statement of one raises what Spark does, with its SQLSTATE."""
    errors = pytest.importorskip("pyspark.errors")

    raised = type("Raised", (errors.PySparkException,), {"getSqlState": lambda _: state})

    def refuse(session: object) -> None:
        raise raised(words)

    monkeypatch.setattr("tidegauge.warehouses.spark.begin", lambda _: object())
    warehouse = open_warehouse("spark://local:2/folder")
    assert isinstance(warehouse, SparkWarehouse)
    with pytest.raises(kind):
        warehouse._ask(refuse)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (r"fare || '\' || reflect('a', 'b')", "holds a backslash"),
        ('"fare" / 2', "write a name as `name`"),
        ("`a'b` || (SELECT 1) || 'x'", "holds a name with a quote"),
        ("transform(a, x -> x) || (MAP fare USING 'id' AS x)", "holds transform"),
        ("fare * Rand ()", "holds Rand"),
        ("try_reflect('a', 'b')", "holds try_reflect"),
        ("`uuid`()", "holds uuid"),
    ],
)
def test_an_expression_is_read_as_spark_does(sql: str, why: str) -> None:
    """It is refused with its column or metric, before a statement is made of it."""
    assert why in SparkDialect().fault(sql)
    warehouse = cast("Warehouse", SimpleNamespace(dialect=SparkDialect()))  # whoever asks it anything fails
    columns = Columns.model_validate({"time": "t", "numeric": ["fare"]}).model_copy(update={"derived": {"made": sql}})
    found = derive(warehouse, "log", {"fare": "DOUBLE"}, columns)
    assert f'column "made" is derived as {sql}, which does not hold. It ' in found.problems["made"]
    assert why in found.problems["made"]
    unit = SimpleNamespace(metrics=(OwnMetric("own", sql),))
    log = cast("LabelledLog", SimpleNamespace(kinds={"price": "DOUBLE"}, labels=SimpleNamespace(unit=unit)))
    with pytest.raises(ContractError, match="own") as refused:
        own_types(warehouse, log)
    assert sql in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("sql", ["`a b` / nullif(fare, 0)", "'it''s \"so\", using rand()'", "map(1, fare)[1]", "rand"])
def test_what_is_no_fault_there_is_asked(sql: str) -> None:
    assert not SparkDialect().fault(sql)


def test_java_s_end_of_a_text_is_its_end() -> None:
    """Java's $ stands before a last end of line as well, U+2028 among them."""
    assert SparkDialect().matches_in("x", "[.]( |$)") == r"regexp_count(x, '[.]( |\\z)')"
    assert SparkDialect().has_match("x", "a$") == r"regexp_like(x, 'a\\z')"


def test_spark_on_this_machine_leaves_no_folder_where_it_was_begun() -> None:
    kept = Path(_settings(read_address("spark://local:2/folder"))[WAREHOUSE])
    assert kept.is_dir()
    assert Path.cwd() not in kept.parents
    assert _settings(read_address("spark://local:2/f?spark.sql.warehouse.dir=w"))[WAREHOUSE] == "w"
    assert WAREHOUSE not in _settings(read_address("spark://host:7077"))
