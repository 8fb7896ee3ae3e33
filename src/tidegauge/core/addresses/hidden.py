"""Secrets in every dress that a message may show them in, so that what holds a piece of one is not repeated.

Stars in the place of letters say how long a secret is, and miss it where a driver has cut, quoted or escaped it. So
nothing is replaced here: a text that holds four characters of a secret in a row, as it is or encoded, is left out as a
whole, and whoever speaks says what is known in words of its own.
"""

import base64
import json
import traceback
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

PIECE = 4  # characters in a row that are too many
WITHHELD = "(a line that held a part of a secret is not shown)"


class Hidden:
    """Some secrets; knows whether a text holds a piece of one, and shows itself to nobody.

    >>> hidden = Hidden(["p@ss w%rd"])
    >>> hidden.in_text('could not translate host name "ss w%rd"'), hidden.in_text("it timed out"), hidden
    (True, False, Hidden(1))
    """

    __slots__ = ("_pieces", "_texts")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = frozenset(text for text in texts if text)
        self._pieces: dict[int, set[str]] | None = None  # made when the first message comes, which is seldom

    def __repr__(self) -> str:
        return f"Hidden({len(self._texts)})"

    def __or__(self, other: "Hidden") -> "Hidden":
        return Hidden(self._texts | other._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def in_text(self, text: str) -> bool:
        """Whether a text holds a whole secret, or four characters of one, in any dress."""
        if self._pieces is None:
            self._pieces = {}
            for piece in (p for secret in self._texts for form in forms(secret) for p in pieces(form)):
                self._pieces.setdefault(len(piece), set()).add(piece)
        return any(text[i : i + n] in some for n, some in self._pieces.items() for i in range(len(text) - n + 1))


def forms(secret: str) -> set[str]:
    """A secret as it is, as URLs, Python, JSON, SQL and libpq quote it, and in base64."""
    escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
    made = {secret, quote(secret, safe="", errors="replace"), quote(secret, errors="replace"), escaped}
    made |= {quote_plus(secret, errors="replace"), secret.replace("'", "''"), secret.replace('"', '""')}
    made |= {repr(secret)[1:-1], json.dumps(secret)[1:-1]}
    data = secret.encode("utf-8", "replace")
    for before in range(3):  # where it begins among the bytes that are encoded with it
        code = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        whole = code[(0, 2, 3)[before] : len(code) - (1 if (before + len(data)) % 3 else 0)]
        made |= {whole, whole.replace("+", "-").replace("/", "_")}
    return made - {""}


def pieces(form: str) -> set[str]:
    """Every four characters in a row; a shorter text as a whole."""
    return {form[i : i + PIECE] for i in range(max(1, len(form) - PIECE + 1))}


_seen = Hidden()


def remember(hidden: Hidden) -> None:
    """Note secrets that this process uses, for the one place where we do not know what will be printed: a bug."""
    global _seen  # noqa: PLW0603 - what a process has read is a fact of the process
    _seen = _seen | Hidden(text for text in hidden if len(text) >= PIECE)  # shorter ones are in every word


def seen() -> Hidden:
    """All secrets that this process has read."""
    return _seen


def harmless_traceback(error: BaseException) -> str:
    """The traceback of an unexpected error, its causes too, without the lines that hold a piece of a secret."""
    hidden, lines = seen(), "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(WITHHELD if hidden.in_text(line) else line for line in lines)
