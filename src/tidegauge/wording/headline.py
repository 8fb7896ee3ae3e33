"""The sentence that a person reads first."""

from collections.abc import Mapping, Sequence

from tidegauge.core.decision import AS_BEFORE, Decision, Finding, Score, Verdict
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.references.calendar import Calendar
from tidegauge.references.ladder import Chosen
from tidegauge.statistics.volume import Volume
from tidegauge.wording.cause_words import behind
from tidegauge.wording.lookup import find
from tidegauge.wording.text import DASH
from tidegauge.wording.units import (
    clause_of,
    ending,
    ends_of,
    finer,
    gone,
    past_limit,
    rarity,
    read,
    since,
    stays,
    whole_sentence,
)

DIGITS = 3
TOGETHER = 3  # numbers that a sentence names where none of them alone would alert


def sentence_of(
    decision: Decision,
    calendar: Calendar,
    choice: Chosen,
    problems: Mapping[str, str],
    *,
    noun: str,
    none: str = "",
    why: tuple[str, str] = ("", ""),
) -> str:
    """What was found, where, and against what; one or two lines of plain words.

    `noun`: what the stage counts, a row or a label. `none`: what a fine window without any is said to have. `why`
    a window is not judged, where that is no want of history: how its sentence begins, and a sentence.
    """
    day = day_of(decision.window, calendar)
    what = noun + ("s" if decision.rows != 1 else "")
    like = choice.reason.split(": ", 1)[-1] if choice.windows else ""
    if decision.verdict is Verdict.BROKEN:
        rest = "the other columns were checked" if noun == "row" else f"its {noun}s were not judged"
        return f"Broken: {' '.join(dict.fromkeys(problems.values()))} ({day}; {rest}.)"
    if decision.verdict is Verdict.LEARNING:
        return _learning(day, f"{decision.rows:,} {what}" if decision.rows else f"no {what} at all", why)
    if decision.verdict is Verdict.FINE:
        if not decision.rows and none:
            return f"Fine: {day} has {none}."
        return f"Fine: {day}, {decision.rows:,} {what}, {_like(decision.findings, like)}."
    return alert_sentence(decision, day, what, like) + _cause(decision)


def _learning(day: str, rows: str, why: tuple[str, str]) -> str:
    """That a window is not judged, and why."""
    if why[1]:
        return f"{why[0]} {day} has {rows}. {why[1]}"
    return f"Learning: {day} has {rows}; there is too little history to judge it."


def _cause(decision: Decision) -> str:
    """The first of an alert's causes, behind its sentence."""
    return f" {behind(decision.causes[0])}" if decision.causes else ""


def day_of(window: Window, calendar: Calendar) -> str:
    """When it was: "Tuesday 24 December 2013", ", 05:00" with it, or "the week from" before it."""
    season, kind = calendar.facts(window), window.kind
    day = f"{season.start:%A %-d %B %Y}"
    if kind == "hour":
        return f"{day}, {season.hour:02}:00"
    return f"the week from {day}" if kind == "week" else day


def _like(findings: Sequence[Finding], like: str) -> str:
    """What a fine window is like: where a column still says nothing, or stays at a new level, not the others."""
    past = f"the {like}" if like else "what was expected"
    still, new = _still_and_new(findings)
    if not still and not new:
        return f"is like {past}"
    told = [f"{named(f.column, f.scores)} stays as it was: {clause_of(s, amount(s, s.value))}" for f, s in still]
    told += [f"{named(f.column, f.scores)}: {spell(s, f.column)}" for f, s in new]
    unlike = f"not like {past}" if still else f"still unlike what was before {since(new[0][1])}"
    return f"{AS_BEFORE}{unlike}; {'; '.join(told)}"


def _still_and_new(findings: Sequence[Finding]) -> tuple[list[tuple[Finding, Score]], list[tuple[Finding, Score]]]:
    """Those that still say nothing, and those that stay at a new level, each with its first number."""
    leads = [(f, f.scores[0]) for f in findings if f.scores]
    still = [(f, s) for f, s in leads if gone(s)]
    return still, [(f, s) for f, s in leads if stays(s) and not gone(s)]


def alert_sentence(decision: Decision, day: str, what: str, like: str) -> str:
    """What changed, on which day, against which windows: "8 past Mondays", or nothing where there are none."""
    lead = decision.findings[0]
    if lead.column == VOLUME and not decision.rows:
        return f"Alert: {day} has no {what} at all{_unlike(lead, like)}."
    if lead.scores and (told := whole_sentence(lead.scores[0], amount(lead.scores[0], lead.scores[0].value), day)):
        return f"Alert: {told}.{_also(decision.findings)}"
    name = named(lead.column, lead.scores) + ("" if lead.segment == WHOLE else f" in {lead.segment}")
    tail = _also(decision.findings)
    if lead.scores and lead.scores[0].over:
        return f"Alert: {name} {_drifted(lead, day, decision.window.kind)}.{tail}"
    on = "in" if decision.window.kind == "week" else "on"
    told = _change(lead, decision.findings, like)
    return f"Alert: {name} {on} {day} is unlike {f'the {like}' if like else 'what was expected'}: {told}.{tail}"


