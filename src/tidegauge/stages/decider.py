"""Decide a stage's windows in order of time: each by what was known before it, each again when its evidence changed."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.chain import Chain, first_other
from tidegauge.decisions.feedback import Feedback, Rulings, rulings, silent
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judgement
from tidegauge.monitor import Monitor
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import KeptCandidates
from tidegauge.references.policy import policy
from tidegauge.stages import stage_named
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.checksums import AsStored
from tidegauge.stages.judges import Judges
from tidegauge.stages.left_out import gaps, left_out, linked_with, unlinked
from tidegauge.stages.like_windows import LikeWindows
from tidegauge.stages.profiler import Profiler
from tidegauge.stages.staying import Levels
from tidegauge.stages.stored_past import DamagedRecords, StoredPast
from tidegauge.stages.structural import FactGrounds
from tidegauge.stages.verdict import damaged, kept, notes, weigh, with_facts
from tidegauge.store.profiles import Revision
from tidegauge.store.store import Store
from tidegauge.wording.headline import sentence_of
from tidegauge.wording.maturity_words import EARLY, NEVER

VERSION = 26  # of the way decisions are made: another one decides every window again


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the record that later ones build on, the judgement behind it, and what like windows were."""

    decision: Decision
    blob: bytes
    judgement: Judgement
    like: LikeWindows


@dataclass(frozen=True)
class Memory:
    """What a process remembers of one stage from decider to decider: nothing that could not be worked out again."""

    chain: Chain = field(default_factory=Chain)
    kept: KeptCandidates = field(default_factory=KeptCandidates)


