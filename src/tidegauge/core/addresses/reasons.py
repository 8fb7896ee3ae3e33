"""Why a driver failed, in a line that is safe to show."""

import re

from tidegauge.core.addresses.hidden import Hidden
from tidegauge.core.addresses.masking import mask

UNTOLD = "its own words are not repeated, for they hold a part of a secret"
# What drivers say, and the same without anything of the address.
KNOWN = (
    (r"password authentication failed|no password supplied|28P01", "the user or the password is wrong"),
    (r"no pg_hba\.conf entry|28000", "this host, user or database is not let in"),
    (r"role .* does not exist", "there is no such user"),
    (r"database .* does not exist|3D000", "there is no such database"),
    (r"refused", "the connection was refused"),
    (r"resolve host|translate host|not known|name resolution|getaddrinfo", "its host has no address"),
    (r"timed? ?out|timeout", "it timed out"),
    (r"too many (clients|connections)", "it has too many clients"),
    (r"permission denied|42501", "the user has no right to do that"),
    (r"SSL|certificate", "the encrypted connection failed"),
    (r"invalid (URI query parameter|connection option)", "a setting behind its ? is unknown"),
    (r"closed|terminat|lost|reset", "the connection was lost"),
    (r"extension", "an extension of DuckDB is missing"),
)


def reason(error: object, hidden: Hidden) -> str:
    """The first line of what an error says, or what is known of it where that would show a piece of a secret.

    >>> reason('FATAL: database "hunter2" does not exist', Hidden(["hunter2"]))
    'there is no such database (its own words are not repeated, for they hold a part of a secret)'
    >>> reason("connection refused", Hidden(["hunter2"]))
    'connection refused'
    """
    text = _words(error)
    shown = mask(text)
    if not hidden.in_text(text) and not hidden.in_text(shown):
        return shown
    known = next((words for pattern, words in KNOWN if re.search(pattern, text, re.IGNORECASE)), None)
    state = getattr(error, "sqlstate", None)
    code = f" ({state})" if state and not hidden.in_text(str(state)) else ""
    return f"{known or _name(error) or 'an error'}{code} ({UNTOLD})"


def _words(error: object) -> str:
    """The first line of it."""
    return (str(error).strip().splitlines() or [_name(error) or "it gave no reason"])[0]


def _name(error: object) -> str:
    """What a driver calls the error; nothing where it is a text, or an error of our own, whose name tells nobody."""
    ours = isinstance(error, str) or type(error).__module__.partition(".")[0] == "tidegauge"
    return "" if ours else type(error).__name__
