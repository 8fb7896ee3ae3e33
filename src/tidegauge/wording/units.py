"""The words of a score: what it is of, its value in a clause, how strange that is; each statistic brings its own."""

import re
from math import inf, isfinite, isnan

from tidegauge.core.decision import Score
from tidegauge.statistics.own_limits import BROKEN_LIMITS
from tidegauge.wording.lookup import find
from tidegauge.wording.text import lasting, number, share

AGO = {4: "four", 12: "twelve"}


def drift(weeks: int) -> str:
    """What builds up slowly is compared with.

    >>> drift(4)
    'four weeks ago and before'
    """
    return f"{AGO.get(weeks, weeks)} weeks ago and before"


def is_share(statistic: str) -> bool:
    """Whether values are shares of rows, to be read in per cent.

    >>> is_share("missing"), is_share("top-share-3"), is_share("location"), is_share("of a package that is gone")
    (True, True, False, False)
    """
    known = find(statistic)
    return known is not None and known.is_share


def read(statistic: str, value: float, digits: int = 4, more: int = 0) -> str:
    """A value as its statistic is read: in per cent, as a length of time, or as a number; finer by `more` digits.

    >>> read("missing", 0.031), read("freshness", 72_000.0), read("location", 1026.3)
    ('3.1 %', '20 hours', '1,026')
    """
    known = find(statistic)
    if known is not None and known.is_share:
        return share(value, more)
    return lasting(value) if known is not None and known.is_time else number(value, digits + more)


def gone(score: Score) -> bool:
    """Whether a column that used to say something says nothing any more: all else that is said follows from that."""
    known = find(score.statistic)
    return known is not None and known.gone(score.value, score.most if score.like else score.expected)


def stays(score: Score) -> bool:
    """Whether a fine window's number stays where an alert found it, beyond all that was like it before (`since`)."""
    return bool(since(score)) and unlike(score) and isnan(score.low) and isnan(score.high)


def since(score: Score) -> str:
    """When a number that stays came to where it is: "4 March"; empty where like windows are of no time."""
    return score.like.rpartition(" before ")[2] if " before " in score.like else ""


def ending(score: Score, digits: int = 4, *, by: str = "", these: bool = False) -> str:
    """How a clause about a value ends: what like windows were, and what was expected where that is not said by it.

    Where an alert begins is no part of it: that lies far out for a number that is not steady, and a reader would take
    it for what is usual. `by`: what it was expected by. `these`: the like windows have been named just before.
    """
    if score.statistic in BROKEN_LIMITS:  # held against the monitor's file, which the clause says
        return ""
    expected = f"{read(score.statistic, score.expected, digits)} was expected{by}"
    like = was_like(score, digits, these=these)
    if not like or (gone(score) and not unlike(score)):
        return f", where {expected}"
    return f", where {like}" if unlike(score) else f", where {expected}; {like}"


def unlike(score: Score) -> bool:
    """Whether a value is beyond all that like windows were; False where none are known."""
    return score.value < score.least or score.value > score.most


def was_like(score: Score, digits: int = 4, *, these: bool = False) -> str:
    """What like windows were: "the 8 past Fridays lay between 973 and 1,026"; empty where none are known."""
    if not score.like:
        return ""
    one = score.like.startswith("one ")
    who = ("that one" if one else "these") if these else f"the {score.like}"
    least, most = ends_of(score, digits)
    if one:
        return f"{who} was at {least}"
    return f"{who} were all at {least}" if least == most else f"{who} lay between {least} and {most}"


def ends_of(score: Score, digits: int = 4) -> tuple[str, str]:
    """The least and the most of like windows."""
    more = finer(score, digits)
    return read(score.statistic, score.least, digits, more), read(score.statistic, score.most, digits, more)


def finer(score: Score, digits: int = 4) -> int:
    """By how many digits more a value beyond like windows must be told, so that it reads as beyond them."""
    for more in range(FINEST if unlike(score) else 0):
        value, least, most = (read(score.statistic, v, digits, more) for v in (score.value, score.least, score.most))
        if value not in (least, most):
            return more
    return 0


def past_limit(score: Score, digits: int = 4) -> int:
    """By how many digits more a number must be told, so that it reads as beyond the limit that it breaks."""
    if score.statistic in BROKEN_LIMITS:
        limit = score.high if isfinite(score.high) else score.low
        for more in range(FINEST):
            if read(score.statistic, score.value, digits, more) != read(score.statistic, limit, digits, more):
                return more
    return 0


def edges(score: Score, digits: int = 4) -> str:
    """Where the number alone would be an alert: small print, "below 624 or above 1,348"; empty where none is known."""
    low, high = (read(score.statistic, v, digits) for v in (score.low, score.high))
    known = find(score.statistic)
    least, most = (-inf, inf) if known is None else (0.0, 1.0) if known.is_share else known.bounds
    ends = [f"below {low}"] * (least < score.low) + [f"above {high}"] * (score.high < most)
    return " or ".join(ends)


def called(score: Score, mark: str = "", about: str = "") -> str:
    """What the score is of: "missing values", "share of AA" where it is about one category; names between marks.

    `about`: the column that a reader is told of, where it is another one of the relation.
    """
    known = find(score.statistic)
    return _filled(_unknown(score) if known is None else known.title, score, mark, about)


def clause_of(score: Score, value: str, about: str = "") -> str:
    """The score's value in a clause: "31 % of its values are missing"."""
    known = find(score.statistic)
    mark = QUOTE if known is None or known.quoted else ""
    return _filled(f"{_unknown(score)} is {{value}}" if known is None else known.says, score, mark, about, value)


def whole_sentence(score: Score, value: str, day: str) -> str:
    """What a fact that needs no comparison tells of a day; empty for every other number."""
    known = find(score.statistic)
    return "" if known is None else _filled(known.tells.replace("{day}", day), score, "", "", value)


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


FINEST = 4
MOST = 6.0  # no past of a monitor is long enough to say more
