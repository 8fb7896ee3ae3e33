"""What a notebook shows of a monitor: a part of a page, with styles of its own that change nothing around it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from tidegauge.core.decision import Decision
from tidegauge.core.performance import Performance
from tidegauge.reports.page import verdict_word
from tidegauge.reports.performance_table import laid_out
from tidegauge.reports.rendering import environment
from tidegauge.wording.text import moment, span


def monitor_html(
    name: str, latest: Sequence[Decision], performance: Sequence[Performance], zone: str, trouble: str = ""
) -> str:
    """The newest decision of each stage, and how good the model was lately; or what the trouble is."""
    decisions = [
        {"when": span(d.window, zone), "stage": d.stage, "verdict": verdict_word(d), "sentence": d.sentence}
        for d in latest
    ]
    told: dict[str, Any] = laid_out(performance, zone)
    of = span(performance[-1].window, zone) if performance else ""
    hour = bool(performance) and performance[-1].window.kind == "hour"
    shown = {"name": name, "decisions": decisions, "performance": told, "of": of, "trouble": trouble}
    return (
        environment()
        .get_template("notebook_monitor.html")
        .render(shown | {"moment": partial(moment, zone=zone, hour=hour)})
    )
