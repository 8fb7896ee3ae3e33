"""The law of delivery, on 200 seeded runs; `benchmarks/delivery.py` says what it is, and holds 10,000 to it."""

from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import Any

import pytest

from benchmarks import delivery
from tidegauge.core.errors import SinkError
from tidegauge.core.intent import Intent
from tidegauge.core.retrying import Why
from tidegauge.store.outbox import Outbox


def test_every_intent_ends_delivered_or_visibly_given_up() -> None:
    total = delivery.runs(range(200))
    assert total["done"] + total["given_up"] == total["intents"]
    for what in ("done", "given_up", "kills", "lost", "jumps", "repeated", "delayed"):
        assert total[what] > 0, f"no run had anything {what}, so that nothing was shown of it"
    assert total["repeated"] <= total["kills"] + total["lost"]


def unguarded(intent: Intent, carry: Callable[[Intent], str]) -> tuple[str, Why | None]:
    """Only what is expected is caught."""
    try:
        return carry(intent), None
    except SinkError as error:
        return str(error), Why.AWAY


def counted(outbox: Outbox, key: str, note: str, *, as_of: datetime, again: bool = False, alone: bool = True) -> bool:
    """What is passed over counts as tried."""
    del again, alone
    outbox.finish(key, ok=False, note=note, as_of=as_of)
    return True


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("tidegauge.actions.delivering._try", unguarded),
        ("tidegauge.actions.delivering._why", lambda *_: Why.AWAY),  # whatever fails, the receiver is away
        ("tidegauge.store.outbox.Outbox.pass_over", counted),
        ("tidegauge.store.outbox.is_over", lambda *_: False),  # a dead worker's claim never ends
        ("tidegauge.store.outbox.is_due", lambda due, now: due is None or due <= now),  # nor a next try of next year
        ("tidegauge.store.outbox.is_hopeless", lambda _, failures, __: failures >= 2),
        ("tidegauge.actions.notices._key", lambda _: None),  # a notice that was told is not found again
        ("tidegauge.actions.delivering._rank", lambda intent: -len(intent.action)),
    ],
)
def test_the_law_sees_what_breaks_it(part: str, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a function each
    """Guards the test above: with one thing taken away, some run is unlawful."""
    monkeypatch.setattr(part, broken)
    monkeypatch.setattr(delivery, "MOST", 200)
    with pytest.raises((AssertionError, ValueError, KeyError, OSError, MemoryError, RuntimeError, HTTPException)):
        delivery.runs(range(200))
