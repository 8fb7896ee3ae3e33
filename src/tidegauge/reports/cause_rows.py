"""The likely causes of an alert, as the page lays them out: what speaks for each, and the first one's picture."""

from typing import Any

from tidegauge.reports.bar_rows import categories
from tidegauge.reports.bins import gather
from tidegauge.reports.pictures import histogram
from tidegauge.reports.report import HISTOGRAM, CausePicture, Report
from tidegauge.wording.cause_words import fit, sentence
from tidegauge.wording.text import one_line

ROWS = 12  # categories of the picture


def causes(report: Report) -> list[dict[str, Any]]:
    """What the template needs; nothing where no cause was named."""
    drawn = {p.cause: p for p in report.causes}
    return [{"sentence": sentence(c), "fit": fit(c), **_picture(drawn.get(c))} for c in report.decision.causes]


def _picture(drawn: CausePicture | None) -> dict[str, Any]:
    """The windows compared with, changed so, beside this one."""
    if drawn is None:
        return {"histogram": None, "rows": []}
    name = one_line(drawn.cause.columns[0], 60)
    if drawn.drawn != HISTOGRAM:
        return {"histogram": None, "rows": categories(drawn.cells, mark=False)[:ROWS]}
    title = f"Histogram of {name}: the reference changed so, and this window"
    return {"histogram": histogram(gather(drawn.cells), frozenset(), title), "rows": []}
