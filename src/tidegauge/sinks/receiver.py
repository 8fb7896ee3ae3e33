"""A server that takes series over HTTP: who asks, by what certificate, and what it answered."""

import os
import ssl
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import Hidden, remember
from tidegauge.core.addresses.kept_address import KeptAddress
from tidegauge.core.addresses.keyed import REFERENCE
from tidegauge.core.addresses.reasons import reason
from tidegauge.core.errors import MonitorError, NobodyThere, Refused
from tidegauge.core.point import SeriesSample
from tidegauge.sinks.exchange import BadAddress, NoAnswer, exchange, is_of_the_moment
from tidegauge.sinks.write_request import HEADERS, request
from tidegauge.wording.text import one_line

WHERE = "sinks.remote_write"
READ = 2000  # characters of an answer that are read
MOST = 1 << 22  # bytes of an answer to a question
LONG = 8  # letters of a header that no other message holds by chance: beyond this server, too, none may show it


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    status: int
    text: str = field(default="", repr=False)  # as it is: it may say again what it was sent
    reason: str = ""  # as it may be shown

    @property
    def ok(self) -> bool:
        """Whether it took what it was sent."""
        return 200 <= self.status < 300

    @property
    def of_the_moment(self) -> bool:
        """Whether the same may be taken later."""
        return is_of_the_moment(self.status)


@dataclass(frozen=True)
class Receiver:
    """One server, with all that is needed to be let in."""

    what: str  # the place in a monitor's file that names it
    address: Address
    headers: Mapping[str, str] = field(repr=False)
    hidden: Hidden
    timeout: float
    context: ssl.SSLContext | None = None

    @classmethod
    def of(
        cls,
        found: KeptAddress,
        bearer: str,
        headers: Mapping[str, str],
        files: tuple[str, str, str],
        timeout: float,
    ) -> "Receiver":
        """By the options of a sink or an action, ${NAME} taken from the environment; MonitorError where one is not set.

        What the file says of bearer and headers comes before what a connection has. A header may hold a secret whatever
        its name, and typed as it is: what a server says that repeats one is not shown.
        """
        where = found.what.rpartition(".")[0]
        secrets = [token] if (token := filled_in(bearer, f"{where}.bearer")) else []
        more = {name: filled_in(value, f"{where}.headers.{name}") for name, value in headers.items()}
        secrets += [more[name] for name, value in headers.items() if REFERENCE.search(value)]
        typed = [part for value in more.values() for part in _parts(value)]
        hidden = Hidden([*secrets, *typed]) | found.hidden
        remember(Hidden([*secrets, *(part for part in typed if len(part) >= LONG)]) | found.secret)
        who = {"Authorization": f"Bearer {token}"} if token else {}
        return cls(found.what, found.address, {**found.headers, **who, **more}, hidden, timeout, _context(files))

    @property
    def place(self) -> str:
        """Where it is, as it may be shown."""
        return self.address.place

    def write(self, samples: Sequence[SeriesSample], *, until: float) -> Reply:
        """Hand some samples to it, in one request."""
        url, who = self.address.web()
        return self.ask("POST", url, until=until, body=request(samples), headers=HEADERS | who)

    def ask(
        self,
        method: str,
        url: str,
        *,
        until: float,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One exchange. NobodyThere where no answer came, Refused where the address is none."""
        sent = {"User-Agent": "tidegauge", **(headers or {}), **self.headers}
        try:
            with exchange(method, url, until=until, body=body, headers=sent, context=self.context) as answer:
                text = answer.read(READ if body is not None else MOST).decode("utf-8", "replace")
                return Reply(answer.status, text, reason(one_line(text, 200), self.hidden) if body else "")
        except (NoAnswer, BadAddress) as error:
            kind = Refused if isinstance(error, BadAddress) else NobodyThere
            raise kind(
                f"the receiver at {self.place} can't be reached ({reason(error, self.hidden)}). "
                f"Is it running, and is {self.what} its address?"
            ) from None


def _parts(header: str) -> list[str]:
    """A header's value, and what HTTP's own way of saying who asks puts into one: user and password."""
    scheme, _, data = header.partition(" ")
    if scheme.lower() != "basic":
        return [header]
    try:
        return [header, *b64decode(data).decode("utf-8", "replace").split(":", 1)]
    except ValueError:
        return [header]


def filled_in(text: str, what: str) -> str:
    """A text with the environment's variables in the place of ${NAME}."""

    def value(name: str) -> str:
        if name not in os.environ:
            raise MonitorError(f"{what}: the environment variable {name} is not set. Set it before running.")
        found = os.environ[name]
        if not found.strip():
            raise MonitorError(f"{what}: the environment variable {name} is empty. Set it before running.")
        if not found.isprintable():
            raise MonitorError(f"{what}: the environment variable {name} holds what no header may: a line's end.")
        return found

    return REFERENCE.sub(lambda match: value(match[1]), text)


def _context(files: tuple[str, str, str]) -> ssl.SSLContext | None:
    authority, certificate, key = files
    if not any(files):
        return None
    try:
        context = ssl.create_default_context(cafile=authority or None)
        if certificate:
            context.load_cert_chain(certificate, key or None, password=lambda: "")  # never ask a terminal
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = getattr(error, "strerror", None) or type(error).__name__
        raise MonitorError(
            f"{WHERE}: its certificates can't be read ({why}). Do authority, certificate and key name files in PEM?"
        ) from None
    return context
