"""JSON handed to a receiver over HTTP, and what it said, as sentences that repeat nothing of its address."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

from tidegauge.core.addresses.kept_address import KeptAddress, kept_address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError, Refused, SinkError
from tidegauge.sinks.receiver import LONG, Receiver, Reply


@dataclass(frozen=True, slots=True)
class Web:
    """One receiver of notices. `where`: the place in a monitor's file that names it."""

    where: str
    receiver: Receiver

    @classmethod
    def of(cls, where: str, url: str, connection: str, headers: Mapping[str, str], timeout: float, own: str) -> "Web":
        """By the options of an action. A part of its path may be the token that lets one in, so none is shown.

        `own`: a secret that it has besides, if any.
        """
        try:
            if connection:
                found = kept_address(connection, f"{where}.connection")
            else:
                found = KeptAddress(f"{where}.url", read_address(url, f"{where}.url", scheme="http"))
            parts = tuple(part for part in found.address.path.split("/") if len(part) >= LONG)
            address = replace(found.address, private=(*found.address.private, *parts, own))
            found = replace(found, address=address)
            return cls(where, Receiver.of(found, "", headers, ("", "", ""), timeout))
        except MonitorError as error:
            raise Refused(str(error)) from None

    def post(self, body: object, *, behind: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        """Hand it over, to what is `behind` the address; whatever the answer."""
        data = encoded(body)
        return self._ask("POST", behind, data, {"Content-Type": "application/json", **(headers or {})})

    def get(self, behind: str = "") -> Reply:
        """Ask for what changes nothing."""
        return self._ask("GET", behind, None, {})

    def tell(self, body: object, *, behind: str = "", headers: Mapping[str, str] | None = None) -> None:
        """Hand it over. Refused where it says no; SinkError where the same may be taken later."""
        reply = self.post(body, behind=behind, headers=headers)
        if not reply.ok:
            kind = SinkError if reply.of_the_moment else Refused
            raise kind(self.refusal(reply))

    def refusal(self, reply: Reply) -> str:
        """The sentence on an answer that is no "yes"."""
        why = f": {reply.reason}" if reply.reason else ""
        if 300 <= reply.status < 400:  # where it leads may hold a token, so it is not repeated
            why = ", which leads to another address, and no redirect is followed. Give the address where it ends"
        return f"{self.where}: {self.receiver.place} answered {reply.status}{why}"

    def _ask(self, method: str, behind: str, data: bytes | None, headers: Mapping[str, str]) -> Reply:
        url, who = self.receiver.address.web()
        until = monotonic() + self.receiver.timeout
        where = f"{url.rstrip('/')}{behind}" if behind else url
        return self.receiver.ask(method, where, until=until, body=data, headers={**who, **headers})


def encoded(body: object) -> bytes:
    """JSON of one form, in ASCII, whatever the data held: the same message is the same bytes."""
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def troubles(probe: Callable[[], str]) -> list[str]:
    """What a question finds, or why it could not be asked: a sentence, or none."""
    try:
        found = probe()
    except SinkError as error:
        found = str(error)
    return [found] if found else []
