"""One window against its season, one step ahead: z of every number, surprise, strength."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.exact import Exact, surprises
from tidegauge.decisions.expectation import POOLS, PREDICTORS, Expectation, Expecting, Normal
from tidegauge.decisions.feedback import Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.decisions.scored import Sample, Scored, score
from tidegauge.decisions.slow import LAGGED, Slow, SlowScored
from tidegauge.decisions.spreads import Spreads, known_at
from tidegauge.decisions.tail import Tail
from tidegauge.decisions.walk import Walk
from tidegauge.references.base import CandidatePool
from tidegauge.references.policy import LAG
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Recall = Callable[[datetime, Rulings, Callable[[], Spreads]], Spreads]  # instant, what people said, how to fit

NOBODY = Rulings()


@dataclass(frozen=True)
class Judgement:
    """How strange a window is, signal by signal, column by column and as a whole."""

    record: Record
    expectation: Expectation
    scored: Scored  # [K + D]
    surprise: Floats  # [K + D]
    columns: Floats  # [G] how surprising each group of signals is as a whole; the first ones are the columns
    tail: Tail | None
    learnt: int  # records that the verdict rests on
    exact: Exact
    slow: SlowScored
    lasting: float  # where the slow strength is above 1, the least of it and of the last windows'
    normal: Normal = field(default_factory=Normal)

    @property
    def threshold(self) -> float:
        """The surprise of a window that the budget allows."""
        return self.tail.threshold if self.tail else np.inf

    @cached_property
    def reach(self) -> Floats:
        """[K + D] z at the edge of each number's expected band."""
        if self.tail is None:
            return np.full(len(self.surprise), np.nan)
        k, reach = len(self.exact.edge), self.tail.reach()
        return np.append(np.fmin(reach[:k], self.exact.edge), reach[k:])

    @cached_property
    def sudden(self) -> float:
        """What is strange of the window itself, over the threshold, or too improbable by its counts."""
        if self.tail is None:
            return 0.0
        return max(float(self.tail.strongest(self.surprise) / self.threshold), self.exact.strength)

    def unlearnt(self) -> "Judgement":
        """The same, and nobody learns from it: three days of no rows are no reason to expect none on the fourth."""
        return replace(self, record=self.record.unlearnt())

    @property
    def strength(self) -> float:
        """Above 1 is an alert. What builds up slowly counts once it is one: below that it says nothing of a window."""
        return max(self.sudden, self.lasting) if self.lasting > 1 else self.sudden

    @property
    def drifting(self) -> bool:
        """Whether it is a slow drift alone that is told of."""
        return self.lasting > 1 >= self.sudden


