"""A server that holds a monitor's series, the store that it came from, and what a reader of dashboards would choose."""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.grafana.filling import fill, variables
from tests.services.series_servers import SeriesServer

DAYS = 56  # that are shown
INTERVAL = 900  # seconds: the finest that a panel asks


@dataclass(frozen=True)
class World:
    """What is asked, and where it came from."""

    server: SeriesServer
    store: Path
    end: datetime  # of the newest window, the right edge of what is shown

    @property
    def span(self) -> tuple[float, float]:
        """What is shown."""
        return self.end.timestamp() - DAYS * 86400, self.end.timestamp()

    def choices(self, name: str) -> Iterator[dict[str, str]]:
        """Every way in which a dashboard's variables can be chosen."""
        yield from self._choose(variables(name), {"__range": f"{DAYS}d", "datasource": "prometheus"})

    def _choose(self, left: list[dict[str, str]], chosen: dict[str, str]) -> Iterator[dict[str, str]]:
        if not left:
            yield chosen
            return
        first, *rest = left
        found = self.label_values(fill(first["query"], chosen), first.get("regex", ""))
        assert found, f"nothing to choose for {first['name']} with {chosen}"
        for value in found:
            yield from self._choose(rest, {**chosen, first["name"]: value})

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
