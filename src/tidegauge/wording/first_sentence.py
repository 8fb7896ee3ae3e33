"""The one sentence of a page that everybody reads: what happened, without a statistic's name.

The decision's own sentence says more, and in the words of its numbers; who reads that knows them. Here at most so many
words are said that one look takes them in: of several ways to say it, from the richest on, the first that is short.
"""

import re
from collections.abc import Iterator, Sequence

from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import AS_BEFORE, Decision, Finding, Score, Verdict
from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.wording.cause_words import how_sure
from tidegauge.wording.lookup import find
from tidegauge.wording.maturity_words import EARLY, NEVER
from tidegauge.wording.text import first_up, one_line, share
from tidegauge.wording.units import ends_of, finer, gone, listed, read, stays, unlike

MOST = 25  # words
NAME = 40  # characters of a name from somebody's table
LONGEST = 300  # characters of a clause that somebody else has made
DIGITS = 3
ABOUT = 2  # cells that a sentence can name
LARGE = 0.25  # of all rows: so many more in a few cells is what happened, whatever the number that told
ALONGSIDE = 0.25  # a column so much weaker than the first is no part of what happened


def first_sentence(decision: Decision, when: str, noun: str = "row", places: Sequence[Whereabouts] = ()) -> str:
    """What happened in a window, in so few words.

    `when`: the window as a person says it. `places`: what is known of where the change of its first columns lies.
    """
    ways = _ways(decision, when, noun, places)
    return first_up(next(w for w in ways if _count(w) <= MOST))


def _count(sentence: str) -> int:
    return len(sentence.split())


def _ways(decision: Decision, when: str, noun: str, places: Sequence[Whereabouts]) -> Iterator[str]:
    """All ways to say it, the richest first."""
    match decision.verdict:
        case Verdict.FINE:
            yield from _fine(decision, when, noun)
        case Verdict.ALERT:
            yield from _alert(decision, when, noun, places)
        case Verdict.BROKEN:
            yield from _broken(decision.sentence)
        case Verdict.LEARNING if decision.sentence.startswith(EARLY):
            yield f"not judged yet: too few labels of {when} have come."
        case Verdict.LEARNING if decision.sentence.startswith(NEVER):
            yield f"not judged: {decision.sentence.rpartition('. ')[2]}"
            yield f"not judged: the {noun}s of {when} cannot say how good predictions are."
        case Verdict.LEARNING if not decision.rows:
            yield f"not judged yet: {when} has no {noun}s."
        case Verdict.LEARNING:
            yield f"not judged yet: before {when} there is too little history."
        case Verdict.OUTAGE:
            yield f"nothing is known of {when}: the warehouse did not answer."


def _fine(decision: Decision, when: str, noun: str) -> Iterator[str]:
    if AS_BEFORE in decision.sentence:
        yield from _left_so([f for f in decision.findings if any(gone(s) or stays(s) for s in f.scores[:1])])
    if not decision.rows:
        yield f"nothing unusual: that {when} has no {noun}s is as it should be."
    for like in _like(decision.findings):
        yield f"nothing unusual: {when} is like the {like}."
    yield f"nothing unusual: {when} is like the windows before it."


def _like(findings: Sequence[Finding]) -> Iterator[str]:
    """What the window was held against: "8 past Fridays"."""
    yield from (s.like for f in findings for s in f.scores if s.like and not s.over and " before " not in s.like)


def _left_so(findings: Sequence[Finding]) -> Iterator[str]:
    """That what alerted before is still so."""
    for first in findings[:1]:
        name, rest = _called(first), len(findings) - 1
        if rest:
            others = f"{rest} other columns" if rest > 1 else "another column"
            yield f"nothing new: {name} and {others} stay as an earlier window left them."
        yield f"nothing new: {name} stays as an earlier window left it."


def _broken(sentence: str) -> Iterator[str]:
    rest = r" \([^()]*; (the other columns were checked|its \w+ were not judged)\.\)$"
    told = re.sub(rest, "", sentence.removeprefix("Broken: "))
    first = re.split(r"(?<=[.!?])\s", told, maxsplit=1)[0]
    if first and len(first) <= LONGEST:
        yield one_line(first, LONGEST)
    yield "the table is not what the monitor's file says it is; what could be checked was."


