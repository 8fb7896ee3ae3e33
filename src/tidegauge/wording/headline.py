"""The sentence that a person reads first."""

from collections.abc import Mapping, Sequence

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.references.calendar import Calendar
from tidegauge.references.ladder import Chosen
from tidegauge.statistics.volume import Volume
from tidegauge.wording.lookup import find
from tidegauge.wording.units import amount_of, clause_of, ending, gone

DIGITS = 3
TOGETHER = 3  # numbers that a sentence names where none of them alone would alert


def sentence_of(
    decision: Decision, calendar: Calendar, choice: Chosen, problems: Mapping[str, str], *, noun: str, none: str = ""
) -> str:
    """What was found, where, and against what; one or two lines of plain words.

    `noun`: what the stage counts, a row or a label. `none`: what a fine window without any is said to have.
    """
    season = calendar.facts(decision.window)
    day = f"{season.start:%A %-d %B %Y}" + (f", {season.hour:02}:00" if decision.window.kind == "hour" else "")
    if decision.window.kind == "week":
        day = f"the week from {day}"
    what = noun + ("s" if decision.rows != 1 else "")
    like = choice.reason.split(": ", 1)[-1] if choice.windows else ""
    if decision.verdict is Verdict.BROKEN:
        return f"Broken: {' '.join(problems.values())} ({day}; the other columns were checked.)"
    if decision.verdict is Verdict.LEARNING:
        rows = f"no {what} at all" if not decision.rows else f"{decision.rows:,} {what}"
        return f"Learning: {day} has {rows}; there is too little history to judge it."
    if decision.verdict is Verdict.FINE:
        if not decision.rows and none:
            return f"Fine: {day} has {none}."
        return f"Fine: {day}, {decision.rows:,} {what}, is like {f'the {like}' if like else 'what was expected'}."
    return alert_sentence(decision, day, what, like)


def alert_sentence(decision: Decision, day: str, what: str, like: str) -> str:
    """What changed, on which day, against which windows: "8 past Mondays", or nothing where there are none."""
    lead = decision.findings[0]
    if lead.column == VOLUME and not decision.rows:
        return f"Alert: {day} has no {what} at all{f', unlike the {like}' if like else ''}."
    others = [named(f.column, f.scores) for f in decision.findings[1:4] if f.strength > 0.25 * lead.strength]
    name = named(lead.column, lead.scores) + ("" if lead.segment == WHOLE else f" in {lead.segment}")
    tail = f" Also affected: {', '.join(others)}." if others else ""
    first = lead.scores[0] if lead.scores else None
    if first is not None and first.over:
        past = f"over the last {first.over} {decision.window.kind}s, against four weeks ago and before"
        return f"Alert: {name} has drifted slowly up to {day}: {past}, {spell(first, lead.column, lead.segment)}.{tail}"
    told = spell(first, lead.column, lead.segment) if first else "see its scores"
    if first is not None and not outside(first) and not gone(first):
        told = together(lead, decision.findings)
    when = f"{'in' if decision.window.kind == 'week' else 'on'} {day}"
    return f"Alert: {name} {when} is unlike {f'the {like}' if like else 'what was expected'}: {told}.{tail}"


def together(lead: Finding, findings: Sequence[Finding]) -> str:
    """Where no number of the first column is beyond its band alone: several of them were strange at once.

    Columns rank by all their numbers together; the one number that crossed may be another column's.
    """
    several = [s for s in lead.scores[:TOGETHER] if s.surprise >= 1] or list(lead.scores[:1])
    listed = "; ".join(
        f"{clause_of(s, amount(s, s.value), lead.column)}{_within(s, lead.segment)} (expected {amount(s, s.expected)})"
        for s in several
    )
    crossed = next(((f, s) for f in findings for s in f.scores if outside(s)), None)
    if crossed:
        listed += f"; beyond its band alone is only {named(crossed[0].column, crossed[0].scores)}: "
        listed += spell(crossed[1], crossed[0].column, crossed[0].segment)
    many = "several of its numbers are unusual at once, none of them beyond its own band"
    return f"{many if len(several) > 1 else 'it is unusual, though not beyond its band'}: {listed}"


def named(column: str, scores: Sequence[Score] = ()) -> str:
    """A column as a sentence calls it."""
    if column != VOLUME:
        return f'"{column}"'
    known = find(scores[0].statistic) if scores else None
    return (known.subject if known else "") or Volume.subject  # rows of which no more is known are a number of rows


def outside(score: Score) -> bool:
    """Whether the value alone is beyond its band."""
    return not score.low <= score.value <= score.high


def amount(score: Score, value: float) -> str:
    """A value as its statistic is read."""
    return amount_of(score.statistic, value, DIGITS)


def spell(score: Score, about: str = "", segment: str = WHOLE) -> str:
    """A score in words: "31 % of its values are missing, where 0.2 % to 1.1 % was expected".

    Where its value alone is no alert the ends of its band say little: "5 % of its values are missing, 2 % expected:
    within its band". `segment`: where the reader is already.
    """
    told = clause_of(score, amount(score, score.value), about) + _within(score, segment)
    return told + ending(score, amount(score, score.expected), band(score), inside=not outside(score))


def _within(score: Score, segment: str) -> str:
    """The segment that a score is of, where it is not the one that the reader is in."""
    return "" if score.segment in (WHOLE, segment) else f" in {score.segment}"


def band(score: Score) -> str:
    """What was expected: "at most 3 %", "at least 0.8", "0.2 % to 1.1 %"."""
    low, high = amount(score, score.low), amount(score, score.high)
    if score.low == float("-inf"):
        return f"at most {high}"
    return f"at least {low}" if score.high == float("inf") else f"{low} to {high}"
