"""What new decisions ask for: by a run of their own, shown again, or told late because a backfill came first."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tidegauge.actions.asking import caused, shown_again
from tidegauge.core.decision import Decision
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.stages import stage_named
from tidegauge.stages.profiler import Profiler
from tidegauge.store.tombstones import Tombstone

LATE = 3  # windows before a live one whose rows may still have changed


class AskedFor:
    """What a look's decisions ask for; the outbox is read once for all of them."""

    def __init__(
        self,
        profiler: Profiler,
        stage: str,
        live: set[Window],
        before: Mapping[Window, str],
        stones: Sequence[Tombstone],
        stale: Sequence[Window],
    ) -> None:
        store, self.monitor = profiler.store, profiler.monitor
        self.live, self.before, self.stones = live, before, stones
        self.known = {d.window: d for d in store.decisions.outlines(self.monitor.name, stage)}
        self.made = store.decisions.stones(self.monitor.name, stage)
        self.former = store.outbox.former(self.monitor.name)
        carried = [c.intent for c in store.outbox.carried(self.monitor.name, [w for w in stale if w in before])]
        mine = [i for i in carried if i.payload.get("stage") == stage and i.key not in self.former]
        untold = live.intersection(stale, before).difference(i.window for i in mine)
        self.untold = {w for w in untold if is_news(profiler, stage, w)}
        deliveries = [i for i in mine if i.action == DELIVER]
        self.shown = {i.window for i in deliveries}
        self.intents = [*store.outbox.acted(self.monitor.name), *deliveries]
        self.feedback = store.feedback.of(self.monitor.name, stage)

    def of(self, d: Decision) -> list[Intent]:
        """The intents of a new decision. One that is not live is shown again at most, where it was shown before."""
        earlier, self.known[d.window] = self.known.get(d.window), d
        asked: list[Intent] = []
        if d.window in self.live:
            first = d.window not in self.before or d.window in self.untold
            asked = caused(
                self.monitor,
                d,
                self.known,
                self.intents,
                first=first,
                feedback=self.feedback,
                former=self.former,
            )
        elif (
            d.window in self.shown and earlier is not None and (earlier.verdict is not d.verdict or self._undermined(d))
        ):
            asked = shown_again(self.monitor, d, self.intents, self.former)
        self.intents += asked
        return asked

    def _undermined(self, d: Decision) -> bool:
        """Whether a window before it was forgotten since it was decided: what is shown rests on it."""
        return any(t.number > self.made.get(d.window, 0) and t.window < d.window for t in self.stones)


def is_news(profiler: Profiler, stage: str, window: Window) -> bool:
    """Whether a stage of a window is so fresh that people want to hear of it: of a backfilled past nobody does."""
    wait = stage_named(stage).wait(profiler.monitor) or timedelta(0)
    return profiler.clock.now() <= window.end + wait + LATE * profiler.monitor.window.length


def tell_if_untold(profiler: Profiler, window: Window) -> None:
    """A window that a backfill or a replay has decided before its own run is told of by that run, while it is news.

    Where the run decides anew its decision asks for the same (`AskedFor`), in one transaction.
    """
    monitor, store, name = profiler.monitor, profiler.store, profiler.monitor.name
    d = store.decisions.get(name, FIRST_STAGE, window)
    told = (c.intent.payload.get("stage") == FIRST_STAGE for c in store.outbox.carried(name, [window]))
    if d is None or any(told) or not is_news(profiler, FIRST_STAGE, window):
        return
    known = {o.window: o for o in store.decisions.outlines(name, FIRST_STAGE)} | {window: d}
    feedback, former = store.feedback.of(name, FIRST_STAGE), store.outbox.former(name)
    store.outbox.ask(caused(monitor, d, known, store.outbox.acted(name), feedback=feedback, former=former))
