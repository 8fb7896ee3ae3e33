"""What the report says about a report, in the order in which it is read: the words and choices behind the template.

The template only lays out. What is chosen here: which bars count as moved, how many categories are worth a row, how
many findings, scores and windows a page holds (so that 50 columns × 60 windows stay far below 1.5 MB).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tidegauge.core.decision import Finding, Score, Verdict
from tidegauge.core.window import FIRST_STAGE, VOLUME, WHOLE, Window
from tidegauge.reports import detectable as seen
from tidegauge.reports.bins import Bar, gather
from tidegauge.reports.lines import course, strengths
from tidegauge.reports.pictures import histogram, pair
from tidegauge.reports.report import HISTOGRAM, Cell, Panel, PastWindow, Report
from tidegauge.wording.lookup import find
from tidegauge.wording.text import first_up, moment, number, one_line, share, span, visible, words
from tidegauge.wording.units import called, clause_of, ending, is_share, rarity

FINDINGS = 50
SCORES = 12
SHIFTS = 8
TIMELINE = 90
CATEGORIES = 12
SQL = 20_000  # characters
WEAK = 0.25  # a finding so much weaker than the first is folded away, with nothing marked as moved
LEAST = 0.01  # of all that was strange, a part that is worth a word
NOTABLE = 0.02  # less of the rows in other cells than this is no picture of change
MOST = 0.5  # the bars that make up this much of the change are marked

VERDICTS = {
    Verdict.ALERT: "Alert",
    Verdict.FINE: "Fine",
    Verdict.LEARNING: "Still learning",
    Verdict.BROKEN: "Broken",
    Verdict.OUTAGE: "Outage",
}
T = TypeVar("T")
ANSWERS = {
    "show": "see all of it",
    "confirm": "it was bad: leave its windows out of every reference",
    "dismiss": "it was nothing: so much is ordinary",
    "accept-as-normal": "it is the new normal: start anew from here",
}


@dataclass(frozen=True, slots=True)
class BarRow:
    """A category's line in the table of bars."""

    label: str
    reference: float
    current: float
    moved: bool
    drawing: Markup


def contents(report: Report) -> dict[str, Any]:
    """Everything that the template lays out."""
    decision, zone = report.decision, report.zone
    panels = {(e.column, e.segment): e for e in report.panels}
    shown = decision.findings[:FINDINGS]
    timeline = report.timeline[-TIMELINE:]
    if not timeline or timeline[-1].window != decision.window:
        timeline = (*timeline[1 - TIMELINE :], PastWindow(decision.window, decision.strength, decision.verdict))
    when = span(decision.window, zone)
    return {
        "monitor": report.monitor,
        "decision": decision,
        "incident": report.incident,
        "answers": answers(report),
        "others": [i for i in report.ongoing if i != report.incident],
        "zone": zone,
        "when": when,
        "moment": partial(moment, zone=zone, hour=_hourly(decision.window)),
        "verdict_word": VERDICTS[decision.verdict],
        "stage_words": report.title,
        "first_stage": FIRST_STAGE,
        "volume": VOLUME,
        "against": against,
        "titled": titled,
        "amount": amount,
        "band": band,
        "whole": WHOLE,
        "not_judged": report.not_judged,
        "findings": [_finding(f, panels.get((f.column, f.segment)), report) for f in shown],
        "left_out": len(decision.findings) - len(shown),
        "past": timeline,
        "timeline": strengths(
            timeline,
            zone,
            f"Strength of {len(timeline)} decisions, the last {number(decision.strength)}; an alert is above 1",
            hour=_hourly(decision.window),
        )
        if len(timeline) > 1
        else None,
        "tally": tally(timeline),
        "sensitivity": report.sensitivity,
        "seen": seen.rows(report.sensitivity) if report.sensitivity else [],
        "seen_heads": seen.HEADS,
        "seen_means": seen.meaning(report.sensitivity) if report.sensitivity else "",
    }


def answers(report: Report) -> list[tuple[str, str]]:
    """What a reader may say of the incident, and the command that says it."""
    if report.incident is None:
        return []
    file, name = one_line(report.file or "MONITOR.yml", 80), report.incident.id
    return [(what, f"tidegauge incident {verb} {file} {name}") for verb, what in ANSWERS.items()]


def _finding(finding: Finding, panel: Panel | None, report: Report) -> dict[str, Any]:
    """One finding with its words and pictures."""
    decision, zone = report.decision, report.zone
    weak = finding.strength < WEAK * decision.findings[0].strength
    name = one_line(finding.column, 60)
    sql = visible(finding.sql[:SQL])
    out: dict[str, Any] = {
        "finding": finding,
        "panel": panel,
        "lead": lead(finding),
        "strange": strange(finding, panel, report),
        "bears": bears(finding, report),
        "weak": weak,
        "scores": finding.scores[:SCORES],
        "shifts": finding.shifts[:SHIFTS],
        "windows": [_short(key, zone) for score in finding.scores[:1] for key in score.windows[:120]],
        "sql": sql,
        "sql_changed": sql != finding.sql,
        "histogram": None,
        "rows": [],
        "course": None,
        "marked": False,
    }
    if panel is None:
        return out
    alert = decision.verdict is Verdict.ALERT and not weak
    if panel.cells and panel.drawn == HISTOGRAM:
        bars = gather(panel.cells)
        moved = (
            frozenset(most_moved(list(bars), (b.current - b.reference for b in bars))) if alert else frozenset[Bar]()
        )
        out["bars"] = list(bars)
        out["marked"] = bool(moved)
        out["histogram"] = histogram(bars, moved, f"Histogram of {name}: reference and this window")
    elif panel.cells:
        out["rows"] = categories(panel.cells, mark=alert)
        out["shifts"] = ()  # they are rows there already
        out["marked"] = any(r.moved for r in out["rows"])
    if len(panel.series) > 1:
        points = panel.series[-TIMELINE:]
        what = first_up(titled(finding.scores[0], finding.column)) if finding.scores else panel.statistic
        title = f"{what} of {name} in {len(points)} windows, with the expected band"
        out["course"] = course(points, zone, title, hour=_hourly(decision.window))
    return out


