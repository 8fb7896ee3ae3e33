"""An expression of the monitor's file over a labelled row: which columns it names, and how it is put in a statement.

It is the user's own SQL: code that their warehouse runs, as a view is, in a statement that reads and cannot write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from tidegauge.core.errors import did_you_mean
from tidegauge.warehouses.expressions import parts_of

JOINED = ("label", "prediction")  # what it may name beside the log's columns
# words that are no column, unless they stand in double quotes
_SQL = re.compile("and|as|between|case|cast|else|end|false|from|in|is|like|not|null|or|then|true|when")


def columns_of(sql: str, known: Mapping[str, object]) -> list[str]:
    """The columns that it names, of those that are known."""
    return list(dict.fromkeys(c for _, c in _names(sql, known) if c is not None))


def spelled(sql: str, places: Mapping[str, str]) -> str:
    """The expression with each column in its place; what it joins stays as it is."""
    return "".join(word if c is None else places[c] for word, c in _names(sql, places))


def unknown_word(sql: str, known: Sequence[str]) -> str:
    """What it may mean by a name that is no column: the end of a sentence; empty where nothing is near."""
    words = [w for what, w in parts_of(sql) if what == "word" and not _SQL.fullmatch(w.lower())]
    for word in words:
        hint = did_you_mean(word, [*known, *JOINED])
        if word not in known and word.lower() not in JOINED and hint.startswith("Did"):
            return hint
    return ""


def _names(sql: str, known: Mapping[str, object]) -> Iterator[tuple[str, str | None]]:
    """Its words, each with the column that it names."""
    exact = {c: c for c in known}
    folded = {c.lower(): c for c in reversed(list(known))}
    parts = list(parts_of(sql))
    plain = ["", *(part.lower() for what, part in parts if what != "blank"), ""]
    place = 0
    for what, word in parts:
        place += what != "blank"
        if what == "name":
            quoted = word[1:-1].replace('""', '"')
            yield word, exact.get(quoted)
        elif what == "word" and not _is_syntax(word.lower(), plain[place - 1], plain[place + 1]):
            yield word, exact.get(word, folded.get(word.lower()))
        else:
            yield word, None


def _is_syntax(word: str, before: str, behind: str) -> bool:
    """Whether a word is SQL's own where it stands: a type, a function, a part of a time, one of those joined."""
    return bool(_SQL.fullmatch(word)) or word in JOINED or before in ("as", ":", ".") or behind in ("(", "from")
