"""Which cells of a column are what an alert on it is about: those that gained, or lost, more than they usually do."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.coded_rows import Floats


def moved_cells(counts: Floats, kinds: Sequence[Sequence[int]], tuning: WhereTuning) -> list[int]:
    """The fewest cells of one kind that gained most of what its cells gained, or lost most of what they lost.

    `counts` [W, cells]: rows of the window, then of those that it is compared with; `kinds`: cells that go together, as
    all values do, and all missing ones do. Of one kind, the one that is strangest by its own past: weather is another
    each day, and a missing value among it is not.
    """
    difference = _plain_differences(counts, kinds, tuning)
    sets = [_most_of(np.maximum(sign * difference, 0.0), tuning) for sign in (1.0, -1.0)]
    return min((s for s in sets if s), key=len, default=[])


def gained_cells(counts: Floats, kinds: Sequence[Sequence[int]], tuning: WhereTuning) -> list[int]:
    """The fewest cells that gained most of what cells of the same kind gained; see `moved_cells`.

    Where a kind only lost rows (a value that vanished), the cells of the other kinds gained them.
    """
    own = _most_of(np.maximum(_plain_differences(counts, kinds, tuning), 0.0), tuning)
    if own:
        return own
    everything = [[k for kind in kinds for k in kind]]
    return _most_of(np.maximum(_plain_differences(counts, everything, tuning), 0.0), tuning)


def _plain_differences(counts: Floats, kinds: Sequence[Sequence[int]], tuning: WhereTuning) -> Floats:
    """[cells] by how much the shares of the strangest kind's cells differ, where sampling alone does not tell it."""
    z = _strange(counts)
    scaled = [
        (np.abs(z[0, list(k)]).max(initial=0.0) / usual(np.abs(z[1:][:, list(k)]), tuning), k) for k in kinds if len(k)
    ]
    if not scaled:
        return np.zeros(counts.shape[1])
    kind = list(max(scaled, key=lambda pair: pair[0])[1])
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    before = counts[1:].sum(axis=0) / max(counts[1:].sum(), 1)
    plain = np.isin(np.arange(counts.shape[1]), kind) & (np.abs(z[0]) > tuning.seen)
    return np.where(plain, share[0] - before, 0.0)


def _most_of(by: Floats, tuning: WhereTuning) -> list[int]:
    """The fewest cells that hold most of `by` [cells]; none where it is 0 everywhere."""
    order = np.argsort(-by, kind="stable")
    most = int(np.searchsorted(np.cumsum(by[order]), tuning.bulk * by.sum())) + 1
    return sorted(order[:most].tolist()) if by.any() else []


def usual(far: Floats, tuning: WhereTuning) -> float:
    """How much farther off the strangest group of all ordinary windows is than chance would ever put it: 1 at least.

    `far` [W, groups]: of windows, each against all others of them. Of few windows nothing is known.
    """
    windows, groups = far.shape
    if windows < 3 or not groups:
        return 1.0
    by_chance = NormalDist().inv_cdf((1 + (1 - tuning.chance) ** (1 / far.size)) / 2)
    return max(1.0, float(far.max()) / by_chance)


def _strange(counts: Floats) -> Floats:
    """[W, cells] each window's shares against those of all others but the first, in standard errors of sampling."""
    others = counts[1:].sum(axis=0) - np.vstack([0 * counts[:1], counts[1:]])
    n1, n0 = (np.maximum(x.sum(axis=1, keepdims=True), 1) for x in (counts, others))
    common = (counts + others + 0.5) / (n1 + n0 + 1)
    return np.asarray((counts / n1 - others / n0) / np.sqrt(common * (1 - common) * (1 / n1 + 1 / n0)))
