"""One HTTP exchange, bounded as a whole: looking the name up, connecting, sending, and reading the answer.

A socket's own time-out bounds each wait for a byte: a server that sends one every few seconds holds its caller for
ever, as does one that sends a gigabyte. So a watch closes the connection when the time is up, and readers take no more
than they asked for. Whatever goes wrong on the way is one kind of error, in words that repeat no address: an address
may hold a password.
"""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

CHUNK = 1 << 16
LATE = "no whole answer within the time-out"
COMES_BACK = (408, 425, 429)  # refusals of the moment, as are all of 5xx


class NoAnswer(Exception):
    """There was no answer, or none that is HTTP; the message says what came instead.

    `nobody`: it was not reached, or let all of the time pass; another question would find the same.
    """

    def __init__(self, words: str, *, nobody: bool) -> None:
        super().__init__(words)
        self.nobody = nobody


class BadAddress(ValueError):
    """The address is none that HTTP could go to."""


def is_of_the_moment(status: int) -> bool:
    """Whether the same may be taken later: the server is busy or ill, and says nothing of what it was sent."""
    return status in COMES_BACK or status >= 500


@contextmanager
def exchange(
    method: str,
    url: str,
    *,
    until: float,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> Iterator[HTTPResponse]:
    """Ask, and give the answer to be read inside the `with`. `until`: the end of all of it, by `time.monotonic`.

    Whatever its status: a refusal is an answer. Redirects are not followed. NoAnswer also where reading it inside the
    `with` fails. A proxy is taken from the environment. User and password of a server go in the headers (see
    `Address.web`): an address that holds them is refused. `context`: whom to trust over https, and who asks.
    """
    parts, done = _parts(url), threading.Event()
    if "@" in parts.netloc:
        raise BadAddress("the address holds a user or a password, which belong in the headers")
    try:
        connection, target, who = _route(parts, until, context)
    except (HTTPException, ValueError):
        raise BadAddress("the address can't be read") from None
    lines_open: list[socket.socket] = []
    threading.Thread(target=_watch, args=(connection, lines_open, done, until), daemon=True).start()
    answer, reached = None, False
    try:
        connection.connect()
        reached = True
        connection.request(method, target, body=body, headers={**who, **(headers or {})})
        lines_open += [connection.sock]  # the connection forgets it where the answer ends with the line
        answer = connection.getresponse()
        yield answer
        if monotonic() >= until:  # a line that was cut may look like an answer that came to its end
            raise TimeoutError
    except (OSError, HTTPException, ValueError) as error:
        late = monotonic() >= until
        # "from None": some of these repeat the address
        raise NoAnswer(LATE if late else _words(error), nobody=late or not reached) from None
    finally:
        done.set()
        connection.close()
        if answer is not None:
            answer.close()


def lines(answer: HTTPResponse, prefix: bytes, most: int) -> Iterator[bytes]:
    """The lines of the body that begin so, none of the others kept. TooMuch beyond `most` bytes."""
    rest, seen = b"", 0
    while chunk := answer.read(CHUNK):
        seen += len(chunk)
        if seen > most:
            raise TooMuch(f"more than {most >> 20} MB")
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.startswith(prefix))
        if not rest.startswith(prefix):  # a line without end, of which the beginning tells enough
            rest = rest[: len(prefix)]
    if answer.length:  # http.client says nothing of it where a size was asked for
        raise IncompleteRead(b"", answer.length)
    if rest.startswith(prefix):
        yield rest


class TooMuch(Exception):
    """The answer is longer than anybody would read."""


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadAddress("the address can't be read") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress("the address must start with http:// or https://")
    if not parts.hostname:
        raise BadAddress("the address names no host")
    return parts


def _route(
    parts: SplitResult, until: float, context: ssl.SSLContext | None
) -> tuple[HTTPConnection, str, dict[str, str]]:
    """The connection, perhaps to a proxy, what to ask for on it, and who asks a proxy that is asked itself."""
    host = parts.hostname or ""
    target = _target(parts)
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(host):
        return _direct(parts, until, context), target, {}
    through = _parts(proxy if "://" in proxy else f"http://{proxy}")
    server, port = through.hostname or "", through.port or 80
    if parts.scheme == "https":
        secure = _Secure(server, port, until, context)
        secure.set_tunnel(host, parts.port or 443, headers=_who(through))
        return secure, target, {}
    return _Plain(server, port, until), parts.geturl(), _who(through)


def _target(parts: SplitResult) -> str:
    """What a server is asked for."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _direct(parts: SplitResult, until: float, context: ssl.SSLContext | None) -> HTTPConnection:
    """The connection to the server itself."""
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _Secure(host, parts.port or 443, until, context)
    return _Plain(host, parts.port or 80, until)


def _who(proxy: SplitResult) -> dict[str, str]:
    """User and password of a proxy, as programs find them in its address in the environment."""
    if proxy.username is None and proxy.password is None:
        return {}
    pair = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


class _Plain(HTTPConnection):
    """Connects within the time there is, over all the addresses of a name."""

    def __init__(self, host: str, port: int, until: float) -> None:
        super().__init__(host, port, timeout=max(until - monotonic(), 0.001))
        self._create_connection = lambda *_, **__: _connected(self.host, self.port, until)


class _Secure(HTTPSConnection):
    def __init__(self, host: str, port: int, until: float, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=max(until - monotonic(), 0.001), context=context)
        self._create_connection = lambda *_, **__: _connected(self.host, self.port, until)


def _connected(host: str, port: int, until: float) -> socket.socket:
    last: OSError = TimeoutError("timed out")
    for family, kind, protocol, _, address in _addresses(host, port, until):
        left = until - monotonic()
        if left <= 0:
            break
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(left)
            line.connect(address)
        except OSError as error:
            line.close()
            last = error
        else:
            return line
    raise last


def _addresses(host: str, port: int, until: float) -> list[tuple[Any, ...]]:
    """What a name stands for. In a thread, since nothing else bounds how long a resolver may take."""
    found: list[tuple[Any, ...]] = []
    failed: list[Exception] = []

    def resolve() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(max(until - monotonic(), 0.001))
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError("timed out")
    return found


def _watch(connection: HTTPConnection, lines_open: list[socket.socket], done: threading.Event, until: float) -> None:
    """When the time is up, end whatever waits on the connection; again and again, for it may be connecting still."""
    left = until - monotonic()
    while not done.wait(max(left, 0.05)):
        left = 0.0
        for line in (connection.sock, *lines_open):
            with suppress(OSError, TypeError):  # TypeError: there is none yet
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # the plain one: TLS would want to say goodbye first


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return LATE
    if isinstance(error, ConnectionError) and not isinstance(error, HTTPException):
        return error.strerror or "the connection broke"
    if isinstance(error, HTTPException):
        return f"what answered is no HTTP, or ended early ({type(error).__name__})"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
