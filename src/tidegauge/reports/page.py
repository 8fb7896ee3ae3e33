"""What the report says about a bulletin, in the order in which it is read: the words and choices behind the template.

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
from tidegauge.reports.report import HISTOGRAM, Bulletin, Cell, Exhibit, PastWindow
from tidegauge.wording.lookup import find
from tidegauge.wording.text import first_up, moment, number, one_line, share, span, visible, words
from tidegauge.wording.units import called, ending, is_share, rarity, said

FINDINGS = 50
SCORES = 12
MOVES = 8
BEATS = 90
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


def contents(bulletin: Bulletin) -> dict[str, Any]:
    """Everything that the template lays out."""
    decision, zone = bulletin.decision, bulletin.zone
    exhibits = {(e.column, e.segment): e for e in bulletin.exhibits}
    shown = decision.findings[:FINDINGS]
    beats = bulletin.timeline[-BEATS:]
    if not beats or beats[-1].window != decision.window:
        beats = (*beats[1 - BEATS :], PastWindow(decision.window, decision.strength, decision.verdict))
    when = span(decision.window, zone)
    return {
        "monitor": bulletin.monitor,
        "decision": decision,
        "incident": bulletin.incident,
        "answers": answers(bulletin),
        "others": [i for i in bulletin.ongoing if i != bulletin.incident],
        "zone": zone,
        "when": when,
        "moment": partial(moment, zone=zone, hour=_hourly(decision.window)),
        "verdict_word": VERDICTS[decision.verdict],
        "stage_words": bulletin.title,
        "first_stage": FIRST_STAGE,
        "volume": VOLUME,
        "against": against,
        "titled": titled,
        "amount": amount,
        "band": band,
        "whole": WHOLE,
        "unjudged": bulletin.unjudged,
        "findings": [_finding(f, exhibits.get((f.column, f.segment)), bulletin) for f in shown],
        "left_out": len(decision.findings) - len(shown),
        "beats": beats,
        "timeline": strengths(
            beats,
            zone,
            f"Strength of {len(beats)} decisions, the last {number(decision.strength)}; an alert is above 1",
            hour=_hourly(decision.window),
        )
        if len(beats) > 1
        else None,
        "tally": tally(beats),
        "sight": bulletin.sight,
        "seen": seen.rows(bulletin.sight) if bulletin.sight else [],
        "seen_heads": seen.HEADS,
        "seen_means": seen.meaning(bulletin.sight) if bulletin.sight else "",
    }


def answers(bulletin: Bulletin) -> list[tuple[str, str]]:
    """What a reader may say of the incident, and the command that says it."""
    if bulletin.incident is None:
        return []
    file, name = one_line(bulletin.file or "MONITOR.yml", 80), bulletin.incident.id
    return [(what, f"tidegauge incident {verb} {file} {name}") for verb, what in ANSWERS.items()]


def _finding(finding: Finding, exhibit: Exhibit | None, bulletin: Bulletin) -> dict[str, Any]:
    """One finding with its words and pictures."""
    decision, zone = bulletin.decision, bulletin.zone
    weak = finding.strength < WEAK * decision.findings[0].strength
    name = one_line(finding.column, 60)
    sql = visible(finding.sql[:SQL])
    out: dict[str, Any] = {
        "finding": finding,
        "exhibit": exhibit,
        "lead": lead(finding),
        "strange": strange(finding, exhibit, bulletin),
        "bears": bears(finding, bulletin),
        "weak": weak,
        "scores": finding.scores[:SCORES],
        "moves": finding.moves[:MOVES],
        "windows": [_short(key, zone) for score in finding.scores[:1] for key in score.windows[:120]],
        "sql": sql,
        "sql_changed": sql != finding.sql,
        "histogram": None,
        "rows": [],
        "course": None,
        "marked": False,
    }
    if exhibit is None:
        return out
    alert = decision.verdict is Verdict.ALERT and not weak
    if exhibit.cells and exhibit.drawn == HISTOGRAM:
        bars = gather(exhibit.cells)
        moved = (
            frozenset(most_moved(list(bars), (b.current - b.reference for b in bars))) if alert else frozenset[Bar]()
        )
        out["bars"] = list(bars)
        out["marked"] = bool(moved)
        out["histogram"] = histogram(bars, moved, f"Histogram of {name}: reference and this window")
    elif exhibit.cells:
        out["rows"] = categories(exhibit.cells, mark=alert)
        out["moves"] = ()  # they are rows there already
        out["marked"] = any(r.moved for r in out["rows"])
    if len(exhibit.series) > 1:
        points = exhibit.series[-BEATS:]
        what = first_up(titled(finding.scores[0], finding.column)) if finding.scores else exhibit.statistic
        title = f"{what} of {name} in {len(points)} windows, with the expected band"
        out["course"] = course(points, zone, title, hour=_hourly(decision.window))
    return out


def lead(finding: Finding) -> str:
    """The first score in words."""
    if not finding.scores:
        return ""
    first = finding.scores[0]
    going = f" ({against(first)})" if first.pool else ""
    clause = one_line(said(first, amount(first.value, first.statistic), finding.column), 300)
    over = f"Over the last {first.over} windows: " if first.over else ""
    expected, ends = amount(first.expected, first.statistic), band(first, first.low, first.high)
    return first_up(f"{over}{clause}{ending(first, expected, ends, inside=inside(first), by=going)}.")


def strange(finding: Finding, exhibit: Exhibit | None, bulletin: Bulletin) -> str:
    """How strange that is, alone and with the rest of the column, and since when."""
    if not finding.scores or bulletin.decision.verdict is not Verdict.ALERT:
        return ""
    first = finding.scores[0]
    told = f"By this number's own past, {rarity(first.surprise)}"
    if finding.surprise >= 1:
        told += f"; so much of this column strange at once, {rarity(finding.surprise)}"
    told += "."
    if exhibit is not None and exhibit.since is not None:
        window = bulletin.decision.window
        if exhibit.since == window:
            told += " It left its band in this window."
        else:
            since = moment(exhibit.since.start, bulletin.zone, hour=_hourly(window))
            told += f" It has been beyond its band since {since}."
    return told


def inside(score: Score) -> bool:
    """Whether the value alone is within its band."""
    return not (score.value < score.low or score.value > score.high)


def bears(finding: Finding, bulletin: Bulletin) -> str:
    """The part of all that was strange that a column bears, where that is worth a word."""
    found = bulletin.decision.findings
    total = sum(max(f.strength, 0.0) for f in found)
    alone = len(found) < 2 or not finding.scores or bulletin.decision.verdict is not Verdict.ALERT
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


def tally(beats: Sequence[PastWindow]) -> str:
    """How the decisions in the timeline went, in words."""
    counts = {v: sum(b.verdict is v for b in beats) for v in VERDICTS}
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
