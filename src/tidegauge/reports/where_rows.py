"""Where a finding's change lies, as the page lays it out."""

from typing import Any

from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import Finding
from tidegauge.reports.report import Report
from tidegauge.wording.text import first_up, share
from tidegauge.wording.where_words import (
    counted_as,
    far_before,
    in_cells,
    part_interval,
    part_of_change,
    sampled_from,
    whole_change,
)


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
        "rows": [_row(found, k) for k in range(len(found.places))],
    }


def _row(found: Whereabouts, k: int) -> dict[str, str]:
    """One place."""
    place = found.places[k]
    return {
        "cells": in_cells(place),
        "share": share(place.share),
        "share_before": share(place.share_before),
        "rate": share(place.rate),
        "rate_before": share(place.rate_before),
        "part": part_of_change(place),
        "interval": part_interval(place),
        "earlier": far_before(place, found),
    }
