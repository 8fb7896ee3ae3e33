"""All columns on one look, as a table: a row a column, a cell a window. What was quiet throughout is only named."""

from collections.abc import Sequence
from typing import Any

from tidegauge.core.decision import Finding, Verdict
from tidegauge.core.window import WHOLE
from tidegauge.reports.report import PastWindow, Report, Stirred, Strip, StripRow
from tidegauge.wording.text import column_name, moment, one_line

SIGNS = {Stirred.LED: "▲", Stirred.STRANGE: "■", Stirred.NEAR: "▪", Stirred.QUIET: "", Stirred.UNKNOWN: "·"}
MEANS = {
    Stirred.LED: "led an alert",
    Stirred.STRANGE: "strange in an alert that others led",
    Stirred.NEAR: "near an alert",
    Stirred.UNKNOWN: "nothing known",
}
VERDICTS = {Verdict.ALERT: "▲", Verdict.BROKEN: "✕", Verdict.OUTAGE: "○", Verdict.LEARNING: "◐", Verdict.FINE: ""}
LOUD = frozenset({Stirred.LED, Stirred.STRANGE, Stirred.NEAR})
WEIGHTS = {Stirred.LED: 100, Stirred.STRANGE: 10, Stirred.NEAR: 1}
TOLD = 14  # windows under one date
NAMED = 12  # columns that a sentence names


def strip(report: Report) -> dict[str, Any]:
    """What the template lays out; empty where nothing is known of past windows."""
    found = report.strip
    if found is None:
        return {}
    hour = report.decision.window.kind == "hour"
    first, follow, quiet = _groups(found.rows)
    return {
        "windows": len(found.past),
        "what": "column" if all(row.segment == WHOLE for row in found.rows) else "segment",
        "heads": [(len(some), moment(some[0].window.start, report.zone, hour=hour)) for some in _apart(found.past)],
        "verdicts": [(w.verdict.value, VERDICTS[w.verdict]) for w in found.past],
        "rows": [_row(row) for row in first],
        "follow": [_row(row) for row in follow],
        "following": following(follow),
        "quiet": _quiet(quiet),
        "signs": _signs([*first, *follow]),
    }


def _groups(rows: Sequence[StripRow]) -> tuple[list[StripRow], list[StripRow], list[StripRow]]:
    """Those with a row of their own, the loudest first; those that only follow; and those that were quiet."""
    loud = [row for row in rows if LOUD & set(row.cells)]
    follow = [row for row in loud if row.follows and Stirred.LED not in row.cells]
    first = [row for row in loud if row not in follow]
    return sorted(first, key=_loudness, reverse=True), follow, [row for row in rows if row not in loud]


def _signs(rows: Sequence[StripRow]) -> list[tuple[str, str]]:
    """What the cells mean that are there."""
    there = {kind for row in rows for kind in row.cells}
    return [(kind.value, means) for kind, means in MEANS.items() if kind in there]


def _apart(past: Sequence[PastWindow]) -> list[Sequence[PastWindow]]:
    """The windows under each date: a week of days, or half a day and more of hours."""
    size = 7 if len(past) > TOLD else max(len(past), 1)
    return [past[i : i + size] for i in range(0, len(past), size)]


def _loudness(row: StripRow) -> tuple[int, int]:
    """How early it stands: what is strange in the page's own window first, then what was so most."""
    return WEIGHTS.get(row.cells[-1], 0), sum(WEIGHTS.get(c, 0) for c in row.cells)


def _row(row: StripRow) -> dict[str, Any]:
    name = column_name(row.column) if row.segment == WHOLE else one_line(row.segment, 40)
    return {"name": name, "cells": [(c.value, SIGNS[c]) for c in row.cells]}


def followers(findings: Sequence[Finding], found: Strip | None) -> list[Finding]:
    """Those that say nothing of a column by itself: all but the first, of columns that only follow."""
    columns = {row.column for row in found.rows if row.follows} if found is not None else set()
    return [f for f in findings[1:] if f.column in columns]


def following(some: Sequence[Finding | StripRow]) -> str:
    """That some columns are only strange together with others, and which."""
    return _counted(some, "column only follows", "columns only follow")


def weaker(some: Sequence[Finding]) -> str:
    """That some columns are hardly strange beside the first, and which."""
    return _counted(some, "other column is far less unusual", "other columns are far less unusual")


def _counted(some: Sequence[Finding | StripRow], one: str, several: str) -> str:
    names = list(dict.fromkeys(column_name(f.column) for f in some))
    left = len(names) - NAMED
    listed = ", ".join(names[:NAMED]) + (f" and {left} more" if left > 0 else "")
    return f"{len(names)} {one if len(names) == 1 else several}: {listed}" if names else ""


def _quiet(rows: Sequence[StripRow]) -> str:
    """The columns that were quiet throughout."""
    named = [f'"{_row(row)["name"]}"' for row in rows[:NAMED]]
    left = len(rows) - len(named)
    if not named:
        return ""
    listed = ", ".join(named) + (f" and {left} more" if left else "")
    return f"Quiet throughout: {listed}."
