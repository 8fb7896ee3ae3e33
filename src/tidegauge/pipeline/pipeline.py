"""The verbs in order: profile · compare · decide; `delivering` then shows and acts. Each can be called again."""

import logging
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tidegauge.actions.asking import caused, shown_again
from tidegauge.actions.delivering import sentence_of
from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import harmless_traceback
from tidegauge.core.decision import Decision, Sensitivity
from tidegauge.core.errors import ContractError, TidegaugeError, WarehouseError, WindowError
from tidegauge.core.grid import between, containing, local_time
from tidegauge.core.intent import DELIVER, SHOWN, Intent
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.decisions.incidents import IncidentBuilder
from tidegauge.monitor import Monitor
from tidegauge.monitor.outlets import waits
from tidegauge.pipeline.forgetting import Forgot, end_forgetting, forget
from tidegauge.pipeline.opening import Past, Tell, open_store
from tidegauge.pipeline.reporting import report_of
from tidegauge.reports.report import Report
from tidegauge.sensitivity.sensitivity import sensitivity_of
from tidegauge.stages import due, every, stage_named
from tidegauge.stages.clock import Ask
from tidegauge.stages.contract import reach_of
from tidegauge.stages.decider import Decider, Memory
from tidegauge.stages.profiling import Profiling, Progress
from tidegauge.store.outbox import OPEN, WITHDRAWN
from tidegauge.store.store import Store
from tidegauge.store.tombstones import Tombstone
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.away import Away
from tidegauge.warehouses.base import Warehouse

if TYPE_CHECKING:
    from tidegauge.store.stored_decisions import Commit

BATCH = 64  # decisions in one transaction of a backfill
ROUNDS = 5  # looks at what other processes have added, at most
_log = logging.getLogger(__name__)
LATE = 3  # windows before a live one whose rows may still have changed


