"""Decide a stage's windows in order of time: each by what was known before it, each again when its evidence changed."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Self

import numpy as np

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.errors import CorruptBlob
from tidegauge.core.grid import between
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.chain import Chain, first_other
from tidegauge.decisions.feedback import Rulings, rulings, silent
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judge, Judgement, Recall
from tidegauge.decisions.record import Record
from tidegauge.decisions.slow import PACES
from tidegauge.decisions.spreads import Spreads
from tidegauge.monitor import Monitor
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import KeptCandidates
from tidegauge.references.pinned import Pinned
from tidegauge.references.policy import lagged_pools, policy
from tidegauge.stages import share, stage_named
from tidegauge.stages.base import Observation, Observer
from tidegauge.stages.findings import findings_of
from tidegauge.stages.measures import Measure
from tidegauge.store.profiles import Revision
from tidegauge.store.store import Store
from tidegauge.wording.headline import sentence_of

VERSION = 19  # of the way decisions are made: another one decides every window again
DESERTED = 2.0  # the least strength of a window that should have rows and has none
PEOPLED = 20  # rows that most past windows have: then one without any is no quiet window
MOST_TROUBLE = 3  # damaged profiles that a decision tells of
MEMORY = {"hour": 24 * 40, "day": 200, "week": 156}  # records that spreads and tails are fitted on
SPREADS = "spreads"  # kind of artefact
LEARNING = {"hour": 24 * 7, "day": 14, "week": 8}  # scored windows before the first verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the record that later ones build on, and the judgement behind it."""

    decision: Decision
    blob: bytes
    judgement: Judgement


@dataclass(frozen=True)
class Memory:
    """What a process remembers of one stage from decider to decider: nothing that could not be worked out again."""

    chain: Chain = field(default_factory=Chain)
    kept: KeptCandidates = field(default_factory=KeptCandidates)


