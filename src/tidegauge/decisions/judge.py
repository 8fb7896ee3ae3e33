"""One window against its season, one step ahead: predictors, spreads between windows, z, surprise, threshold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclasses read annotations
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import median, quantile, spread, spread_above
from tidegauge.decisions.tail import Tail, fit_tail
from tidegauge.decisions.vocabulary import Vocabulary
from tidegauge.nouns import Window
from tidegauge.references.base import Pool

Floats = NDArray[np.float64]

PREDICTORS = (
    "same-season",
    "day-class",
    "same-season, moved by the last week",
    "trailing",
    "the last window",
    "pinned",
    "month-day",
)
POOLS = ("same-season", "day-class", "trailing", "pinned")  # references of distances
RECENT = 7
LEAST = 8  # residuals behind a spread
CANDID = 1.25  # a predictor is plausible within this factor of the best one's spread
SAMPLING = 0.7  # of the textbook error: rows of one window are less different than independent ones
SMALLEST = 0.018  # no spread is believed below this, on the steady scales


@dataclass(frozen=True)
class Sample:
    """What the statistics say of one window: levels, their errors, rows; distances come on request, pool by pool."""

    x: Floats  # [K]
    error: Floats  # [K]
    n: float
    distance: Callable[[str, Sequence[Window]], Floats]  # a pool and its windows → [D]


@dataclass(frozen=True)
class Expectation:
    """What was to be expected of a window, before it was looked at."""

    pools: Mapping[str, tuple[Window, ...]]
    base: Floats  # [P, K] one value a predictor
    extra: Floats  # [Q, K] more that a holiday may be like
    special: tuple[Window, ...]  # holidays and weekends, for a holiday


@dataclass(frozen=True)
class Judgement:
    """How strange a window is, term by term and as a whole."""

    record: Record
    expectation: Expectation
    surprise: Floats  # [K + D]
    expected: Floats  # [K + D] by the nearest plausible predictor
    scale: Floats  # [K + D] one z in the term's unit
    reach: Floats  # [K + D] z at the edge of the band
    chosen: NDArray[np.int64]  # [K + D] which predictor or pool
    threshold: float
    learnt: int  # records that the threshold rests on

    @cached_property
    def strength(self) -> float:
        """The largest surprise over the threshold: above 1 is an alert."""
        return float(self.surprise.max(initial=0.0) / self.threshold) if np.isfinite(self.threshold) else 0.0


@dataclass(frozen=True)
class _Fit:
    """Spreads and tails, as known at an instant."""

    scale: Floats  # [P, K]
    middle: Floats  # [R, D]
    above: Floats  # [R, D]
    rows: float
    tail: Tail | None
    learnt: int


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
    ) -> None:
        self.vocabulary = vocabulary
        self.pools = pools
        self.alerts_per_window = alerts_per_window
        self.memory = memory  # windows that spreads and tails are fitted on
        self.learning = learning  # windows before the first verdict
        self.pinned = pinned  # levels of the pinned windows, where they are not the monitor's own (another version)
        self._fits: dict[tuple[datetime, int], _Fit] = {}

    def judge(self, window: Window, sample: Sample, history: History) -> Judgement:
        """Score one window by what was known before it."""
        expectation = self.expect(window, history)
        fit = self._fit(window, history)
        k = len(self.vocabulary.levels)
        residuals = sample.x - expectation.base
        nothing = np.full(len(self.vocabulary.distances), np.nan)
        pools = expectation.pools
        distances = np.array([sample.distance(p, pools[p]) if pools.get(p) else nothing for p in POOLS])
        z, expected, scale, chosen = np.zeros(k), np.full(k, np.nan), np.full(k, np.nan), np.zeros(k, dtype=np.int64)
        dz, d_expected, d_scale, d_chosen = (np.zeros(len(self.vocabulary.distances)) for _ in range(4))
        if fit is not None:
            z, expected, scale, chosen = self._levels(sample, expectation, residuals, fit)
            dz, d_expected, d_scale, d_chosen = self._distances(sample, expectation, distances, fit)
        record = Record(self.vocabulary.id, sample.n, sample.x, sample.error, residuals, distances, np.append(z, dz))
        tail = fit.tail if fit else None
        return Judgement(
            record=record,
            expectation=expectation,
            surprise=tail.surprise(record.z) if tail else np.zeros(len(record.z)),
            expected=np.append(expected, d_expected),
            scale=np.append(scale, d_scale),
            reach=tail.reach() if tail else np.full(len(record.z), np.nan),
            chosen=np.append(chosen, d_chosen).astype(np.int64),
            threshold=tail.threshold if tail else np.inf,
            learnt=fit.learnt if fit else 0,
        )

    def expect(self, window: Window, history: History) -> Expectation:
        """The predictions for a window: medians over pools of past windows, named by the calendar alone."""
        calendar, size = history.calendar, len(self.vocabulary.levels)
        chosen = {name: pool.choose(window, history.candidates, calendar) for name, pool in self.pools.items()}
        if "same-hour" in chosen:  # of hours, days of a class are alike at the same hour
            chosen["day-class"] = chosen["same-hour"]
        middle = {name: median(self._levels_of(name, w, history)) for name, w in chosen.items()}
        nothing = np.full(size, np.nan)
        same, alike, recent, pinned = (middle.get(name, nothing) for name in POOLS)
        month = middle.get("month-day", nothing)
        past = history.until(window.start, RECENT)
        moved = median(np.array([r.residuals[0] for r in past])) if len(past) == RECENT else np.zeros(size)
        last = past[-1].x if past and "trailing" in self.pools else nothing
        base = np.array([same, alike, same + np.nan_to_num(moved), recent, last, pinned, month])
        special = [name for name in ("holidays", "weekends") if chosen.get(name)]
        extra = [middle[name] for name in special] + ([alike, recent] if special else [])
        holidays = tuple(w for name in special for w in chosen[name])
        return Expectation(chosen, base, np.array(extra).reshape(len(extra), size), holidays)

    def _levels_of(self, pool: str, windows: Sequence[Window], history: History) -> Floats:
        """[T, K] the levels of a pool's windows."""
        if not windows:
            return np.full((1, len(self.vocabulary.levels)), np.nan)
        if pool == "pinned" and self.pinned is not None:
            return self.pinned(windows)
        return history.levels(windows, len(self.vocabulary.levels))

    def _levels(
        self, sample: Sample, expectation: Expectation, residuals: Floats, fit: _Fit
    ) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
        v, columns = self.vocabulary, np.arange(len(self.vocabulary.levels))
        thin = np.sqrt(max(1.0, fit.rows / max(sample.n, 1.0)))
        spreads = np.where(v.grows, fit.scale, fit.scale * thin)
        spreads = np.where(np.isnan(expectation.base) | np.isnan(spreads), np.inf, spreads)
        best = np.argmin(spreads, axis=0)
        least = np.where(v.grows, v.floors, np.fmax(np.fmax(SAMPLING * sample.error, SMALLEST), 0.0))
        scale = np.fmax(spreads[best, columns], least)
        plausible = (spreads <= CANDID * scale) & ~np.isnan(residuals)
        candidates = np.vstack([expectation.base, expectation.extra])
        plausible = np.vstack([plausible, ~np.isnan(expectation.extra)])
        away = np.where(plausible, np.abs(sample.x - candidates), np.inf)
        chosen = np.argmin(away, axis=0)
        nearest = away[chosen, columns]
        judged = np.isfinite(nearest) & np.isfinite(scale)
        rise = np.where(plausible, sample.x - candidates, -np.inf).max(axis=0)
        judged &= ~(v.one_sided & (rise < 0))
        z = np.where(judged, np.where(judged, nearest, 0.0) / np.where(judged, scale, 1.0), 0.0)
        return z, candidates[chosen, columns], np.where(np.isfinite(scale), scale, np.nan), chosen

    def _distances(
        self, sample: Sample, expectation: Expectation, distances: Floats, fit: _Fit
    ) -> tuple[Floats, Floats, Floats, Floats]:
        if not distances.shape[1]:
            empty = np.zeros(0)
            return empty, empty, empty, empty
        columns = np.arange(distances.shape[1])
        usual = np.where(np.isnan(fit.middle + fit.above) | np.isnan(distances), np.inf, fit.middle + fit.above)
        best = np.argmin(usual, axis=0)
        nearest = np.fmin.reduce(
            np.vstack([distances, sample.distance("holidays", expectation.special)[None]])
            if expectation.special
            else distances
        )
        scale = np.fmax(fit.above[best, columns], 0.004 + 1.5 / max(sample.n, 1.0))
        expected = fit.middle[best, columns]
        judged = np.isfinite(usual[best, columns]) & np.isfinite(nearest)
        z = np.where(
            judged,
            np.maximum(np.where(judged, nearest, 0) - np.where(judged, expected, 0), 0) / np.where(judged, scale, 1),
            0.0,
        )
        return z, expected, scale, best.astype(np.float64)

    def _fit(self, window: Window, history: History) -> _Fit | None:
        """Spreads and tails from records of windows that had ended when this window's local day began."""
        day = history.calendar.facts(window).start.replace(hour=0, minute=0, second=0, microsecond=0)
        known = min(day, window.start)
        past = history.until(known, self.memory)
        past = [r for r in past if r.vocabulary == self.vocabulary.id]
        key = (known, len(past))
        if key not in self._fits:
            self._fits.clear()  # one day's fit is enough: windows come in order
            self._fits[key] = self._fitted(past)
        fit = self._fits[key]
        return fit if fit.learnt >= LEAST else None

    def _fitted(self, past: Sequence[Record]) -> _Fit:
        p, k, r, d = len(PREDICTORS), len(self.vocabulary.levels), len(POOLS), len(self.vocabulary.distances)
        if len(past) < LEAST:
            return _Fit(np.full((p, k), np.nan), np.full((r, d), np.nan), np.full((r, d), np.nan), 1.0, None, len(past))
        residuals = np.array([record.residuals for record in past])
        seen = np.count_nonzero(~np.isnan(residuals), axis=0)
        scale = np.where(seen >= LEAST, spread(residuals), np.nan)
        distances = np.array([record.distances for record in past])
        middle = median(distances)
        above = spread_above(distances - middle)
        rows = float(np.median([record.n for record in past[-60:]]))
        judged = np.array([record.z for record in past])
        # the first records of a history have no z: they were scored before there was a spread
        judged = judged[np.any(judged > 0, axis=1)]
        tail = None
        if len(judged) >= self.learning:
            errors = quantile(np.array([record.error for record in past]), 0.5)
            best = np.fmin.reduce(scale)
            noise = np.append(SAMPLING * best / np.fmax(SAMPLING * errors, SMALLEST), np.full(d, np.nan))
            tail = fit_tail(judged, self.vocabulary.light, noise, self.alerts_per_window)
        return _Fit(scale, middle, above, rows, tail, len(past))
