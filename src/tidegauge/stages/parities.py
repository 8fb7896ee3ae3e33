"""Whether groups were treated alike up to a window: a pure function of the store, whatever shows it.

A group has few rows a day, and fewer whose label is 1; so the mature windows of four weeks count together. What is
told of a window rests on windows up to it alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf, isfinite, isnan, nan

from tidegauge.core.grid import zone_of
from tidegauge.core.parity import Fairness, Lies, Parity
from tidegauge.core.window import Window
from tidegauge.monitor.sensitive import Sensitive
from tidegauge.parity import RATES
from tidegauge.parity.base import ParityRate
from tidegauge.parity.ratio_interval import ratio_interval
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.stages.decider import Decider
from tidegauge.stages.figures import Figures
from tidegauge.stages.performing import Performing
from tidegauge.tuning.parity_tuning import ParityTuning


@dataclass(frozen=True)
class Parities:
    """Tells them of some decided windows, oldest first, by the figures of their labels."""

    decider: Decider
    figures: Figures
    windows: Sequence[Window]
    sensitive: Sequence[Sensitive]
    tuning: ParityTuning

    def of(self, window: Window) -> tuple[Fairness, ...]:
        """Each sensitive column, by the windows that count together up to one."""
        if not self.sensitive:
            return ()
        pooled = list(self._pooled(window))
        return tuple(self._column(one, window, pooled) for one in self.sensitive)

    def _pooled(self, window: Window) -> Iterator[Window]:
        """The windows of the last days that are mature, have labels and are not left out, oldest first."""
        excluded = self.decider.rulings(window).excluded
        local = window.end.astimezone(zone_of(self.decider.monitor.window.zone))
        since, figures = local - timedelta(days=self.tuning.days), self.figures  # by the wall's clock
        for w in self.windows:
            recent = since <= w.start and w.end <= window.end
            if recent and w not in excluded and figures.maturity(w).is_mature and figures.counted(w).labelled:
                yield w

    def _column(self, one: Sensitive, window: Window, pooled: Sequence[Window]) -> Fairness:
        figures = self.figures
        threshold = next(iter(figures.measure.unit.thresholds), nan)  # of other labels there is none
        first, last = (pooled[0], pooled[-1]) if pooled else (window, window)
        out = Fairness(window, first, last, len(pooled), one.column, one.base, threshold, one.least)
        if isnan(threshold):
            return replace(
                out, note="Labels are not 0 and 1 here: what is predicted to be 1 cannot be said of a group."
            )
        if not pooled:
            return replace(out, note=f"No window of the last {self.tuning.days} days has all its labels yet.")
        groups = self._groups(one.column, pooled)
        base = groups.pop(one.base, None)
        out = replace(out, ungrouped=int(figures.labelled(pooled, f"{one.column}={OTHERS}").rows))
        if base is None:
            some = ", ".join(groups) or "none"
            why = "nobody is of it" + " or it is no value that is followed by itself" * bool(out.ungrouped)
            return replace(
                out,
                note=f'No labelled row is counted as of the base group "{one.base}": {why}. '
                f"Groups that have some: {some}.",
            )
        told = [self._parity(rate, one, name, rows, base) for name, rows in groups.items() for rate in RATES.values()]
        if not told:
            which = "that are counted by group" if out.ungrouped else "there are"
            return replace(out, note=f'All labelled rows {which} are of the base group "{one.base}".')
        return replace(out, parities=tuple(told))

    def _groups(self, column: str, pooled: Sequence[Window]) -> dict[str, Confusion]:
        """The values of a column that have labelled rows, by name; what is none of those listed is no group."""
        figures = self.figures
        mark, threshold = f"{column}=", figures.measure.unit.thresholds[0]
        names = sorted({s for w in pooled for s in figures.segments(w) if s.startswith(mark)} - {mark + OTHERS})
        found = {name.removeprefix(mark): figures.labelled(pooled, name) for name in names}
        return {name: rows.confusion(threshold) for name, rows in found.items() if rows.rows and rows.binary}

    def _parity(self, rate: ParityRate, one: Sensitive, group: str, rows: Confusion, base: Confusion) -> Parity:
        hits, of = rate.of(rows)
        base_hits, base_of = rate.of(base)
        value, base_value = hits / of if of else nan, base_hits / base_of if base_of else nan
        low, high = ratio_interval(hits, of, base_hits, base_of, self.tuning.sure)
        ratio = value / base_value if base_value > 0 else nan
        lies = self._lies(one.least, low, high)
        return Parity(
            rate.name, rate.title, one.column, group, one.base, value, base_value, int(of), int(base_of),
            ratio, low, high, lies,
        )  # fmt: skip

    def _lies(self, least: float, low: float, high: float) -> Lies:
        """Of a ratio's interval; one that is wholly outside says so however wide it is."""
        if not isfinite(low):
            return Lies.FEW
        if high < least or low > 1 / least:
            return Lies.OUTSIDE
        if least <= low and high <= 1 / least:
            return Lies.INSIDE
        wide = high / low if low > 0 else inf
        return Lies.FEW if wide > self.tuning.few else Lies.ACROSS


def parities(performing: Performing | None) -> Parities | None:
    """What tells them, beside what tells performance; None where a monitor names no sensitive column."""
    if performing is None or not performing.decider.monitor.fairness:
        return None
    return _of(performing.decider, performing.figures, performing.windows)


def parities_of(decider: Decider, windows: Sequence[Window]) -> Parities | None:
    """The same of a stage as it is decided; None where there are none, or it is no stage of labels."""
    figures = decider.observer.figures if decider.monitor.fairness else None
    return None if figures is None else _of(decider, figures, windows)


def _of(decider: Decider, figures: Figures, windows: Sequence[Window]) -> Parities:
    return Parities(decider, figures, windows, decider.monitor.fairness, decider.tuning.parity)
