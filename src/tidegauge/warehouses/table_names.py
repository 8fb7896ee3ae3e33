"""Names of tables, as people write them: in parts, with dots between."""

import re

_PART = re.compile(r'"(?:[^"]|"")+"|[^."][^.]*')
_NAME = re.compile(rf"(?:{_PART.pattern})(?:\.(?:{_PART.pattern}))*")


def parts_of(table: str) -> list[str]:
    """The parts of a table's name. A part with a dot in it stands in double quotes, as in SQL.

    >>> parts_of("log"), parts_of("ml.log"), parts_of('ml."log.2024"'), parts_of('"a ""b"".c"')
    (['log'], ['ml', 'log'], ['ml', 'log.2024'], ['a "b".c'])
    """
    if not _NAME.fullmatch(table):
        return table.split(".")
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in _PART.findall(table)]


def in_parts(*parts: str) -> str:
    """A table's name as it is written: a part that could be taken for two in double quotes.

    >>> in_parts("ml", "log"), in_parts("ml", "log.2024")
    ('ml.log', 'ml."log.2024"')
    """
    return ".".join('"' + p.replace('"', '""') + '"' if "." in p or p.startswith('"') else p for p in parts)
