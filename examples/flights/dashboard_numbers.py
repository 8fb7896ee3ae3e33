"""The large numbers of Grafana's dashboards, asked of a Prometheus as Grafana asks them: by the files that it reads."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from examples.flights.local_prometheus import LocalPrometheus
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import Monitor
from tidegauge.store.store import Store

DASHBOARDS = Path(__file__).parents[2] / "grafana" / "v1"
NEWEST = "Newest window ended"  # a moment, which the date beside the numbers says


class Number(NamedTuple):
    """One panel with one number."""

    dashboard: str
    title: str
    values: tuple[float, ...]  # of each stage, or of the fleet


def numbers(prometheus: LocalPrometheus, monitor: Monitor) -> tuple[Window, list[Number]]:
    """The newest window, and what *Fleet* and *Monitor* say at its end; what nothing is known of is left out."""
    with Store.open(monitor.expanded_store(), make=False) as store:
        windows = sorted(store.decisions.evidences(monitor.name, STAGES[0]))
    last = windows[-1]
    span = max(last.end - windows[0].start, timedelta(days=1)).days
    chosen = {"monitor": monitor.name, "kind": last.kind, "step": last.kind[0], "__range": f"{span}d"}
    found = []
    for dashboard, stages in (("fleet", STAGES[:1]), ("monitor", list(STAGES))):
        for title, query in _large(dashboard):
            asked = (_filled(query, {**chosen, "stage": stage}) for stage in stages)
            values = tuple(v for text in asked for v in prometheus.ask(text, last.end.timestamp()))
            if values:
                found.append(Number(dashboard, title, values))
    return last, found


def _large(dashboard: str) -> Iterator[tuple[str, str]]:
    """The panels of a dashboard that show one number, and what each asks."""
    page = json.loads((DASHBOARDS / f"{dashboard}.json").read_text(encoding="utf-8"))
    for panel in page["panels"]:
        if panel["type"] == "stat" and panel["title"] != NEWEST:
            yield panel["title"], panel["targets"][0]["expr"]


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A query with its variables filled in."""
    return re.sub(r"\$\{?(\w+)(?::raw)?\}?", lambda found: values[found[1]], text)
