"""Where a finding's change lies, as the page lays it out."""

from typing import Any

from tidegauge.core.decision import Finding
from tidegauge.reports.report import Report
from tidegauge.wording.text import first_up
from tidegauge.wording.where_words import counted_as, row, sampled_from, whole_change


def where(finding: Finding, report: Report) -> dict[str, Any]:
    """What the template needs of a finding; empty where nothing is said of it."""
    found = next((w for w in report.where if (w.column, w.segment) == (finding.column, finding.segment)), None)
    if found is None:
        return {}
    return {
        "change": f"{first_up(counted_as(found))}: {whole_change(found)}.",
        "silent": found.silent,
        "sample": sampled_from(found),
        "rated": bool(found.about),
        "rows": [row(found, place) for place in found.places],
    }
