"""Monitors to write rules of: plain, hourly by an odd clock, weekly, with late labels, of a long name."""

from tidegauge.monitor import Monitor, parse_monitor

TEXT = """\
monitor: '{name}'
source: {{url: "duckdb:///x.duckdb", table: log}}
{labels}columns: {{id: id, time: t, prediction: p, numeric: [a]}}
window: {{every: {every}, zone: {zone}, wait: {wait}}}
alerts: {{budget: {budget}}}
{more}"""
SINK = "sinks: [{remote_write: {url: http://127.0.0.1:9/api/v1/write}}]\n"
LABELS = "labels: {{table: labels, id: id, value: y, delay: {}}}\n"


def a_monitor(name: str = "shop", every: str = "day", delay: str = "", **changes: str) -> Monitor:
    """A monitor that never runs."""
    settings = {"zone": "UTC", "budget": "1 per month", "more": SINK, "wait": "2 hours"} | changes
    labels = LABELS.format(delay) if delay else ""
    return parse_monitor(TEXT.format(name=name, every=every, labels=labels, **settings))


def odd() -> list[Monitor]:
    """What is hard to write rules of."""
    return [
        a_monitor(),
        a_monitor("-", "hour", zone="Australia/Lord_Howe", budget="2 per year"),
        a_monitor("x" * 200, "week", "30 days", budget="1 per year"),
        a_monitor("0", "hour", "400 days", budget="10 per day"),
    ]
