"""Which columns a prediction rests on, as far as sampled rows tell: what share of its ranks a column's cells explain.

Of rows that were scored, so it is what the model answers to, and not what the label does; a column that goes with one
that the model reads is taken to matter too.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations.coded import Coder, pooled

Floats = NDArray[np.float64]
MOST = 20_000  # rows that are looked at


def explained(samples: Sequence[SampledRows], column: str, prediction: str) -> float:
    """The share of the variance of the prediction's ranks between a column's cells, 0 to 1; nan where nobody knows.

    Taken from it is what as many cells explain of a prediction that has nothing to do with them.
    """
    rows = pooled((s for s in samples if column in s.numbers or column in s.codes), MOST)
    if column == prediction or prediction not in rows.numbers:
        return float("nan")
    scores = rows.numbers[prediction]
    there = np.isfinite(scores)
    coder = Coder.cut(rows, {c: int(codes.max(initial=0)) for c, codes in rows.codes.items()})
    return _between(_ranks(scores[there]), coder.cells(column, rows)[there])


def _between(ranks: Floats, cells: NDArray[np.int64]) -> float:
    """The adjusted correlation ratio of ranks [n] by cells [n]; nan of too few rows."""
    n, kinds = len(ranks), np.unique(cells)
    within = n - len(kinds)
    total = float(((ranks - ranks.mean()) ** 2).sum()) if n else 0.0
    if within <= 0 or total == 0.0:
        return float("nan")
    rest = sum(float(((r - r.mean()) ** 2).sum()) for r in (ranks[cells == k] for k in kinds))
    return max(1.0 - (rest / within) / (total / (n - 1)), 0.0)


def _ranks(values: Floats) -> Floats:
    """[n] the place of each value among all [n], equal ones alike."""
    _, at = np.unique(values, return_inverse=True)
    return at.astype(np.float64)
