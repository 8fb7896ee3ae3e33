"""One statement, and one that only reads: what a warehouse is given is looked at before it runs.

A database that is opened read-only still writes files, by `COPY … TO`, and DuckDB takes that in a CTE as well: `WITH x
AS (COPY … TO …) FROM x` is a SELECT by its type. So a statement is parsed, and its tree looked at where it could hide
one. PostgreSQL has no COPY inside a SELECT; there the protocol sends one statement, and its first word says what it is.
Spark parses one statement too, lets a WITH insert, and has functions that call Java.
"""

import re
from typing import TYPE_CHECKING

from tidegauge.core.errors import ContractError

if TYPE_CHECKING:
    import duckdb

# without one of these letters in its text, no statement holds what is looked for: most are spared a second parse
_SUSPECT = re.compile(r"copy|insert|update|delete|merge|query|json_execute", re.IGNORECASE)
_WRITES = re.compile(r'"type":"(COPY|INSERT|UPDATE|DELETE|MERGE)\w*_NODE"')
_RUNS_TEXT = re.compile(r'"function_name":"(query|json_execute_serialized_sql)"', re.IGNORECASE)
# what stands before the first word; a comment that an engine may end elsewhere (\r, or \ before its end) is left there
_COMMENTS = re.compile(r"(?:\s+|--[^\r\n\\]*(?:[\r\n]|$))*")
# What follows is looked for in Spark's texts, names and comments, too: where those end is Spark's to know, in more ways
# than are told here. Better a statement refused that only speaks of INSERT INTO than one that is run.
_INSERTS = re.compile(
    r"\b(insert)\b\s*(?:into\b|overwrite\b|--|/\*)|(?<![\w`'\"])(delete)\b\s*(?:from\b|--|/\*)"
    r"|(?<![\w`'\"])(merge)\b\s*(?:into\b|with\b|--|/\*)|(?<![\w`'\"])(update)\b.*?\bset\b",
    re.IGNORECASE | re.DOTALL,
)
# functions that call whatever Java has, and names that are worked out
_CALLS = re.compile(r"\b((?:try_)?reflect|java_method|identifier)\b`?\s*(?:\(|--|/\*)", re.IGNORECASE)
# programs that rows go through: SELECT TRANSFORM(a) USING 'cat', MAP a USING 'cat'. A join has a bracket behind it
_PROGRAMS = re.compile(r"\b(transform|map|reduce)\b.*?\busing\b(?!\s*\()", re.IGNORECASE | re.DOTALL)
_READS = re.compile(r"(?:SELECT|WITH|VALUES|TABLE)\b|\(", re.IGNORECASE)


def one_select(connection: "duckdb.DuckDBPyConnection", sql: str) -> "duckdb.Statement":
    """The statement, parsed by DuckDB. ContractError where it is not one SELECT (or DESCRIBE) that only reads."""
    found = connection.extract_statements(sql)
    if len(found) != 1:
        raise _refused(f"{len(found)} statements")
    if found[0].type.name != "SELECT":
        raise _refused(f"a statement of the type {found[0].type.name}")
    if _SUSPECT.search(sql):
        tree = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0]
        if inside := _WRITES.search(tree) or _RUNS_TEXT.search(tree):
            raise _refused(f"a SELECT with {inside[1]} in it")
    return found[0]


def only_reads(sql: str) -> None:
    """ContractError where a statement for PostgreSQL begins with anything but SELECT, WITH, VALUES, TABLE or a bracket.

    >>> only_reads("SELECT count(*) FROM log")
    """
    begin = _COMMENTS.match(sql)
    rest = sql[begin.end() :] if begin else sql
    if not _READS.match(rest):
        raise _refused(f"a statement that begins with {rest.split(None, 1)[0] if rest else 'nothing'}")


def one_of_spark(sql: str) -> None:
    """ContractError where a statement for Spark, which parses one alone, may write, or calls Java or a program.

    >>> one_of_spark("WITH x AS (SELECT 'insert' AS word) SELECT * FROM x")
    """
    only_reads(sql)
    if writes := _INSERTS.search(sql):
        raise _refused(f"a statement with {writes[0].split(None, 1)[0].upper()} in it")
    if calls := _CALLS.search(sql) or _PROGRAMS.search(sql):
        raise _refused(f"a statement with {calls[1]} in it, which may call what is no SQL")


def _refused(what: str) -> ContractError:
    return ContractError(f"tidegauge runs one SELECT at a time on a warehouse, and was given {what}. Nothing was run.")
