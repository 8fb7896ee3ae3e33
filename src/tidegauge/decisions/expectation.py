"""What is to be expected of a window before it is looked at: several predictions for each number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Accepted, Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.robust import median
from tidegauge.decisions.slow import LAGGED
from tidegauge.references.base import CandidatePool
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import ExpectationTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

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


@dataclass(frozen=True)
class Expectation:
    """What was to be expected of a window, before it was looked at."""

    pools: Mapping[str, tuple[Window, ...]]
    base: Floats  # [P, K] one value a predictor
    extra: Floats  # [Q, K] more that a holiday may be like
    special: tuple[Window, ...]  # holidays and weekends, for a holiday
    lagged: Floats  # [L, K] what was to be expected four weeks ago
    earlier: tuple[tuple[Window, ...], ...] = ()  # [L] the windows behind that


@dataclass(frozen=True)
class Normal:
    """Which past windows may say what is normal, column by column: what people confirmed or accepted is heeded here."""

    rulings: Rulings = field(default_factory=Rulings)
    signal_set: SignalSet = field(default_factory=lambda: SignalSet((), ()))

    def levels(self, windows: Sequence[Window]) -> Mask | None:
        """[T, K] which levels of some windows are no reference: those from before a new normal; None: all are."""
        return self._mask(windows, len(self.signal_set.levels), lambda w, a: w < a.since)

    def left(self, column: str, others: Sequence[str], windows: Sequence[Window]) -> list[Window]:
        """The windows that are a reference for a signal still."""
        since = [a.since for a in self.rulings.accepted if touches(column, others, a.columns)]
        return [w for w in windows if all(w >= s for s in since)]

    def spreads(self, windows: Sequence[Window]) -> Mask | None:
        """[T, K + D] which signals of some windows say nothing of a spread: the passage to a new normal."""
        return self._mask(windows, len(self.signal_set.signals), lambda w, a: w in a.windows)

    def distances(self, windows: Sequence[Window]) -> list[tuple[Mask, tuple[Window, ...]]]:
        """For the distances of accepted columns [D]: which they are, and the windows that are left for them."""
        k = len(self.signal_set.levels)
        out = []
        for a in self.rulings.accepted:
            columns = np.array([t.column in a.columns for t in self.signal_set.signals[k:]], dtype=bool)
            out.append((columns, tuple(w for w in windows if w >= a.since)))
        return out

    def _mask(self, windows: Sequence[Window], signals: int, gone: Callable[[Window, Accepted], bool]) -> Mask | None:
        """[T, signals] which are gone, by what people accepted; None: none."""
        if not self.rulings.accepted:
            return None
        out = np.zeros((len(windows), signals), dtype=bool)
        for a in self.rulings.accepted:
            columns = np.array([touches(t.column, t.others, a.columns) for t in self.signal_set.signals[:signals]])
            rows = np.array([gone(w, a) for w in windows], dtype=bool)
            out |= rows[:, None] & columns[None, :]
        return out


def touches(column: str, others: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a signal is about any of some columns."""
    return column in columns or any(c in columns for c in others)


class Expecting:
    """Makes expectations: medians over pools of past windows that the calendar names."""

    def __init__(
        self,
        signal_set: SignalSet,
        pools: Mapping[str, CandidatePool],
        pinned: Callable[[Sequence[Window]], Floats] | None = None,
        lagged: Sequence[CandidatePool] = (),
        tuning: ExpectationTuning = SHIPPED.decisions.expectation,
    ) -> None:
        self.signal_set, self.pools, self.pinned, self.tuning = signal_set, pools, pinned, tuning
        self.lagged = lagged  # pools of windows from four weeks ago and before

    def expect(self, window: Window, history: History, normal: Normal) -> Expectation:
        """The predictions for a window."""
        size, excluded = len(self.signal_set.levels), normal.rulings.excluded
        candidates = history.candidates_but(excluded)
        chosen = self._chosen(window, candidates, history)
        middle = {name: median(self._levels(name, w, history, normal)) for name, w in chosen.items()}
        past = history.before(window.start, self.tuning.recent, excluded)
        base = self._base(middle, past, history, normal)
        special = [name for name in ("holidays", "weekends") if chosen.get(name)]
        extra = [middle[name] for name in special]
        if special:
            extra += [base[PREDICTORS.index(name)] for name in ("day-class", "trailing")]
        holidays = tuple(w for name in special for w in chosen[name])
        before = [pool.choose(window, candidates, history.calendar) for pool in self.lagged]
        lagged = self._lagged_levels(before, history, normal)
        return Expectation(chosen, base, np.array(extra).reshape(len(extra), size), holidays, lagged, tuple(before))

    def _chosen(self, window: Window, candidates: Sequence[Window], history: History) -> dict[str, tuple[Window, ...]]:
        """What each pool holds for a window."""
        chosen = {name: pool.choose(window, candidates, history.calendar) for name, pool in self.pools.items()}
        if "same-hour" in chosen:  # of hours, days of a class are alike at the same hour
            chosen["day-class"] = chosen["same-hour"]
        return chosen

    def _base(self, middle: Mapping[str, Floats], past: Sequence[Window], history: History, normal: Normal) -> Floats:
        """[P, K] one value a predictor, from the middle of each pool and the windows just before; NaN without any."""
        size = len(self.signal_set.levels)
        nothing = np.full(size, np.nan)
        same, alike, recent, pinned = (middle.get(name, nothing) for name in POOLS)
        month = middle.get("month-day", nothing)
        moved = np.zeros(size)
        if len(past) == self.tuning.recent:
            moved = median(np.array([r.residuals[0] for r in history.records(past)]))
        last = nothing
        if past and "trailing" in self.pools:
            last = self._levels("trailing", past[-1:], history, normal)[0]
        return np.array([same, alike, same + np.nan_to_num(moved), recent, last, pinned, month])

    def _lagged_levels(self, before: Sequence[Sequence[Window]], history: History, normal: Normal) -> Floats:
        """[L, K] what was to be expected four weeks ago, by each lagged pool; NaN where it holds too few windows."""
        lagged = np.full((len(LAGGED), len(self.signal_set.levels)), np.nan)
        for row, windows in zip(lagged, before, strict=False):
            if len(windows) >= self.tuning.least_lagged:
                row[:] = median(self._levels("lagged", windows, history, normal))
        return lagged

    def _levels(self, pool: str, windows: Sequence[Window], history: History, normal: Normal) -> Floats:
        """[T, K] the levels of a pool's windows; NaN where they are no reference any more."""
        if not windows:
            return np.full((1, len(self.signal_set.levels)), np.nan)
        if pool == "pinned" and self.pinned is not None:
            return self.pinned(windows)
        levels = history.levels(windows, len(self.signal_set.levels))
        gone = normal.levels(windows)
        return levels if gone is None else np.where(gone, np.nan, levels)