def lead(finding: Finding) -> str:
    """The first score in words."""
    if not finding.scores:
        return ""
    first = finding.scores[0]
    going = f" ({against(first)})" if first.pool else ""
    clause = one_line(clause_of(first, amount(first.value, first.statistic), finding.column), 300)
    over = f"Over the last {first.over} windows: " if first.over else ""
    expected, ends = amount(first.expected, first.statistic), band(first, first.low, first.high)
    return first_up(f"{over}{clause}{ending(first, expected, ends, inside=inside(first), by=going)}.")


def strange(finding: Finding, panel: Panel | None, report: Report) -> str:
    """How strange that is, alone and with the rest of the column, and since when."""
    if not finding.scores or report.decision.verdict is not Verdict.ALERT:
        return ""
    first = finding.scores[0]
    told = f"By its own past, a value this unusual {rarity(first.surprise)}"
    if finding.surprise >= 1:
        told += f"; so much of this column unusual at once {rarity(finding.surprise)}"
    told += "."
    if panel is not None and panel.since is not None:
        window = report.decision.window
        if panel.since == window:
            told += " It left its band in this window."
        else:
            since = moment(panel.since.start, report.zone, hour=_hourly(window))
            told += f" It has been beyond its band since {since}."
    return told


def inside(score: Score) -> bool:
    """Whether the value alone is within its band."""
    return not (score.value < score.low or score.value > score.high)


def bears(finding: Finding, report: Report) -> str:
    """The part of all that was strange that a column bears, where that is worth a word."""
    found = report.decision.findings
    total = sum(max(f.strength, 0.0) for f in found)
    alone = len(found) < 2 or not finding.scores or report.decision.verdict is not Verdict.ALERT
    part = finding.strength / total if total > 0 else 0.0
    return "" if alone or not part >= LEAST else share(part)


def titled(score: Score, about: str = "") -> str:
    """What the score is of, in words; a category's name stays as it is."""
    if score.of or find(score.statistic) is not None:
        return one_line(called(score, about=about), 100)
    return words(one_line(score.statistic, 60))


def amount(value: float, statistic: str) -> str:
    """A score's value as its statistic is read: in per cent, or as a number."""
    return share(value) if is_share(statistic) else number(value, 4)


def band(score: Score, low: float, high: float) -> str:
    """An expected band in the statistic's unit; one without a lower end is "at most"."""
    top = amount(high, score.statistic)
    if low == float("-inf"):
        return f"at most {top}"
    bottom = amount(low, score.statistic)
    return f"at least {bottom}" if high == float("inf") else f"{bottom} to {top}"


def against(score: Score) -> str:
    """What a score was compared with: the pool, and how many windows where these are more than one."""
    pool, n = words(one_line(score.pool, 60)), len(score.windows)
    return f"{pool}, {n} windows" if n > 1 else pool


def most_moved(things: Sequence[T], differences: Iterable[float]) -> list[T]:
    """The few things that make up most of a change; none when hardly anything changed."""
    ranked = sorted(zip(things, map(abs, differences), strict=True), key=lambda pair: -pair[1])
    total = sum(size for _, size in ranked)
    if total / 2 < NOTABLE:
        return []
    out: list[T] = []
    seen = 0.0
    for thing, size in ranked:
        if seen >= MOST * total or size < total / 50:
            break
        out.append(thing)
        seen += size
    return out


def categories(cells: Sequence[Cell], *, mark: bool) -> list[BarRow]:
    """The categories worth a row: those that moved, then the largest; the rest in one row."""
    present = [c for c in cells if c.reference_share > 0 or c.current_share > 0]
    marked = most_moved(present, (c.current_share - c.reference_share for c in present)) if mark else []
    moved = set(marked[:CATEGORIES])
    large = sorted(present, key=lambda c: (c not in moved, -max(c.reference_share, c.current_share)))[:CATEGORIES]
    kept = sorted(large, key=lambda c: -max(c.reference_share, c.current_share))
    rest = [c for c in present if c not in large]
    lines = [(c.label, c.reference_share, c.current_share, c in moved) for c in kept]
    if rest:
        label = f"{len(rest)} other{'s' if len(rest) > 1 else ''}"
        lines.append((label, sum(c.reference_share for c in rest), sum(c.current_share for c in rest), False))
    top = max((max(r, n) for _, r, n, _ in lines), default=1.0) or 1.0
    return [BarRow(label, r, n, m, pair(r / top, n / top, moved=m)) for label, r, n, m in lines]


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
