"""Deliver what the outbox holds: pages before pictures, each by itself, and whatever happens is noted and told.

One intent that fails keeps back no other: every exception is caught, noted in the store with its reason, and tried
again later (`tidegauge.retrying`). Only the store itself ends a walk: what was carried out and could not be noted as
done will be carried out again, and of that there shall be one at most.

Where a receiver is away, the others that go to it are noted as failed too, unasked: a gateway that is down costs a run
one time-out, and not one for each window of the weekend.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from tidegauge.actions.notify import Notify
from tidegauge.actions.report import Report
from tidegauge.actions.retrain import Retrain
from tidegauge.addresses.hidden import harmless_traceback, seen
from tidegauge.addresses.masking import mask
from tidegauge.addresses.reasons import reason
from tidegauge.carrying import carry_out, receiver
from tidegauge.errors import Refused, SinkError, StoreError
from tidegauge.nouns import Intent
from tidegauge.publishing import sinks_of
from tidegauge.retrying import Why
from tidegauge.sinks.text import one_line
from tidegauge.store.outbox import DONE, GIVEN_UP, PENDING, Outbox

if TYPE_CHECKING:
    from tidegauge.pipeline import Pipeline

LEASE = 60.0  # seconds: a worker that was killed holds a notice back no longer than that
ORDER = (Notify.name, Retrain.name, Report.name)  # who is called, what is started, what is drawn; then the sinks
SAID = 400  # characters of a reason

Clock = Callable[[], datetime]
_log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of an intent in this walk."""

    intent: Intent
    state: str  # done, pending (it waits for its next try, or for a scheduler), given up
    note: str = ""

    @property
    def failed(self) -> bool:
        """Whether it was tried and did not succeed."""
        return self.state != DONE and bool(self.note)


def now() -> datetime:
    """The clock of the host. Leases and next tries are of its time: by that of windows a dead worker's never ended."""
    return datetime.now(UTC)


def deliver(
    pipeline: "Pipeline",
    *,
    start: Callable[[Intent], bool] | None = None,
    again: bool = False,
    only: Iterable[str] | None = None,
    clock: Clock = now,
) -> list[Outcome]:
    """Deliver what is due of a monitor, then tell its sinks how much is undelivered.

    `start` starts a retraining where the caller can, and says whether it is started already; without it they wait.
    `again`: at once, and what was given up too. `only`: intents with these keys.
    """
    monitor, store = pipeline.monitor, pipeline.store
    wanted = None if only is None else set(only)
    due = [i for i in store.due(monitor.name, clock(), again=again) if wanted is None or i.key in wanted]
    outcomes = walk(store, due, lambda intent: carry_out(pipeline, intent), start=start, again=again, clock=clock)
    if outcomes:
        tell_counts(pipeline, away={receiver(o.intent) for o in outcomes if o.failed})
    return outcomes


def walk(
    store: Outbox,
    due: Iterable[Intent],
    carry: Callable[[Intent], str],
    *,
    start: Callable[[Intent], bool] | None = None,
    again: bool = False,
    clock: Clock = now,
) -> list[Outcome]:
    """Carry out each, in the order in which people need them. StoreError where nothing can be noted any more."""
    worker = f"deliver {uuid4().hex}"
    away: dict[str, str] = {}
    outcomes = []
    for intent in sorted(due, key=_rank):
        if intent.action == Retrain.name:
            outcomes.append(_start(store, intent, start, clock))
            continue
        if not store.claim(intent.key, worker, LEASE, as_of=clock(), again=again):
            continue  # somebody else has it
        note, why = away.get(receiver(intent), ""), Why.AWAY
        ok = False
        if not note:
            ok, note, why = _try(intent, carry)
            if not ok and why is Why.AWAY:
                away[receiver(intent)] = note
        state = store.finish(intent.key, ok, note, as_of=clock(), why=why, worker=worker)
        outcomes.append(Outcome(intent, state, note))
    return outcomes


def tell_counts(pipeline: "Pipeline", *, away: Iterable[str] = ()) -> None:
    """Show on the sinks that show such things how much waits and how much was given up.

    Not to those that this walk found away. It is said again after every walk, so a failure is only logged.
    """
    stand = pipeline.store.undelivered(pipeline.monitor.name)
    given_up = sum(c.state == GIVEN_UP for c in stand)
    absent = {name.partition(" ")[2] for name in away}
    for name, sink in sinks_of(pipeline.monitor).items():
        if name not in absent:
            try:
                sink.standing(pipeline.monitor.name, len(stand) - given_up, given_up)
            except Exception as error:  # noqa: BLE001 - as in `_try`
                _log.warning("%s", said(error))


def said(error: Exception) -> str:
    """An exception as a sentence for the store and for people; what nobody expected, by its name."""
    expected = isinstance(error, SinkError)
    told = mask(str(error)) if expected else f"{type(error).__name__}: {reason(error, seen())}"
    return one_line(told, SAID)


def _try(intent: Intent, carry: Callable[[Intent], str]) -> tuple[bool, str, Why]:
    try:
        return True, carry(intent), Why.AWAY
    except Refused as error:
        return False, said(error), Why.REFUSED
    except SinkError as error:
        return False, said(error), Why.AWAY
    except Exception as error:  # noqa: BLE001 - anything at all: a receiver, a template, a file may fail in ways that
        # nobody thought of, and behind this intent others wait. It is told with its type.
        _log.debug("%s for %s failed:\n%s", intent.action, intent.window.key, harmless_traceback(error))
        return False, said(error), Why.REFUSED


def _start(store: Outbox, intent: Intent, start: Callable[[Intent], bool] | None, clock: Clock) -> Outcome:
    """Ask a scheduler; an intent that waits for one has not failed, and is nobody's to claim."""
    try:
        if start is None or not start(intent):
            return Outcome(intent, PENDING)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - as in `_try`
        _log.debug("%s for %s failed:\n%s", intent.action, intent.window.key, harmless_traceback(error))
        return Outcome(intent, PENDING, said(error))
    return Outcome(intent, store.finish(intent.key, ok=True, as_of=clock()))


def _rank(intent: Intent) -> int:
    """Its turn; equal ones stay in the order of their windows."""
    return ORDER.index(intent.action) if intent.action in ORDER else len(ORDER)
