"""Text and instants as the store keeps them: any Unicode survives, order is by code point, clocks are UTC."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from tidegauge.core.errors import StoreError
from tidegauge.core.window import Window, stamp

# PostgreSQL refuses NUL in text, and no engine can write half of a surrogate pair as UTF-8. Both occur in real
# categories and in error messages, so the few such characters go in escaped by SUB, a control character that was
# made for this; backslashes, quotes and emoji are kept as they are, so that the tables stay readable.
_TROUBLE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]+);")


def wire(text: str) -> str:
    r"""The form of a text that every engine takes.

    >>> wire("a\x00b")
    'a\x1a0;b'
    """
    return _TROUBLE.sub(lambda m: f"\x1a{ord(m[0]):x};", text)


def plain(text: str) -> str:
    r"""The text that `wire` was given.

    >>> plain("a\x1a0;b")
    'a\x00b'
    """
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "\x1a" in text else text


class Ascii(TypeDecorator[str]):
    """Text that is spelled here, such as keys of windows, hashes and clocks, compared by code point.

    PostgreSQL's own order would depend on the server's locale. There is nothing to escape in it, and thousands are
    read at once.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text, with the C collation where the engine has collations."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()


class Words(Ascii):
    """Any text, compared by code point, escaped where an engine would not take it as it is."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's signature
        """Escape on the way in."""
        return None if value is None else wire(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's signature
        """Unescape on the way out."""
        return None if value is None else plain(value)


def instant(clock: datetime) -> str:
    """A clock as text that sorts by time: 2013-04-02T06:00:00.000000+00:00."""
    if clock.utcoffset() is None:
        raise StoreError(f"the store needs instants with a time zone, got {clock}")
    return clock.astimezone(UTC).isoformat(timespec="microseconds")


def second(clock: datetime) -> str:
    """A clock to the whole second, as the starts of windows are kept."""
    return instant(clock)[:19] + "Z"


def start_of(window: Window) -> str:
    """A window's start as text that sorts by time whatever the window's kind."""
    return stamp(window.start)


@lru_cache(maxsize=1 << 16)  # a night reads the same hundreds of keys some ten times, and a window never changes
def window_of(key: str) -> Window:
    """The window of a stored key. Three times quicker than `Window.parse`, which explains what a person mistyped."""
    try:
        kind, start, end = key.split("/")
        return Window(datetime.fromisoformat(start), datetime.fromisoformat(end), kind)
    except ValueError:
        return Window.parse(key)
