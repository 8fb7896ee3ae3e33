"""The sentence that a person reads first."""

from collections.abc import Mapping

from tidegauge.nouns import VOLUME, WHOLE, Decision, Score, Verdict
from tidegauge.references.calendar import Calendar
from tidegauge.references.ladder import Choice
from tidegauge.units import is_share


def sentence_of(decision: Decision, calendar: Calendar, choice: Choice, problems: Mapping[str, str]) -> str:
    """What was found, where, and against what; one or two lines of plain words."""
    season = calendar.facts(decision.window)
    day = f"{season.start:%A %-d %B %Y}" + (f", {season.hour:02}:00" if decision.window.kind == "hour" else "")
    what = ("label" if decision.stage == "labels" else "row") + ("s" if decision.rows != 1 else "")
    if decision.verdict is Verdict.BROKEN:
        return f"Broken: {' '.join(problems.values())} ({day}; the other columns were looked at.)"
    if decision.verdict is Verdict.LEARNING:
        rows = f"no {what} at all" if not decision.rows else f"{decision.rows:,} {what}"
        return f"Learning: {day} has {rows}; there is too little history to judge it."
    if decision.verdict is Verdict.FINE:
        if not decision.rows and decision.stage == "labels":
            return f"Fine: {day} has no labels, and none were to be expected."
        return f"Fine: {day}, {decision.rows:,} {what}, is like the {choice.reason.split(': ', 1)[-1]}."
    lead = decision.findings[0]
    if lead.column == VOLUME and not decision.rows:
        return f"Alert: {day} has no {what} at all, unlike the {choice.reason.split(': ', 1)[-1]}."
    others = [named(f.column) for f in decision.findings[1:4] if f.strength > 0.25 * lead.strength]
    where = "" if lead.segment == WHOLE else f" in {lead.segment}"
    name = named(lead.column)
    told = spell(lead.scores[0]) if lead.scores else "see its scores"
    if lead.scores and not outside(lead.scores[0]):
        # columns rank by all their numbers together; the one number that crossed may be another column's
        crossed = next((s for f in decision.findings for s in f.scores if outside(s)), None)
        told = f"several of its numbers at once, most of all {told}"
        told += f"; beyond its band alone, {spell(crossed)} in {named(crossed.column)}" if crossed else ""
    tail = f" Then: {', '.join(others)}." if others else ""
    return f"Alert: {name}{where} on {day} is unlike the {choice.reason.split(': ', 1)[-1]}: {told}.{tail}"


def named(column: str) -> str:
    """A column as a sentence calls it."""
    return "the number of rows" if column == VOLUME else f'"{column}"'


def outside(score: Score) -> bool:
    """Whether the value alone is beyond its band."""
    return not score.low <= score.value <= score.high


def spell(score: Score) -> str:
    """A score in words: "missing 31 % where 0.2–1.1 % was expected"."""
    name = f'share of "{score.of}"' if score.of else score.statistic.replace("-", " ")
    if is_share(score.statistic):
        value, low, high = (f"{100 * v:.3g} %" for v in (score.value, score.low, score.high))
    else:
        value, low, high = (f"{v:.4g}" for v in (score.value, score.low, score.high))
    band = f"at most {high}" if score.low == float("-inf") else f"{low} to {high}"
    return f"{name} {value} where {band} was expected"
