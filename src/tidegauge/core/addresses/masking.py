"""A text with an address in it, as it stands in a file or on a command line, made fit to be shown.

This never fails and knows no secret: it goes by the parts of whatever looks like an address, and shows less where the
parts cannot be told.
"""

import re
from collections.abc import Mapping
from typing import Any

from tidegauge.core.addresses.keyed import HIDDEN, REFERENCE, holds_keyed, mask_keyed
from tidegauge.core.addresses.schemes import names_file

# The last "@" of the line ends the user's part: an unescaped one inside a password is hidden with it.
# A path's ":/" is what a Path makes of "://"; a scheme has two letters then, and C:/ has one.
# A scheme is sought no further back than any is long, and an "@" only where the text has one: else a text of 100,000
# letters would take minutes, a start at each of them.
_SCHEME, _USER = r"([A-Za-z][A-Za-z0-9+.-]{0,40})(://|(?<=[A-Za-z0-9+.-]{2}):/)", r"((?:[^\n]*@)?)"
_PLACE = r"([^\s'\"?#]*)(\?[^\n'\"]*)?(#[^\s'\"]*)?"
_ADDRESS, _NOBODYS = (re.compile(_SCHEME + user + _PLACE) for user in (_USER, "()"))
_BARE = re.compile(r"^[^\s/@]*(?::[^\n]*@|@(?=[\w.-]+:\d+))")  # user:password@host, token@host:9091
_JOINT = "."  # in the place of an address: what follows a "password=", if anything does
LONGEST = 100  # letters of what was typed that a sentence repeats
_NAME = re.compile(r"(?:[\w.-]|\$\{\w+\})+")
# Settings behind the "?" whose values are nobody's secret. Any other value is one until somebody adds it here.
HARMLESS = (
    frozenset(
        ("application_name", "channel_binding", "connect_timeout", "gssencmode", "sslmode", "target_session_attrs")
    )
    | frozenset(  # parts of a place that libpq, or DuckDB, also takes as settings
        ("host", "hostaddr", "port", "dbname", "user", "provider", "region", "use_ssl")
    )
    | frozenset(  # sizes of Spark's; any other setting of its may be a key to where its tables lie
        ("spark.driver.memory", "spark.executor.memory", "spark.sql.shuffle.partitions")
    )
)


def looks_like_address(text: str) -> bool:
    """Whether an address stands in a text, whole or as a Path leaves it: "postgresql:/…"; or a user with a password.

    Or a secret behind its name, which is an address of libpq's or ODBC's kind, or a part of one.

    >>> looks_like_address("postgresql:/u:p@h/db"), looks_like_address("u:p@h/db"), looks_like_address("C:/my.yml")
    (True, True, False)
    >>> looks_like_address("host=h user=u password=p"), looks_like_address("md:db?motherduck_token=p")
    (True, True)
    """
    return _address(text).search(text) is not None or _bare(text) or holds_keyed(text)


def mask(text: str) -> str:
    """A text without the passwords, tokens and settings of the addresses in it; ${NAME} shows nothing and stays.

    >>> mask("postgresql://reader:s3cret@db/prod?sslmode=require&options=x")
    'postgresql://reader:***@db/prod?sslmode=require&options=***'
    >>> mask("http://TOKEN@gateway:9091"), mask("postgresql://me:${PASSWORD}@db/prod")
    ('http://***@gateway:9091', 'postgresql://me:${PASSWORD}@db/prod')
    >>> mask("postgresql:/reader:s3cret@db/prod")  # as a Path leaves it
    'postgresql:/reader:***@db/prod'
    >>> mask("host=db user=reader password=s3cret")
    'host=db user=reader password=***'
    """
    address = _address(text)
    found = address.search(text)
    if found is None or holds_keyed(text[: found.start()] + _JOINT):  # what looks like an address is in a password
        text = mask_keyed(text)
    if found is not None:
        text = address.sub(_masked, text)
    elif _bare(text):
        text = _BARE.sub(f"{HIDDEN}@", text)
    return mask_keyed(text)


def as_typed(text: str) -> str:
    """What somebody has typed, as a sentence repeats it: without secrets, and not the whole of a very long one.

    >>> as_typed("pwd=x"), as_typed("9" * 400) == "9" * 100 + "…"
    ('pwd=***', True)
    """
    shown = mask(text)  # before it is cut: a cut could take away the "@" that ends a password
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _address(text: str) -> re.Pattern[str]:
    return _ADDRESS if "@" in text else _NOBODYS


def _bare(text: str) -> bool:
    return "@" in text.partition("\n")[0] and _BARE.search(text) is not None


def _masked(match: re.Match[str]) -> str:
    scheme, slashes, user, place, query, fragment = (part or "" for part in match.groups())
    file = names_file(scheme)
    if file and user.startswith("/") and "://" not in user:  # a file may be called a@b
        user, place = "", user + place
    if user:
        user = _user(user[:-1], token=scheme in {"http", "https"}) + "@"
    if fragment and not file:  # of a file it is the table of a comparison, which is given as address#table
        fragment = f"#{HIDDEN}"
    return f"{scheme}{slashes}{user}{place}{_settings(query)}{fragment}"


def _settings(query: str) -> str:
    """What begins with a "?", if anything does, without its secrets."""
    return "?" + "&".join(_setting(part) for part in query[1:].split("&")) if query else ""


def _user(text: str, *, token: bool) -> str:
    name, colon, password = text.partition(":")
    if token or not _NAME.fullmatch(name):
        shown = text if _only_names(name) and (not colon or _only_names(password)) else HIDDEN
    else:
        shown = name + (f":{password if _only_names(password) else HIDDEN}" if colon else "")
    return shown


def _setting(text: str) -> str:
    key, equals, value = text.partition("=")
    if not equals or not _NAME.fullmatch(key):
        return HIDDEN
    return f"{key}={value if key in HARMLESS or _only_names(value) else HIDDEN}"


def _only_names(text: str) -> bool:
    """Whether a part is one ${NAME}: that shows where a secret is, and nothing of it."""
    return bool(REFERENCE.fullmatch(text))


def masked(value: Any) -> Any:  # noqa: ANN401 - any YAML value, however deep
    """The same value with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {k: masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked(v) for v in value]
    return value
