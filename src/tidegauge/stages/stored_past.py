"""A stage's past as it was decided and stored: records of windows, and the spreads that were fitted on them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judge, Recall
from tidegauge.decisions.record import Record
from tidegauge.decisions.spreads import Spreads
from tidegauge.monitor import Monitor
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import KeptCandidates
from tidegauge.stages.base import Observer
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.store.space import SPREADS
from tidegauge.store.store import Store


class DamagedRecords(Exception):
    """Stored scores of past windows do not read: they are made again from the first one on."""

    def __init__(self, first: Window) -> None:
        super().__init__(first.key)
        self.first = first


class StoredPast:
    """What the store remembers of the decided windows of one monitor and stage, as one judge of it reads it."""

    def __init__(self, store: Store, monitor: Monitor, observer: Observer, judge: Judge) -> None:
        self.store, self.monitor, self.stage, self.judge = store, monitor.name, observer.stage, judge
        self.signal_set, self._kind, self._observer = judge.signal_set, monitor.window.every, observer

    def _signal_sets(self) -> Mapping[str, SignalSet]:
        """Id → every one that any window has by now: a run may cut columns again while it is there."""
        return self._observer.signal_sets(self._kind)

    def history(self, before: Window, most: int, calendar: Calendar, kept: KeptCandidates) -> History:
        """The last windows before one, `most` of them; their records are read when they are needed."""
        windows = self.store.decisions.scored(self.monitor, self.stage, before, most)
        return History(calendar, windows=windows, load=self._load, kept=kept)

    def read(self, history: History) -> History:
        """A past in the judge's own signals: records of windows that were followed in other cells are read so.

        What was not followed of them yet is not known. Nothing is read otherwise as long as no column was cut again.
        """
        sets, mine = self._signal_sets(), self.signal_set
        if sets.keys() == {mine.id}:
            return history

        def read(record: Record) -> Record:
            if record.signal_set == mine.id or record.signal_set not in sets:
                return record
            return record.read_as(sets[record.signal_set], mine)

        return history.read_as(mine.id, read)

    def _load(self, windows: Sequence[Window]) -> dict[Window, Record]:
        """Stored records; DamagedRecords where some do not read. One of a set that no window has says nothing."""
        records = {w: self.judge.blank() for w in windows}
        damaged: list[Window] = []
        sets = self._signal_sets()
        for window, blob in self.store.decisions.score_blobs(self.monitor, self.stage, windows).items():
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
        blob = self.store.decisions.score_blobs(self.monitor, self.stage, [window]).get(window)
        try:
            return blob is not None and Record.from_blob(blob).signal_set not in self._signal_sets()
        except CorruptBlob:
            return False

    def recall(self, history: History, evidence: Mapping[Window, str], *, keeps: bool = True) -> Recall:
        """Spreads as they were fitted before, found by all that they rest on; fitted and stored where nobody has.

        `evidence`: of the windows that are being decided now. `keeps`: whether what is fitted is stored; who only
        shows something writes nothing.
        """

        def recall(known: datetime, rulings: Rulings, fit: Callable[[], Spreads]) -> Spreads:
            last = next((w for w in reversed(history.windows) if w.end <= known), None)
            # a dismissed window may have come after that instant, and is heeded all the same
            dismissed = rulings.dismissed_among(history.windows)
            rests_on = [
                evidence.get(w) or self.store.decisions.evidence(self.monitor, self.stage, w)
                for w in ([] if last is None else [last, *dismissed])
            ]
            if not rests_on or None in rests_on:  # a what-if on a past that is not stored
                return fit()
            if last is not None and last not in evidence and self.foreign(last):
                return fit()
            kind = f"{SPREADS}-{self.stage}"
            cells = "" if self.signal_set.id == self._observer.measure.signal_set.id else f"\x1f{self.signal_set.id}"
            inputs = hashlib.sha256(f"{rests_on}\x1f{rulings.text}{cells}".encode()).hexdigest()[:32]
            blob = self.store.artefacts.get(self.monitor, kind, known, inputs)
            if is_new := blob is None:
                blob = fit().to_blob()
            if keeps and is_new:
                self.store.artefacts.put(self.monitor, kind, known, inputs, blob)
            return Spreads.of(self.signal_set, blob, self.judge.tuning.tail)

        return recall
