"""A server that holds a monitor's series, the store that it came from, and what a reader of dashboards would choose."""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from tests.grafana.filling import Filled, fill, fill_sql, page, variables
from tests.services.series_servers import SeriesServer

DAYS = 56  # that are shown
KINDS = {16: "boolean", 1184: "time", **dict.fromkeys((20, 21, 23, 700, 701, 1700), "number")}  # PostgreSQL's types
INTERVAL = 900  # seconds: the finest that a panel asks


@dataclass(frozen=True)
class World:
    """What is asked, and where it came from."""

    server: SeriesServer
    store: str  # its URL
    end: datetime  # of the newest window, the right edge of what is shown
    file: Path  # of the monitor

    @property
    def span(self) -> tuple[float, float]:
        """What is shown."""
        return self.end.timestamp() - DAYS * 86400, self.end.timestamp()

    def choices(self, name: str) -> Iterator[dict[str, str]]:
        """Every way in which a dashboard's variables can be chosen."""
        constants = {one["name"]: one["query"] for one in page(name)["templating"]["list"] if one["type"] == "constant"}
        yield from self._choose(variables(name), {"__range": f"{DAYS}d", **constants})

    def _choose(self, left: list[dict[str, str]], chosen: dict[str, str]) -> Iterator[dict[str, str]]:
        if not left:
            yield chosen
            return
        first, *rest = left
        found = self._values(first, chosen)
        assert found, f"nothing to choose for {first['name']} with {chosen}"
        for value in found:
            yield from self._choose(rest, {**chosen, first["name"]: value})

    def _values(self, variable: dict[str, str], chosen: dict[str, str]) -> list[str]:
        if variable["query"].startswith("label_values"):
            return self.label_values(fill(variable["query"], chosen), variable.get("regex", ""))
        (column,) = self.columns(variable["query"], chosen)
        return list(column["values"])

    def columns(self, statement: str, chosen: Filled) -> list[dict[str, Any]]:
        """A statement's answer, column by column; times are milliseconds, as Grafana has them."""
        with psycopg.connect(self.store.replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(fill_sql(statement, chosen, *self.span).encode())
            rows, described = cursor.fetchall(), cursor.description or []
        return [
            {"name": one.name, "type": KINDS.get(one.type_code, "string"), "values": [_plain(row[k]) for row in rows]}
            for k, one in enumerate(described)
        ]

    def label_values(self, query: str, regex: str) -> list[str]:
        """What Grafana asks for `label_values(selector, label)`."""
        asked = re.fullmatch(r"label_values\((.*), (\w+)\)", query)
        assert asked is not None, query
        start, end = self.span
        said = urllib.parse.urlencode({"match[]": asked[1], "start": start, "end": end})
        with urllib.request.urlopen(f"{self.server.url}/api/v1/label/{asked[2]}/values?{said}", timeout=60) as answer:
            values: list[str] = json.loads(answer.read())["data"]
        if not regex:
            return values
        return sorted({found[1] for value in values if (found := re.match(regex.strip("/"), value))})


def _plain(value: object) -> object:
    """As JSON has it."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    return float(value) if isinstance(value, Decimal) else value
