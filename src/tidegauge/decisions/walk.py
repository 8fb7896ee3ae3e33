"""A walk: what moves so little a week that four weeks ago it was hardly less far, told by longer averages.

A number that climbs by half a spread a week is never strange: not beside last Monday, nor beside four weeks ago. But
its mean over whole weeks is known far better than any day of it. So the last week (of labels also the last four) is
averaged and counted against all that is older than four weeks, the weekly season left out, in what such averages vary
by **if windows were independent**, times how much more than that the number's own weeks have varied. A number whose
weeks never wandered earns a near limit by that, and weather a far one.

Only what a column is by itself is asked, and what labels say: how columns go together is learnt anew all the time.
An average counts as twice what seven of ten windows reach at most: some bad days are no walk, and have been told when
they came. Holidays are left out on both sides.

Source: Shewhart charts of rational subgroups, W. Shewhart (1931); the variance ratio, A. Lo and A. MacKinlay, Stock
market prices do not follow random walks (1988); quantiles of χ² by E. Wilson and M. Hilferty (1931).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE, Window
from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import mean, median, quantile, spread
from tidegauge.decisions.slow import WEEKS, SlowScored
from tidegauge.references.calendar import Season
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning, WalkTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Past = Sequence[tuple[Window, Season, Record]]  # oldest first
T = TypeVar("T", bound=np.generic)
NOWHERE = np.zeros(0, dtype=np.int64)


def limits(signal_set: SignalSet, tuning: WalkTuning = SHIPPED.decisions.walk) -> Floats:
    """[L, W, K] how far an average may lie, for each lag and each width; ∞ of what is not asked."""
    levels, t = signal_set.levels, tuning
    whole = np.array([s.segment == WHOLE for s in levels], dtype=bool)
    labels = np.array([s.of_labels for s in levels], dtype=bool)
    asked = np.isin(np.arange(len(levels)), _asked(signal_set))
    heavy = 1 + t.heavy * np.maximum([s.shape for s in levels], 0.0)  # a month moves a mean, and hardly a share
    near = [np.where(whole, np.where(labels, t.labels, own), t.segment) for own in (t.own, t.far * heavy)]
    wide = np.where(whole & labels, t.labels, np.where(whole & (heavy <= 1), t.wide, np.inf))
    return np.asarray(np.where(asked, np.array([[n, wide] for n in near]).reshape(2, 2, len(levels)), np.inf))


def wandering(weeks: Floats, scale: Floats, length: int, tuning: WalkTuning = SHIPPED.decisions.walk) -> Floats:
    """[K] how many times as far as means of independent windows those of whole weeks [W, K] have varied; 1 at least.

    Of few weeks so much as they may yet vary by: the upper end of an interval.

    >>> weeks = np.array([[0.1], [-0.1]] * 10)
    >>> wandering(weeks, np.array([0.1]), 4).round(2).tolist()
    [2.34]
    """
    n = np.maximum(np.count_nonzero(~np.isnan(weeks), axis=0), 1)
    low = n * (1 - 2 / (9 * n) - tuning.quantile * np.sqrt(2 / (9 * n))) ** 3  # of χ², of so many degrees of freedom
    means = scale / np.sqrt(length)
    usual = np.sqrt(mean(weeks**2) * n / low) / means
    farthest = np.fmax.reduce(np.abs(weeks), initial=0.0) / means / tuning.farthest
    return np.asarray(np.fmax(np.fmax(usual, farthest), 1.0))


@dataclass(frozen=True)
class Walk:
    """What the windows up to an instant say of the next one's averages, number by number; NaN where they do not.

    L lags, W widths: see `Stride`. A: the levels that are asked.
    """

    at: Ints  # [A] their places
    usual: Floats  # [L, A] the level of the next window, as it was so long ago and before
    unit: Floats  # [L, A] the spread of single windows about that, times how much whole weeks vary beyond chance
    mean: Floats  # [L, W, A] of the last windows, from their own usual
    reached: Floats  # [L, W, A] what seven of ten of them reach, on the mean's side

    @classmethod
    def nothing(cls, at: Ints = NOWHERE) -> Self:
        """Of no history."""
        one, each = np.full((2, len(at)), np.nan), np.full((2, 2, len(at)), np.nan)
        return cls(at, one, one.copy(), each, each.copy())

    @classmethod
    def fit(
        cls,
        past: Past,
        coming: Season,
        signal_set: SignalSet,
        gone: Mask | None,
        kind: str,
        tuning: DecisionTuning = SHIPPED.decisions,
    ) -> Self:
        """From the records of windows that had ended, for the one that comes; `gone` [T, K]: no sign of normal."""
        t, stride = tuning.walk, tuning.walk.strides[kind]
        if not stride.widths or len(past) - min(stride.lags) + 1 < stride.least:
            return cls.nothing()
        found = cls.nothing(_asked(signal_set))
        x = _walked(past, found.at, gone)
        error = np.array([r.error[found.at] for _, _, r in past])
        days = np.array([s.weekday for _, s, _ in past])
        for k, lag in enumerate(stride.lags):
            old = len(past) - lag + 1
            if old < stride.least:
                continue
            usual = _usual(x[:old], days[:old], t.alike)
            away = x - usual[days]
            scale = np.fmax(
                spread(away[:old], tuning.spreads, signal_set.unbounded[found.at]),
                _least(error, old, signal_set, found.at, kind, tuning),
            )
            end = np.where(signal_set.unbounded[found.at], tuning.spreads.far * scale, np.inf)
            away = np.clip(away, -end, end)
            enough = np.count_nonzero(~np.isnan(away[:old]), axis=0) >= stride.least * t.there
            restless = wandering(_weeks(away[:old], stride.block), scale, stride.block, t)
            found.usual[k], found.unit[k] = usual[coming.weekday], np.where(enough, scale * restless, np.nan)
            for w, width in enumerate(stride.widths):
                last = away[len(away) - (width - 1) :]
                there = np.count_nonzero(~np.isnan(last), axis=0) >= t.there * len(last)
                found.mean[k, w] = np.where(there, mean(last), np.nan)
                few = np.where(found.mean[k, w] > 0, *(quantile(last, q) for q in (t.few, 1 - t.few)))
                found.reached[k, w] = np.where(there, few, np.nan)
        return found

    def judge(
        self, signal_set: SignalSet, x: Floats, kind: str, slow: SlowScored, tuning: DecisionTuning = SHIPPED.decisions
    ) -> SlowScored:
        """What has built up by a window [K], with what walked: of each number what is farther over its limit."""
        stride, at = tuning.walk.strides[kind], self.at
        if not stride.widths or not len(at):
            return slow
        width = np.array(stride.widths, dtype=np.float64)[None, :, None]
        now = (x[at] - self.usual)[:, None]
        means = np.where(np.isnan(now), self.mean, self.mean + (now - self.mean) / width)
        away = _held(means, self.reached, tuning.slow.outlier)
        unit = self.unit[:, None] / np.sqrt(width)
        asked = (
            np.isfinite(away)
            & np.isfinite(unit)
            & ~(signal_set.one_sided[at] & ~(away > 0))
            & ~(signal_set.only_falls[at] & ~(away < 0))
        )
        z = np.where(asked, np.abs(away) / np.where(asked, unit, 1.0), 0.0)
        edges = limits(signal_set, tuning.walk)[..., at]
        flat = [a.reshape(-1, len(at)) for a in np.broadcast_arrays(z / edges, z, edges, edges * unit, away)]
        which, every = flat[0].argmax(axis=0), np.arange(len(at))
        over, z, edge, reach, far = (a[which, every] for a in flat)
        nearer = np.where(slow.surprise[at] > 0, slow.z[at] / slow.edge[at], 0.0)  # 0: of what got better
        walks, lag = over > nearer, which // len(stride.widths)
        weeks = np.array(stride.lags)[lag] * WEEKS // min(stride.lags)
        return replace(
            slow,
            z=_put(slow.z, at, walks, z),
            edge=_put(slow.edge, at, walks, edge),
            reach=_put(slow.reach, at, walks, reach),
            expected=_put(slow.expected, at, walks, self.usual[lag, every]),
            away=_put(slow.away, at, walks, far),
            widths=_put(slow.widths, at, walks, np.array(stride.widths)[which % len(stride.widths)]),
            weeks=_put(slow.weeks, at, walks, weeks),
            surprise=_put(slow.surprise, at, walks, SlowScored.ranked(over, tuning.slow)),
            strength=float(max(slow.strength, over.max(initial=0.0))),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """By name, with seven digits: at [A], usual and unit [L, A], mean and reached [L, W, A]."""
        return {k: a.astype(np.int64 if a is self.at else np.float32) for k, a in vars(self).items()}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Self:
        """What `arrays` were taken of; of none, as stores had before, nothing."""
        if not arrays:
            return cls.nothing()
        numbers = {k: a.astype(np.float64) for k, a in arrays.items() if k != "at"}
        return cls(at=arrays["at"].astype(np.int64), **numbers)

    def kept(self) -> Self:
        """The same as it will be read back."""
        return type(self).of(self.arrays())


def _asked(signal_set: SignalSet) -> Ints:
    """[A] the places of the levels that may walk."""
    return np.flatnonzero([s.walks and not s.tied for s in signal_set.levels])


def _walked(past: Past, at: Ints, gone: Mask | None) -> Floats:
    """[T, A] the levels that may walk, window by window; NaN where they are no sign of normal: `gone` [T, K]."""
    dull = np.array([s.special or not np.isfinite(r.residuals).any() for _, s, r in past])[:, None]
    x = np.where(dull, np.nan, [r.x[at] for _, _, r in past])
    return x if gone is None else np.where(gone[:, at], np.nan, x)


def _put(into: NDArray[T], at: Ints, where: Mask, values: NDArray[T]) -> NDArray[T]:
    """[K] a copy with some values at some of the places."""
    out = into.copy()
    out[at[where]] = values[where]
    return out


def _held(means: Floats, reached: Floats, outlier: float) -> Floats:
    """[...] means that are at most so many times what most windows reach."""
    size = np.where(means * reached > 0, np.minimum(np.abs(means), outlier * np.abs(reached)), 0.0 * means)
    return np.asarray(np.sign(means) * size)


def _usual(x: Floats, classes: NDArray[np.int64], alike: int) -> Floats:
    """[7, K] the middle of each weekday's windows [T, K]; of all where there are too few."""
    whole = median(x)
    out = np.repeat(whole[None], 7, axis=0)
    for day in np.unique(classes):
        mine = x[classes == day]
        enough = np.count_nonzero(~np.isnan(mine), axis=0) >= alike
        out[day] = np.where(enough, median(mine), whole)
    return out


def _least(error: Floats, old: int, v: SignalSet, at: Ints, kind: str, tuning: DecisionTuning) -> Floats:
    """[A] the least spread of single windows that their rows, those of the old or of the last ones, allow."""
    t, last = tuning.spreads, error[len(error) - tuning.walk.strides[kind].block :]
    rows = t.sampling * np.fmax(median(error[:old]), median(last))
    return np.where(v.grows[at], v.floors[at], np.fmax(rows, t.smallest * v.steady[at]))


def _weeks(away: Floats, length: int) -> Floats:
    """[W, K] means of whole weeks, the newest window in the last one."""
    n = len(away) // length
    whole = away[len(away) - n * length :].reshape(n, length, away.shape[1])
    return mean(np.moveaxis(whole, 1, 0))
