"""A finding and its scores in words: what came, what was expected, how strange that is, and since when."""

from math import isnan

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.reports.report import Panel, Report
from tidegauge.wording.lookup import find
from tidegauge.wording.text import DASH, first_up, moment, one_line, share, words
from tidegauge.wording.units import called, clause_of, edges, ending, finer, rarity, read

LEAST = 0.01  # of all that was strange, a part that is worth a word


def lead(finding: Finding) -> str:
    """The first score in words."""
    if not finding.scores:
        return ""
    first = finding.scores[0]
    going = f" ({against(first)})" if first.pool else ""
    clause = one_line(clause_of(first, read(first.statistic, first.value, more=finer(first)), finding.column), 300)
    over = f"Over the last {first.over} windows: " if first.over else ""
    return first_up(f"{over}{clause}{one_line(ending(first, by=going), 300)}.")


def small_print(finding: Finding) -> str:
    """Where the first number alone would be an alert: what nobody needs to read, and no window is drawn by."""
    if not finding.scores:
        return ""
    first = finding.scores[0]
    ends = edges(first)
    expected = amount(first.expected, first.statistic)
    return f"Expected was {expected}. The edge of an alert, for this number alone: {ends}." if ends else ""


def strange(finding: Finding, panel: Panel | None, report: Report) -> str:
    """How strange that is, alone and with the rest of the column, and since when."""
    if not finding.scores or report.decision.verdict is not Verdict.ALERT:
        return ""
    told = rareness(finding)
    if panel is not None and panel.since is not None:
        window = report.decision.window
        if panel.since == window:
            told += " It passed the edge of an alert in this window."
        else:
            since = moment(panel.since.start, report.zone, hour=window.kind == "hour")
            told += f" It has been beyond the edge of an alert since {since}."
    return told.strip()


def rareness(finding: Finding) -> str:
    """How rare the first number is by its own past, and so much of the column at once: a sentence, or nothing."""
    first = finding.scores[0].surprise
    alone = f"By its own past, a value this unusual {rarity(first)}"
    together = f"so much of this column unusual at once {rarity(finding.surprise)}"
    if finding.surprise >= 1:
        return f"{alone}; {together}." if first >= 1 else f"{first_up(together)}."
    return "" if isnan(first) else f"{alone}."


def bears(finding: Finding, decision: Decision) -> str:
    """The part of all that was strange that a column bears, where that is worth a word."""
    found = decision.findings
    total = sum(max(f.strength, 0.0) for f in found)
    alone = len(found) < 2 or not finding.scores or decision.verdict is not Verdict.ALERT
    part = finding.strength / total if total > 0 else 0.0
    return "" if alone or not part >= LEAST else share(part)


def titled(score: Score, about: str = "") -> str:
    """What the score is of, in words; a category's name stays as it is."""
    if score.of or find(score.statistic) is not None:
        return one_line(called(score, about=about), 100)
    return words(one_line(score.statistic, 60))


def amount(value: float, statistic: str) -> str:
    """A score's value as its statistic is read: in per cent, as a length of time, or as a number."""
    return read(statistic, value)


def between(low: float, high: float, statistic: str) -> str:
    """A range in the statistic's unit; a dash where none is known."""
    if isnan(low) or isnan(high):
        return DASH
    bottom, top = amount(low, statistic), amount(high, statistic)
    return bottom if bottom == top else f"{bottom} to {top}"


def against(score: Score) -> str:
    """What a score was compared with: the pool, and how many windows where these are more than one."""
    pool, n = words(one_line(score.pool, 60)), len(score.windows)
    return f"{pool}, {n} windows" if n > 1 else pool
