"""Deliver what the outbox holds: pages before pictures, each by itself, and whatever happens is noted and told.

One intent that fails keeps back no other: every exception is caught, noted in the store with its reason, and tried
again later (`tidegauge.core.retrying`). Only the store itself ends a walk: what was carried out and could not be noted
as done will be carried out again, and of that there shall be one at most.

Where nobody is there, the others that go to the same receiver are passed over: a gateway that is down costs a run one
time-out, and not one for each window of the weekend. That is no failure of theirs, and each is tried by itself once a
day (`tidegauge.core.retrying`). Whatever else goes wrong may be the one delivery's own, and the next one is tried.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import NamedTuple
from uuid import uuid4

from tidegauge.actions.asking import sinks_of
from tidegauge.actions.base import LAST
from tidegauge.actions.execution import Shown, carry_out, receiver
from tidegauge.actions.in_turn import Turns
from tidegauge.actions.liveness import liveness
from tidegauge.actions.switch import settle
from tidegauge.core.addresses.hidden import harmless_traceback, seen
from tidegauge.core.addresses.masking import mask
from tidegauge.core.addresses.reasons import reason
from tidegauge.core.errors import NobodyThere, NoSuchReceiver, Refused, SinkError, StoreError, TidegaugeError
from tidegauge.core.intent import ABOUT, EVENT_TIME, SHOWN, Intent
from tidegauge.core.retrying import LEASE, Why
from tidegauge.core.unseen import logger
from tidegauge.core.window import stamp
from tidegauge.monitor.outlets import ACTIONS, waits
from tidegauge.store.intents import PENDING
from tidegauge.store.outbox import DONE, Outbox
from tidegauge.wording.text import one_line

SAID = 400  # characters of a reason
_EARLY = ("an earlier window waits, and a server takes them in order", "what it follows waits")

Clock = Callable[[], datetime]
_log = logger(__name__)


class Outcome(NamedTuple):
    """What became of an intent in this walk."""

    intent: Intent
    state: str  # done, pending (it waits for its next try, or for a scheduler), given up
    note: str = ""
    why: Why | None = None  # it failed, or was passed over (AWAY) as its receiver had just been found away

    @property
    def failed(self) -> bool:
        """Whether it was to be delivered now and could not be."""
        return self.state != DONE and self.why is not None


def now() -> datetime:
    """The clock of the host. Leases and next tries are of its time: by that of windows a dead worker's never ended."""
    return datetime.now(UTC)


def deliver(
    shown: Shown,
    *,
    start: Callable[[Intent], bool] | None = None,
    again: bool = False,
    only: Iterable[str] | None = None,
    clock: Clock = now,
) -> list[Outcome]:
    """Deliver what is due of a monitor, then tell its sinks how much is undelivered.

    `shown`: where its decisions are taken from, a pipeline. `start` starts a retraining where the caller can, and says
    whether it is started already; without it they wait. `again`: at once, and what was given up too. `only`: intents
    with these keys.
    """
    monitor, store = shown.monitor, shown.store
    wanted = None if only is None else set(only)
    due = [i for i in store.outbox.due(monitor.name, clock(), again=again) if wanted is None or i.key in wanted]
    who = partial(receiver, monitor=monitor)
    carry = partial(carry_out, shown)
    outcomes = walk(store.outbox, due, carry, who=who, start=start, again=again, clock=clock)
    for sentence in settle(store, monitor):
        _log.error("%s", sentence)
    if outcomes:
        tell_counts(shown, away={who(o.intent) for o in outcomes if o.why is Why.AWAY})
    return outcomes


def walk(
    outbox: Outbox,
    due: Iterable[Intent],
    carry: Callable[[Intent], str],
    *,
    who: Callable[[Intent], str] = receiver,
    start: Callable[[Intent], bool] | None = None,
    again: bool = False,
    clock: Clock = now,
) -> list[Outcome]:
    """Carry out each, in the order in which people need them. StoreError where nothing can be noted any more."""
    worker = f"deliver {uuid4().hex}"
    away: dict[str, str] = {}
    outcomes = []
    due, late = sorted(due, key=_turn), list[Intent]()
    turns = Turns(outbox, due, who)
    for is_late, intent in chain(((False, i) for i in due), ((True, i) for i in late)):
        if waits(intent.action):
            outcomes.append(_start(outbox, intent, start, clock, again=again))
            continue
        note = _pass_over(outbox, intent, away.get(who(intent), ""), turns, clock, again=again)
        if note:
            outcomes.append(Outcome(intent, PENDING, note, Why.AWAY))
            continue
        if turns.is_behind(intent):  # once more at the end: then the other worker may be through
            late += [] if is_late else [intent]
            continue
        if not outbox.claim(intent.key, worker, LEASE, as_of=clock(), again=again):
            turns.note_taken(intent)
            continue  # somebody else has it
        outcome = _carried_out(outbox, intent, carry, clock, worker)
        if outcome.why is Why.AWAY:
            away[who(intent)] = outcome.note
        outcomes.append(outcome)
    return outcomes


