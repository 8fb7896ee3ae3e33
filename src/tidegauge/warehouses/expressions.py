"""One SQL expression over a row, as a user writes it into a monitor: whether it can be one, before an engine sees it.

It is the user's own code, as a view is, and stands in a statement of ours between brackets. So it must end where it
seems to end: brackets in pairs, no comment, no semicolon. And its value must be the row's alone, the same whenever
it is asked for: no subquery, no clock, no chance. What else it may say is the engine's to know, and it is asked.
"""

import re
from collections.abc import Iterator

_PARTS = re.compile(
    r"""(?P<text>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*")|(?P<dollar>\$)"""
    r"""|(?P<comment>--|/\*)|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<end>;)|(?P<sign>[()\[\],'"])"""
    r"""|(?P<blank>\s+)|(?P<rest>.)""",
    re.DOTALL,
)
_NEVER = {
    "comment": "holds a comment. Write it behind a # of the YAML",
    "dollar": "holds a $. Quote a column that is called so: \"a$b\", and write a text as 'text'",
    "end": "holds a semicolon. Write one expression, such as fare / nullif(distance, 0)",
}
_PAIRS = {")": "(", "]": "["}
# behind a bracket they begin a subquery
SUBQUERIES = {"SELECT", "FROM", "WITH", "VALUES", "TABLE", "PIVOT", "UNPIVOT", "DESCRIBE", "SUMMARIZE", "SHOW"}
CLOCKS = {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"}
FLEETING = {  # functions that say something else each time
    *("NOW", "TODAY", "TIMEOFDAY", "GET_CURRENT_TIMESTAMP", "GET_CURRENT_TIME", "CURRENT_LOCALTIME"),
    *("CURRENT_LOCALTIMESTAMP", "TRANSACTION_TIMESTAMP", "STATEMENT_TIMESTAMP", "CLOCK_TIMESTAMP"),
    *("CURRENT_QUERY", "GETVARIABLE", "QUERY_TO_XML", "RAND", "RANDN"),
    *("RANDOM", "RANDOM_NORMAL", "UUID", "UUIDV4", "UUIDV7", "GEN_RANDOM_UUID", "NEXTVAL", "CURRVAL", "TXID_CURRENT"),
}


def parts_of(sql: str) -> Iterator[tuple[str, str]]:
    """What an expression is made of, each part with what it is; joined they are the expression.

    >>> [part for part in parts_of("fare > 'a b'") if part[0] != "blank"]
    [('word', 'fare'), ('rest', '>'), ('text', "'a b'")]
    """
    return ((str(m.lastgroup), m[0]) for m in _PARTS.finditer(sql))


def fault_in(sql: str) -> str | None:
    """What keeps a text from being one expression over a row; None where nothing is seen.

    >>> fault_in("fare / nullif(distance, 0)")
    >>> fault_in("fare; DROP TABLE log")
    'holds a semicolon. Write one expression, such as fare / nullif(distance, 0)'
    >>> fault_in("fare - (SELECT avg(fare) FROM log)")
    'holds a subquery (SELECT). Its value must come from the row alone; what needs other rows belongs into a view'
    """
    return next(_faults(sql), None)


def _faults(sql: str) -> Iterator[str]:
    if not sql.strip():
        yield "is empty. Write one expression, such as fare / nullif(distance, 0)"
    if "\0" in sql:
        yield "holds the character NUL, which no statement can"
    parts = [p for p in parts_of(sql) if p[0] != "blank"]
    yield from _shape(parts)
    for before, (what, part), (_, after) in zip([("", ""), *parts], parts, [*parts[1:], ("", "")], strict=False):
        if what == "word" or (what == "name" and after == "("):  # a function, spelled with quotes
            yield from _word(before[1], part.strip('"'), after)


def _shape(parts: list[tuple[str, str]]) -> Iterator[str]:
    """What makes it more, or less, than one expression."""
    depth = 0
    for what, part in parts:
        depth += (part in _PAIRS.values()) - (part in _PAIRS)
        if what in _NEVER:
            yield _NEVER[what]
        elif part in ("'", '"'):
            yield f"has a quote ({part}) that is not closed"
        elif part == "," and not depth:
            yield "holds a comma between two expressions. Give each a name of its own"
    yield from _unpaired([part for what, part in parts if what == "sign"])


def _unpaired(signs: list[str]) -> Iterator[str]:
    """Brackets that do not come in pairs."""
    opened: list[str] = []
    for sign in signs:
        if sign in _PAIRS.values():
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            yield f"has a {sign} without its {_PAIRS[sign]}"
    yield from (f"has a {sign} that is not closed" for sign in opened[-1:])


def _word(before: str, word: str, after: str) -> Iterator[str]:
    """What a word says of other rows, of the clock or of chance."""
    name = word.upper()
    quote = f'. If it is a column, quote it: "{word}"'
    if before == "(" and name in SUBQUERIES:
        because = "Its value must come from the row alone; what needs other rows belongs into a view"
        yield f"holds a subquery ({name}). {because}"
    elif name == "COLUMNS" and after == "(":
        yield "holds COLUMNS(…), which is many expressions. Give each a name of its own"
    elif name in CLOCKS or (name in FLEETING and after == "("):
        yield f"holds {word}, which says something else each time that it is asked{quote}"
