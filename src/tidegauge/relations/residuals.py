"""What a column's values leave once the other columns have said what to expect; of the prediction, its surrogate."""

from collections.abc import Sequence

import numpy as np

from tidegauge.boosting.boosted import Boosted
from tidegauge.relations.base import NOTHING, First, Floats, Learnt, RelationStatistic, Spec, asin
from tidegauge.relations.coded import Coded, pooled
from tidegauge.relations.modelled import ModelFamily
from tidegauge.relations.pairs import information
from tidegauge.relations.residual_levels import residual_levels
from tidegauge.tuning.relation_tuning import ResidualTuning
from tidegauge.tuning.tuning import SHIPPED

LEVELS = residual_levels()
TINY = 1e-300  # in the place of no spread at all, in whatever unit
ROUNDING = 1e-12  # of the largest value: what scatters less is all the same


class Residuals(ModelFamily):
    """Residuals of a number given all other columns, by a model of earlier windows: four levels of them.

    `residual-mean`: their mean, a shift that the other columns do not explain; less of it where the window's own rows
    scatter more than usual, for weather that the model never saw moves its rows by different amounts, and a fault of
    the column all by one. `residual-size`: log of their mean size about the window's median, and `residual-far`: the
    share beyond four, both blind to a day that is off as a whole. `residual-fit`: arcsin √(1 − ρ²), how much of the
    order is lost: shuffled predictions keep every margin and break this. The prediction is taken in logits where it
    lies between 0 and 1; its model is a surrogate of the monitored one.

    Unit: the 80 % quantile of past absolute residuals. Always scored ahead, by a model that is a stored artefact.

    >>> levels = Residuals().of(np.arange(9.0), np.arange(9.0) - 2, 1.0)  # all two higher than expected
    >>> [round(s.read(x), 2) for s, (x, _) in zip(LEVELS, levels, strict=True)]
    [2.0, 0.0, 0.0, 1.0]

    Source: regression control charts; B. Mandel (1969).
    """

    name = "residual"

    def choose(self, first: First) -> list[Spec]:
        t = self._residuals
        cut = int(t.early * len(first.windows))
        early, late = (
            Coded(pooled([w.rows for w in part], bounded(rows, first.rows.columns, t.values / 2)), first.rows.coder)
            for part, rows in ((first.windows[:cut], t.first_rows), (first.windows[cut:], t.first_rows // 2))
        )
        found = []
        for spec in candidates(first, t):
            model, logit = self._fit(early, spec, first.prediction, trees=t.trial_trees)
            if model is None:
                continue
            y, expected = self._sides(model, late, spec[0], logit=logit)
            if len(y) > t.tested:
                left = float(np.abs(y - expected).mean()) / max(float(np.abs(y - np.median(y)).mean()), TINY)
                if left < t.known:
                    found.append((spec[0] != first.prediction, left, spec))
        return [spec for _, _, spec in sorted(found)[: t.most]]

    @property
    def statistics(self) -> tuple[RelationStatistic, ...]:
        return tuple(s.tuned(self.tuning) for s in LEVELS)

    def learn(self, spec: Spec, past: Coded, prediction: str | None) -> Learnt:
        own, t = spec[0] == prediction, self._residuals
        most = bounded(t.prediction_rows, spec, 2 * t.values) if own else bounded(t.rows, spec, t.values)
        rows = past if most >= len(past) else Coded(pooled([past.rows], most), past.coder)
        model, logit = self._fit(rows, spec, prediction, trees=t.prediction_trees if own else t.trees)
        return {} if model is None else model.arrays() | {"logit": np.array([float(logit)])}

    def model(self, spec: Spec, rows: Coded, learnt: Learnt) -> Boosted:
        return Boosted.of(spec[1:], rows.coder, learnt, self.tuning.boosting)

    def truth(self, spec: Spec, rows: Coded, learnt: Learnt) -> Floats:
        """[n] the column's values, or their logits."""
        return self.actual(rows, spec[0], logit=bool(learnt["logit"][0]))

    def of(self, y: Floats, expected: Floats, scale: float) -> list[tuple[float, float]]:
        known, t = np.isfinite(y), self._residuals
        if np.count_nonzero(known) < max(t.least_rows, t.least_share * len(y)):
            return [NOTHING] * len(LEVELS)
        y, expected = y[known], expected[known]
        r = np.clip((y - expected) / scale, -t.wildest, t.wildest)
        away = np.abs(r - np.median(r))
        scatter = float(away.mean())
        less = min(1.0, t.usual / max(scatter, t.tiny))
        k = float(1 / np.sqrt(len(r)))
        fit = 0.0
        if all(v.std() > ROUNDING * np.abs(v).max() for v in (y, expected)):
            fit = max(float(np.corrcoef(y, expected)[0, 1]), 0.0)
        return [
            (float(r.mean()) * less, max(float(r.std()), t.least_scatter) * k * less),
            (float(np.log(scatter + t.tiny)), k),
            (asin(float((away > t.far).mean())), 0.5 * k),
            (asin(1 - fit**2), 0.5 * k),
        ]

    @property
    def _residuals(self) -> ResidualTuning:
        return self.tuning.relations.residuals

    def _fit(self, rows: Coded, spec: Spec, prediction: str | None, *, trees: int) -> tuple[Boosted | None, bool]:
        """The model of a column by the rows that have a value there, and whether of logits; None: nothing to learn."""
        y, t = rows.numbers(spec[0]), self._residuals
        known = np.isfinite(y)
        logit = bool(spec[0] == prediction and known.any() and y[known].min() >= 0 and y[known].max() <= 1)
        y = self.actual(rows, spec[0], logit=logit)
        if np.count_nonzero(known) < self.tuning.boosting.least or float(np.std(y[known])) == 0:
            return None, logit
        some = rows if known.all() else Coded(rows.rows.where(known), rows.coder)
        depth = t.prediction_depth if spec[0] == prediction else t.depth
        return Boosted.fit(some, y[known], spec[1:], trees=trees, depth=depth, tuning=self.tuning.boosting), logit

    def _sides(self, model: Boosted, rows: Coded, column: str, *, logit: bool) -> tuple[Floats, Floats]:
        """[n], [n] what was there and what was to be expected, of the rows that have a value."""
        y = self.actual(rows, column, logit=logit)
        known = np.isfinite(y)
        return y[known], model.predict(rows)[known]

    def actual(self, rows: Coded, column: str, *, logit: bool) -> Floats:
        """[n] what a model foretells: the column's values, or their logits; NaN where there are none."""
        return logits(rows.numbers(column), self._residuals.rim) if logit else rows.numbers(column)


def bounded(rows: int, columns: Sequence[str], values: float) -> int:
    """So many rows, or fewer where they are wide: so many values at most."""
    return min(rows, int(values / max(len(columns), 1)))


def candidates(first: First, tuning: ResidualTuning = SHIPPED.relations.residuals) -> list[Spec]:
    """Each number with the columns that its model may read; of very many, those that others tell most of."""
    names = first.rows.columns
    targets = list(first.rows.coder.edges)
    t = tuning
    if len(names) < 2:
        return []
    if len(names) <= t.helpers + 1:
        return [(c, *(h for h in names if h != c)) for c in targets]
    told = {c: _told_by(first, c) for c in targets}
    best = sorted(targets, key=lambda c: (c != first.prediction, -told[c][0][0], c))[: t.tried * t.most]
    return [(c, *sorted(h for _, h in told[c][: t.helpers])) for c in best]


def _told_by(first: First, target: str) -> list[tuple[float, str]]:
    """How much each other column tells of one, the most first."""
    return sorted(((information(first.rows, target, h), h) for h in first.rows.columns if h != target), reverse=True)


def logits(share: Floats, rim: float) -> Floats:
    """[...] log p / (1 − p), p kept off 0 and 1 by `rim`."""
    p = np.clip(share, rim, 1 - rim)
    out: Floats = np.log(p / (1 - p))
    return out
