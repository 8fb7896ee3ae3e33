"""A text with ${NAME} in it → the parts of an address.

The text is cut into parts first, and the environment's values are put into the parts afterwards. So a password is one
part whatever is in it: "@", "/" and "%" need no escaping there. Only a variable that holds a whole address
(`${SOURCE}`, or all that follows `postgresql://`) is read as addresses are written, with what is special in it
%-encoded.
"""

import os
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import remember
from tidegauge.core.addresses.keyed import REFERENCE
from tidegauge.core.addresses.schemes import is_url, names_file
from tidegauge.core.errors import MonitorError, did_you_mean

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}")
WEB = ("http", "https")
_HOST = re.compile(r"[\w.~-]*|[0-9A-Fa-f:.]+(?:%[\w.-]+)?|/[\w./~-]+")  # a name, an IPv6 address, a folder of sockets
# without an at sign or a colon of its own: a sentence that is masked would lose all before it
_ENCODE = "Write a password's marks as % and their code, an at sign as %40, a slash as %2F, a question mark as %3F"
_TOKEN = re.compile("[\U000f0000-\U000ffffd]")  # stands for a variable while a text is cut into parts


def read_address(
    text: str,
    what: str = "the address",
    *,
    environment: Mapping[str, str] | None = os.environ,
    scheme: str = "",
) -> Address:
    """The address that a text means; `what` names its place in an error, which never repeats the text.

    `environment`: None leaves ${NAME} as it is. `scheme`: of an address that may be written without one.

    >>> read_address("postgresql://me:${PW}@db/prod", environment={"PW": "p@ss/w%rd"}).libpq()
    {'host': 'db', 'user': 'me', 'password': 'p@ss/w%rd', 'dbname': 'prod'}
    """
    return _Reader(what, environment).read(text, scheme)


