"""Forget a window: as if it had never been run, for everything that is decided, shown or told from now on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidegauge.clock import DOUBT
from tidegauge.errors import WindowError
from tidegauge.nouns import FIRST_STAGE, Decision, Incident, Window
from tidegauge.profiling import Profiling
from tidegauge.publishing import DELIVER, SHOWN, mends
from tidegauge.stages import due
from tidegauge.store.forgotten import Tombstone
from tidegauge.store.outbox import FORGOTTEN, WITHDRAWN
from tidegauge.store.profiles import Revision


@dataclass(frozen=True, slots=True)
class Forgot:
    """What became of a window that was to be forgotten."""

    window: Window
    stages: tuple[str, ...]  # of which something was known; empty where it had been forgotten before
    labels: tuple[Window, ...] = ()  # whose labels were forgotten with it, as they had been judged before they were due
    decided: tuple[Decision, ...] = ()  # later windows that were decided again
    gone: tuple[Incident, ...] = ()  # incidents in which there was no other window
    unheard: tuple[Incident, ...] = ()  # open ones that may have been taken for a part of its event: nobody was told


class Forgetting(Profiling):
    """The part of the pipeline that forgets."""

    def _forget(self, window: Window, stages: Sequence[str], at: datetime) -> Forgot:
        """Put up tombstones and withdraw the decisions; what follows from it is for the caller to decide again."""
        known = [s for s in stages if window in self.known(s)]
        if not known and not any(t.window == window for t in self.tombstones()):
            raise WindowError(
                f"{self.monitor.name} knows nothing of {window.key}, so there is nothing to forget. "
                "What it has seen: tidegauge status"
            )
        early = self._judged_early(at) if FIRST_STAGE in stages and at < window.end else []
        buried = [(s, w) for s, w in early if w != window] + [(s, window) for s in reversed(stages)]
        for stage, one in buried:  # labels first: without the rows that they are joined to they are nothing
            if self.pinned is not None and stage == FIRST_STAGE:
                self.store.bury(self.pinned.source, stage, one, at=at)
            decided = self.store.evidence(self.monitor.name, stage, one) is not None
            self.store.bury(self.monitor.source_key, stage, one, at=at, force=decided)
        for stage, one in buried:
            self._withdraw(stage, one, at)
        self.shelf.forget([window])
        return Forgot(window, tuple(known), tuple(w for _, w in early))

    def tombstones(self) -> list[Tombstone]:
        """Every time that a window was forgotten, the first one first."""
        return self.store.tombstones(self.monitor.source_key)

    def known(self, stage: str) -> set[Window]:
        """Windows that were profiled or decided, and not forgotten since."""
        profiled = self.store.revisions(self.monitor.source_key, stage)
        return {*profiled, *self.store.evidences(self.monitor.name, stage)}

    def _unheard(self, window: Window) -> tuple[Incident, ...]:
        """Open incidents that were shown live and told to nobody, where the forgotten window had been told of.

        They may have been taken for a part of its event; whoever takes that back should hear of them.
        """
        carried = [(c.intent, c.state in (WITHDRAWN, FORGOTTEN)) for c in self.store.carried(self.monitor.name)]
        if not any(former and i.window == window and i.action not in SHOWN for i, former in carried):
            return ()
        stands = [(i.action, (i.payload.get("stage"), i.window)) for i, former in carried if not former]
        shown = {place for action, place in stands if action == DELIVER}
        told = {place for action, place in stands if action not in SHOWN}
        some = [(i, {(i.stage, w) for w in i.windows}) for i in self.store.incidents(self.monitor.name) if i.is_open]
        return tuple(i for i, places in some if places & shown and not places & told)

    def _judged_early(self, at: datetime) -> list[tuple[str, Window]]:
        """What followed windows before it was due: who ran a window of the future judged their labels with it."""
        early = []
        for one in due(self.monitor)[1:]:
            wait = one.wait(self.monitor) or timedelta(0)
            known = self.store.revisions(self.monitor.source_key, one.name)
            one.profile(self, [w for w in known if at - DOUBT < w.end + wait <= at], again=True)
            early += [(one.name, w) for w in known if w.end + wait > at]
        return early

    def _withdraw(self, stage: str, window: Window, at: datetime) -> None:
        life = sum((t.stage, t.window) == (stage, window) for t in self.tombstones())
        asked = mends(self.monitor, stage, window, life)
        self.store.withdraw(self.monitor.name, stage, window, asked, as_of=at)

    def _end_forgetting(self, stage: str, revisions: Mapping[Window, Revision]) -> None:
        """Withdraw decisions whose profile was forgotten: by one who was cut off, or for another monitor's sake."""
        bare = self.store.evidences(self.monitor.name, stage).keys() - revisions.keys()
        if not bare:
            return
        stones = {t.window: t.at for t in self.tombstones() if t.stage == stage and t.window in bare}
        for window, at in sorted(stones.items()):
            self._withdraw(stage, window, at)