def _alert(decision: Decision, when: str, noun: str, places: Sequence[Whereabouts]) -> Iterator[str]:
    for cause in decision.causes[:1]:
        yield f"{how_sure(cause)}{one_line(cause.clause, LONGEST)}."
    lead = decision.findings[0] if decision.findings else None
    if lead is None:
        yield f"{when} is unlike the windows before it."
        return
    if lead.column == VOLUME and not decision.rows:
        yield f"{when} has no {noun}s at all."
    yield from _gained(decision, lead, places)
    if lead.scores:
        score, clause = lead.scores[0], _clause(lead, lead.scores[0])
        over = f"over the last {score.over} {decision.window.kind}s " if score.over else ""
        place = "" if score.segment == WHOLE else f" in {one_line(score.segment, NAME)}"
        yield f"{over}{clause}{place}{_usual(score)}{_beside(decision)}."
        yield f"{over}{clause}{place}{_usual(score)}."
        yield f"{over}{clause}{place}."
    yield f"{_called(lead)} is unlike what it was before."
    yield "a column is unlike what it was before."


def _gained(decision: Decision, lead: Finding, places: Sequence[Whereabouts]) -> Iterator[str]:
    """The values themselves that so many more rows have than before: plainer than any number about them."""
    for found in places:
        here = (found.column, found.segment) == (lead.column, lead.segment) == (lead.column, WHOLE)
        if here and 0 < len(found.about) <= ABOUT and found.rate - found.rate_before >= LARGE:
            labels = " or ".join(_plain_cell(one_line(label, NAME)) for label in found.about)
            now, before = share(found.rate), share(found.rate_before)
            told = f"{_called(lead)} is {labels} in {now} of the rows, before in {before}"
            yield f"{told}{_beside(decision)}."
            yield f"{told}."


def _plain_cell(label: str) -> str:
    """A cell of a number as a person says it; that of a category as it is.

    >>> _plain_cell("[3.5, 4.1)"), _plain_cell("< 12"), _plain_cell("≥ 2587"), _plain_cell("AA")
    ('3.5 to 4.1', 'below 12', '2587 or more', 'AA')
    """
    if found := re.fullmatch(r"\[(\S+), (\S+)\)", label):
        return f"{found[1]} to {found[2]}"
    if label.startswith("< "):
        return f"below {label[2:]}"
    return f"{label[2:]} or more" if label.startswith("≥ ") else label


def _called(finding: Finding) -> str:
    """A column between quotes; of the rows themselves, what is told of them."""
    if finding.column == VOLUME:
        known = find(finding.scores[0].statistic) if finding.scores else None
        return (known.subject if known else "") or "the number of rows"
    return f'"{one_line(finding.column, NAME)}"'


def _clause(lead: Finding, score: Score) -> str:
    """A number as a clause that needs no knowledge of it."""
    known = find(score.statistic)
    if known is None:
        return f"{_called(lead)} is unlike what it was before"
    others = [c for c in (score.column, *score.others) if c != lead.column] if score.others else []
    quote = '"' if known.quoted else ""
    filled = {
        "value": read(score.statistic, score.value, DIGITS, finer(score, DIGITS)),
        "column": _called(lead),
        "others": listed(tuple(one_line(c, NAME) for c in others), '"'),
        "of": f"{quote}{one_line(score.of, NAME)}{quote}",
        "more": "more" if score.value > (score.most if score.like else score.expected) else "less",
    }
    return re.sub(r"\{(value|column|others|of|more)\}", lambda m: filled[m[1]], known.plain)


def _usual(score: Score) -> str:
    """What is usual of a number that was said."""
    known = find(score.statistic)
    if known is None or "{value}" not in known.plain:
        return ""
    if not score.like or not unlike(score):
        return f", where {read(score.statistic, score.expected, DIGITS)} was expected" if score.pool else ""
    least, most = ends_of(score, DIGITS)
    return f", where {least} is usual" if least == most else f", where {least} to {most} is usual"


def _beside(decision: Decision) -> str:
    """How many other columns are not far behind the first."""
    first = decision.findings[0]
    n = sum(f.strength > ALONGSIDE * first.strength for f in decision.findings[1:] if f.column != first.column)
    return "" if not n else "; another column is unusual too" if n == 1 else f"; {n} other columns are unusual too"