class Decider:
    """Decides the windows of one monitor and stage.

    It is made in one place, `decider_of`, with all that it decides by. A what-if asks one for another: `over` other
    observations or another past, `by` another monitor. Nobody changes one.
    """

    def __init__(
        self,
        monitor: Monitor,
        observer: Observer,
        store: Store,
        calendar: Calendar,
        feedback: Sequence[Feedback],
        left_out: Collection[Window],
        *,
        memory: Memory | None = None,
    ) -> None:
        self.monitor, self.observer, self.store, self.calendar = monitor, observer, store, calendar
        self.memory = memory or Memory()
        self.feedback, self.left_out = tuple(feedback), frozenset(left_out)
        self.silences = monitor.silenced()
        self.stage, self.measure, self.tuning = observer.stage, observer.measure, observer.tuning
        self.kind = monitor.window.every
        chosen = policy(
            monitor.reference.pools,
            kind=self.kind,
            zone=monitor.window.zone,
            look_back=monitor.reference.look_back,
            minimum=monitor.reference.minimum,
        )
        self.pools, self.ladder = {pool.name: pool for pool in chosen.pools}, chosen.ladder
        self._evidence: Mapping[Window, str] = {}
        self._alerts: list[Decision] | None = None  # oldest first; None: not read yet
        self._judges = Judges(monitor, observer, self.pools)
        self.judge = self._judges.of(self.measure)
        self.stored = StoredPast(store, monitor, observer, self.judge)
        self.past: Callable[[Window], History] | None = None  # where it is another than the stored one

    def at(self, window: Window) -> "Decider":
        """The same as it decides a window: by the cells that its columns are followed in there."""
        measure = self.observer.measure_at(window)
        if measure is self.measure:
            return self
        other = copy(self)
        other.measure, other.judge = measure, self._judges.of(measure)
        other.stored = StoredPast(self.store, self.monitor, self.observer, other.judge)
        return other

    def read(self, history: History) -> History:
        """A past in the signals that this decider judges by (`StoredPast.read`)."""
        return self.stored.read(history)

    def over(self, observer: Observer | None = None, *, past: Callable[[Window], History] | None = None) -> "Decider":
        """The same with its judge, over other observations or another past than the stored one.

        The fits of a past are the same whatever a window holds, so they are shared.
        """
        other = copy(self)
        other.observer, other.past = observer or self.observer, past or self.past
        return other

    def by(self, monitor: Monitor) -> "Decider":
        """What decides the same observations, heeding the same answers, for a monitor that differs in how it decides.

        `monitor`: of the same source; under a name that nothing is stored by, where it is no monitor's own.
        """
        return Decider(monitor, self.observer, self.store, self.calendar, self.feedback, self.left_out)

    def stale(
        self, revisions: Mapping[Window, Revision], known: Mapping[Window, str]
    ) -> tuple[list[Window], dict[Window, str]]:
        """The windows to decide, oldest first, and the evidence of every window; `known` is that of their decisions.

        From the first one on whose evidence is another, all are decided (`Chain`).
        """
        settings = (
            VERSION,
            self.monitor.name,
            AsStored(self.stage),
            self.measure.signal_set.id,
            *self.observer.rests_on,
            self.monitor.alerts.budget,
            self.monitor.reference.model_dump_json(),
            *self.tuning.mark,
            *(one.model_dump_json() for one in self.monitor.fairness if self.observer.figures is not None),
            *(one.mark for one in self.monitor.limits if (one.performance is None) == (self.stage == FIRST_STAGE)),
        )
        linked = linked_with(self.left_out, self.observer.dated(revisions))
        evidence = unlinked(self.memory.chain.evidence(settings, self.feedback, self.silences, linked), revisions)
        return list(evidence)[first_other(evidence, known) :], evidence

    def decide(self, windows: Sequence[Window], evidence: dict[Window, str]) -> Iterator[Decided]:
        """Decide some windows, oldest first, each seen by the next ones."""
        if not windows:
            return
        try:
            yield from self._decide(windows, evidence)
        except DamagedRecords as damaged:  # scores follow from profiles: decide from there on again; they are mended
            yield from self._decide([w for w in evidence if w >= damaged.first], evidence)

    def _decide(self, windows: Sequence[Window], evidence: dict[Window, str]) -> Iterator[Decided]:
        lacking = gaps(list(evidence), windows[0].start - self.monitor.reference.look_back, self.left_out, self.monitor)
        self._evidence, known = evidence, self.store.decisions.outlines(self.monitor.name, self.stage)
        self._alerts = [d for d in known if d.verdict is Verdict.ALERT and d.window < windows[0]]
        history = self.history(windows[0])
        for window in windows:
            since = window.start - self.monitor.reference.look_back
            missing = bisect_left(lacking, window.start) - bisect_left(lacking, since)
            seen = self.observer.observe(window, self.rulings(window).excluded)
            decided = self.one(window, seen, evidence[window], history, missing)
            history.add(window, decided.judgement.record.kept())
            self._alerting().extend([decided.decision] if decided.decision.verdict is Verdict.ALERT else [])
            yield replace(decided, decision=damaged(decided.decision, self.observer.trouble))

    def _alerting(self) -> list[Decision]:
        """The decisions that alert, oldest first: read once, of which a window heeds those before it."""
        if self._alerts is None:
            known = self.store.decisions.outlines(self.monitor.name, self.stage)
            self._alerts = [d for d in known if d.verdict is Verdict.ALERT]
        return self._alerts

    def rulings(self, window: Window) -> Rulings:
        """What people had said when a window ended, and what the monitor silences."""
        return rulings(self.feedback, window, self.silences)

    def history(self, before: Window) -> History:
        """The past of a window, as its decision sees it; its records are read when they are needed."""
        if self.past is not None:
            return self.past(before)
        length = self.monitor.window.length
        most = max(self.judge.memory, int(self.monitor.reference.look_back / length)) + 50
        if any(p.anytime for p in self.pools.values()):
            most = 1_000_000
        return self.stored.history(before, most, self.calendar, self.memory.kept)

    def foreign(self, window: Window) -> bool:
        """Whether a window's stored scores are of other terms than are followed now, and say nothing of these."""
        return window not in self._evidence and self.stored.foreign(window)

    def one(self, window: Window, seen: Observation, evidence: str, history: History, missing: int = 0) -> Decided:
        """Decide one window; nothing is stored."""
        return self.at(window)._one(window, seen, evidence, history, missing)  # noqa: SLF001 - its own class

    def _one(self, window: Window, seen: Observation, evidence: str, history: History, missing: int) -> Decided:
        history = self.read(history)
        heeded = self.rulings(window)
        choice = self.ladder.choose(window, history.candidates_but(heeded.excluded), self.calendar)
        judgement = self.judge.judge(window, seen.sample, history, heeded, self.stored.recall(history, self._evidence))
        weighed = weigh(judgement, seen, self.measure, choice.windows, history)
        judgement = judgement.unlearnt() if weighed.deserted else judgement
        if seen.cells is not None:
            past = history, self.calendar, self._alerting, self.judge
            known = FactGrounds(window, seen.rows, seen.cells, judgement, self.measure, *past)
            weighed = with_facts(weighed, seen, self.observer, known)
        like = LikeWindows.of(choice, self.measure, history, judgement.normal, self.observer.figures_at(window))
        if weighed.verdict in (Verdict.ALERT, Verdict.FINE):
            weighed = replace(weighed, found=like.led(weighed.found, judgement, fine=weighed.verdict is Verdict.FINE))
            stays = Levels(window, judgement, like, self.ladder, self.calendar, self._alerting())
            place = stays.before if weighed.verdict is Verdict.FINE else stays.beneath
            weighed = replace(weighed, found=place(weighed.found))
        decision = Decision(
            monitor=self.monitor.name,
            window=window,
            stage=self.stage,
            verdict=weighed.verdict,
            sentence="",
            evidence=evidence,
            provisional=missing > 0 or bool(seen.waits),
            strength=weighed.strength,
            rows=seen.rows,
            findings=like.beside(kept(weighed, judgement, self.observer, window)),
            notes=(*notes(weighed.verdict, judgement, seen, choice.reason, missing, self.kind, self.judge.learning),),
        )
        if weighed.verdict is Verdict.ALERT:
            decision = replace(decision, causes=self.observer.causes(decision.findings, window, choice))
        of = stage_named(self.stage)
        none, why = seen.none or of.none, (EARLY, seen.waits) if seen.waits else (NEVER, seen.mute)
        sentence = sentence_of(decision, self.calendar, choice, seen.problems, noun=of.noun, none=none, why=why)
        said = silent(replace(decision, sentence=sentence), heeded)
        return Decided(said, judgement.record.to_blob(), judgement, like)


def decider_of(profiler: Profiler, name: str, memory: Memory | None = None) -> Decider | None:
    """What decides a stage of a monitor; None where it has no such stage (no labels, or no layouts yet)."""
    observer = stage_named(name).observer(profiler)
    if observer is None:
        return None
    monitor, store = profiler.monitor, profiler.store
    heeded = store.feedback.of(monitor.name, observer.stage), left_out(profiler, observer.stage)
    return Decider(monitor, observer, store, profiler.calendar, *heeded, memory=memory)
