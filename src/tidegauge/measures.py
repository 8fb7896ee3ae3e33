"""A window's profile → the numbers that a judge follows: every level of every column, distances on request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.scored import Sample
from tidegauge.decisions.vocabulary import Term, Vocabulary
from tidegauge.kinds.every import stack
from tidegauge.layouts.base import Layout
from tidegauge.layouts.numeric import NumericLayout, on_a_line
from tidegauge.nouns import VOLUME, WHOLE, Window
from tidegauge.profile import Profile
from tidegauge.relations.plan import Fit, Plan
from tidegauge.relations.residuals import TINY
from tidegauge.states.cells import Cells
from tidegauge.states.facts import Facts
from tidegauge.states.labels import LabelCells
from tidegauge.states.stack import Stack
from tidegauge.statistics import DISTANCES, LEVELS, WINDOW_LEVELS
from tidegauge.statistics.agreement import LabelAgreement
from tidegauge.statistics.base import Level
from tidegauge.statistics.labelled import LABEL_LEVELS, LabelContrast, Labelled
from tidegauge.statistics.scales import angle, angle_error, from_angle

Floats = NDArray[np.float64]
Past = Callable[[str, Sequence[Window]], list[dict[str, Cells]]]  # a pool and its windows → each one's cells
FOLLOWED = "hellinger-excess"  # the distance that decisions follow; the others are there to be read
CONTRAST, AGREEMENT, ORDER = (
    LabelContrast(),
    LabelAgreement(),
    LABEL_LEVELS["auc"],
)  # what a segment's labels are followed by
COVERAGE = "labelled-share"  # of a window's predictions, those that have a label
# levels of relations in the unit that a person reads: shares, correlations, usual differences
SPELLED: Mapping[str, Callable[[Floats], Floats]] = {
    "missing-without": from_angle,
    "broken-groups": from_angle,
    "broken-rows": from_angle,
    "residual-far": from_angle,
    "rank-correlation": np.tanh,
    "prediction-rank": lambda x: np.clip(x, 0, 1),
    "residual-fit": lambda x: np.cos(np.clip(x, 0, np.pi / 2)),
    "residual-size": lambda x: np.maximum(np.exp(np.minimum(x, 50)) - TINY, 0.0),
}
FALLING = frozenset({"residual-fit"})  # what a person reads falls as the level rises
RANK = "prediction-rank"  # where a segment's predictions lie among the twenty ranks of the prediction's layout


class Measure(Protocol):
    """What turns a stage's stored states into samples; one for inputs, one for labels."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What is followed."""

    def natural(self, term: Term, value: float) -> float:
        """A term's value in the unit that a person reads."""

    def about(self, term: Term) -> str:
        """The one category that a term is about; empty for most."""


@dataclass(frozen=True, slots=True)
class _Block:
    """One level of one stack: which of its columns have a term."""

    level: Level
    stack: int
    columns: NDArray[np.int64]


class InputMeasure:
    """Levels and distances of features, predictions and rows."""

    def __init__(
        self,
        layouts: Mapping[str, Layout],
        prediction: str | None,
        segments: Sequence[str],
        plan: Plan | None = None,
    ) -> None:
        self.layouts = dict(layouts)
        self.plan = plan
        self.prediction = prediction if on_a_line(layouts.get(prediction or "")) else None
        self.segments = tuple(segments) if self.prediction else ()
        self._stacks = stack(self.layouts, [])
        self._blocks = self._all_blocks()
        levels = [
            Term(
                VOLUME,
                w.name,
                floor=w.floor,
                light=w.light,
                one_sided=w.one_sided,
                shape=w.shape,
                grows=w.name == "volume",
            )
            for w in WINDOW_LEVELS.values()
        ]
        for b in self._blocks:
            names = self._stacks[b.stack].columns
            levels += [
                Term(
                    names[c],
                    b.level.name,
                    floor=b.level.floor,
                    light=b.level.light,
                    one_sided=b.level.one_sided,
                    shape=b.level.shape,
                )
                for c in b.columns
            ]
        levels += [Term(self.prediction or "", RANK, segment, floor=0.02) for segment in self.segments]
        if plan is not None:
            levels += plan.terms
        followed = [s for s in self._stacks if s.kind in DISTANCES[FOLLOWED].applies]
        distances = [Term(c, FOLLOWED, shape=0.1) for s in followed for c in s.columns]
        self._vocabulary = Vocabulary(tuple(levels), tuple(distances))

    @property
    def vocabulary(self) -> Vocabulary:
        """Levels of rows, columns and segments; a distance for every column."""
        return self._vocabulary

    def _all_blocks(self) -> list[_Block]:
        blocks = []
        for k, s in enumerate(self._stacks):
            for level in LEVELS.values():
                if s.kind not in level.applies:
                    continue
                rank = getattr(level, "rank", 0)
                there = np.flatnonzero(s.known >= rank) if rank else np.arange(len(s.columns))
                if len(there):
                    blocks.append(_Block(level, k, there))
        return blocks

    def sample(self, profile: Profile, past: Past, fit: Fit | None = None) -> Sample:
        """The numbers of one window; those of relations by what `fit` has learnt from earlier ones."""
        stacks = stack(self.layouts, [profile.whole])
        facts = _facts(profile)
        x = [float(w.level(facts)[0]) for w in WINDOW_LEVELS.values()]
        error = [float(w.error(facts)[0]) for w in WINDOW_LEVELS.values()]
        parts = [(np.array(x), np.array(error))]
        for b in self._blocks:
            s = stacks[b.stack]
            parts.append((b.level.level(s)[b.columns], b.level.error(s)[b.columns]))
        ranks = [_rank(profile.segments.get(name, {}).get(self.prediction or "")) for name in self.segments]
        parts.append((np.array([r[0] for r in ranks]), np.array([r[1] for r in ranks])))
        if self.plan is not None:
            parts.append((fit or Fit.nothing(self.plan)).levels(profile.rows))
        return Sample(
            x=np.concatenate([p[0] for p in parts]),
            error=np.concatenate([p[1] for p in parts]),
            n=float(profile.facts.rows),
            distance=lambda pool, windows: self.distance(stacks, past(pool, windows)),
        )

    def distance(self, current: Sequence[Stack], reference: Sequence[Mapping[str, Cells]]) -> Floats:
        """[D] the followed distance of every column to the sum of some windows."""
        other = stack(self.layouts, reference)
        followed = DISTANCES[FOLLOWED]
        both = [(a, b) for a, b in zip(current, other, strict=True) if a.kind in followed.applies]
        return np.concatenate([followed.between(a, b) for a, b in both]) if both else np.zeros(0)

    def natural(self, term: Term, value: float) -> float:
        """Shares as shares, locations in the column's own unit, volumes in rows."""
        if term.statistic in WINDOW_LEVELS:
            return float(WINDOW_LEVELS[term.statistic].natural(np.array([value]))[0])
        if term.statistic in SPELLED:
            return float(SPELLED[term.statistic](np.array([value]))[0])
        if term.statistic not in LEVELS:
            return value
        natural = float(LEVELS[term.statistic].natural(np.array([value]))[0])
        layout = self.layouts.get(term.column)
        if term.statistic == "location" and (line := on_a_line(layout)) is not None:
            return line.middle + line.spread * natural
        return natural

    def about(self, term: Term) -> str:
        """`top-share-3` is about the third value of the vocabulary."""
        layout = self.layouts.get(term.column)
        if term.statistic.startswith("top-share-") and layout is not None:
            return layout.label(int(term.statistic.rsplit("-", 1)[1]))
        return ""


