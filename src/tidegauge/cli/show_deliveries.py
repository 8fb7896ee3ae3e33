"""Deliveries as a person reads them in a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text

from tidegauge.actions.delivering import Outcome
from tidegauge.actions.sink_names import kind_of
from tidegauge.cli.show import out, table, when
from tidegauge.core.intent import SHOWN, Intent
from tidegauge.store.outbox import DONE, GIVEN_UP, Carried
from tidegauge.wording.text import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

LISTED = 10  # in status; the newest
SHORT = 8  # letters of a key that are printed: enough to type


def called(intent: Intent) -> str:
    """What it is, and for whom: "notify (/var/log/notices)", "for prometheus"."""
    if intent.action in SHOWN:
        return f"for {kind_of(intent.payload.get('sink', '')) or '?'}"
    target = intent.payload.get("target")
    return f"{intent.action} ({one_line(target, 60)})" if target else intent.action


def tell(outcomes: Sequence[Outcome], left: Sequence[Carried], zone: str) -> None:
    """What was tried and how it went, then what is left."""
    if outcomes:
        rows = [(o.intent.key[:SHORT], called(o.intent), when(o.intent.window, zone), _went(o)) for o in outcomes]
        out([table(("key", "what", "window", "how it went"), rows)])
    out(undelivered(left, zone) if left else [Text("Nothing is undelivered.")])


def dismissed(some: Sequence[Carried], zone: str) -> None:
    """What need not be delivered any more, a line each."""
    if not some:
        out([Text("Nothing has failed, so there was nothing to dismiss.")])
    for c in some:
        out([Text(f"Dismissed {c.intent.key[:SHORT]}: {called(c.intent)}, {when(c.intent.window, zone)}")])


def undelivered(stand: Sequence[Carried], zone: str, file: str = "") -> Iterable["RenderableType"]:
    """What waits for its next try and what was given up, with what to do."""
    given_up = [c for c in stand if c.state == GIVEN_UP]
    waiting = [c for c in stand if c.state != GIVEN_UP]
    if given_up:
        yield Text("Given up:", style="red")
        yield from _listed(given_up, zone)
    if waiting:
        yield Text("Not delivered yet:")
        yield from _listed(waiting, zone)
    if file and stand:
        yield Text(f"To try all now: tidegauge deliver {file}. To let one go: tidegauge deliver {file} --dismiss KEY")


def _listed(some: Sequence[Carried], zone: str) -> Iterable[Text]:
    """The newest of some: what it is, how often it was tried, and why it failed."""
    for c in some[-LISTED:]:
        what_for = f"{called(c.intent)}, {when(c.intent.window, zone)}"
        yield Text(f"  {c.intent.key[:SHORT]} {what_for}: tried {_tries(c, zone)}")
        yield Text(f"    {one_line(c.note, 400)}")
    if len(some) > LISTED:
        yield Text(f"… and {len(some) - LISTED} earlier.")


def _went(outcome: Outcome) -> str:
    if outcome.state == DONE:
        return f"delivered ({outcome.note})" if outcome.note else "delivered"
    return outcome.note or "waits for its scheduler"


def _tries(carried: Carried, zone: str) -> str:
    times = f"{carried.failures} time{'s' * (carried.failures != 1)}" if carried.failures else "with the others to it"
    since = f" since {_moment(carried.first_failed, zone)}" if carried.first_failed else ""
    return f"{times}{since}, next {_moment(carried.due, zone)}" if carried.due else f"{times}{since}"


def _moment(clock: datetime, zone: str) -> str:
    return f"{clock.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
