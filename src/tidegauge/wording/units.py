"""The words of a score: what it is of, its value in a clause, how strange that is; each statistic brings its own."""

import re

from tidegauge.core.decision import Score
from tidegauge.wording.lookup import find
from tidegauge.wording.text import lasting, number, share

DRIFT = "four weeks ago and before"  # the pool of what builds up slowly


def is_share(statistic: str) -> bool:
    """Whether values are shares of rows, to be read in per cent.

    >>> is_share("missing"), is_share("top-share-3"), is_share("location"), is_share("of a package that is gone")
    (True, True, False, False)
    """
    known = find(statistic)
    return known is not None and known.is_share


def is_time(statistic: str) -> bool:
    """Whether values are seconds, to be read as lengths of time.

    >>> is_time("freshness"), is_time("missing"), is_time("of a package that is gone")
    (True, False, False)
    """
    known = find(statistic)
    return known is not None and known.is_time


def amount_of(statistic: str, value: float, digits: int) -> str:
    """A value as its statistic is read: in per cent, as a length of time, or as a number."""
    if is_share(statistic):
        return share(value)
    return lasting(value) if is_time(statistic) else number(value, digits)


def gone(score: Score) -> bool:
    """Whether a column that used to be there is gone: all else that is said of it follows from that."""
    known = find(score.statistic)
    return known is not None and known.gone(score.value, score.expected)


def ending(score: Score, expected: str, band: str, *, inside: bool, by: str = "") -> str:
    """How a clause about a value ends: what was expected, and the ends of its band where they say anything.

    A band ends far out for a number that is not steady. So it is told of only what is beyond it, and never of a column
    that is gone: that is news however often a feed has failed. `by`: what it was expected by.
    """
    if gone(score):
        return f", where {expected} was expected{by}"
    return f", {expected} expected{by}: within its band" if inside else f", where {band} was expected{by}"


def called(score: Score, mark: str = "", about: str = "") -> str:
    """What the score is of: "missing values", "share of AA" where it is about one category; names between marks.

    `about`: the column that a reader is told of, where it is another one of the relation.
    """
    known = find(score.statistic)
    return _filled(_unknown(score) if known is None else known.title, score, mark, about)


def clause_of(score: Score, value: str, about: str = "") -> str:
    """The score's value in a clause: "31 % of its values are missing"."""
    known = find(score.statistic)
    return _filled(f"{_unknown(score)} is {{value}}" if known is None else known.says, score, QUOTE, about, value)


def _unknown(score: Score) -> str:
    """The title of a number whose statistic is not installed (any more): its name as words, and what it was about."""
    title = _BRACES.sub("", score.statistic).replace("-", " ").replace("_", " ")
    return title + (" of {of}" if score.of else "") + (" with {others}" if score.others else "")


_BRACES = re.compile(r"[{}]")


def _filled(text: str, score: Score, mark: str, about: str, value: str = "") -> str:
    """Words with what they are about. All at once: a column may be called "{value}"."""
    found = {"value": value, "of": f"{mark}{score.of}{mark}", "others": listed(_rest(score, about), mark)}
    return re.sub(r"\{(value|of|others)\}", lambda m: found[m[1]], text)


def _rest(score: Score, about: str) -> tuple[str, ...]:
    """The columns of a relation but the one that a reader is told of."""
    if about not in score.others:
        return score.others
    return (score.column, *(c for c in score.others if c != about))


QUOTE = '"'


def listed(columns: tuple[str, ...], mark: str = "") -> str:
    """Names in a row: "temp", "dewp" and "humid"."""
    named = [f"{mark}{c}{mark}" for c in columns]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named) or "the other columns"


def rarity(surprise: float) -> str:
    """How often a value so unusual occurs, from its surprise (−log10 of a probability): the end of a sentence.

    >>> rarity(0.2), rarity(3.52)
    ('is not unusual', 'occurs about once in 3,300 windows')
    >>> rarity(9.0)
    'occurs less than once in a million windows'
    """
    if not surprise >= 1:
        return "is not unusual"
    if surprise > MOST:
        return "occurs less than once in a million windows"
    count = 10**surprise
    size = 10 ** max(int(surprise) - 1, 0)
    return f"occurs about once in {round(count / size) * size:,} windows"


MOST = 6.0  # no past of a monitor is long enough to say more