def _pass_over(outbox: Outbox, intent: Intent, away: str, turns: Turns, clock: Clock, *, again: bool) -> str:
    """Why it is left for later: its receiver is `away`, or it would come too early; empty where it is to be tried."""
    early = turns.is_early(intent)
    note = away or (_EARLY[ABOUT in intent.payload] if early else "")
    alone = not early and EVENT_TIME not in intent.payload
    return note if note and outbox.pass_over(intent.key, note, as_of=clock(), again=again, alone=alone) else ""


def _carried_out(outbox: Outbox, intent: Intent, carry: Callable[[Intent], str], clock: Clock, worker: str) -> Outcome:
    """Carry out what this worker has claimed, and note in the store what became of it."""
    note, why = _try(intent, carry)
    state = outbox.finish(intent.key, why is None, note, as_of=clock(), why=why or Why.FAILED, worker=worker)
    return Outcome(intent, state, note, why)


def tell_counts(shown: Shown, *, away: Iterable[str] = ()) -> None:
    """Show on the sinks that show such things whether the monitor runs, how much waits and how much was given up.

    Not to those where this walk found nobody; one that refused what it was given is told all the more. It is said again
    after every walk, so a failure is only logged.
    """
    now_it_is = liveness(shown.store, shown.monitor.name)
    absent = {name.partition(" ")[2] for name in away}
    for name, sink in sinks_of(shown.monitor).items():
        if name not in absent:
            try:
                sink.show_liveness(shown.monitor.name, now_it_is)
            except Exception as error:  # noqa: BLE001 - as in `_try`
                _log.warning("%s", sentence_of(error))


def sentence_of(error: Exception) -> str:
    """An exception as a sentence for the store and for people; what nobody expected, by its name."""
    if isinstance(error, TidegaugeError):
        return one_line(mask(str(error)), SAID)
    name, told = type(error).__name__, reason(error, seen())
    return one_line(told if told == name else f"{name}: {told}", SAID)


def _try(intent: Intent, carry: Callable[[Intent], str]) -> tuple[str, Why | None]:
    """What there is to note of it, and why it failed, if it did."""
    try:
        return carry(_whole(intent)), None
    except Exception as error:  # noqa: BLE001 - anything at all: a receiver, a template, a file may fail in ways that
        # nobody thought of, and behind this intent others wait. It is told with its type.
        return sentence_of(error), _why(intent, error)


def _start(
    outbox: Outbox, intent: Intent, start: Callable[[Intent], bool] | None, clock: Clock, *, again: bool
) -> Outcome:
    """Ask a scheduler; an intent that waits for one has not failed, and is nobody's to claim."""
    if again:
        outbox.ask_again(intent.key)
    try:
        if intent.payload and (start is None or not start(intent)):
            return Outcome(intent, PENDING)
        _whole(intent)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - as in `_try`
        note, why = sentence_of(error), _why(intent, error)
        return Outcome(intent, outbox.finish(intent.key, ok=False, note=note, as_of=clock(), why=why), note, why)
    return Outcome(intent, outbox.finish(intent.key, ok=True, as_of=clock()))


def _whole(intent: Intent) -> Intent:
    """The intent, if its row could be read."""
    if not intent.payload:
        raise Refused("the store's row of it can't be read: a part of it is damaged")
    return intent


def _why(intent: Intent, error: Exception) -> Why:
    """The kind of a failure. What nobody expected is logged in full, for whoever looks for it."""
    if isinstance(error, NobodyThere):
        return Why.AWAY
    if isinstance(error, NoSuchReceiver):
        return Why.GONE
    if isinstance(error, SinkError):
        return Why.REFUSED if isinstance(error, Refused) else Why.FAILED
    _log.debug("%s for %s failed:", intent.action, intent.window.key)
    for line in harmless_traceback(error).splitlines():
        _log.debug("| %s", line)
    return Why.REFUSED


def _turn(intent: Intent) -> tuple[int, str]:
    """Where it stands: people before pictures; what is shown in event time, or follows something, by its window."""
    in_order = EVENT_TIME in intent.payload or ABOUT in intent.payload
    return _rank(intent), stamp(intent.window.start) if in_order else ""


def _rank(intent: Intent) -> int:
    """Its turn; equal ones stay in the order of their windows."""
    return LAST if intent.action in SHOWN or intent.action not in ACTIONS else ACTIONS[intent.action].turn
