"""A dashboard's questions with its variables filled in, as Grafana does before it asks."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "grafana"
NAMES = sorted(path.stem for path in (FOLDER / "v1").glob("*.json"))
PROMETHEUS = [name for name in NAMES if not name.startswith("sql-")]
SQL = [name for name in NAMES if name.startswith("sql-")]
Filled = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One query of a panel (or of an annotation, whose panel is its name)."""

    panel: str
    text: str
    instant: bool = False
    legend: str = ""
    table: bool = False


def page(name: str) -> dict[str, Any]:
    """A dashboard as it is checked in."""
    found: dict[str, Any] = json.loads((FOLDER / "v1" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def fill(text: str, values: Filled) -> str:
    """The text with `$name` and `${name}` replaced as Grafana's Prometheus plugin does; what nobody knows is an error.

    Without a format it escapes what stands between single quotes (`prometheusRegularEscape` of @grafana/prometheus
    13.1.4); by `raw` a value stays as it is.
    """
    return _replaced(text, values, lambda value: value.replace("\\", r"\\").replace("'", r"\\'"))


def _replaced(text: str, values: Filled, escape: Callable[[str], str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values[found[1]] if found[2] else escape(values[found[1]])

    return re.sub(r"\$\{?(\w+)(:raw)?\}?", value, text)


def fill_sql(text: str, values: Filled, start: float, end: float) -> str:
    """A statement with its variables and Grafana's macros filled in, values with their quotes doubled."""
    edges = [f"'{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}'" for at in (start, end)]
    for macro, edge in zip(("$__timeFrom()", "$__timeTo()"), edges, strict=True):
        text = text.replace(macro, edge)
    return _replaced(text, values, lambda value: value.replace("'", "''"))


def questions(name: str) -> Iterator[Question]:
    """Every question of a dashboard, as it stands."""
    found = page(name)
    for mark in found["annotations"].get("list", []):
        target = mark.get("target", {})
        yield Question(mark["name"], mark.get("expr") or target["rawSql"], table=target.get("format") == "table")
    for panel in found["panels"]:
        for target in panel["targets"]:
            yield Question(
                panel["title"],
                target.get("expr") or target["rawSql"],
                target.get("instant", False),
                target.get("legendFormat", ""),
                target["format"] == "table",
            )


def variables(name: str) -> list[dict[str, Any]]:
    """The variables of a dashboard that ask something, in their order."""
    return [one for one in page(name)["templating"]["list"] if one["type"] == "query"]
