"""How good the model was in a window whose labels have not come: a pure function of the store.

An estimate of a window follows from its scores and from the labels of earlier windows that runs had decided by the
moment its rows were due: rows of the store, whichever run has put them there, and nothing that a replay has counted
ahead of them. Nothing of it is stored (decision 0055).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite, nan

import numpy as np

from tidegauge.core.estimate import Estimate
from tidegauge.core.window import Window
from tidegauge.decisions.calibration import Expected, Floats, expected_accuracy, expected_area, isotonic, smooth
from tidegauge.decisions.estimate_record import TrackRecord, chosen
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.contract import cut_offs_of
from tidegauge.stages.decider import Decider
from tidegauge.stages.known_labels import CellRows, KnownLabels
from tidegauge.stages.label_observer import LabelObserver
from tidegauge.statistics.accuracy import Accuracy
from tidegauge.statistics.auc import AreaUnderCurve
from tidegauge.statistics.labelled import BINARY
from tidegauge.tuning.estimate_tuning import EstimateTuning

ESTIMATED = (Accuracy.name, AreaUnderCurve.name)  # what can be said of expected labels by cell
SEASON, LONG, EVERY = "season", "long", "every"


@dataclass(frozen=True)
class Estimating:
    """Tells the estimates of a source's windows; remembers for as long as it lives what it has worked out: one look."""

    labels: KnownLabels
    wait: timedelta  # after a window's end, until its rows are due
    tuning: EstimateTuning
    excluded: Callable[[Window], Collection[Window]]  # by what people have said, as of a window
    _known: dict[Window, Mapping[Window, CellRows]] = field(default_factory=dict)
    _ways: dict[Window, Mapping[str, tuple[Expected, ...]]] = field(default_factory=dict)
    _made: dict[Window, tuple[Estimate, ...]] = field(default_factory=dict)
    _naive: dict[Window, tuple[float, ...]] = field(default_factory=dict)
    _offs: dict[tuple[CellRows, int, str], tuple[float, float] | None] = field(default_factory=dict)

    def of(self, window: Window) -> tuple[Estimate, ...]:
        """One window's, a number each of `ESTIMATED`; none where nothing can be said of its labels at all."""
        made = self._within(window)
        return tuple(self._owned(e, m) for m, e in enumerate(made))

    def _within(self, window: Window) -> tuple[Estimate, ...]:
        """The same, whatever has come since of the windows before it."""
        if window not in self._made:
            ways = self._expected(window)
            some = range(len(ESTIMATED)) if ways else ()
            self._made[window] = tuple(self._estimate(window, m, ways) for m in some)
        return self._made[window]

    def _estimate(self, window: Window, m: int, ways: Mapping[str, tuple[Expected, ...]]) -> Estimate:
        record = {way: self._past(window, m, way) for way in ways}
        naive = self._past(window, m, "")
        here = {way: found[m] for way, found in ways.items()}
        best = chosen(here, record, naive, self.tuning)
        return Estimate(window, ESTIMATED[m], *best)

    def _owned(self, made: Estimate, m: int) -> Estimate:
        """Disowned, where the last labels to have come by then lay outside the intervals of their estimates."""
        since = None
        for window, came in reversed(list(self._mature(made.window).items())):
            before, value = self._within(window), came.realised[m]
            if not before or not np.isfinite([before[m].low, value]).all():
                break
            if before[m].low <= value <= before[m].high:
                break
            since = window
        return made if since is None else replace(made, since=since)

    def _past(self, window: Window, m: int, way: str) -> TrackRecord:
        """How estimates of one way were off, of the windows that were mature by then; "": the plain guess."""
        last = list(self._mature(window).items())[-self.tuning.record :]
        known = [one for before, came in last if (one := self._off(before, came, m, way)) is not None]
        return TrackRecord(np.array([off for off, _ in known]), np.array([scatter for _, scatter in known]))

    def _off(self, window: Window, came: CellRows, m: int, way: str) -> tuple[float, float] | None:
        """How far one window's estimate was off, and the variance of labels alone; None where it cannot be said."""
        key = came, m, way
        if key not in self._offs:
            guess = Expected(self.naive(window, m), 0.0)
            if way:
                found = self._expected(window).get(way)
                guess = Expected(nan, nan) if found is None else found[m]
            value = came.realised[m]
            is_known = isfinite(value) and isfinite(guess.value) and isfinite(guess.variance)
            self._offs[key] = (guess.value - value, guess.variance) if is_known else None
        return self._offs[key]

    def naive(self, window: Window, m: int) -> float:
        """The mean of the last season's labels."""
        if window not in self._naive:
            last = self._last(window, SEASON)
            found = ([v for s in last if isfinite(v := s.realised[k])] for k in range(len(ESTIMATED)))
            self._naive[window] = tuple(float(np.mean(some)) if some else nan for some in found)
        return self._naive[window][m]

    def _expected(self, window: Window) -> Mapping[str, tuple[Expected, ...]]:
        """Of each way the expected numbers of a window's scores; none where too little is known."""
        if window not in self._ways:
            here = self.labels.rows(window)
            enough = here is not None and len(self._mature(window)) >= self.tuning.least
            self._ways[window] = self._worked_out(window, here) if enough and here is not None else {}
        return self._ways[window]

    def _worked_out(self, window: Window, here: CellRows) -> Mapping[str, tuple[Expected, ...]]:
        out = {}
        score = here.scores / np.maximum(here.n, 1.0)
        for way in (EVERY, LONG, SEASON):
            shares = self._shares(self._last(window, way), smoothed=way == LONG)
            if np.isfinite(shares).all():
                out[way] = expected_accuracy(here.n, shares, score), expected_area(here.n, shares)
        return out

    def _shares(self, some: Sequence[CellRows], *, smoothed: bool) -> Floats:
        """[cells] the share of labels 1 of each, by some windows together."""
        n, ones = sum(s.n for s in some), sum(s.ones for s in some)
        if not smoothed:
            return isotonic(np.asarray(n), np.asarray(ones))
        n = np.asarray(n)
        there, scores = np.flatnonzero(n > 0), np.asarray(sum(s.scores for s in some))
        if not len(there):
            return np.full(len(n), np.nan)
        score = np.interp(np.arange(len(n)), there, scores[there] / n[there])
        return smooth(n, np.asarray(ones), score, self.tuning.shrunk)

    def _last(self, window: Window, way: str) -> list[CellRows]:
        most = {SEASON: self.tuning.season, LONG: self.tuning.long, EVERY: self.tuning.every}[way][window.kind]
        return list(self._mature(window).values())[-most:]

    def _mature(self, window: Window) -> Mapping[Window, CellRows]:
        """Windows before it that were mature when its rows were due, oldest first, by what was known then."""
        if window not in self._known:
            moment: datetime = window.end + self.wait
            most = self.tuning.every[window.kind]
            found = self.labels.by(moment, most, self.excluded(window))
            self._known[window] = {w: s for w, s in found.items() if w < window}
        return self._known[window]


def estimating(decider: Decider | None) -> Estimating | None:
    """What tells the estimates of a monitor's windows; None where its labels are not 0 and 1, or it has none."""
    if decider is None or not isinstance(seen := decider.observer, LabelObserver):
        return None
    cut_offs, versions = cut_offs_of(decider.monitor), seen.measure.versions
    if cut_offs is None or task_of(versions.newest.unit).name not in BINARY or on_a_line(versions.first.layout) is None:
        return None
    decided = decider.store.decisions.evidences(decider.monitor.name, seen.stage)
    labels = KnownLabels(seen.profiles, versions, seen.prediction, cut_offs, seen.ripening, decided.keys())
    wait = decider.monitor.window.wait
    return Estimating(labels, wait, decider.tuning.estimates, lambda w: decider.rulings(w).excluded)
