"""How good the predictions of decided windows were: a pure function of the store, whatever shows it.

Status, page, `--json`, Python and the series of Prometheus and SQL all take their numbers from the same stored counts
by the same rules, so they cannot differ: the value, its 90 % interval, the range of like windows before it, and the
same number over a reference's rows together.
"""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import WHOLE, Window
from tidegauge.references.pinned import Pinned
from tidegauge.stages.decider import Decider
from tidegauge.stages.estimating import estimating
from tidegauge.stages.figures import Counted, Figures
from tidegauge.stages.like_windows import Range
from tidegauge.stages.liked import Liked
from tidegauge.wording.maturity_words import arrival

RUN = 60  # windows that are looked back on, at most, for since when a number has been outside its range
EVERY = 1_000_000  # windows: more than any past holds


@dataclass(frozen=True)
class _Against:
    """The rows of a reference together, and which they are."""

    counted: Counted
    words: str


class Performing:
    """Tells the performance of the windows of one stage, up to and with `last`."""

    def __init__(self, decider: Decider, figures: Figures, last: Window) -> None:
        self.decider, self.figures = decider.at(last), figures
        past = self.decider.stored.history(last, EVERY, decider.calendar, decider.memory.kept)
        self.windows = [*past.windows, last]
        self._liked = Liked(self.decider, past)
        self._places = {w: k for k, w in enumerate(self.windows)}
        self._ranges: dict[tuple[Window, int, str], Range] = {}
        self._pooled: dict[tuple[tuple[Window, ...], str], Counted] = {}
        pinned = self.decider.observer.pinned
        self.estimating = estimating(self.decider)
        self._pinned = figures if pinned is None else Figures(figures.measure, pinned)

    def of(self, window: Window, segment: str = WHOLE) -> Performance:
        """One window, which is among `windows`; of a segment."""
        here, against = self.figures.counted(window, segment), self._against(window, segment)
        told = [self._figure(window, f, segment, here, against) for f in range(len(self.figures.levels))]
        rows = self.figures.predictions(window, segment)
        maturity, known = self.figures.maturity(window), self.figures.known(window)
        return Performance(
            window=window,
            column=self.figures.measure.column,
            labelled=here.labelled,
            predictions=rows,
            figures=tuple(f for f in told if f.is_said or f.like),
            against=against.words,
            note=here.note if rows else "It has no rows, so nothing was predicted.",
            segment=segment,
            provisional=not maturity.is_mature,
            come=maturity.share,
            as_of=known.until,
            arrival=arrival(maturity, known),
            estimates=self.estimating.of(window) if self.estimating is not None and segment == WHOLE else (),
        )

    def _figure(self, window: Window, f: int, segment: str, here: Counted, against: _Against) -> Figure:
        level, there = self.figures.levels[f], against.counted
        low, high = self.figures.interval(f, here)
        reference_low, reference_high = self.figures.interval(f, there)
        like = self._range(window, f, segment)
        key = self.figures.measure.column, level.name, segment
        return Figure(
            statistic=level.name,
            title=level.title,
            unit=level.reads.value,
            value=self.figures.natural(f, here.levels[f]),
            interval_low=low,
            interval_high=high,
            middle=like.middle,
            least=like.least,
            most=like.most,
            like=like.words,
            reference=self.figures.natural(f, there.levels[f]),
            reference_low=reference_low,
            reference_high=reference_high,
            since=self._since(window, f, segment),
            judged=key in self.decider.measure.signal_set.newest,
            better=level.better,
        )

    def _range(self, window: Window, f: int, segment: str) -> Range:
        """What the f-th number was in like windows before one."""
        if (window, f, segment) not in self._ranges:
            self._ranges[window, f, segment] = self._liked.like(window).range_of(self.figures, f, segment)
        return self._ranges[window, f, segment]

    def _since(self, window: Window, f: int, segment: str) -> Window | None:
        """The first of the windows in a row, up to this one, in which a number was outside its range."""
        first, at = None, self._places[window]
        for w in reversed(self.windows[max(at - RUN + 1, 0) : at + 1]):
            value, like = (
                self.figures.natural(f, self.figures.counted(w, segment).levels[f]),
                self._range(w, f, segment),
            )
            if value < like.least or value > like.most:
                first = w
            elif w == window or (isfinite(value) and like.words):  # what cannot be said ends no run
                break
        return first

    def _against(self, window: Window, segment: str) -> _Against:
        """The reference: the pinned windows where the monitor pins some, else the like windows."""
        pool = self.decider.pools.get(Pinned.name)
        if pool is not None and pool.applies(window, self.decider.calendar):
            excluded = self.decider.rulings(window).excluded
            candidates = self._liked.history.candidates_but(excluded)
            windows = pool.choose(window, candidates, self.decider.calendar)
            words, figures = pool.reason(window, self.decider.calendar), self._pinned
        else:
            like = self._liked.like(window)
            windows, words, figures = tuple(like.left(self.figures.signals[0])), like.words, self.figures
        windows = tuple(w for w in windows if figures.counted(w, segment).labelled)
        if (windows, segment) not in self._pooled:
            self._pooled[windows, segment] = figures.together(windows, segment)
        return _Against(self._pooled[windows, segment], f"{len(windows)} {words}" if windows else "")


def performing(decider: Decider | None, last: Window | None = None, at: datetime | None = None) -> Performing | None:
    """What tells the performance of a stage's windows up to one (the newest); None where there is none to tell of.

    `at`: by what was known of their labels at a moment.
    """
    if decider is None or decider.observer.figures is None:
        return None
    if last is None:
        newest = decider.store.decisions.scored(decider.monitor.name, decider.stage, None, 1)
        if not newest:
            return None
        last = newest[-1]
    figures = decider.observer.figures
    return Performing(decider, figures if at is None else figures.as_of(at), last)