class _AsStored(str):
    """A stage as evidence spells it: stages were an enumeration once, and no store is to be decided again for that."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Stage.{self.upper()}: '{self}'>"


class DamagedRecords(Exception):
    """Stored scores of past windows do not read: they are made again from the first one on."""

    def __init__(self, first: Window) -> None:
        super().__init__(first.key)
        self.first = first


class Decider:
    """Decides the windows of one monitor and stage."""

    def __init__(
        self, monitor: Monitor, observer: Observer, store: Store, calendar: Calendar, memory: Memory | None = None
    ) -> None:
        self.monitor, self.observer, self.store, self.calendar = monitor, observer, store, calendar
        self.memory = memory or Memory()
        self.feedback = store.feedback(monitor.name, observer.stage)
        self.silences = monitor.silenced()
        self.stage, self.measure = observer.stage, observer.measure
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
        self._judges: dict[str, Judge] = {}
        self.judge = self._judge(self.measure)

    def _judge(self, measure: Measure) -> Judge:
        """What judges by a measure: one for each signal set, for it remembers its fits."""
        known = measure.signal_set.id
        if known not in self._judges:
            self._judges[known] = Judge(
                measure.signal_set,
                self.pools,
                alerts_per_window=self.monitor.alerts.budget * share(self.monitor, self.stage) / PER_MONTH[self.kind],
                memory=MEMORY[self.kind],
                learning=LEARNING[self.kind],
                pinned=self.observer.pinned_levels(measure),
                lagged=lagged_pools(self.kind, self.monitor.reference.look_back),
                pace=PACES[self.kind],
            )
        return self._judges[known]

    def at(self, window: Window) -> Self:
        """The same as it decides a window: by the cells that its columns are followed in there."""
        measure = self.observer.measure_at(window)
        if measure is self.measure:
            return self
        made = copy(self)
        made.measure, made.judge = measure, self._judge(measure)
        return made

    def read(self, history: History) -> History:
        """A past as this decider reads it: records of windows that were followed in other cells, in its own signals.

        What was not followed of them yet is not known. Nothing is read otherwise as long as no column was cut again.
        """
        sets, mine = self.observer.signal_sets(self.kind), self.measure.signal_set
        if sets.keys() == {mine.id}:
            return history

        def read(record: Record) -> Record:
            if record.signal_set == mine.id or record.signal_set not in sets:
                return record
            return record.read_as(sets[record.signal_set], mine)

        return history.read_as(mine.id, read)

    def stale(
        self, revisions: Mapping[Window, Revision], known: Mapping[Window, str]
    ) -> tuple[list[Window], dict[Window, str]]:
        """The windows to decide, oldest first, and the evidence of every window; `known` is that of their decisions.

        From the first one on whose evidence is another, all are decided (`Chain`).
        """
        settings = (
            VERSION,
            self.monitor.name,
            _AsStored(self.stage),
            self.measure.signal_set.id,
            self.monitor.alerts.budget,
            self.monitor.reference.model_dump_json(),
        )
        evidence = self.memory.chain.evidence(settings, self.feedback, self.silences, revisions)
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
        gaps = self._gaps(list(evidence), windows[0].start - self.monitor.reference.look_back)
        self._evidence = evidence
        history = self.history(windows[0])
        for window in windows:
            since = window.start - self.monitor.reference.look_back
            missing = bisect_left(gaps, window.start) - bisect_left(gaps, since)
            seen = self.observer.observe(window, self.rulings(window).excluded)
            decided = self.one(window, seen, evidence[window], history, missing)
            history.add(window, decided.judgement.record.kept())
            yield self._marked(decided)

    def _marked(self, decided: Decided) -> Decided:
        """A decision made while a stored profile could not be read rests on other evidence: mended, another."""
        trouble = self.observer.trouble
        if not trouble:
            return decided
        d = decided.decision
        evidence = hashlib.sha256(f"damaged\x1f{d.evidence}".encode()).hexdigest()[:32]
        notes = (*d.notes, *(t for t in trouble[:MOST_TROUBLE] if t not in d.sentence))
        return replace(decided, decision=replace(d, evidence=evidence, notes=notes))

    def rulings(self, window: Window) -> Rulings:
        """What people had said when a window ended, and what the monitor silences."""
        return rulings(self.feedback, window, self.silences)

    def history(self, before: Window) -> History:
        """The past of a window, as its decision sees it; its records are read when they are needed."""
        length = self.monitor.window.length
        most = max(MEMORY[self.kind], int(self.monitor.reference.look_back / length)) + 50
        if any(isinstance(p, Pinned) for p in self.pools.values()):
            most = 1_000_000  # a pinned time may lie any time ago
        windows = self.store.scored(self.monitor.name, self.stage, before, most)
        return History(self.calendar, windows=windows, load=self._load, kept=self.memory.kept)

    def _load(self, windows: Sequence[Window]) -> dict[Window, Record]:
        """Stored records; DamagedRecords where some do not read. One of another signal set says nothing."""
        records = {w: self.judge.blank() for w in windows}
        damaged: list[Window] = []
        sets = self.observer.signal_sets(self.kind)
        for window, blob in self.store.score_blobs(self.monitor.name, self.stage, windows).items():
            try:
                record = Record.from_blob(blob)
            except CorruptBlob:
                damaged.append(window)
                continue
            if record.signal_set in sets:
                records[window] = record
        if damaged:
            raise DamagedRecords(min(damaged))
        return records

    def foreign(self, window: Window) -> bool:
        """Whether a window's stored scores are of other terms than are followed now, and say nothing of these.

        So it is from the day when a statistic is added or gone until all is decided again.
        """
        if window in self._evidence:
            return False  # decided just now
        blob = self.store.score_blobs(self.monitor.name, self.stage, [window]).get(window)
        try:
            sets = self.observer.signal_sets(self.kind)
            return blob is not None and Record.from_blob(blob).signal_set not in sets
        except CorruptBlob:
            return False

    def _recall(self, history: History) -> Recall:
        """Spreads as they were fitted before, found by all that they rest on; fitted and stored where nobody has."""

        def recall(known: datetime, said: Rulings, fit: Callable[[], Spreads]) -> Spreads:
            last = next((w for w in reversed(history.windows) if w.end <= known), None)
            # a dismissed window may have come after that instant, and is heeded all the same
            told = said.dismissed_among(history.windows)
            rests_on = [
                self._evidence.get(w) or self.store.evidence(self.monitor.name, self.stage, w)
                for w in ([] if last is None else [last, *told])
            ]
            if not rests_on or None in rests_on:  # a what-if on a past that is not stored
                return fit()
            if last is not None and self.foreign(last):
                return fit()
            kind = f"{SPREADS}-{self.stage}"
            cells = "" if self.measure is self.observer.measure else f"\x1f{self.measure.signal_set.id}"
            inputs = hashlib.sha256(f"{rests_on}\x1f{said.text}{cells}".encode()).hexdigest()[:32]
            source = self.monitor.name
            blob = self.store.artefact(source, kind, known, inputs)
            if blob is None:
                blob = fit().to_blob()
                self.store.put_artefact(source, kind, known, inputs, blob)
            return Spreads.of(self.measure.signal_set, blob)

        return recall

    def one(self, window: Window, seen: Observation, evidence: str, history: History, missing: int = 0) -> Decided:
        """Decide one window; nothing is stored."""
        return self.at(window)._one(window, seen, evidence, history, missing)  # noqa: SLF001 - its own class

    def _one(self, window: Window, seen: Observation, evidence: str, history: History, missing: int) -> Decided:
        history = self.read(history)
        notes = list(seen.notes)
        heeded = self.rulings(window)
        choice = self.ladder.choose(window, history.candidates_but(heeded.excluded), self.calendar)
        notes.append(f"Compared with {choice.reason}.")
        if missing:
            notes.append(
                f"Provisional: {missing} earlier {self.kind}{'s are' if missing > 1 else ' is'} missing; "
                "it will be decided again when they are there."
            )
        judgement = self.judge.judge(window, seen.sample, history, heeded, self._recall(history))
        found = findings_of(judgement, self.measure)
        learning = not np.isfinite(judgement.threshold)
        strength = judgement.strength
        if self._deserted(seen, choice.windows, history):
            # the day before may have been as empty, and expected by it nothing is lost: the season knows better
            strength = max(strength, DESERTED)
            found = (Finding(VOLUME, WHOLE, strength, ()), *(f for f in found if f.column != VOLUME))
        if seen.problems:
            verdict = Verdict.BROKEN
            broken = {f.column: f for f in found}
            found = tuple(broken.get(c, Finding(c, "*", 0.0, ())) for c in seen.problems) + tuple(
                f for f in found if f.column not in seen.problems
            )
        elif learning:
            verdict = Verdict.LEARNING
            notes.append(
                f"Learning: {judgement.learnt} past {self.kind}s are known, and the first verdict needs "
                f"about {LEARNING[self.kind] + 10}."
            )
        else:
            verdict = Verdict.ALERT if strength > 1 else Verdict.FINE
        if verdict in (Verdict.ALERT, Verdict.BROKEN):
            found = tuple(self.observer.explain(judgement, f, window) if f.scores else f for f in found)
        elif verdict is Verdict.FINE:
            found = tuple(replace(f, scores=f.scores[:1]) for f in found[:3])
        else:
            found = ()
        decision = Decision(
            monitor=self.monitor.name,
            window=window,
            stage=self.stage,
            verdict=verdict,
            sentence="",
            evidence=evidence,
            provisional=missing > 0,
            strength=strength,
            rows=seen.rows,
            findings=found,
            notes=tuple(notes),
        )
        of = stage_named(self.stage)
        sentence = sentence_of(decision, self.calendar, choice, seen.problems, noun=of.noun, none=of.none)
        said = silent(replace(decision, sentence=sentence), heeded)
        return Decided(said, judgement.record.to_blob(), judgement)

    def _deserted(self, seen: Observation, windows: Sequence[Window], history: History) -> bool:
        """Whether a window has no rows (or no labels) where most of those that it is compared with have many."""
        if seen.rows or seen.problems or not seen.due or not windows:
            return False
        return float(np.median([history.record(w).n for w in windows])) >= PEOPLED

    def _gaps(self, have: Sequence[Window], since: datetime) -> list[datetime]:
        """Starts of the windows that the calendar has between two of the store's, and the store has not.

        Only from `since` on: what nobody asks for need not be looked for. `have`: windows of one grid, oldest first.
        """
        near = have[max(bisect_left(have, since, key=lambda w: w.start) - 1, 0) :]
        holes = [(one.end, other.start) for one, other in pairwise(near) if one.end < other.start]
        return [w.start for hole in holes for w in between(self.kind, self.monitor.window.zone, *hole)]
