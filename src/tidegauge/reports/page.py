"""What the report says about a report, in the order in which it is read: the words and choices behind the template.

The template only lays out. What is chosen here: which bars count as moved, how many categories are worth a row, how
many findings, scores and windows a page holds (so that 100 columns × 90 windows stay below 600 kB).
"""

from collections.abc import Sequence
from functools import partial
from shlex import quote
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.unseen import visible
from tidegauge.core.window import FIRST_STAGE, VOLUME, WHOLE, Window
from tidegauge.reports import detectable as seen
from tidegauge.reports import head
from tidegauge.reports.bar_rows import categories, most_moved
from tidegauge.reports.bins import Bar, gather
from tidegauge.reports.cause_rows import causes
from tidegauge.reports.finding_words import against, amount, bears, between, lead, small_print, strange, titled
from tidegauge.reports.lines import course, strengths
from tidegauge.reports.parity_table import fairness
from tidegauge.reports.performance_table import performance
from tidegauge.reports.pictures import histogram
from tidegauge.reports.report import HISTOGRAM, Cell, Panel, PastWindow, Report
from tidegauge.reports.strip_table import followers, following, strip, weaker
from tidegauge.reports.where_rows import where
from tidegauge.wording.maturity_words import EARLY
from tidegauge.wording.text import column_name, first_up, moment, number, one_line, span
from tidegauge.wording.units import edges

FINDINGS = 14
SCORES = 12
SHIFTS = 8
TIMELINE = 90
SQL = 20_000  # characters
WEAK = 0.25  # a finding so much weaker than the first is folded away, with nothing marked as moved

VERDICTS = {
    Verdict.ALERT: "Alert",
    Verdict.FINE: "Fine",
    Verdict.LEARNING: "Still learning",
    Verdict.BROKEN: "Broken",
    Verdict.OUTAGE: "Outage",
}
ANSWERS = {
    "show": "see all of it",
    "confirm": "it was bad: leave its windows out of every reference",
    "dismiss": "it was nothing: so much is ordinary",
    "accept-as-normal": "it is the new normal: start anew from here",
}


def verdict_word(decision: Decision) -> str:
    """A verdict in a word or two; a window that is not judged yet has none."""
    return EARLY.rstrip(":") if decision.sentence.startswith(EARLY) else VERDICTS[decision.verdict]


def contents(report: Report) -> dict[str, Any]:
    """Everything that the template lays out."""
    decision, zone = report.decision, report.zone
    return {
        "monitor": report.monitor,
        "decision": decision,
        "held": report.held,
        "incident": report.incident,
        "answers": answers(report),
        "sentence": head.sentence(report),
        "lines": head.lines(report),
        "others": [i for i in report.ongoing if i != report.incident],
        "zone": zone,
        "when": span(decision.window, zone),
        "local": f"{decision.window.start.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H}",
        "moment": partial(moment, zone=zone, hour=_hourly(decision.window)),
        "verdict_word": verdict_word(decision),
        "stage_words": report.title,
        "noun": report.noun,
        "first_stage": FIRST_STAGE,
        "volume": VOLUME,
        "against": against,
        "titled": titled,
        "amount": amount,
        "between": between,
        "edges": edges,
        "whole": WHOLE,
        "not_judged": report.not_judged,
        "causes": causes(report),
        "strip": strip(report),
        "performance": performance(report),
        "fairness": fairness(report),
        **_findings(report),
        **_timeline(report),
        "sensitivity": report.sensitivity,
        "seen": seen.rows(report.sensitivity) if report.sensitivity else [],
        "seen_heads": seen.HEADS,
        "seen_means": seen.meaning(report.sensitivity) if report.sensitivity else "",
    }


def _findings(report: Report) -> dict[str, Any]:
    """The columns that are named; of an alert those that are far weaker or only follow come last, each kind folded."""
    panels = {(e.column, e.segment): e for e in report.panels}
    shown = report.decision.findings[:FINDINGS]
    first, weak, follow = _apart(shown, report)
    ranked = enumerate([*first, *weak, *follow], 1)
    laid = [_finding(f, panels.get((f.column, f.segment)), report) | {"rank": i} for i, f in ranked]
    groups = [(weaker(weak), laid[len(first) : len(first) + len(weak)]), (following(follow), laid[len(first + weak) :])]
    return {
        "heading": head.over_findings(report.decision),
        "findings": laid[: len(first)],
        "groups": [(words, some) for words, some in groups if some],
        "left_out": len(report.decision.findings) - len(shown),
    }


def _apart(shown: Sequence[Finding], report: Report) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """What is shown at once, what is far weaker, and what only follows."""
    follow, alert = followers(shown, report.strip), report.decision.verdict is Verdict.ALERT
    weak = [f for f in shown if alert and f not in follow and _is_weak(f, report.decision)]
    return [f for f in shown if f not in follow and f not in weak], weak, follow


def _is_weak(finding: Finding, decision: Decision) -> bool:
    """Whether so much weaker than the first that nothing of it is marked."""
    return finding.strength < WEAK * decision.findings[0].strength


