"""Segments in the statements: rows by the value of a column, the rest together."""

from collections.abc import Mapping, Sequence
from typing import Any

from tidegauge.profiles.kinds.base import Bind, as_text
from tidegauge.warehouses.dialect import Dialect

OTHERS = "(others)"


def segment_views(
    dialect: Dialect, kinds: Mapping[str, str], segments: Mapping[str, Sequence[str]], bind: Bind
) -> list[dict[str, Any]]:
    """For the statement: of each column its text, its listed values, and the number of its first segment."""
    views, base = [], 0
    for j, (column, values) in enumerate(segments.items()):
        spelled = bind(f"segment_{j}", list(values))
        views.append(
            {
                "x": f"s{j}",
                "source": as_text(dialect, dialect.quote(column), kinds[column]),
                "base": base,
                "listed": len(values),
                "vocabulary": spelled,
            }
        )
        base += len(values) + 1  # one more: all other values together
    return views


def segment_names(segments: Mapping[str, Sequence[str]]) -> list[str]:
    """Number of a segment in the statement's answer → its name."""
    return [f"{column}={value}" for column, values in segments.items() for value in (*values, OTHERS)]
