"""Rank correlation of numbers that rise and fall together."""

import numpy as np

from tidegauge.relations.base import NOTHING, First, Floats, Learnt, OneNumber, Spec
from tidegauge.relations.coded import Coded
from tidegauge.statistics.statement import SAMPLED, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads


class RankCorrelation(OneNumber):
    """Fisher's z of Spearman's correlation of two numbers within a window.

    Sees two columns swapped, a sign turned or rows misaligned, whatever the units. Needs no past rows to be computed,
    so nothing can be absorbed. `pair-information` also sees relations that are not monotonic.

    Unit: artanh ρ. Standard error 1/√n.

    >>> RankCorrelation().natural(np.array([0.5493])).round(3)
    array([0.5])

    Source: C. Spearman (1904); R. Fisher (1921).
    """

    name = "rank-correlation"
    title = "rank correlation with {others}"
    says = "rank correlation with {others} is {value}"
    plain = "{column} does not rise and fall with {others} as it did"
    reads = Reads.NUMBER
    floor = 0.1
    light = True

    def choose(self, first: First) -> list[Spec]:
        names = [c for c in first.rows.coder.edges if c != first.prediction]
        if len(names) < 2:
            return []
        t = self.tuning.relations.ranks
        nearly = _nearly(np.array([first.rows.numbers(c) for c in names]))
        found = []
        for i, k in np.argwhere(np.tril(np.abs(nearly), -1) > t.least - t.near):
            r = _spearman(first.rows.numbers(names[i]), first.rows.numbers(names[k]), t.fewest)
            if abs(r) > t.least:
                found.append((-abs(r), names[i], names[k]))
        return [(a, b) for _, a, b in sorted(found)[: t.most]]

    def natural(self, level: Floats) -> Floats:
        """[...] the correlation, −1 to 1."""
        out: Floats = np.tanh(level)
        return out

    def sql(self, question: Question) -> Shown:
        numbers = [s.number for s in question.sides]
        finite = [question.dialect.is_finite(n) for n in numbers]
        return Statement("ranks", {"numbers": numbers, "finite": finite}, SAMPLED)

    def levels(self, spec: Spec, rows: Coded, learnt: Learnt) -> list[tuple[float, float]]:
        del learnt
        t = self.tuning.relations.ranks
        r = _spearman(rows.numbers(spec[0]), rows.numbers(spec[1]), t.fewest)
        if np.isnan(r):
            return [NOTHING]
        return [(float(np.arctanh(np.clip(r, -t.farthest, t.farthest))), float(1 / np.sqrt(len(rows))))]


def _nearly(columns: Floats) -> Floats:
    """[C, C] correlations of [C, n] columns by each one's own ranks: off only where other rows miss the other value."""
    there = np.isfinite(columns)
    ranks = np.zeros_like(columns)
    for k, known in enumerate(there):
        if known.any():
            ranks[k, known] = midranks(columns[k, known])
            ranks[k, known] -= ranks[k, known].mean()
    both = there.astype(np.float64)
    n = np.maximum(both @ both.T, 1.0)
    mean = ranks @ both.T / n  # [C, C] of the first one's ranks, over the rows that have both
    square = ranks**2 @ both.T / n - mean**2
    size = np.sqrt(np.maximum(square * square.T, 0.0))
    cross = ranks @ ranks.T / n - mean * mean.T
    out: Floats = np.divide(cross, size, out=np.zeros_like(cross), where=size > 0)
    return out


def _spearman(a: Floats, b: Floats, fewest: int) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if np.count_nonzero(both) < fewest:
        return float("nan")
    x, y = midranks(a[both]), midranks(b[both])
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / size) if size > 0 else float("nan")


def midranks(values: Floats) -> Floats:
    """[n] ranks from 1, ties at their middle."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    out: Floats = (ends - (counts - 1) / 2)[at]
    return out