class Pipeline(Profiling):
    """One monitor's verbs over its warehouse and its store.

    No decision depends on when it is made: `as_of` says up to when data had arrived, and is a window's end plus the
    monitor's wait where it is not given. `clock` only refuses windows that have not ended. Every verb is idempotent on
    (monitor, window): killed anywhere and run again it ends in the same tables, and a notice or a retraining is asked
    for once.

    A verb looks at the store as often as it needs, for another process may have written meanwhile. What follows from
    what it sees is remembered from verb to verb where it can be told exactly that nothing else has changed, so that an
    hour more costs an hour, and not the history.
    """

    def __init__(self, monitor: Monitor, warehouse: Warehouse, store: Store, *, clock: Ask | None = None) -> None:
        super().__init__(monitor, warehouse, store, clock=clock)
        self._memories: dict[str, Memory] = {}
        self._builders: dict[str, IncidentBuilder] = {}

    def decide(
        self,
        stage: str = FIRST_STAGE,
        *,
        live: Iterable[Window] = (),
        first: Iterable[Window] | None = None,
        as_of: datetime | None = None,
        progress: Progress | None = None,
    ) -> list[Decision]:
        """Decide every window of a stage whose evidence is new, oldest first; only `live` ones may cause anything.

        Ends when a last look finds nothing to do: another process may have profiled or decided meanwhile, on less than
        is known now, and whoever writes last looks last. `first` are the windows that may get their first decision
        (None: all): one that another run has profiled waits for that run, which alone knows whether it is live; until
        then it is a gap.
        """
        wanted, made = set(live), dict[Window, Decision]()
        mine = None if first is None else {*first, *wanted}
        for _ in range(ROUNDS):
            some = self._decide_once(stage, wanted, mine, as_of, progress)
            made |= {d.window: d for d in some}
            if not self._settle_incidents(stage) and not some:
                break
        return [made[w] for w in sorted(made)]

    def _decide_once(
        self,
        stage: str,
        wanted: set[Window],
        mine: set[Window] | None,
        as_of: datetime | None,
        progress: Progress | None,
    ) -> list[Decision]:
        stones = [
            t for t in self.tombstones() if t.stage == stage
        ]  # before the profiles: of a later one we know nothing
        revisions = self.store.profiles.revisions(self.monitor.source_key, stage)
        decider = self.decider(stage)
        if decider is None:
            return []
        self.profiles.see(revisions if stage == FIRST_STAGE else None)
        if self.pinned is not None and stage == FIRST_STAGE:
            self.pinned.see(self.store.profiles.revisions(self.pinned.source, stage))
        if stones:
            end_forgetting(self, stage, stones, revisions)
        before = self.store.decisions.evidences(self.monitor.name, stage)
        if mine is not None and set(revisions).difference(before, mine):
            revisions = {w: r for w, r in revisions.items() if w in before or w in mine}
        stale, evidence = decider.stale(revisions, before)
        if not stale:
            return []
        ask = _Asking(self, stage, wanted, before, stones, stale) if wanted.union(before).intersection(stale) else None
        stone = max((t.number for t in stones), default=0)
        made: list[Decision] = []
        batch: list[Commit] = []
        for k, decided in enumerate(decider.decide(stale, evidence), start=1):
            d = decided.decision
            if before.get(d.window) == d.evidence:
                self.store.decisions.mend_scores(d, decided.blob)
            else:
                made.append(d)
                batch.append((d, decided.blob, ask.of(d) if ask else [], ()))
            if len(batch) == BATCH:
                self.store.decisions.commit_batch(batch, as_of=as_of or d.window.end, stone=stone)
                batch.clear()
            if progress:
                progress(k, max(k, len(stale)))
        self.store.decisions.commit_batch(batch, as_of=as_of or stale[-1].end, stone=stone)
        return made

    def _settle_incidents(self, stage: str) -> bool:
        """Make the stored incidents those of the current decisions; whether they were others."""
        feedback = self.store.feedback.of(self.monitor.name, stage)
        current = self._builders.setdefault(stage, IncidentBuilder()).incidents(
            self.store.decisions.outlines(self.monitor.name, stage), feedback
        )
        if current == self.store.incidents.of(self.monitor.name, stage):
            return False
        self.store.incidents.replace(self.monitor.name, stage, current)
        return True

    def decider(self, name: str) -> Decider | None:
        """What decides a stage; None where the monitor has no such stage (no labels, or no layouts yet)."""
        observer = stage_named(name).observer(self)
        if observer is None:
            return None
        return Decider(self.monitor, observer, self.store, self.calendar, self._memories.setdefault(name, Memory()))

    def profile(
        self,
        windows: Sequence[Window],
        name: str = FIRST_STAGE,
        *,
        again: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Count and store windows of a stage that are not stored, or whose rows have changed. How many were."""
        return stage_named(name).profile(self, windows, again=again, progress=progress)

    def check(self, as_of: datetime | None = None) -> list[str]:
        """Everything about the warehouse that does not hold, a sentence each; empty when all is well."""
        try:
            problems = self.problems(as_of)
        except ContractError as e:
            return [str(e)]
        return problems + [sentence for s in every() for sentence in s.check(self)]

    def run(self, window: Window, *, live: bool = True, as_of: datetime | None = None) -> list[Decision]:
        """One window: profile it, decide it, and judge what else is due by now. What was decided anew.

        A window that was decided on the same rows before is left alone: a retry or a rerun changes nothing.
        """
        self._on_grid(window)
        as_of = as_of or window.end + self.monitor.window.wait
        with self._noting_outages(window, as_of):
            self._not_before(window)
        number = self.store.runs.begin(self.monitor.name, window, FIRST_STAGE, as_of)
        try:
            known = list(self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE))
            at = bisect_left(known, window)
            self.profile([*known[max(0, at - LATE) : at], window])
            made = self.decide(FIRST_STAGE, live=[window] if live else (), first=[window], as_of=as_of)
            made += self.run_due(as_of, live=live)
            if live and (window, FIRST_STAGE) not in {(d.window, d.stage) for d in made}:
                self._tell_if_untold(window)
        except TidegaugeError as e:
            self.store.runs.end(number, as_of, "outage" if isinstance(e, WarehouseError) else "error", str(e))
            raise
        self.store.runs.end(number, as_of, "done", rows=sum(d.rows for d in made if d.window == window))
        return made

    def _tell_if_untold(self, window: Window) -> None:
        """A window that a backfill or a replay has decided before its own run is told of by that run, while it is news.

        Where the run decides anew its decision asks for the same (`_Asking`), in one transaction.
        """
        store, name = self.store, self.monitor.name
        d = store.decisions.get(name, FIRST_STAGE, window)
        told = (c.intent.payload.get("stage") == FIRST_STAGE for c in store.outbox.carried(name, [window]))
        if d is None or any(told) or not self.is_news(FIRST_STAGE, window):
            return
        known = {o.window: o for o in store.decisions.outlines(name, FIRST_STAGE)} | {window: d}
        feedback, former = store.feedback.of(name, FIRST_STAGE), store.outbox.former(name)
        store.outbox.ask(caused(self.monitor, d, known, store.outbox.acted(name), feedback=feedback, former=former))

    def is_news(self, stage: str, window: Window) -> bool:
        """Whether a stage of a window is so fresh that people want to hear of it: of a backfilled past nobody does."""
        wait = stage_named(stage).wait(self.monitor) or timedelta(0)
        return self.clock.now() <= window.end + wait + LATE * self.monitor.window.length

    def hold(self, windows: Sequence[Window]) -> None:
        """Refuse windows that may not be judged, all before the first is; an outage is noted in the log of runs."""
        for first in windows[:1]:
            with self._noting_outages(first, first.end + self.monitor.window.wait):
                self.clock.hold(windows)

    @contextmanager
    def _noting_outages(self, window: Window, as_of: datetime) -> Iterator[None]:
        try:
            yield
        except WarehouseError as e:
            number = self.store.runs.begin(self.monitor.name, window, FIRST_STAGE, as_of)
            self.store.runs.end(number, as_of, "outage", str(e))
            raise

    def run_due(self, as_of: datetime, *, live: bool = True) -> list[Decision]:
        """Judge what follows a window's rows, its labels, of every profiled window whose time has come by `as_of`."""
        as_of = self.clock.by(as_of)  # what was said to be due is not, before its time has come
        made: list[Decision] = []
        for one in due(self.monitor)[1:]:
            wait = one.wait(self.monitor) or timedelta(0)
            known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
            ready = [w for w in known if w.end + wait <= as_of]
            one.profile(self, ready)
            # Of windows that have been due for long nobody is told: their labels come from a backfill, or a gap filled.
            recent = [w for w in ready if w.end + wait > as_of - LATE * self.monitor.window.length]
            made += self.decide(one.name, live=recent if live else (), first=ready, as_of=as_of)
        return made

    def backfill(
        self, start: datetime, end: datetime, *, again: bool = False, progress: Progress | None = None
    ) -> list[Decision]:
        """Every window inside [start, end) that has ended, each row read once; nothing is sent or started."""
        first = max(start, self.first_window().start)
        end = self.clock.cut(first, end).end
        windows = between(self.kind, self.zone, first, end)
        if not windows:
            begins = f", where {self.monitor.name} begins," if start < first else ""
            raise WindowError(
                f"There is no whole {self.kind} to read between {local_time(first, self.zone)}{begins} and "
                f"{local_time(end, self.zone)}. Give an earlier first day, or a later day after the last."
            )
        self.profile(windows, again=again, progress=progress)
        known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
        made = self.decide(FIRST_STAGE, first=[w for w in known if w.end <= end], as_of=end)
        return made + self.run_due(end, live=False)

    def forget(self, window: Window, stages: Sequence[str] = tuple(STAGES), *, at: datetime | None = None) -> Forgot:
        """Forget a window, as if it had never been run (`tidegauge.pipeline.forgetting`)."""
        return forget(self, window, stages, at=at)

    def tombstones(self) -> list[Tombstone]:
        """Every time that a window was forgotten, the first one first."""
        return self.store.tombstones.of(self.monitor.source_key)

    def known(self, stage: str) -> set[Window]:
        """Windows that were profiled or decided, and not forgotten since."""
        profiled = self.store.profiles.revisions(self.monitor.source_key, stage)
        return {*profiled, *self.store.decisions.evidences(self.monitor.name, stage)}

    def _on_grid(self, window: Window) -> None:
        right = containing(self.kind, self.zone, window.start)
        if right != window:
            raise WindowError(
                f"{window.key} is not a window of {self.monitor.name}: the {self.kind} there is {right.key}."
            )

    def _not_before(self, window: Window) -> None:
        """Refuse a window from before the monitor's time: a mistyped year would leave a gap of years behind it."""
        known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
        if self.monitor.window.start is None and (not known or window >= next(iter(known))):
            return  # nobody has to look how far the rows reach
        first = self.first_window()
        if window < first:
            raise WindowError(
                f"{window.key} lies before the first {self.kind} of {self.monitor.name}, {first.key}: "
                f"{'there are no rows yet' if self.monitor.window.start is None else 'see window.start'}."
            )

    def report(self, stage: str, window: Window, *, work: bool = True) -> Report | None:
        """All that a sink may show of the current decision on a window; without `work`, what is known of it already."""
        decider = self.decider(stage)
        decisions = self.store.decisions.of(self.monitor.name, stage)
        decision = next((d for d in decisions if d.window == window), None)
        if decider is None or decision is None:
            return None
        feedback = self.store.feedback.of(self.monitor.name, stage)
        shown = report_of(decision, decisions, feedback, decider, self.profiles, self.zone)
        return replace(shown, sensitivity=self.sensitivity(window, work=work, stage=stage))

    def newest(self, stage: str) -> Report | None:
        """The same of the newest window that has ended; None where nothing is decided."""
        now = self.clock.now()
        ended = [w for w in self.store.decisions.evidences(self.monitor.name, stage) if w.end <= now]
        return self.report(stage, ended[-1], work=False) if ended else None

    def sensitivity(self, window: Window, *, work: bool = True, stage: str = FIRST_STAGE) -> Sensitivity | None:
        """What a window would have seen; worked out once a week where it is asked for (`work`).

        It stands beside an answer, and must not eat it: whatever fails here is logged, and said in the place of it.
        """
        try:
            decider = self.decider(stage)
            return None if decider is None else sensitivity_of(decider, window, work=work)
        except Exception as error:  # noqa: BLE001 - a bug of ours in here is still no reason to keep the answer back
            _log.debug("The sensitivity of %s failed:\n%s", window.key, harmless_traceback(error))
            note = f"The smallest detectable change could not be worked out: {sentence_of(error)}"
            _log.error("%s: %s", window.key, note)
            return Sensitivity(note=note)

    def unsettled(self) -> list[Intent]:
        """What a scheduler starts and is not noted as started: what waits, and what was withdrawn with its window.

        A scheduler may have begun with it before it was withdrawn; then it was done, and is history as such.
        """
        states = (*OPEN, WITHDRAWN)
        carried = self.store.outbox.carried(self.monitor.name)
        return [c.intent for c in carried if waits(c.intent.action) and c.state in states]

    def pending(self) -> list[Intent]:
        """What is to be done for people and schedulers: retrainings, notices, reports; not what sinks get."""
        return [i for i in self.store.outbox.pending(self.monitor.name) if i.action not in SHOWN]

    def done(self, intent: Intent, *, ok: bool = True, note: str = "", as_of: datetime | None = None) -> None:
        """Say how an intent went."""
        self.store.outbox.finish(intent.key, ok=ok, note=note, as_of=as_of or intent.window.end)

    def explain(self, window: Window, stage: str = FIRST_STAGE) -> Decision:
        """The stored decision on a window; WindowError where there is none."""
        found = self.store.decisions.get(self.monitor.name, stage, window)
        if found is None:
            raise WindowError(
                f"{self.monitor.name} has no decision on the {stage} of {window.key}. {self._how_to_get(window)}"
            )
        return found

    def _how_to_get(self, window: Window) -> str:
        """A decision that is not there: what to do about it."""
        try:
            self._not_before(window)
        except WindowError as refused:
            return f"There will be none: {refused}"
        except WarehouseError:  # it may not be there to be asked how far the rows reach
            first = next(iter(self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)))
            return f"It lies before the first {self.kind} that was ever looked at, {first.key}."
        if self.clock.now() < window.end:
            return "It has not ended yet."
        return f"Run it: tidegauge run {self.monitor.path} --window {window.key}"


