"""A finding and its scores in words: what came, what was expected, how strange that is, and since when."""

from tidegauge.core.decision import Finding, Score, Verdict
from tidegauge.reports.report import Panel, Report
from tidegauge.wording.lookup import find
from tidegauge.wording.text import first_up, moment, one_line, share, words
from tidegauge.wording.units import amount_of, called, clause_of, ending, rarity

LEAST = 0.01  # of all that was strange, a part that is worth a word


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
            since = moment(panel.since.start, report.zone, hour=window.kind == "hour")
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
    return amount_of(statistic, value, 4)


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
