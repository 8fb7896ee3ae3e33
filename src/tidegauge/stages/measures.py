"""A window's profile → the numbers that a judge follows: every level of every column, distances on request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import VOLUME, Window
from tidegauge.decisions.scored import Sample
from tidegauge.profiles.kinds.every import stack
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.profile import Profile
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Stack
from tidegauge.profiles.versions import cells_of, column_of, later
from tidegauge.relations.plan import Fit, Plan
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics import LEVELS, SEGMENT_LEVELS, WINDOW_LEVELS
from tidegauge.statistics.base import Level
from tidegauge.statistics.hellinger import HellingerExcess
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.wording.lookup import find

Floats = NDArray[np.float64]
Past = Callable[[str, Sequence[Window]], list[dict[str, Cells]]]  # a pool and its windows → each one's cells
FOLLOWED = HellingerExcess()  # the distance that decisions follow, for its small-sample bias is known; others are read


class Measure(Protocol):
    """What turns a stage's stored states into samples; a stage has its own."""

    tuning: Tuning

    @property
    def signal_set(self) -> SignalSet:
        """What is followed."""

    def natural(self, signal: Signal, value: float) -> float:
        """A term's value in the unit that a person reads."""

    def about(self, signal: Signal) -> str:
        """The one category that a signal is about; empty for most."""

    def levels_in(self, profiles: StoredProfiles, window: Window) -> Floats:
        """[K] the levels of one window, from stored states: the monitor's own, or those of a pinned version."""


@dataclass(frozen=True, slots=True)
class _Block:
    """One level of one stack: which of its columns have a signal."""

    level: Level
    stack: int
    columns: NDArray[np.int64]


class InputMeasure:
    """Levels and distances of features, predictions and rows.

    `layouts`: by name; a column that was cut again is followed in its first cells and in later ones, side by side.
    """

    def __init__(
        self,
        layouts: Mapping[str, Layout],
        prediction: str | None,
        segments: Sequence[str],
        plan: Plan | None = None,
        tuning: Tuning = SHIPPED,
    ) -> None:
        self.tuning = tuning
        self.layouts, self.shown, self.every_segment = dict(layouts), prediction, tuple(segments)
        self.plan = plan
        shown = [name for name in layouts if column_of(name) == prediction and on_a_line(layouts[name])]
        self.prediction = shown[0] if shown else None
        self.segments = tuple(segments) if self.prediction else ()
        self._segmented = [(segment, name) for name in shown for segment in self.segments]
        self._stacks = stack(self.layouts, [])
        self._of_windows = [w.tuned(tuning) for w in WINDOW_LEVELS.values()]
        self._of_segments = [s.tuned(tuning) for s in SEGMENT_LEVELS.values()]
        self._followed = FOLLOWED.tuned(tuning)
        self._blocks = self._all_blocks()
        self._vocabulary = SignalSet(tuple(self._levels()), tuple(self._distances()), tuning.statistics.blame)

    def _levels(self) -> Iterator[Signal]:
        """The levels that are followed, in the order of a sample: of the window, of columns, segments and relations."""
        for w in self._of_windows:
            yield w.signal(VOLUME)
        for b in self._blocks:
            names = self._stacks[b.stack].columns
            for c in b.columns:
                yield _named(b.level.signal(names[c]))
        for segment, name in self._segmented:
            for s in self._of_segments:
                yield _named(s.signal(name, segment))
        if self.plan is not None:
            yield from self.plan.signals

    def _distances(self) -> Iterator[Signal]:
        """The distances that are followed, one for each column of a kind that it applies to."""
        for s in self._stacks:
            if s.kind in FOLLOWED.applies:
                for c in s.columns:
                    yield _named(self._followed.signal(c))

    @property
    def signal_set(self) -> SignalSet:
        """Levels of rows, columns and segments; a distance for every column."""
        return self._vocabulary

    def _all_blocks(self) -> list[_Block]:
        blocks = []
        for k, s in enumerate(self._stacks):
            for level in (shipped.tuned(self.tuning) for shipped in LEVELS.values()):
                if s.kind not in level.applies:
                    continue
                there = np.flatnonzero(level.there(s))
                if len(there):
                    blocks.append(_Block(level, k, there))
        return blocks

    def sample(self, profile: Profile, past: Past, fit: Fit | None = None) -> Sample:
        """The numbers of one window; those of relations by what `fit` has learnt from earlier ones."""
        stacks = stack(self.layouts, [profile.whole])
        parts = [self._window_part(profile)]
        for b in self._blocks:
            s = stacks[b.stack]
            parts.append((b.level.level(s)[b.columns], b.level.error(s)[b.columns]))
        parts.append(self._segments_part(profile))
        if self.plan is not None:
            parts.append((fit or Fit.nothing(self.plan)).levels(profile.rows))
        return Sample(
            x=np.concatenate([p[0] for p in parts]),
            error=np.concatenate([p[1] for p in parts]),
            n=float(profile.facts.rows),
            distance=lambda pool, windows: self.distance(stacks, past(pool, windows)),
        )

    def _window_part(self, profile: Profile) -> tuple[Floats, Floats]:
        """[W], [W] the levels of the window itself and their errors."""
        facts = _facts(profile)
        x = [float(w.level(facts)[0]) for w in self._of_windows]
        error = [float(w.error(facts)[0]) for w in self._of_windows]
        return np.array(x), np.array(error)

    def _segments_part(self, profile: Profile) -> tuple[Floats, Floats]:
        """[S], [S] the levels of the prediction in every segment and their errors."""
        scored = [profile.segments.get(segment, {}).get(name) for segment, name in self._segmented]
        pairs = [(s.level(cells), s.error(cells)) for cells in scored for s in self._of_segments]
        return np.array([x for x, _ in pairs]), np.array([e for _, e in pairs])

    def distance(self, current: Sequence[Stack], reference: Sequence[Mapping[str, Cells]]) -> Floats:
        """[D] the followed distance of every column to the sum of some windows."""
        other = stack(self.layouts, reference)
        both = [(a, b) for a, b in zip(current, other, strict=True) if a.kind in FOLLOWED.applies]
        return np.concatenate([self._followed.between(a, b) for a, b in both]) if both else np.zeros(0)

    def natural(self, signal: Signal, value: float) -> float:
        """Shares as shares, locations in the column's own unit, volumes in rows."""
        known = find(signal.statistic)
        layout = self.layouts.get(later(signal.column, signal.cells))
        return value if known is None else known.tuned(self.tuning).read(value, layout)

    def about(self, signal: Signal) -> str:
        """`top-share-3` is about the third value of the layout."""
        known = find(signal.statistic)
        return "" if known is None else known.about(self.layouts.get(later(signal.column, signal.cells)))

    def levels_in(self, profiles: StoredProfiles, window: Window) -> Floats:
        """Those of relations are left out: what was learnt of them is of the monitor's own rows."""
        profile, _ = profiles.profile(window)
        return self.sample(profile, lambda _pool, windows: profiles.cells(windows)).x


def _named(signal: Signal) -> Signal:
    """A signal of a column by the name that it has in its cells, as one of the column itself."""
    return replace(signal, column=column_of(signal.column), cells=cells_of(signal.column))


def _facts(profile: Profile) -> Facts:
    f = profile.facts
    if not f.rows or profile.window is None:
        lag = np.nan
    elif f.ingest != f.event:
        lag = max(f.ingest - f.event, 0) / 1e6
    else:
        lag = max(profile.window.end.timestamp() - f.event / 1e6, 0.0)
    return Facts(np.array([float(f.rows)]), np.array([float(f.rows - f.ids)]), np.array([lag]))
