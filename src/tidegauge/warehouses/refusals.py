"""What an engine says of a user's expression over a row, in our own words where these are plainer."""

import re
from collections.abc import Mapping

from tidegauge.core.errors import did_you_mean
from tidegauge.warehouses.expressions import parts_of

_ALONE = "Its value must come from the row alone; what needs other rows belongs into a view"
_SAID = {  # what DuckDB, PostgreSQL and Spark say of what may not stand behind WHERE → what it is
    r"INVALID_WHERE_CONDITION": "holds an aggregate, a window function or one that makes several rows",
    r"cannot contain aggregates|aggregate functions are not allowed|nested aggregate|aggregate function calls": (
        "holds an aggregate, such as avg(…)"
    ),
    r"cannot contain window functions|window functions are not allowed": "holds a window function (… OVER …)",
    r"UNNEST not supported|set-returning functions are not allowed": "holds a function that makes several rows",
}


def plainly(said: str) -> str:
    """What an expression holds that none over a row may, by what an engine says of it; empty where that is else.

    >>> plainly("Binder Error: WHERE clause cannot contain aggregates!").partition(".")[0]
    'holds an aggregate, such as avg(…)'
    >>> plainly("Binder Error: Referenced column")
    ''
    """
    return next((f"{what}. {_ALONE}" for pattern, what in _SAID.items() if re.search(pattern, said)), "")


def without_table(sql: str, known: Mapping[str, object]) -> str:
    """What it may mean where a column stands behind its table's name: a sentence; empty where none does.

    >>> without_table("hotel.zero + 1", {"zero": "INTEGER"})
    'Did you mean zero, without "hotel." before it?'
    """
    parts = [part for part in parts_of(sql) if part[0] != "blank"]
    for (what, table), (_, dot), (_, column) in zip(parts, parts[1:], parts[2:], strict=False):
        if what in ("word", "name") and dot == "." and _bare(table) not in known:
            if _bare(column) in known:
                return f'Did you mean {column}, without "{_bare(table)}." before it?'
            return did_you_mean(_bare(column), known)
    return ""


def _bare(part: str) -> str:
    """A name without its quotes."""
    return part[1:-1].replace('""', '"') if part.startswith('"') else part