class LabelMeasure:
    """Levels of labels against predictions, whole and by segment."""

    def __init__(self, layout: NumericLayout, column: str, segments: Sequence[str]) -> None:
        self.layout, self.column = layout, column
        self.segments = tuple(segments)
        levels = [Term(VOLUME, COVERAGE, floor=0.02)]
        levels += [Term(column, level.name, floor=level.floor, light=level.light) for level in LABEL_LEVELS.values()]
        for segment in self.segments:
            levels.append(Term(column, CONTRAST.name, segment, floor=CONTRAST.floor, light=CONTRAST.light))
            levels.append(Term(column, AGREEMENT.name, segment, floor=AGREEMENT.floor, light=AGREEMENT.light))
            levels.append(Term(column, ORDER.name, segment, floor=ORDER.floor, light=ORDER.light))
        self._vocabulary = Vocabulary(tuple(levels), ())

    @property
    def vocabulary(self) -> Vocabulary:
        """Levels of the whole, and three of each segment."""
        return self._vocabulary

    def sample(self, cells: Mapping[str, LabelCells], rows: int) -> Sample:
        """The numbers of one window's labels; `rows` are its predictions, labelled or not."""
        whole = Labelled.of(cells.get(WHOLE, LabelCells.zero()), self.layout)
        # how many predictions there are is the inputs' stage to judge; here, how many of them have a label
        share = np.array([min(whole.rows / rows, 1.0) if rows else np.nan])
        x, error = [float(angle(share)[0])], [float(angle_error(np.array([float(rows)]))[0])]
        for level in LABEL_LEVELS.values():
            x.append(level.level(whole))
            error.append(level.error(whole))
        for name in self.segments:
            part = Labelled.of(cells.get(name, LabelCells.zero()), self.layout)
            x += [CONTRAST.level(part, whole), AGREEMENT.level(part, whole), ORDER.level(part)]
            error += [CONTRAST.error(part, whole), AGREEMENT.error(part, whole), ORDER.error(part)]
        return Sample(np.array(x), np.array(error), whole.rows, lambda _pool, _windows: np.zeros(0))

    def natural(self, term: Term, value: float) -> float:
        """Accuracy and coverage as shares."""
        angles = (COVERAGE, "accuracy")
        return float(from_angle(np.array([value]))[0]) if term.statistic in angles else value

    def about(self, term: Term) -> str:
        """No label term is about a category."""
        del term
        return ""


def _facts(profile: Profile) -> Facts:
    f = profile.facts
    if not f.rows or profile.window is None:
        lag = np.nan
    elif f.ingest != f.event:
        lag = max(f.ingest - f.event, 0) / 1e6
    else:
        lag = max(profile.window.end.timestamp() - f.event / 1e6, 0.0)
    return Facts(np.array([float(f.rows)]), np.array([float(f.rows - f.ids)]), np.array([lag]))


def _rank(cells: Cells | None) -> tuple[float, float]:
    """Mean rank (0–1) of a segment's predictions, and its standard error."""
    if cells is None:
        return np.nan, np.nan
    plain = cells.codes >= 2  # missing and not finite are ranks 0 and 1
    n = float(cells.counts[plain].sum())
    if n < 5:
        return np.nan, np.nan
    rank = (cells.codes[plain] - 2) / 17
    mean = float((rank * cells.counts[plain]).sum() / n)
    variance = float((cells.counts[plain] * (rank - mean) ** 2).sum() / n)
    return mean, max(np.sqrt(variance), 0.1) / np.sqrt(n)
