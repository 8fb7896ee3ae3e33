"""The relations of one column in a window whose other columns do not change."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.boosting.design import Design
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations.base import Learnt, Spec
from tidegauge.relations.coded import Coded
from tidegauge.relations.modelled import ModelFamily, by_model
from tidegauge.relations.plan import DIGITS, Fit
from tidegauge.sensitivity.column import FollowedColumn

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ModelReach:
    """How one column reaches into a model's predictions, and what the others say of each row."""

    design: Design  # of the column alone
    weights: Floats
    rest: Floats  # [n] without the column's part of the ridge and without the trees that ask for it
    asks: Floats  # [questions, 3] of the column: place among `trees`, the step, the bit that it sets
    trees: NDArray[np.int64]  # that ask for it at all
    leaf: NDArray[np.int64]  # [n, trees] where the questions about other columns lead


class Modelled:
    """What a family says of a column by a stored model, worked out anew only as far as one other reaches into it."""

    def __init__(self, family: ModelFamily, spec: Spec, learnt: Learnt, rows: Coded) -> None:
        self.family, self.spec, self.learnt, self.rows = family, spec, learnt, rows
        self.model = family.model(spec, rows, learnt)
        self._bits: NDArray[np.int64] = 1 << np.arange(self.model.features.shape[1])[::-1]
        self._reach: dict[str, ModelReach] = {}

    def levels(self, column: str, changed: Coded) -> list[tuple[float, float]]:
        """Levels and errors, had one column other values."""
        expected = self._expected if column == self.spec[0] else self._expecting(column, changed)
        return self.family.of(self.family.truth(self.spec, changed, self.learnt), expected, self.model.scale)

    def _expecting(self, column: str, changed: Coded) -> Floats:
        """[n] what is to be expected of the target."""
        if column not in self._reach:
            self._reach[column] = self._reaching(column)
        r, m = self._reach[column], self.model
        ridge = r.design.ridge(changed) @ r.weights if r.design.numbers else r.weights[changed.cells(column)]
        leaf = r.leaf.copy()
        if len(r.asks):
            bins = r.design.bins(changed)[:, 0]
            for tree, step, bit in r.asks.tolist():
                leaf[:, int(tree)] += (bins > step) * int(bit)
        boosted = m.leaves[r.trees, leaf].sum(axis=1)
        out: Floats = np.clip(m.base + r.rest + ridge + boosted, m.low, m.high)
        return out

    def _reaching(self, column: str) -> ModelReach:
        m = self.model
        design, feature, place = _part(m.design, column, self.rows)
        asked = m.features == feature  # [trees, depth]
        trees = np.flatnonzero(asked.any(axis=1))
        tree, depth = np.nonzero(asked[trees])
        asks = np.column_stack([tree, m.steps[trees][tree, depth], self._bits[depth]])
        others = np.ones(len(m.leaves), dtype=bool)
        others[trees] = False
        boosted = m.leaves[np.flatnonzero(others), self._above[:, others] @ self._bits].sum(axis=1)
        linear = self._linear - self._ridge[:, place] @ m.weights[place]
        leaf = (self._above[:, trees] & ~asked[trees]) @ self._bits
        return ModelReach(design, m.weights[place], linear + boosted, asks, trees, leaf)

    @cached_property
    def _expected(self) -> Floats:
        """[n] the same of the rows as they were."""
        return self.model.predict(self.rows)

    @cached_property
    def _ridge(self) -> Floats:
        """[n, F] the ridge's columns."""
        return self.model.design.ridge(self.rows)

    @cached_property
    def _linear(self) -> Floats:
        """[n] what the ridge says."""
        out: Floats = self._ridge @ self.model.weights
        return out

    @cached_property
    def _above(self) -> NDArray[np.bool_]:
        """[n, trees, depth] which questions are answered with yes."""
        m = self.model
        above: NDArray[np.bool_] = m.design.bins(self.rows)[:, m.features.ravel()] > m.steps.ravel()
        return above.reshape(len(self.rows), *m.features.shape)


def _part(design: Design, column: str, rows: Coded) -> tuple[Design, int, slice]:
    """The design of one column alone, its number among the features, and the place of its weights."""
    width = 2 + design.knots.shape[1]
    if column in design.numbers:
        k = design.numbers.index(column)
        own, none = slice(k, k + 1), design.order[:0]
        cut = design.centre[own], design.width[own], design.knots[own], design.cuts[own], none
        return Design((column,), (), *cut, design.reach), k, slice(k * width, (k + 1) * width)
    k = design.categories.index(column)
    empty = np.zeros(0)
    cut = empty, empty, design.knots[:0], design.cuts[:0], design.order[k : k + 1]
    alone = Design((), (column,), *cut, design.reach)
    start = len(design.numbers) * width + sum(rows.coder.size(c) for c in design.categories[:k])
    return alone, len(design.numbers) + k, slice(start, start + rows.coder.size(column))


class Related:
    """A window's sample with what was known of its relations; the models are read once for all columns."""

    def __init__(self, fit: Fit | None, sample: SampledRows | None) -> None:
        self.fit, self.sample = fit, sample if fit is not None else None
        self._models: dict[int, Modelled] = {}
        self._relations = list(fit.plan.each()) if fit else []
        self._rows = Coded(sample, fit.plan.coder) if fit and sample is not None else None

    def levels(self, column: FollowedColumn, changed: SampledRows) -> tuple[NDArray[np.int64], Floats, Floats]:
        """[k], [k], [k] where a column's relations stand, levels and errors in rows that differ in it alone."""
        if self.fit is None or self._rows is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
        at: list[NDArray[np.int64]] = []
        found: list[tuple[float, float]] = []
        rows = Coded(changed, self.fit.plan.coder)
        for k, places in column.modelled.items():
            if self.fit.learnt[k]:
                at.append(places)
                found += self._model(k, self.fit, self._rows).levels(column.name, rows)
        if column.plan is not None:
            x, error = Fit(column.plan, [self.fit.learnt[k] for k in column.plain]).levels(changed)
            at += column.plain.values()
            found += zip(x.tolist(), error.tolist(), strict=True)
        both = np.round(np.array(found, dtype=np.float64).reshape(-1, 2), DIGITS)
        return np.concatenate([*at, np.zeros(0, dtype=np.int64)]), both[:, 0], both[:, 1]

    def _model(self, k: int, fit: Fit, rows: Coded) -> Modelled:
        """The relation of this number in the plan, which is one by a model."""
        if k not in self._models:
            name, spec = self._relations[k]
            family = by_model(fit.plan.family(name))
            if family is None:
                raise ValueError(f'the relation "{name}" has no model; those without are worked out by its plan')
            self._models[k] = Modelled(family, spec, fit.learnt[k], rows)
        return self._models[k]
