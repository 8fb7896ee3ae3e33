"""A decided window as points: what each series of its stage is, with the band that a person would be shown.

The band is what like windows were before it (decision 0033), the same one that the report draws: it is as wide for a
fine window as for one that alerts, for it rests on nothing that the window itself holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from types import MappingProxyType

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.point import DECISION, OTHERS, PARITY, Series, SeriesPoint
from tidegauge.core.window import VOLUME, WHOLE
from tidegauge.decisions.judge import Judgement
from tidegauge.stages.like_windows import LikeWindows, value_of
from tidegauge.stages.parity_series import Numbers, Place
from tidegauge.stages.series import ALERT, BROKEN, EARLY, JUDGED, PROVISIONAL, ROWS, SILENCED, STRENGTH, SURPRISE
from tidegauge.statistics.volume import Volume

NOT_JUDGED = (Verdict.LEARNING, Verdict.OUTAGE)
NOTHING: Mapping[str, float] = MappingProxyType({})
NONE: Mapping[Place, Numbers] = MappingProxyType({})
UNKNOWN: Numbers = nan, nan, nan


def points_of(
    decision: Decision,
    judgement: Judgement,
    like: LikeWindows,
    series: Sequence[Series],
    beside: Mapping[str, float] = NOTHING,
    parity: Mapping[Place, Numbers] = NONE,
) -> tuple[SeriesPoint, ...]:
    """One point for every series, in their order: a series without one would show an older window's number.

    `beside`: what is known of the window that its decision does not say, by statistic; `parity`: the same of groups.
    """
    return tuple(_Window(decision, judgement, like, series, beside, parity).points())


class _Window:
    def __init__(
        self,
        decision: Decision,
        judgement: Judgement,
        like: LikeWindows,
        series: Sequence[Series],
        beside: Mapping[str, float],
        parity: Mapping[Place, Numbers],
    ) -> None:
        self.decision, self.judgement, self.like, self.series, self.beside = decision, judgement, like, series, beside
        self.parity = parity
        self.signal_set, self.mine = like.measure.signal_set, {one.column for one in series}

    def points(self) -> Iterator[SeriesPoint]:
        for one in self.series:
            if one.column == DECISION:
                yield self._of_decision(one)
            elif one.statistic.startswith(EARLY):
                yield self._early(one)
            elif one.statistic.startswith(PARITY):
                yield self._of_groups(one)
            elif one.statistic == SURPRISE:
                yield self._plain(one, self._surprise(one.column))
            else:
                yield self._banded(one, self.signal_set.newest.get((one.column, one.statistic, one.segment)))

    def _of_decision(self, one: Series) -> SeriesPoint:
        d = self.decision
        if one.banded:  # a fact of the rows or of the labels as a whole
            name = Volume.name if one.statistic == ROWS else one.statistic
            band = self._banded(one, self.signal_set.newest.get((VOLUME, name, WHOLE)))
            return replace(band, value=float(d.rows)) if one.statistic == ROWS else band
        said: dict[str, float] = {
            **self.beside,
            STRENGTH: d.strength,
            ALERT: d.verdict is Verdict.ALERT and d.is_told,
            BROKEN: d.verdict is Verdict.BROKEN,
            JUDGED: d.verdict not in NOT_JUDGED,
            PROVISIONAL: d.provisional,
            SILENCED: bool(d.silenced),
        }
        return self._plain(one, float(said[one.statistic]) if one.statistic in said else nan)

    def _of_groups(self, one: Series) -> SeriesPoint:
        """A ratio with its interval, or how many are outside; nan where that cannot be said."""
        value, low, high = self.parity.get((one.column, one.statistic, one.segment), UNKNOWN)
        return replace(self._plain(one, value), low=_finite(low), high=_finite(high))

    def _surprise(self, column: str) -> float:
        """How surprising a column is as a whole; of the others, the most surprising one."""
        others = column == OTHERS
        told = [
            float(self.judgement.columns[k])
            for k, name in enumerate(self.signal_set.columns)
            if (name not in self.mine and name != VOLUME if others else name == column)
        ]
        return max(told, default=0.0 if others else nan)

    def _banded(self, one: Series, k: int | None) -> SeriesPoint:
        if k is None:
            return self._shown(one)
        measure, signal = self.like.measure, self.signal_set.signals[k]
        value = value_of(self.judgement.record, self.signal_set, k)
        band = self.like.range(k)
        value = measure.natural(signal, value) if isfinite(value) else nan
        expected, low, high = map(_finite, (band.middle, band.least, band.most))
        return SeriesPoint(one, self.decision.window, _finite(value), expected, low, high)

    @property
    def _is_early(self) -> bool:
        """Whether too few labels of the window have come for it to be judged."""
        figures = self.like.figures
        return figures is not None and not figures.maturity(self.decision.window).is_mature

    def _early(self, one: Series) -> SeriesPoint:
        """A number as it is to be once all labels are there; nan of a window that is judged."""
        figures, name = self.like.figures, one.statistic.removeprefix(EARLY)
        if figures is None or name not in figures.places or not self._is_early:
            return self._plain(one, nan)
        f = figures.places[name]
        return self._plain(one, figures.natural(f, figures.counted(self.decision.window).levels[f]))

    def _shown(self, one: Series) -> SeriesPoint:
        """A number of performance that no decision follows; nan of what nobody knows any more."""
        figures = self.like.figures
        f = None if figures is None else figures.places.get(one.statistic)
        if figures is None or f is None or one.segment != WHOLE or self._is_early:
            return self._plain(one, nan)
        value = figures.natural(f, figures.counted(self.decision.window).levels[f])
        band = self.like.range_of(figures, f)
        expected, low, high = map(_finite, (band.middle, band.least, band.most))
        return SeriesPoint(one, self.decision.window, _finite(value), expected, low, high)

    def _plain(self, one: Series, value: float) -> SeriesPoint:
        return SeriesPoint(one, self.decision.window, _finite(value))


def _finite(value: float) -> float:
    return value if isfinite(value) else nan
