"""Descriptors that are one regular expression, read alike by RE2, PostgreSQL and Python."""

import re
from typing import ClassVar

from tidegauge.profiles.descriptors.base import Band, Flag
from tidegauge.warehouses.dialect import Dialect


class MatchCount(Band):
    """How many times a pattern is found, from left to right, none over another."""

    pattern: ClassVar[str]

    def count(self, dialect: Dialect, text: str) -> str:
        return dialect.matches_in(text, self.pattern)

    def number(self, text: str) -> int:
        return sum(1 for _ in re.finditer(python_of(self.pattern), text))


class Holds(Flag):
    """Whether a pattern is found."""

    pattern: ClassVar[str]

    def holds(self, dialect: Dialect, text: str) -> str:
        return dialect.has_match(text, self.pattern)

    def true_of(self, text: str) -> bool:
        return re.search(python_of(self.pattern), text) is not None


def any_case(pattern: str) -> str:
    """A pattern whose letters, but for those in square brackets, stand for both cases.

    Not `lower` on the text: what it makes of İ follows from the database's locale.

    >>> any_case("ok[^a-z]+")
    '[oO][kK][^a-z]+'
    """
    return re.sub(r"\[[^]]*\]|[a-z]", lambda m: m[0] if m[0][0] == "[" else f"[{m[0]}{m[0].upper()}]", pattern)


def python_of(pattern: str) -> str:
    """The pattern as Python reads it: its `$` also stands before a last end of line, the engines' does not."""
    return pattern.replace("$", r"\Z")
