"""Decisions with whatever a table may hold, and the notices of them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.every.reports import HOSTILE, day, incident, numeric
from tidegauge.actions.base import Action
from tidegauge.actions.messenger import Message, message_of
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Severity
from tidegauge.core.intent import ABOUT, CONTINUED, EVENT, OPENED_BY, TAKEN_BACK, Intent
from tidegauge.core.window import Window

LATER = datetime(2100, 1, 1, tzinfo=UTC)
NASTY = (
    *HOSTILE,
    "",
    " ",
    "<!channel> <@U1> *b* `c` &amp; & <http://x|y>",
    "a\r\nBcc: everybody@example.com\r\n\r\nbody",
    "\0",
    "\ud800 lone \udfff",
    "\u202efdp.exe\u2028\u2029",
    "😀" * 400,
    "&" * 5000,
    "x" * 1_000_000,
)
ENDS = (IncidentStatus.RESOLVED.value, IncidentStatus.SETTLED.value, TAKEN_BACK)


def text(chance: random.Random) -> str:
    """A text as data holds it: one of the nasty ones, or any characters of Unicode."""
    if chance.random() < 0.6:
        return chance.choice(NASTY)
    return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(40)))


def events(chance: random.Random) -> tuple[Decision, Incident]:
    """A bad decision, and the incident that it is of."""
    bad = chance.choice((Verdict.ALERT, Verdict.BROKEN))
    start = datetime(2013, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(200_000))
    window = Window(start, start + timedelta(hours=1), "hour")
    decision = replace(
        numeric().decision, verdict=bad, sentence=text(chance), window=window, monitor=f"m{text(chance)}"
    )
    columns = tuple(text(chance) for _ in range(chance.randrange(15)))
    severity = chance.choice(list(Severity))
    of = f"{chance.getrandbits(64):016x}"
    return decision, replace(incident("temp"), id=of, columns=columns, severity=severity, first=window)


def followed(opening: Intent, event: str, window: Window | None = None) -> Intent:
    """An intent that tells how it went on."""
    more = {EVENT: event, ABOUT: opening.key, OPENED_BY: opening.window.key}
    return replace(opening, key="f" * 32, window=window or opening.window, payload=opening.payload | more)


def messages(action: Action, seed: int, many: int) -> Iterator[Message]:
    """What an action tells of so many events: of most that they opened, of some how they ended."""
    chance = random.Random(seed)
    for _ in range(many):
        opening = action.consider(*events(chance), live=True)
        assert opening is not None
        event = chance.choice((None, None, *([CONTINUED] if action.repeats else []), *ENDS))
        yield message_of(opening if event is None else followed(opening, event), LATER)


def opened() -> tuple[Decision, Incident]:
    """One that is like most."""
    found = numeric()
    assert found.incident is not None
    return replace(found.decision, window=day(1)), replace(found.incident, id="0123456789abcdef")
