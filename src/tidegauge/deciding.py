"""Decide a stage's windows in order of time: each by what was known before it, each again when its evidence changed."""

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judge, Judgement
from tidegauge.decisions.record import Record
from tidegauge.errors import CorruptBlob
from tidegauge.findings import findings_of
from tidegauge.monitor import Monitor
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.nouns import VOLUME, WHOLE, Decision, Finding, Verdict, Window
from tidegauge.references.calendar import Calendar
from tidegauge.references.pinned import Pinned
from tidegauge.references.policy import policy
from tidegauge.stages import Look, StageRoom
from tidegauge.store.profiles import Revision
from tidegauge.store.store import Store
from tidegauge.windows import between
from tidegauge.wording import sentence_of

VERSION = 6  # of the way decisions are made: another one decides every window again
DESERTED = 2.0  # the least strength of a window that should have rows and has none
PEOPLED = 20  # rows that most past windows have: then one without any is no quiet window
MOST_TROUBLE = 3  # damaged profiles that a decision tells of
MEMORY = {"hour": 24 * 40, "day": 120, "week": 104}  # records that spreads and tails are fitted on
LEARNING = {"hour": 24 * 7, "day": 14, "week": 8}  # scored windows before the first verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the record that later ones build on, and the judgement behind it."""

    decision: Decision
    blob: bytes
    judgement: Judgement


class Decider:
    """Decides the windows of one monitor and stage."""

    def __init__(self, monitor: Monitor, room: StageRoom, store: Store, calendar: Calendar) -> None:
        self.monitor, self.room, self.store, self.calendar = monitor, room, store, calendar
        self.stage, self.measure = room.stage, room.measure
        self.kind = monitor.window.every
        chosen = policy(
            monitor.reference.pools,
            kind=self.kind,
            zone=monitor.window.zone,
            look_back=monitor.reference.look_back,
            minimum=monitor.reference.minimum,
        )
        self.pools, self.ladder = {pool.name: pool for pool in chosen.pools}, chosen.ladder
        share = 0.5 if monitor.labels is not None else 1.0  # each stage has its part of the one budget
        self.judge = Judge(
            self.measure.vocabulary,
            self.pools,
            alerts_per_window=monitor.alerts.budget * share / PER_MONTH[self.kind],
            memory=MEMORY[self.kind],
            learning=LEARNING[self.kind],
            pinned=room.pinned_levels(),
        )

    def stale(
        self, revisions: dict[Window, Revision], known: dict[Window, str]
    ) -> tuple[list[Window], dict[Window, str]]:
        """The windows to decide, oldest first, and the evidence of every window; `known` is that of their decisions.

        Evidence is a chain: a window's holds its own data revision and that of every window before it, so that a
        filled gap or late rows decide all later windows again, and nothing else does.
        """
        settings = (
            VERSION,
            self.monitor.name,
            self.stage,
            self.measure.vocabulary.id,
            self.monitor.alerts.budget,
            self.monitor.reference.model_dump_json(),
        )
        chain = hashlib.sha256(repr(settings).encode())
        evidence = {}
        for window, revision in sorted(revisions.items()):
            chain.update(f"{window.key}\x1f{revision.rows}\x1f{revision.freshest}\x1f{revision.checksum}\x1e".encode())
            evidence[window] = chain.hexdigest()[:32]
        first = next((w for w in evidence if known.get(w) != evidence[w]), None)
        return [w for w in evidence if first is not None and w >= first], evidence

    def decide(self, windows: Sequence[Window], evidence: dict[Window, str]) -> Iterator[Decided]:
        """Decide some windows, oldest first, each seen by the next ones."""
        if not windows:
            return
        gaps = self._gaps(evidence)
        records, damaged = self._records(windows[0])
        if damaged:  # scores follow from profiles: decide from there on again, and they are mended
            windows = [w for w in evidence if w >= damaged[0]]
            records, _ = self._records(windows[0])
        history = History(self.calendar, records)
        for window in windows:
            since = window.start - self.monitor.reference.look_back
            missing = bisect_left(gaps, window.start) - bisect_left(gaps, since)
            decided = self.one(window, self.room.look(window), evidence[window], history, missing)
            history.add(window, decided.judgement.record)
            yield self._marked(decided)

    def _marked(self, decided: Decided) -> Decided:
        """A decision made while a stored profile could not be read rests on other evidence: mended, another."""
        trouble = self.room.trouble
        if not trouble:
            return decided
        d = decided.decision
        evidence = hashlib.sha256(f"damaged\x1f{d.evidence}".encode()).hexdigest()[:32]
        notes = (*d.notes, *(t for t in trouble[:MOST_TROUBLE] if t not in d.sentence))
        return replace(decided, decision=replace(d, evidence=evidence, notes=notes))

    def history(self, before: Window) -> History:
        """The past of a window, as its decision sees it."""
        return History(self.calendar, self._records(before)[0])

    def _records(self, before: Window) -> tuple[list[tuple[Window, Record]], list[Window]]:
        """The records of windows before one, and the windows whose record is damaged."""
        length = self.monitor.window.length
        most = max(MEMORY[self.kind], int(self.monitor.reference.look_back / length)) + 50
        if any(isinstance(p, Pinned) for p in self.pools.values()):
            most = 1_000_000  # a pinned time may lie any time ago
        records: list[tuple[Window, Record]] = []
        damaged: list[Window] = []
        for window, _, blob in self.store.history(self.monitor.name, self.stage, before, most):
            if not blob:
                continue
            try:
                record = Record.from_blob(blob)
            except CorruptBlob:
                damaged.append(window)
                continue
            if record.vocabulary == self.measure.vocabulary.id:
                records.append((window, record))
        return records, damaged

    def one(self, window: Window, seen: Look, evidence: str, history: History, missing: int = 0) -> Decided:
        """Decide one window; nothing is stored."""
        notes = list(seen.notes)
        choice = self.ladder.choose(window, history.candidates, self.calendar)
        notes.append(f"Compared with {choice.reason}.")
        if missing:
            notes.append(
                f"Provisional: {missing} earlier {self.kind}{'s are' if missing > 1 else ' is'} missing; "
                "it will be decided again when they are there."
            )
        judgement = self.judge.judge(window, seen.sample, history)
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
            found = tuple(self.room.explain(judgement, f, window) if f.scores else f for f in found)
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
        sentence = sentence_of(decision, self.calendar, choice, seen.problems)
        return Decided(replace(decision, sentence=sentence), judgement.record.to_blob(), judgement)

    def _deserted(self, seen: Look, windows: Sequence[Window], history: History) -> bool:
        """Whether a window has no rows (or no labels) where most of those that it is compared with have many."""
        if seen.rows or seen.problems or not seen.due or not windows:
            return False
        return float(np.median([history.record(w).n for w in windows])) >= PEOPLED

    def _gaps(self, have: Collection[Window]) -> list[datetime]:
        """Starts of the windows that the calendar has between the first and the last, and the store has not."""
        first, last = min(have).start, max(have).end
        return [w.start for w in between(self.kind, self.monitor.window.zone, first, last) if w not in have]
