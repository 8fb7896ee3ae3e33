"""What new decisions ask for: by a run of their own, shown again, or told late, for a backfill or late rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import numpy as np

from tidegauge.actions.asking import caused, shown_again, tells_ends
from tidegauge.actions.grounds import Grounds
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import CorruptBlob
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.record import Record
from tidegauge.pipeline.due_windows import LATE, due_lately
from tidegauge.stages import stage_named
from tidegauge.stages.decider import Decided
from tidegauge.stages.profiler import Profiler
from tidegauge.store.stand import LOOKS, Overtaken, Stand
from tidegauge.store.store import Store
from tidegauge.store.tombstones import Tombstone

WORSE = {Verdict.ALERT: 1, Verdict.BROKEN: 2}  # how bad; what is not here is not bad


class AskedFor:
    """What a look's decisions ask for; the outbox is read once for all of them.

    `run`: the windows that a run is about, told of or not; `live` are those of them that may cause something.
    `worsened` are those in its look-back that rows of their own have made worse, by what was taken in so far.
    """

    def __init__(
        self,
        profiler: Profiler,
        stage: str,
        run: set[Window],
        live: set[Window],
        before: Mapping[Window, str],
        stones: Sequence[Tombstone],
        stale: Sequence[Window],
    ) -> None:
        self.monitor = profiler.monitor
        store, name = profiler.store, self.monitor.name
        self.live, self.before, self.stones = live, before, stones
        self.worsened: set[Window] = set()
        self.known = {d.window: d for d in store.decisions.outlines(name, stage)}
        self.grounds = Grounds(self.monitor, store, profiler.tuning, stage, self.known, profiler.profiles)
        self.near = self._look_back(stage, run | live)
        again = [w for w in stale if w in before]  # decided before, and now again
        self.blobs = store.decisions.score_blobs(name, stage, [w for w in again if w in self.near])
        self.made = store.decisions.stones(name, stage)
        self.former = store.outbox.former(name)
        caused_before = self._caused_before(store, stage, again)
        untold = live.intersection(again).difference(i.window for i in caused_before)
        self.untold = _news(profiler, stage, untold)  # decided by a backfill or a replay alone
        deliveries = [i for i in caused_before if i.action == DELIVER]
        self.shown = {i.window for i in deliveries}
        self.intents = [*store.outbox.acted(name, forgotten=tells_ends(self.monitor)), *deliveries]
        self.feedback = store.feedback.of(name, stage)

    def _caused_before(self, store: Store, stage: str, again: Sequence[Window]) -> list[Intent]:
        """What earlier decisions on some windows have caused, but for what a window caused that was forgotten since."""
        carried = [c.intent for c in store.outbox.carried(self.monitor.name, again)]
        return [i for i in carried if i.payload.get("stage") == stage and i.key not in self.former]

    def of(self, decided: Decided) -> list[Intent]:
        """The intents of a new decision. One that is not live is shown again at most, where it was shown before.

        But for one inside the look-back of a live one: where late rows brought the fault, somebody hears of it. A fault
        that was told of is not told again, since it is the same incident; and of what an answer or a planned silence
        decides again nobody is told.
        """
        d = decided.decision
        earlier, self.known[d.window] = self.known.get(d.window), d
        worsened = self._is_worsened(decided, earlier)
        if worsened:
            self.worsened.add(d.window)
        if d.window in self.live or (worsened and self.live):
            asked = self._caused(d, first=d.window not in self.before or d.window in self.untold or worsened)
        elif self._is_shown_otherwise(d, earlier):
            asked = shown_again(self.monitor, d, self.intents, self.former)
        else:
            asked = []
        self.intents += asked
        return asked

    def _caused(self, d: Decision, *, first: bool) -> list[Intent]:
        """All that a live decision asks for, by what is known and was asked so far."""
        return caused(self.grounds, d, self.intents, first=first, feedback=self.feedback, former=self.former)

    def _is_worsened(self, decided: Decided, earlier: Decision | None) -> bool:
        """Whether a near window that is decided again is worse now, and by its own rows: late or corrected ones.

        What is broken is a fact of them, also where no number tells: of a row's id nothing is followed.
        """
        if earlier is None or earlier.window not in self.near:
            return False
        bad = [WORSE.get(d.verdict, 0) for d in (earlier, decided.decision)]
        return bad[1] > bad[0] and (decided.decision.verdict is Verdict.BROKEN or self._holds_others(decided))

    def _holds_others(self, decided: Decided) -> bool:
        """Whether a window's rows are others than its earlier decision saw: by what is a fact of them alone.

        What relations say of them rests on what was learnt, and that on answers. Of other signals only the count tells.
        """
        blob = self.blobs.get(decided.decision.window)
        if blob is None:
            return False
        try:
            then = Record.from_blob(blob)
        except CorruptBlob:
            return False
        now, followed = decided.judgement.record.kept(), decided.judgement.normal.signal_set
        if then.n != now.n or then.signal_set != now.signal_set:
            return then.n != now.n
        own = ~followed.tied[: len(followed.levels)]
        return not np.array_equal(then.x[own], now.x[own], equal_nan=True)

    def _look_back(self, stage: str, run: set[Window]) -> set[Window]:
        """The windows of a run, and in the first stage those just before one."""
        if stage != FIRST_STAGE:
            return run
        known = sorted({*self.known, *run})
        at = {window: k for k, window in enumerate(known)}
        return {near for w in run for near in known[max(0, at[w] - LATE) : at[w] + 1]}

    def _is_shown_otherwise(self, d: Decision, earlier: Decision | None) -> bool:
        """Whether what was shown of a window is wrong by now: its verdict, or what a bad one's sentence rested on."""
        if earlier is None or d.window not in self.shown:
            return False
        return earlier.verdict is not d.verdict or self._undermined(earlier, d)

    def _undermined(self, earlier: Decision, d: Decision) -> bool:
        """Whether what is told of a bad window rested on one that was forgotten since, and is told otherwise now.

        The numbers of a month of good windows move by a hair without it: they are shown when they are asked for.
        """
        if d.verdict not in BAD or earlier.sentence == d.sentence:
            return False
        return any(t.number > self.made.get(d.window, 0) and t.window < d.window for t in self.stones)


