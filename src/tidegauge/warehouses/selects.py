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
_COMMENTS = re.compile(r"(?:\s+|--[^\n]*(?:\n|$))*")
# a text, a name or a comment of Spark's: whatever is in it is no word of the statement
_SAID = re.compile(r"'(?:[^'\\\\]|\\\\.)*'|`[^`]*`|--[^\n]*", re.DOTALL)
_INSERTS = re.compile(r"\bINSERT\b", re.IGNORECASE)
# functions of Spark's that call whatever Java has, names that are worked out, and programs that rows go through. Looked
# for in texts, too: what ends a text there has too many ways
_CALLS = re.compile(
    r"\b((?:try_)?reflect|java_method|identifier)\b`?(?:\s|/\*.*?\*/|--[^\n]*\n)*\(|\b(using)\s+r?['\"]",
    re.IGNORECASE | re.DOTALL,
)
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
    if _INSERTS.search(_SAID.sub(" ", sql)):
        raise _refused("a statement with INSERT in it")
    if calls := _CALLS.search(sql):
        raise _refused(f"a statement with {calls[1] or calls[2]} in it, which may call what is no SQL")


def _refused(what: str) -> ContractError:
    return ContractError(f"tidegauge runs one SELECT at a time on a warehouse, and was given {what}. Nothing was run.")
