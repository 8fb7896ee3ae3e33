"""Two workers at once, a run and the sweep on the hour say: a server gets windows in order of time all the same."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tidegauge.actions.delivering import walk
from tidegauge.core.intent import DELIVER, EVENT_TIME, Intent
from tidegauge.core.window import Window
from tidegauge.store.outbox import Outbox
from tidegauge.store.store import Store

FIRST = datetime(2024, 3, 1, tzinfo=UTC)


def asked(store: Store, number: int) -> list[Intent]:
    """So many days wait for a server."""
    days = [Window(FIRST + timedelta(days=k), FIRST + timedelta(days=k + 1), "day") for k in range(number)]
    said = {"sink": "remote_write", "stage": "inputs", EVENT_TIME: "yes"}
    some = [Intent(f"k{k:02d}", DELIVER, "m", d, said | {"window": d.key}) for k, d in enumerate(days)]
    store.outbox.ask(some)
    return some


def test_what_another_worker_is_at_is_not_overtaken() -> None:
    wrote: list[str] = []
    with Store.open("sqlite://") as store:
        due = asked(store, 4)

        def slow(intent: Intent) -> str:
            if not wrote:  # the other one had looked before this one began, and walks while the server takes the first
                assert walk(store.outbox, due, quick) == [], "it leaves the later ones to this one, and none has failed"
            wrote.append(intent.key)
            return ""

        def quick(intent: Intent) -> str:
            wrote.append(intent.key)
            return ""

        walk(store.outbox, due, slow)
        assert not store.outbox.pending("m")
    assert wrote == ["k00", "k01", "k02", "k03"]


def test_who_comes_late_goes_on_where_the_other_is_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the other one did not know of is not left for an hour."""
    wrote, begun = list[str](), list[str]()
    with Store.open("sqlite://") as store:
        due = asked(store, 4)

        def carry(intent: Intent) -> str:
            wrote.append(intent.key)
            return ""

        claim = Outbox.claim

        def taken(self: Outbox, key: str, *arguments: object, **more: object) -> bool:
            if not begun:  # between this one's look and its claim
                begun.append(key)
                walk(store.outbox, due[:1], carry)
            return claim(self, key, *arguments, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(Outbox, "claim", taken)
        walk(store.outbox, due, carry)
    assert wrote == ["k00", "k01", "k02", "k03"]


@pytest.mark.parametrize("seed", range(30))
def test_the_law_of_order(seed: int) -> None:
    """Workers begin at any moment, by a look of any moment before: in order, each once, and none is left."""
    chance, wrote = random.Random(seed), list[str]()
    with Store.open("sqlite://") as store:
        looks = [asked(store, 3)]
        looks.append(asked(store, 6))

        def worker(depth: int) -> Callable[[Intent], str]:
            def carry(intent: Intent) -> str:
                if depth < 3 and chance.random() < 0.5:
                    walk(
                        store.outbox,
                        chance.choice([*looks, store.outbox.due("m", datetime.now(UTC))]),
                        worker(depth + 1),
                    )
                wrote.append(intent.key)
                if depth < 3 and chance.random() < 0.5:
                    walk(store.outbox, chance.choice(looks), worker(depth + 1))
                return ""

            return carry

        walk(store.outbox, looks[0], worker(0))
        walk(store.outbox, store.outbox.due("m", datetime.now(UTC) + timedelta(hours=1)), worker(3), again=True)
        left = [i.key for i in store.outbox.pending("m")]
    assert (wrote, left) == ([f"k{k:02d}" for k in range(6)], [])