def is_news(profiler: Profiler, stage: str, window: Window) -> bool:
    """Whether a stage of a window is so fresh that people want to hear of it: of a backfilled past nobody does."""
    wait = stage_named(stage).wait(profiler.monitor) or timedelta(0)
    return profiler.clock.now() <= window.end + wait + LATE * profiler.monitor.window.length


def _news(profiler: Profiler, stage: str, windows: set[Window]) -> set[Window]:
    """Those of some windows that are news."""
    return {w for w in windows if is_news(profiler, stage, w)}


def tell_untold(
    profiler: Profiler, window: Window, as_of: datetime, made: Sequence[Decision]
) -> set[tuple[str, Window]]:
    """Tell of what a backfill or a replay has decided, of a run's window and of the labels that are due by it.

    But for what is decided anew by now (`made`). The stages and windows of the bad ones.
    """
    anew, every = {(d.stage, d.window) for d in made}, [(FIRST_STAGE, window), *due_lately(profiler, as_of)]
    return {(stage, w) for stage, w in every if (stage, w) not in anew and _tell_if_untold(profiler, stage, w)}


def _tell_if_untold(profiler: Profiler, stage: str, window: Window) -> bool:
    """A window that a backfill or a replay has decided before its own run is told of by that run, while it is news.

    Of a later stage, labels, by the run in whose look-back it is due. Where the run decides anew its decision asks for
    the same (`AskedFor`), in one transaction. Whether anybody is told of a bad one now.
    """
    for _ in range(LOOKS - 1):
        with suppress(Overtaken):
            return _tell_once(profiler, stage, window, profiler.store.decisions.stand(profiler.monitor.name))
    return _tell_once(profiler, stage, window, None)


def _tell_once(profiler: Profiler, stage: str, window: Window, stand: Stand | None) -> bool:
    """One look; Overtaken where another process was faster."""
    monitor, store, name = profiler.monitor, profiler.store, profiler.monitor.name
    d = store.decisions.get(name, stage, window)
    told = (c.intent.payload.get("stage") == stage for c in store.outbox.carried(name, [window]))
    if d is None or any(told) or not is_news(profiler, stage, window):
        return False
    known = {o.window: o for o in store.decisions.outlines(name, stage)} | {window: d}
    feedback, former = store.feedback.of(name, stage), store.outbox.former(name)
    acted = store.outbox.acted(name, forgotten=tells_ends(monitor))
    grounds = Grounds(monitor, store, profiler.tuning, stage, known, profiler.profiles)
    asked = caused(grounds, d, acted, feedback=feedback, former=former)
    store.outbox.ask(asked, stand)
    return bool(asked) and d.verdict in BAD
