"""What a column's values leave once the other columns have said what to expect; of the prediction, its surrogate."""

from collections.abc import Sequence

import numpy as np

from tidegauge.relations.base import NOTHING, First, Floats, Learnt, RelationStatistic, Spec, asin
from tidegauge.relations.boosted import LEAST, Boosted
from tidegauge.relations.coded import Coded, pooled
from tidegauge.relations.modelled import ModelFamily
from tidegauge.relations.pairs import information
from tidegauge.relations.residual_levels import FAR, TINY, USUAL, residual_levels

MOST = 16  # columns that get a model
HELPERS = 60  # columns that a model may read
KNOWN = 0.7  # of the column's own spread: a model whose out-of-sample residuals are larger tells nothing
FIRST_ROWS, ROWS, PREDICTION_ROWS = 5_000, 10_000, 20_000  # for choosing; for learning; for the prediction's surrogate
VALUES = 200_000  # that a model is learnt from at most: a wide table is learnt from fewer rows, at the same cost
LEAST_ROWS = 5
LEVELS = residual_levels()


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
        cut = int(0.7 * len(first.windows))
        early, late = (
            Coded(pooled([w.rows for w in part], bounded(rows, first.rows.columns, 0.5)), first.rows.coder)
            for part, rows in ((first.windows[:cut], FIRST_ROWS), (first.windows[cut:], FIRST_ROWS // 2))
        )
        found = []
        for spec in _candidates(first):
            model, logit = _fit(early, spec, first.prediction, trees=40)
            if model is None:
                continue
            y, expected = _sides(model, late, spec[0], logit=logit)
            if len(y) > 50:
                left = float(np.abs(y - expected).mean()) / max(float(np.abs(y - np.median(y)).mean()), 1e-12)
                if left < KNOWN:
                    found.append((spec[0] != first.prediction, left, spec))
        return [spec for _, _, spec in sorted(found)[:MOST]]

    @property
    def statistics(self) -> tuple[RelationStatistic, ...]:
        return LEVELS

    def learn(self, spec: Spec, past: Coded, prediction: str | None) -> Learnt:
        own = spec[0] == prediction
        most = bounded(PREDICTION_ROWS if own else ROWS, spec, 2 if own else 1)
        rows = past if most >= len(past) else Coded(pooled([past.rows], most), past.coder)
        model, logit = _fit(rows, spec, prediction, trees=100 if own else 60)
        return {} if model is None else model.arrays() | {"logit": np.array([float(logit)])}

    def model(self, spec: Spec, rows: Coded, learnt: Learnt) -> Boosted:
        return Boosted.of(spec[1:], rows.coder, learnt)

    def truth(self, spec: Spec, rows: Coded, learnt: Learnt) -> Floats:
        return actual(rows, spec[0], logit=bool(learnt["logit"][0]))

    def of(self, y: Floats, expected: Floats, scale: float) -> list[tuple[float, float]]:
        known = np.isfinite(y)
        if np.count_nonzero(known) < max(LEAST_ROWS, 0.2 * len(y)):
            return [NOTHING] * len(LEVELS)
        y, expected = y[known], expected[known]
        r = np.clip((y - expected) / scale, -10, 10)
        away = np.abs(r - np.median(r))
        scatter = float(away.mean())
        less = min(1.0, USUAL / max(scatter, TINY))
        k = float(1 / np.sqrt(len(r)))
        fit = 0.0
        if y.std() > 1e-9 and expected.std() > 1e-9:
            fit = max(float(np.corrcoef(y, expected)[0, 1]), 0.0)
        return [
            (float(r.mean()) * less, max(float(r.std()), 0.3) * k * less),
            (float(np.log(scatter + TINY)), k),
            (asin(float((away > FAR).mean())), 0.5 * k),
            (asin(1 - fit**2), 0.5 * k),
        ]


def bounded(rows: int, columns: Sequence[str], share: float) -> int:
    """So many rows, or fewer where they are wide."""
    return min(rows, int(share * VALUES / max(len(columns), 1)))


def _candidates(first: First) -> list[Spec]:
    """Each number with the columns that its model may read; of very many, those that others tell most of."""
    names = first.rows.columns
    targets = list(first.rows.coder.edges)
    if len(names) <= HELPERS + 1:
        return [(c, *(h for h in names if h != c)) for c in targets]
    told = {c: sorted(((information(first.rows, c, h), h) for h in names if h != c), reverse=True) for c in targets}
    best = sorted(targets, key=lambda c: (c != first.prediction, -told[c][0][0], c))[: 3 * MOST]
    return [(c, *sorted(h for _, h in told[c][:HELPERS])) for c in best]


def _fit(rows: Coded, spec: Spec, prediction: str | None, *, trees: int) -> tuple[Boosted | None, bool]:
    """The model of a column by the rows that have a value there, and whether of logits; None: nothing to learn."""
    y = rows.numbers(spec[0])
    known = np.isfinite(y)
    logit = bool(spec[0] == prediction and known.any() and y[known].min() >= 0 and y[known].max() <= 1)
    y = logits(y) if logit else y
    if np.count_nonzero(known) < LEAST or float(np.std(y[known])) == 0:
        return None, logit
    some = rows if known.all() else Coded(rows.rows.where(known), rows.coder)
    depth = 6 if spec[0] == prediction else 5
    return Boosted.fit(some, y[known], spec[1:], trees=trees, depth=depth, rate=0.15), logit


def _sides(model: Boosted, rows: Coded, column: str, *, logit: bool) -> tuple[Floats, Floats]:
    """What was there and what was to be expected, of the rows that have a value."""
    y = actual(rows, column, logit=logit)
    known = np.isfinite(y)
    return y[known], model.predict(rows)[known]


def actual(rows: Coded, column: str, *, logit: bool) -> Floats:
    """[n] what a model foretells: the column's values, or their logits; NaN where there are none."""
    return logits(rows.numbers(column)) if logit else rows.numbers(column)


def logits(share: Floats) -> Floats:
    """Log p / (1 − p), p kept off 0 and 1 by a thousandth."""
    p = np.clip(share, 1e-3, 1 - 1e-3)
    out: Floats = np.log(p / (1 - p))
    return out