def _unlike(lead: Finding, like: str) -> str:
    """Against what a window without rows is strange: what like windows had, where that is known."""
    if not like:
        return ""
    had = next((usual(s) for s in lead.scores[:1] if s.like and s.statistic == Volume.name), "")
    return f", where the {like} had {had}" if had else f", unlike the {like}"


def _also(findings: Sequence[Finding]) -> str:
    """The next columns, those that are not far behind the first."""
    others = [named(f.column, f.scores) for f in findings[1:4] if f.strength > 0.25 * findings[0].strength]
    return f" Also affected: {', '.join(others)}." if others else ""


def _drifted(lead: Finding, day: str, kind: str) -> str:
    """What a slow drift has come to."""
    first = lead.scores[0]
    drifted = "is no longer what it was," if gone(first) else "has drifted slowly"
    past = f"over the last {first.over} {kind}s, against {first.pool}"
    return f"{drifted} up to {day}: {past}, {spell(first, lead.column, lead.segment)}"


def _change(lead: Finding, findings: Sequence[Finding], like: str) -> str:
    """The number that leads, or several that are strange at once."""
    if not lead.scores:
        return "see its scores"
    first = lead.scores[0]
    if not outside(first) and not gone(first):
        return together(lead, findings)
    these = bool(first.like) and like.startswith(first.like)  # "8 past weekdays, for want of past Mondays"
    return spell(first, lead.column, lead.segment, these=these)


def together(lead: Finding, findings: Sequence[Finding]) -> str:
    """Where no number of the first column would alert alone: several of them were strange at once, and how rarely.

    Columns rank by all their numbers together; the one number that crossed may be another column's.
    """
    several = [s for s in lead.scores[:TOGETHER] if s.surprise >= 1] or list(lead.scores[:1])
    listed = "; ".join(
        f"{clause_of(s, amount(s, s.value), lead.column)}{_within(s, lead.segment)} ({_usual(s)})" for s in several
    )
    listed += _crossed(findings)
    surprise = lead.surprise if lead.surprise >= 1 else max((s.surprise for s in several), default=0.0)
    rare = f" {rarity(surprise)}" if surprise >= 1 else " is a little unusual"
    if len(several) > 1:
        return f"{len(several)} of its numbers are unusual together, and so much at once{rare}: {listed}"
    return f"a value like this{rare}: {listed}"


def _crossed(findings: Sequence[Finding]) -> str:
    """The first number of any column that would alert alone, as a further clause; nothing where there is none."""
    for finding in findings:
        for score in finding.scores:
            if outside(score):
                told = spell(score, finding.column, finding.segment)
                return f"; what alerts alone is {named(finding.column, finding.scores)}: {told}"
    return ""


def _usual(score: Score) -> str:
    """What is usual of a number, in brackets: what like windows were, or what was expected."""
    if not score.like:
        return f"expected {amount(score, score.expected)}"
    least, most = ends_of(score, DIGITS)
    return f"{score.like}: {least}" + ("" if least == most else f" to {most}")


def named(column: str, scores: Sequence[Score] = ()) -> str:
    """A column as a sentence calls it."""
    if column != VOLUME:
        return f'"{column}"'
    known = find(scores[0].statistic) if scores else None
    return (known.subject if known else "") or Volume.subject  # rows of which no more is known are a number of rows


def outside(score: Score) -> bool:
    """Whether the value alone would be an alert."""
    return not score.low <= score.value <= score.high


def amount(score: Score, value: float) -> str:
    """A value as its statistic is read: in per cent, as a length of time, or as a number."""
    return read(score.statistic, value, DIGITS, past_limit(score, DIGITS))


def spell(score: Score, about: str = "", segment: str = WHOLE, *, these: bool = False) -> str:
    """A score in words: "31 % of its values are missing, where the 8 past Mondays lay between 0.2 % and 1.1 %".

    `segment`: where the reader is already. `these`: the like windows have been named just before.
    """
    value = read(score.statistic, score.value, DIGITS, finer(score, DIGITS))
    told = clause_of(score, value, about) + _within(score, segment)
    return told + ending(score, DIGITS, these=these)


def _within(score: Score, segment: str) -> str:
    """The segment that a score is of, where it is not the one that the reader is in."""
    return "" if score.segment in (WHOLE, segment) else f" in {score.segment}"


def usual(score: Score) -> str:
    """What like windows were, in a table: "973 to 1,026"; a dash where none are known."""
    if not score.like:
        return DASH
    least, most = ends_of(score, DIGITS)
    return least if least == most else f"{least} to {most}"