class _Reader:
    """The reading of one text: which variables it names, and which of them hold more than a part."""

    def __init__(self, what: str, environment: Mapping[str, str] | None) -> None:
        self.what, self.environment = what, environment
        self.values: dict[str, str] = {}  # token → a variable's value
        self.whole: list[str] = []  # variables that hold an address, or all of one but its scheme
        self.alias = ""  # the address as it was written, where a variable holds less than a scheme and a place

    def read(self, text: str, scheme: str) -> Address:
        if _TOKEN.search(text):
            raise self.wrong("holds a character of Unicode's private use")
        if self.environment is not None:
            text = self._named(text)
        if scheme and "://" not in text:
            if re.search(r"\s", text):  # "host=h password=…": what stands behind an at sign would be taken for a host
                raise self.wrong("holds a blank", _ENCODE)
            text = f"{scheme}://{text}"
        found, slashes, rest = text.partition("://")
        self._check(found if slashes else "", scheme)
        address = self._file(found, rest) if names_file(found) else self._server(found, rest)
        if self.environment is None or self.environment is os.environ:  # else it is nobody's
            remember(address.hidden)
        return address

    def _check(self, scheme: str, wanted: str) -> None:
        """Refuse what is no scheme, or none of the web's where one of these is wanted."""
        if not SCHEME.fullmatch(scheme):
            raise self.wrong("does not begin with a scheme, such as postgresql://")
        if wanted in WEB and scheme not in WEB:  # it may be a password with a "://" in it
            raise self.wrong("begins with neither http:// nor https://")

    def _named(self, text: str) -> str:
        """The text with a token for each variable; one that holds an address is put in as it is."""
        matches = list(REFERENCE.finditer(text))
        out, at = "", 0
        for k, match in enumerate(matches):
            out += text[at : match.start()]
            at = match.end()
            value = self._value(match[1])
            behind = re.match(r"[^/?#]*", text[at:])
            alone = re.fullmatch(r"[A-Za-z][\w+.-]*://", out) and "@" not in (behind[0] if behind else "")
            if not out or alone:
                self.whole.append(match[1])
                if "://" not in out + value:
                    self.alias = match[0]
                elif out:
                    self.alias = out + match[0]
                out += value.strip()
            else:
                token = chr(0xF0000 + k)
                self.values[token] = value
                out += token
        return out + text[at:]

    def _value(self, name: str) -> str:
        environment = self.environment or {}
        if name not in environment:
            near = did_you_mean(name, [k for k in environment if k != name])
            hint = f" {near}" if near.startswith("Did you mean") else ""  # never a list of everything that is set
            raise MonitorError(f"{self.what}: the environment variable {name} is not set.{hint} Set it before running.")
        value = environment[name]
        if _TOKEN.search(value) or any("\ud800" <= c <= "\udfff" for c in value):
            raise MonitorError(f"{self.what}: the environment variable {name} holds what is no text in UTF-8.")
        return value

    def wrong(self, problem: str, advice: str = "") -> MonitorError:
        """What is wrong with it, without a letter of it."""
        names = f"the address in the environment variable {' and '.join(self.whole)}" if self.whole else "the address"
        return MonitorError(f"{self.what}: {names} {problem}.{f' {advice}.' if advice else ''}")

    def _file(self, scheme: str, rest: str) -> Address:
        """A file's path is taken as it is; a "?" begins settings where some follow."""
        if not rest.startswith("/") and (rest or not is_url(scheme)):
            raise self.wrong(
                f"lacks a slash: a file has three slashes before a path from here, {scheme}:///folder/name, "
                f"and four before one from the root, {scheme}:////folder/name"
            )
        path, query = rest[1:], ""
        if is_url(scheme) or re.search(r"\?\w+=", path):
            path, _, query = path.partition("?")
        return Address(scheme, path=self._put(path), query=self._settings(query), alias=self.alias)

    def _server(self, scheme: str, rest: str) -> Address:
        authority, rest = self._cut(rest)
        who, at, where = authority.rpartition("@")
        path, _, query = rest.partition("?")
        web = scheme in WEB
        if web and query:
            raise self.wrong('has a "?", and a gateway takes none', _ENCODE)
        user, colon, password = who.partition(":")
        host, port = self._place(where)
        if web and not host:
            raise self.wrong("has no host", _ENCODE)
        return Address(
            scheme,
            user=self._decoded(user) if at else None,
            password=self._decoded(password) if colon else None,
            host=host,
            port=port,
            path=self._quoted(path.rstrip("/")) if web else self._decoded(path[1:]),
            query=self._settings(query),
            given=bool(self.whole) or bool(_TOKEN.search(user)),
            alias=self.alias,
            private=self._private(path) if web else (),
        )

    def _cut(self, text: str) -> tuple[str, str]:
        """Who and where, and what is behind that."""
        end = re.search(r"[/?#]", text)
        authority, rest = (text[: end.start()], text[end.start() :]) if end else (text, "")
        if "@" in rest:  # a password that was cut: its rest must not be taken for a host, a port or a database
            raise self.wrong("has an at sign behind its host", _ENCODE)
        if "#" in rest:
            raise self.wrong('has a "#"', _ENCODE)
        return authority, rest

    def _place(self, text: str) -> tuple[str, str]:
        """Hosts and ports, of which there may be several."""
        hosts, ports = [], []
        for one in self._put(text).split(","):
            bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", one, re.DOTALL)
            host, port = (bracketed[1], bracketed[2] or "") if bracketed else _halves(one)
            host = self._unescaped(host)
            if not _HOST.fullmatch(host):
                raise self.wrong("has no host that can be read", _ENCODE)
            if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
                raise self.wrong("has a port that is no number from 1 to 65535", _ENCODE)
            hosts.append(host)
            ports.append(port)
        return ",".join(hosts), ",".join(ports) if any(ports) else ""

    def _settings(self, text: str) -> tuple[tuple[str, str], ...]:
        found = []
        for part in filter(None, text.split("&")):
            key, equals, value = part.partition("=")
            if not equals or not re.fullmatch(r"[\w.]+", key, re.ASCII):
                raise self.wrong('has a setting behind its "?" that is not name=value', _ENCODE)
            found.append((key, self._decoded(value)))
        return tuple(found)

    def _private(self, path: str) -> tuple[str, ...]:
        """What of a path behind a host came out of the environment."""
        return (path.strip("/"),) if self.whole else tuple(self.values[t] for t in _TOKEN.findall(path))

    def _quoted(self, path: str) -> str:
        """A path behind a host; what the environment says is escaped, the rest is escaped as far as it must be."""
        values = [self.values[t] for t in _TOKEN.findall(path)] + [""]
        literal = (quote(part, safe="/%:@!$&'()*+,;=~") for part in re.split(_TOKEN, path))
        return "".join(a + quote(b, safe="/") for a, b in zip(literal, values, strict=True))

    def _put(self, text: str) -> str:
        """A part with the variables' values in it."""
        return _TOKEN.sub(lambda m: self.values[m[0]], text)

    def _decoded(self, text: str) -> str:
        """A part with what the file says decoded, and what the environment says as it is."""
        literal = re.split(_TOKEN, text)
        values = [self.values[t] for t in _TOKEN.findall(text)] + [""]
        return "".join(self._unescaped(a) + b for a, b in zip(literal, values, strict=True))

    def _unescaped(self, text: str) -> str:
        try:
            decoded = unquote_to_bytes(text).decode("utf-8")  # a "%" that escapes nothing stands for itself
        except UnicodeError:
            decoded = "\0"
        if "\0" in decoded:
            raise self.wrong('has a "%" that spells no character', _ENCODE)
        return decoded


def _halves(text: str) -> tuple[str, str]:
    """A host and its port."""
    if text.count(":") > 1:  # IPv6 without brackets, or nonsense: the host's check will tell
        return text, ""
    host, _, port = text.partition(":")
    return host, port
