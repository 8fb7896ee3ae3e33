"""An address for a file that others read: each secret in it becomes the name of a variable."""

import re

from tidegauge.core.addresses.keyed import REFERENCE
from tidegauge.core.addresses.masking import HARMLESS
from tidegauge.core.addresses.schemes import names_file

PASSWORD = "TIDEGAUGE_PASSWORD"  # noqa: S105 - the name of a variable, not a password


def in_variables(text: str) -> tuple[str, dict[str, str]]:
    """The address with ${NAME} where a secret stood, and what each of these variables must hold.

    For an address that was read before (`read_address`), so its parts are where they seem to be.

    >>> in_variables("postgresql://me:s3cret@db/prod?sslmode=require&sslpassword=x")[0]
    'postgresql://me:${TIDEGAUGE_PASSWORD}@db/prod?sslmode=require&sslpassword=${TIDEGAUGE_SSLPASSWORD}'
    """
    scheme, slashes, rest = text.partition("://")
    if not slashes or scheme.startswith("${"):
        return text, {}
    needed: dict[str, str] = {}
    place, mark, query = rest.partition("?")
    if names_file(scheme):
        place = _file(place, needed)
        if not needed and not re.match(r"\w+=", query):
            return text, {}  # a file, whose name may have a "?" in it
    else:
        place = _server(place, needed)
    settings = [_setting(part, needed) for part in query.split("&")] if mark else []
    return f"{scheme}://{place}{mark}{'&'.join(settings)}", needed


def _file(place: str, needed: dict[str, str]) -> str:
    """What follows the scheme of a file; where a file is reached by another scheme, a user may stand in that."""
    inner, again, behind = place.partition("://")
    who, at, host = behind.rpartition("@")
    if not at or REFERENCE.fullmatch(who):
        return place
    needed[PASSWORD] = "what stands before the @"
    return f"{inner}{again}${{{PASSWORD}}}@{host}"


def _server(place: str, needed: dict[str, str]) -> str:
    """What follows the scheme of a server: perhaps a user with a password, then the host and the path."""
    who, at, _ = place.partition("/")[0].rpartition("@")
    user, _, password = who.partition(":")
    if not at or not password or REFERENCE.fullmatch(password):
        return place
    needed[PASSWORD] = "the password as it is, without %-escapes"
    return f"{user}:${{{PASSWORD}}}{place[len(who) :]}"


def _setting(text: str, needed: dict[str, str]) -> str:
    key, equals, value = text.partition("=")
    if not equals or not value or key in HARMLESS or REFERENCE.fullmatch(value):
        return text
    name = PASSWORD if key == "password" else f"TIDEGAUGE_{key.upper()}"
    needed[name] = f"{key} as it is, without %-escapes"
    return f"{key}=${{{name}}}"