class Judge:
    """Judges windows of one monitor and stage. Keeps no state but a cache of fits that any history gives again.

    Several predictors stand side by side, and each term's own history chooses: weekday buckets alone would hurt
    columns that hardly have a season, trailing windows alone would flag every Sunday. How far a number lies from
    them is `score`'s to say, how strange that is the tail's.
    """

    def __init__(
        self,
        signal_set: SignalSet,
        pools: Mapping[str, CandidatePool],
        alerts_per_window: float,
        kind: str = "day",
        pinned: Callable[[Sequence[Window]], Floats] | None = None,
        lagged: Sequence[CandidatePool] = (),
        tuning: DecisionTuning = SHIPPED.decisions,
    ) -> None:
        self.signal_set = signal_set
        self.pools = pools
        self.alerts_per_window = alerts_per_window
        self.memory = tuning.verdict.memory[kind]  # windows that spreads and tails are fitted on
        self.learning = tuning.verdict.learning[kind]  # windows before the first verdict
        self.tuning = tuning
        self.expecting = Expecting(signal_set, pools, pinned, lagged, tuning.expectation)
        self.kind = kind
        self.pace = tuning.slow.paces[kind]  # of slow drift
        self._kept: tuple[History, tuple[datetime, int, Rulings], Spreads] | None = None

    def judge(
        self,
        window: Window,
        sample: Sample,
        history: History,
        rulings: Rulings = NOBODY,
        recall: Recall | None = None,
        expectation: Expectation | None = None,
    ) -> Judgement:
        """Score one window by what was known before it.

        `recall` finds spreads that were fitted before; `expectation` is one that was made before, of the same window:
        it does not depend on what the window holds, so a what-if need not make it anew.
        """
        normal = Normal(rulings, self.signal_set)
        expectation = expectation or self.expecting.expect(window, history, normal)
        spreads = self.spreads(window, history, normal, recall)
        residuals = sample.x - expectation.base
        distances = self._distances_of(sample, expectation, normal)
        scored = score(self.signal_set, sample, expectation, residuals, distances, spreads, self.tuning)
        width = self.pace.width
        recent = history.records(history.before(window.start, width - 1, rulings.excluded))
        lagged = sample.x - expectation.lagged
        slow = spreads.slow.judge(
            self.signal_set, lagged, expectation.lagged, recent, sample.error, width, self.tuning.slow
        )
        slow_z = slow.z
        slow = spreads.walk.judge(self.signal_set, sample.x, self.kind, slow, self.tuning)
        lasting = self._lasting(slow.strength, window, history, rulings)
        record = Record(
            self.signal_set.id,
            sample.n,
            sample.x,
            sample.error,
            residuals,
            distances,
            scored.z,
            slow.residuals,
            slow.pooled,
            slow_z,
            slow.strength,
        )
        tail = spreads.tail
        surprise, exact = surprises(
            self.signal_set, sample, expectation, residuals, spreads, scored, self.alerts_per_window, self.tuning
        )
        columns = tail.corroborated(surprise) if tail else np.zeros(self.signal_set.groups.shape[1])
        return Judgement(
            record, expectation, scored, surprise, columns, tail, spreads.learnt, exact, slow, lasting, normal
        )

    def _lasting(self, strength: float, window: Window, history: History, rulings: Rulings) -> float:
        """Of a slow strength above 1 the least since it is told of: of hours, a week of them."""
        if strength <= 1:
            return strength
        also = history.records(history.before(window.start, self.pace.lasting - 1, rulings.excluded))
        if len(also) < self.pace.lasting - 1:
            return 0.0
        return min((strength, *(r.slow_strength for r in also)))

    def blank(self) -> Record:
        """The record of a window that says nothing."""
        k, d = len(self.signal_set.levels), len(self.signal_set.distances)
        nothing = np.full((len(PREDICTORS), k), np.nan), np.full((len(POOLS), d), np.nan)
        levels = np.full(k, np.nan)
        lagged = np.full((len(LAGGED), k), np.nan)
        return Record(self.signal_set.id, 0.0, levels, levels, *nothing, np.zeros(k + d), lagged, lagged, np.zeros(k))

    def spreads(self, window: Window, history: History, normal: Normal, recall: Recall | None = None) -> Spreads:
        """Spreads and tails by the records of windows that had ended at an instant which the calendar fixes."""
        known = known_at(history.calendar.facts(window), window)
        past = history.before(known, self.memory, normal.rulings.excluded)
        key = (known, len(past), normal.rulings)
        if self._kept is not None and self._kept[0] is history and self._kept[1] == key:
            return self._kept[2]

        # of a dismissed window the record is needed whatever the instant: it ended before it was answered
        told = normal.rulings.dismissed_among(history.windows)
        dismissed = dict(zip(told, history.records(told), strict=True))

        def fit() -> Spreads:
            fitted = Spreads.fit(
                self._known(past, history),
                self.signal_set,
                normal,
                alerts_per_window=self.alerts_per_window,
                learning=self.learning,
                dismissed=dismissed,
                slow=self._slow(known, history, normal),
                tuning=self.tuning,
            )
            return replace(fitted, walk=self._walk(window, past, history, normal))

        spreads = recall(known, normal.rulings, fit) if recall and len(past) >= self.tuning.spreads.least else fit()
        self._kept = (history, key, spreads)  # one is enough: windows come in order
        return spreads

    def _known(self, windows: Sequence[Window], history: History) -> list[tuple[Window, Record]]:
        """Records that speak of the same numbers."""
        records = zip(windows, history.records(windows), strict=True)
        return [(w, r) for w, r in records if r.signal_set == self.signal_set.id]

    def _slow(self, known: datetime, history: History, normal: Normal) -> Slow:
        """What slow drift is measured by: windows that had ended four weeks ago, or the first ones there were."""
        excluded, least = normal.rulings.excluded, self.pace.least
        old = self._known(history.before(known - LAG, self.memory, excluded), history)
        if sum(bool(np.isfinite(r.pooled).any()) for _, r in old) < least:
            all_of_it = self._known(history.before(known, self.memory, excluded), history)
            there = [k for k, (_, r) in enumerate(all_of_it) if np.isfinite(r.pooled).any()]
            old = all_of_it[: there[least - 1] + 1] if len(there) >= least else []
        gone = normal.spreads([w for w, _ in old])
        return Slow.fit(old, self.signal_set, gone, least, self.tuning.spreads)

    def _walk(self, window: Window, past: Sequence[Window], history: History, normal: Normal) -> Walk:
        """What a walk is measured by: all windows that had ended, the last ones apart from the older ones."""
        facts, known = history.calendar.facts, self._known(past, history)
        seasons = [(w, facts(w), r) for w, r in known]
        gone = normal.levels([w for w, _ in known])
        return Walk.fit(seasons, facts(window), self.signal_set, gone, self.kind, self.tuning).kept()

    def _distances_of(self, sample: Sample, expectation: Expectation, normal: Normal) -> Floats:
        """[R, D] to every pool; of accepted columns only to what is left of it."""
        nothing = np.full(len(self.signal_set.distances), np.nan)
        out = []
        for name in POOLS:
            windows = expectation.pools.get(name, ())
            distance = sample.distance(name, windows) if windows else nothing
            for columns, left in normal.distances(windows) if windows else ():
                if len(left) < len(windows):
                    distance = np.where(columns, sample.distance(name, left) if left else nothing, distance)
            out.append(distance)
        return np.array(out)