def _timeline(report: Report) -> dict[str, Any]:
    """The strengths of the last decisions, this one's at the end."""
    decision, past = report.decision, report.timeline[-TIMELINE:]
    if not past or past[-1].window != decision.window:
        past = (*past[1 - TIMELINE :], PastWindow(decision.window, decision.strength, decision.verdict))
    title = f"Strength of {len(past)} decisions, the last {number(decision.strength)}; an alert is above 1"
    picture = strengths(past, report.zone, title, hour=_hourly(decision.window)) if len(past) > 1 else None
    return {"past": past, "timeline": picture, "tally": tally(past)}


def answers(report: Report) -> list[tuple[str, str]]:
    """What a reader may say of the incident, and the command that says it."""
    if report.incident is None:
        return []
    file, name = one_line(report.file or "MONITOR.yml", 80), report.incident.id
    return [(what, f"tidegauge incident {verb} {file} {name}") for verb, what in ANSWERS.items()]


def _finding(finding: Finding, panel: Panel | None, report: Report) -> dict[str, Any]:
    """One finding with its words and pictures."""
    decision, zone = report.decision, report.zone
    weak = _is_weak(finding, decision)
    name = one_line(finding.column, 60)
    sql = visible(finding.sql[:SQL])
    out: dict[str, Any] = {
        "finding": finding,
        "panel": panel,
        "now": _now(panel, decision.window),
        "lead": _lead(finding, report),
        "strange": strange(finding, panel, report),
        "small_print": small_print(finding),
        "bears": bears(finding, decision),
        "weak": weak,
        "scores": finding.scores[:SCORES],
        "shifts": finding.shifts[:SHIFTS],
        "windows": [_short(key, zone) for score in finding.scores[:1] for key in score.windows[:120]],
        "sql": sql,
        "sql_changed": sql != finding.sql,
        "rows_command": _rows_command(finding, report),
        "histogram": None,
        "rows": [],
        "course": None,
        "marked": False,
        "where": where(finding, report),
    }
    if panel is None:
        return out
    alert = decision.verdict is Verdict.ALERT and not weak
    if panel.cells and panel.drawn == HISTOGRAM:
        out |= _histogram(panel.cells, f"Histogram of {name}: reference and {out['now']}", mark=alert)
    elif panel.cells:
        out["rows"] = categories(panel.cells, mark=alert)
        out["shifts"] = ()  # they are rows there already
        out["marked"] = any(r.moved for r in out["rows"])
    if len(panel.series) > 1:
        out["course"] = _course(finding, panel, name, report)
    return out


def _rows_command(finding: Finding, report: Report) -> str:
    """The command that writes the rows behind a finding; none for a name that cannot be typed as it is shown."""
    decision, file = report.decision, report.file or "MONITOR.yml"
    stage = "" if decision.stage == FIRST_STAGE else f" --stage {decision.stage}"
    column = column_name(finding.column)
    if finding.column not in (VOLUME, column) or visible(file) != file or not decision.rows:
        return ""
    named = f"--window {decision.window.key}{stage} --column {quote(column)}"
    return f"tidegauge rows {quote(file)} {named} --out rows.parquet"


def _lead(finding: Finding, report: Report) -> str:
    """The finding in words; where nothing is to be said of a window without rows, that it has none."""
    decision = report.decision
    none = "" if decision.rows else f"There is no {report.noun} of {span(decision.window, report.zone)}."
    return lead(finding) or none


def _now(panel: Panel | None, window: Window) -> str:
    """What is held against the reference."""
    return f"the last {panel.over} {window.kind}s" if panel and panel.over else "this window"


def _histogram(cells: Sequence[Cell], title: str, *, mark: bool) -> dict[str, Any]:
    """The cells of a number as a picture, the bars that make up the change marked."""
    bars = gather(cells)
    moved = frozenset[Bar]()
    if mark:
        moved = frozenset(most_moved(list(bars), (b.current - b.reference for b in bars)))
    return {"bars": list(bars), "marked": bool(moved), "histogram": histogram(bars, moved, title)}


def _course(finding: Finding, panel: Panel, name: str, report: Report) -> Markup:
    """How the finding's number went in the windows before."""
    points = panel.series[-TIMELINE:]
    what = first_up(titled(finding.scores[0], finding.column)) if finding.scores else panel.statistic
    title = f"{what} of {name} in {len(points)} windows, each with the range of like windows before it"
    return course(points, report.zone, title, hour=_hourly(report.decision.window))


def tally(timeline: Sequence[PastWindow]) -> str:
    """How the decisions in the timeline went, in words."""
    counts = {v: sum(b.verdict is v for b in timeline) for v in VERDICTS}
    plural = {Verdict.ALERT: "s", Verdict.OUTAGE: "s"}  # the others are adjectives
    said = [f"{n} {VERDICTS[v].lower()}{plural.get(v, '') if n > 1 else ''}" for v, n in counts.items() if n]
    return ", ".join(said) + "." if said else ""


def _hourly(window: Window) -> bool:
    return window.kind == "hour"


def _short(key: str, zone: str) -> str:
    """A reference window's start, from its key."""
    window = Window.parse(key)
    local = window.start.astimezone(ZoneInfo(zone))
    return f"{local:%a} {moment(window.start, zone, hour=_hourly(window))} {local.year}"
