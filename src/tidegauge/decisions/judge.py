"""One window against its season, one step ahead: z of every number, surprise, strength."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.expectation import POOLS, PREDICTORS, Expectation, Expecting, Normal
from tidegauge.decisions.feedback import Standing
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.decisions.slow import CANDID, LAGGED, PACES, Pace, Slow, SlowScored
from tidegauge.decisions.spreads import LEAST, SAMPLING, SMALLEST, Spreads, known_at
from tidegauge.decisions.tail import Tail
from tidegauge.decisions.vocabulary import Vocabulary
from tidegauge.nouns import Window
from tidegauge.references.base import Pool
from tidegauge.references.policy import LAG

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Recall = Callable[[datetime, Standing, Callable[[], Spreads]], Spreads]  # instant, what people said, how to fit

NOBODY = Standing()
HOLIDAY = 1.25  # a handful of others says what to expect, and clean holidays were stronger by so much (decision 0010)


@dataclass(frozen=True)
class Sample:
    """What the statistics say of one window: levels, their errors, rows; distances come on request, pool by pool."""

    x: Floats  # [K]
    error: Floats  # [K]
    n: float
    distance: Callable[[str, Sequence[Window]], Floats]  # a pool and its windows → [D]


@dataclass(frozen=True)
class Scored:
    """z of some terms, and where each comes from."""

    z: Floats
    expected: Floats  # by the nearest plausible predictor
    scale: Floats  # one z in the term's unit
    chosen: Ints  # which predictor or pool

    @classmethod
    def nothing(cls, size: int) -> "Scored":
        """Of no history."""
        blank = np.full(size, np.nan)
        return cls(np.zeros(size), blank, blank, np.zeros(size, dtype=np.int64))

    def wider(self, factor: float) -> "Scored":
        """The same where numbers may lie so many times as far from what is expected."""
        return replace(self, z=self.z / factor, scale=self.scale * factor)

    def and_(self, other: "Scored") -> "Scored":
        """Both, one after the other."""
        return Scored(
            np.append(self.z, other.z),
            np.append(self.expected, other.expected),
            np.append(self.scale, other.scale),
            np.append(self.chosen, other.chosen),
        )


@dataclass(frozen=True)
class Judgement:
    """How strange a window is, term by term, column by column and as a whole."""

    record: Record
    expectation: Expectation
    scored: Scored  # [K + D]
    surprise: Floats  # [K + D]
    columns: Floats  # [G] how surprising each group of terms is as a whole; the first ones are the columns
    tail: Tail | None
    learnt: int  # records that the verdict rests on
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
        return self.tail.reach() if self.tail else np.full(len(self.surprise), np.nan)

    @cached_property
    def sudden(self) -> float:
        """What is strange of the window itself, over the threshold."""
        if self.tail is None:
            return 0.0
        return float(self.tail.strongest(self.surprise) / self.threshold)

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
    columns that hardly have a season, trailing windows alone would flag every Sunday. A window must be strange
    against *every* plausible predictor. Row-level p-values appear only as a floor: the spread between past windows
    is what says how far is far.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        pools: Mapping[str, Pool],
        alerts_per_window: float,
        memory: int,
        learning: int,
        pinned: Callable[[Sequence[Window]], Floats] | None = None,
        lagged: Sequence[Pool] = (),
        pace: Pace = PACES["day"],
    ) -> None:
        self.vocabulary = vocabulary
        self.pools = pools
        self.alerts_per_window = alerts_per_window
        self.memory = memory  # windows that spreads and tails are fitted on
        self.learning = learning  # windows before the first verdict
        self.expecting = Expecting(vocabulary, pools, pinned, lagged)
        self.pace = pace  # of slow drift
        self._kept: tuple[History, tuple[datetime, int, Standing], Spreads] | None = None

    def judge(
        self,
        window: Window,
        sample: Sample,
        history: History,
        standing: Standing = NOBODY,
        recall: Recall | None = None,
    ) -> Judgement:
        """Score one window by what was known before it; `recall` finds spreads that were fitted before."""
        normal = Normal(standing, self.vocabulary)
        expectation = self.expecting.expect(window, history, normal)
        spreads = self.spreads(window, history, normal, recall)
        residuals = sample.x - expectation.base
        distances = self._distances_of(sample, expectation, normal)
        k, d = len(self.vocabulary.levels), len(self.vocabulary.distances)
        scored = Scored.nothing(k + d)
        if spreads.learnt >= LEAST:
            scored = self._levels(sample, expectation, residuals, spreads).and_(
                self._distances(sample, expectation, distances, spreads)
            )
            if expectation.special:
                scored = scored.wider(HOLIDAY)
        before, width = window.start, self.pace.width
        recent = history.records(history.before(before, width - 1, standing.excluded))
        slow = spreads.slow.judge(self.vocabulary, sample.x - expectation.lagged, recent, sample.error, width)
        lasting = slow.strength
        if lasting > 1:  # only then there is more to read: of hours, a week of them
            also = history.records(history.before(before, self.pace.lasting - 1, standing.excluded))
            enough = len(also) == self.pace.lasting - 1
            lasting = min((lasting, *(r.slow_strength for r in also))) if enough else 0.0
        record = Record(
            self.vocabulary.id,
            sample.n,
            sample.x,
            sample.error,
            residuals,
            distances,
            scored.z,
            slow.residuals,
            slow.pooled,
            slow.z,
            slow.strength,
        )
        tail = spreads.tail
        surprise = tail.surprise(scored.z) if tail else np.zeros(k + d)
        columns = tail.corroborated(surprise) if tail else np.zeros(self.vocabulary.groups.shape[1])
        return Judgement(record, expectation, scored, surprise, columns, tail, spreads.learnt, slow, lasting, normal)

    def blank(self) -> Record:
        """The record of a window that says nothing."""
        k, d = len(self.vocabulary.levels), len(self.vocabulary.distances)
        nothing = np.full((len(PREDICTORS), k), np.nan), np.full((len(POOLS), d), np.nan)
        levels = np.full(k, np.nan)
        lagged = np.full((len(LAGGED), k), np.nan)
        return Record(self.vocabulary.id, 0.0, levels, levels, *nothing, np.zeros(k + d), lagged, lagged, np.zeros(k))

    def spreads(self, window: Window, history: History, normal: Normal, recall: Recall | None = None) -> Spreads:
        """Spreads and tails by the records of windows that had ended at an instant which the calendar fixes."""
        known = known_at(history.calendar.facts(window), window)
        past = history.before(known, self.memory, normal.standing.excluded)
        key = (known, len(past), normal.standing)
        if self._kept is not None and self._kept[0] is history and self._kept[1] == key:
            return self._kept[2]

        # of a dismissed window the record is needed whatever the instant: it ended before it was answered
        told = normal.standing.told_of(history.windows)
        dismissed = dict(zip(told, history.records(told), strict=True))

        def fit() -> Spreads:
            return Spreads.fit(
                self._known(past, history),
                self.vocabulary,
                normal,
                alerts_per_window=self.alerts_per_window,
                learning=self.learning,
                dismissed=dismissed,
                slow=self._slow(known, history, normal),
            )

        spreads = recall(known, normal.standing, fit) if recall and len(past) >= LEAST else fit()
        self._kept = (history, key, spreads)  # one is enough: windows come in order
        return spreads

    def _known(self, windows: Sequence[Window], history: History) -> list[tuple[Window, Record]]:
        """Records that speak of the same numbers."""
        records = zip(windows, history.records(windows), strict=True)
        return [(w, r) for w, r in records if r.vocabulary == self.vocabulary.id]

    def _slow(self, known: datetime, history: History, normal: Normal) -> Slow:
        """What slow drift is measured by: windows that had ended four weeks ago, or the first ones there were."""
        excluded, least = normal.standing.excluded, self.pace.least
        old = self._known(history.before(known - LAG, self.memory, excluded), history)
        if sum(bool(np.isfinite(r.pooled).any()) for _, r in old) < least:
            all_of_it = self._known(history.before(known, self.memory, excluded), history)
            there = [k for k, (_, r) in enumerate(all_of_it) if np.isfinite(r.pooled).any()]
            old = all_of_it[: there[least - 1] + 1] if len(there) >= least else []
        gone = normal.spreads([w for w, _ in old])
        return Slow.fit(old, self.vocabulary, gone, least)

    def _distances_of(self, sample: Sample, expectation: Expectation, normal: Normal) -> Floats:
        """[R, D] to every pool; of accepted columns only to what is left of it."""
        nothing = np.full(len(self.vocabulary.distances), np.nan)
        out = []
        for name in POOLS:
            windows = expectation.pools.get(name, ())
            distance = sample.distance(name, windows) if windows else nothing
            for columns, left in normal.distances(windows) if windows else ():
                if len(left) < len(windows):
                    distance = np.where(columns, sample.distance(name, left) if left else nothing, distance)
            out.append(distance)
        return np.array(out)

    def _levels(self, sample: Sample, expectation: Expectation, residuals: Floats, spreads: Spreads) -> Scored:
        v, columns = self.vocabulary, np.arange(len(self.vocabulary.levels))
        thin = np.sqrt(max(1.0, spreads.rows / max(sample.n, 1.0)))
        scales = np.where(v.grows, spreads.scale, spreads.scale * thin)
        scales = np.where(np.isnan(expectation.base) | np.isnan(scales), np.inf, scales)
        best = np.argmin(scales, axis=0)
        least = np.where(v.grows, v.floors, np.fmax(SAMPLING * sample.error, SMALLEST))
        scale = np.fmax(scales[best, columns], least)
        plausible = (scales <= CANDID * scale) & ~np.isnan(residuals)
        candidates = np.vstack([expectation.base, expectation.extra])
        plausible = np.vstack([plausible, ~np.isnan(expectation.extra)])
        away = np.where(plausible, np.abs(sample.x - candidates), np.inf)
        chosen = np.argmin(away, axis=0)
        nearest = away[chosen, columns]
        judged = np.isfinite(nearest) & np.isfinite(scale)
        rise = np.where(plausible, sample.x - candidates, -np.inf).max(axis=0)
        judged &= ~(v.one_sided & (rise < 0))
        z = np.where(judged, np.where(judged, nearest, 0.0) / np.where(judged, scale, 1.0), 0.0)
        return Scored(z, candidates[chosen, columns], np.where(np.isfinite(scale), scale, np.nan), chosen)

    def _distances(self, sample: Sample, expectation: Expectation, distances: Floats, spreads: Spreads) -> Scored:
        if not distances.shape[1]:
            return Scored.nothing(0)
        columns = np.arange(distances.shape[1])
        usual = spreads.middle + spreads.above
        usual = np.where(np.isnan(usual) | np.isnan(distances), np.inf, usual)
        best = np.argmin(usual, axis=0)
        nearest = np.fmin.reduce(
            np.vstack([distances, sample.distance("holidays", expectation.special)[None]])
            if expectation.special
            else distances
        )
        scale = np.fmax(spreads.above[best, columns], 0.004 + 1.5 / max(sample.n, 1.0))
        expected = spreads.middle[best, columns]
        judged = np.isfinite(usual[best, columns]) & np.isfinite(nearest)
        z = np.where(
            judged,
            np.maximum(np.where(judged, nearest, 0) - np.where(judged, expected, 0), 0) / np.where(judged, scale, 1),
            0.0,
        )
        return Scored(z, expected, scale, best.astype(np.int64))


__all__ = ["NOBODY", "POOLS", "PREDICTORS", "Judge", "Judgement", "Sample", "Scored"]
