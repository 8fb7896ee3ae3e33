"""What like windows were: the range of a number in the windows that the calendar names, known before it came.

The one band that a person is shown. It rests on nothing that the window itself holds: neither on the prediction that
came nearest to it nor on how rare an alert is to be. So it is as wide for a fine window as for one that alerts, and a
reader can look the windows up. Where an alert begins is said apart, in small print (decision 0033).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import nan

import numpy as np

from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judgement
from tidegauge.decisions.record import Record
from tidegauge.references.ladder import Chosen
from tidegauge.references.pinned import Pinned
from tidegauge.stages.figures import Figures
from tidegauge.stages.findings import MOST_SCORES, Floats, band_of, score_of
from tidegauge.stages.measures import Measure
from tidegauge.statistics import LEVELS
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.statistics.statistic import Statistic
from tidegauge.statistics.volume import Volume
from tidegauge.wording.lookup import find

CAN_GO = frozenset(name for name, level in LEVELS.items() if type(level).gone is not Statistic.gone)  # say "nothing"


@dataclass(frozen=True, slots=True)
class Range:
    """A number in like windows, as a person reads it; nan where none of them has it."""

    least: float
    middle: float
    most: float
    words: str = ""  # "8 past Mondays": those that have it


@dataclass(frozen=True, slots=True)
class LikeWindows:
    """The windows that one is held against, with all that was stored of them before it came."""

    pool: str
    windows: tuple[Window, ...]
    words: str
    measure: Measure
    history: History
    normal: Normal
    figures: Figures | None = None  # the numbers of performance, where the stage has any

    @classmethod
    def of(
        cls, choice: Chosen, measure: Measure, history: History, normal: Normal, figures: Figures | None = None
    ) -> "LikeWindows":
        """Of a pinned past there are none: it may be another model version's, with a history of its own."""
        windows = () if choice.pool == Pinned.name else choice.windows
        return cls(choice.pool, windows, choice.words, measure, history, normal, figures)

    def range(self, k: int) -> Range:
        """The range of the k-th signal."""
        signal_set = self.measure.signal_set
        records = self.history.records(self.left(signal := signal_set.signals[k]))
        found = np.array([value_of(r, signal_set, k) for r in records])
        return self._range(found, partial(self.measure.natural, signal), partial(band_of, self.measure, signal))

    def range_of(self, figures: Figures, f: int, segment: str = WHOLE) -> Range:
        """The range of the f-th number of performance, by the same rule: of one that no decision follows, too."""
        signal = figures.signals[f]
        found = figures.levels_in(self.left(signal), f, segment)
        return self._range(found, partial(figures.natural, f), partial(figures.band, f))

    def left(self, signal: Signal) -> list[Window]:
        """The like windows that say what is normal of a signal, by what people have said."""
        return self.normal.left(signal.column, signal.others, self.windows)

    def _range(
        self,
        found: Floats,
        natural: Callable[[float], float],
        band: Callable[[float, float], tuple[float, float]],
    ) -> Range:
        """From a signal's levels in like windows, by what brings them to a reader's unit."""
        found = found[np.isfinite(found)]
        if not len(found):
            return Range(nan, nan, nan)
        least, most = band(float(found.min()), float(found.max()))
        middle = natural(float(np.median(found)))
        return Range(least, middle, most, f"{len(found)} {self.words}" if len(found) > 1 else "one window like it")

    def led(self, findings: Sequence[Finding], judgement: Judgement, *, fine: bool = False) -> tuple[Finding, ...]:
        """The same findings, a column that is missing or stuck led by just that.

        On its second day that is what the last window held too, and so no number that is far from every prediction:
        the sentence would go on about a distance, or about nothing at all.
        """
        led = tuple(self._led(f, judgement) for f in findings)
        return (*self._still(led, judgement), *led) if fine else led

    def _still(self, findings: Sequence[Finding], judgement: Judgement) -> Iterator[Finding]:
        """Of a fine window the columns that say nothing, as they did in the window before.

        Expected by that one nothing is strange of them, and nothing is found; but like windows they are not.
        """
        signal_set, x, found = self.measure.signal_set, judgement.record.x, {f.column for f in findings}
        silent = dict.fromkeys(
            t.column
            for k, t in enumerate(signal_set.levels)
            if t.statistic in CAN_GO
            and t.segment == WHOLE
            and t.column not in found
            and LEVELS[t.statistic].gone(self.measure.natural(t, float(x[k])), 0.0)
        )
        led = (self._led(Finding(column, WHOLE, 0.0, ()), judgement) for column in silent)
        yield from (f for f in led if f.scores)

    def _led(self, finding: Finding, judgement: Judgement) -> Finding:
        signal_set, x = self.measure.signal_set, judgement.record.x
        for k, t in enumerate(signal_set.levels):
            known = find(t.statistic) if t.column == finding.column and t.segment == WHOLE else None
            if known is None or not known.gone(value := self.measure.natural(t, float(x[k])), 0.0):
                continue
            like = self.range(k)
            if like.words and known.gone(value, like.most):
                keys = tuple(w.key for w in self.left(t))
                first = replace(score_of(judgement, self.measure, k), pool=self.pool, windows=keys)
                first = replace(first, value=value, expected=like.middle, low=nan, high=nan, over=0)
                return _led_by(first, t, finding)
        return finding

    def empty(self, finding: Finding) -> Finding:
        """The finding of a window without rows, with how many like windows had."""
        k = self.measure.signal_set.places.get((VOLUME, Volume.name, WHOLE, (), ""))
        like = None if k is None else self.range(k)
        if like is None or not like.words:
            return finding
        no, keys = nan, tuple(w.key for w in self.windows)
        none = Score(VOLUME, Volume.name, WHOLE, 0.0, like.middle, no, no, no, no, self.pool, 0, keys)
        return replace(finding, scores=(replace(none, least=like.least, most=like.most, like=like.words),))

    def beside(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The same findings, each score with what like windows were."""
        told = (replace(f, scores=tuple(self._ranged(s) for s in f.scores)) for f in findings)
        return tuple(self.empty(f) if f.column == VOLUME and not f.scores else f for f in told)

    def _ranged(self, score: Score) -> Score:
        said = bool(score.over or score.like)  # already, of other windows
        k = None if said else place_of(self.measure.signal_set, score)
        if k is None:
            return score
        found = self.range(k)
        return replace(score, least=found.least, most=found.most, like=found.words) if found.words else score


def value_of(record: Record, signal_set: SignalSet, k: int) -> float:
    """The k-th number of a window, of a distance the one to the nearest pool: on the scale of decisions."""
    levels = len(signal_set.levels)
    if k < levels:
        return float(record.x[k])
    column = record.distances[:, k - levels]
    return nan if np.isnan(column).all() else float(np.nanmin(column))


def place_of(signal_set: SignalSet, score: Score) -> int | None:
    """Which signal of the signal set a score is of."""
    return signal_set.places.get((score.column, score.statistic, score.segment, score.others, score.cells))


def _led_by(first: Score, signal: Signal, finding: Finding) -> Finding:
    """The finding with another first score, of a signal of the whole window."""
    others = tuple(s for s in finding.scores if s.statistic != signal.statistic or s.segment != WHOLE)
    return replace(finding, segment=WHOLE, scores=(first, *others)[:MOST_SCORES])