class _Asking:
    """What a pass of decisions asks for; the outbox is read once for all of them."""

    def __init__(
        self,
        pipeline: Pipeline,
        stage: str,
        live: set[Window],
        before: Mapping[Window, str],
        stones: Sequence[Tombstone],
        stale: Sequence[Window],
    ) -> None:
        store, self.monitor = pipeline.store, pipeline.monitor
        self.live, self.before, self.stones = live, before, stones
        self.known = {d.window: d for d in store.decisions.outlines(self.monitor.name, stage)}
        self.made = store.decisions.stones(self.monitor.name, stage)
        self.former = store.outbox.former(self.monitor.name)
        carried = [c.intent for c in store.outbox.carried(self.monitor.name, [w for w in stale if w in before])]
        mine = [i for i in carried if i.payload.get("stage") == stage and i.key not in self.former]
        untold = live.intersection(stale, before).difference(i.window for i in mine)
        self.untold = {w for w in untold if pipeline.is_news(stage, w)}
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


@contextmanager
def open_pipeline(
    monitor: Monitor,
    past: Past,
    *,
    url: Address | str | None = None,
    tell: Tell | None = None,
    clock: Ask | None = None,
) -> Iterator[Pipeline]:
    """A monitor's pipeline, its warehouse and store open. `url`: the warehouse, where it comes from elsewhere.

    `past` is what the caller needs of the store, and whether it may be made.
    `clock` is asked in the place of the host's and the warehouse's.
    """
    with (
        open_store(monitor, past, *([tell] if tell else [])) as store,
        open_warehouse(url or monitor.source.expanded_url(), reach_of(monitor)) as warehouse,
    ):
        yield Pipeline(monitor, warehouse, store, clock=clock)


@contextmanager
def open_shown(monitor: Monitor, past: Past = Past.KNOWN, *, tell: Tell | None = None) -> Iterator[Pipeline]:
    """The same without its warehouse: what was decided can be shown and told while no row can be read."""
    with open_store(monitor, past, *([tell] if tell else [])) as store:
        yield Pipeline(monitor, Away(), store)
