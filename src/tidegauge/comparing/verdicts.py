"""How far is far, where no season is known: a size that matters, and a difference that chance does not explain.

Two conditions make a column "changed", and it takes both:

- **size**: with sampling noise taken off, the difference is at least `LIMITS[aspect]`. At a million rows everything is
  "significant"; this is what keeps small differences quiet.
- **evidence**: chance alone gives such a difference rarely enough, after Benjamini and Hochberg's control over all
  columns and aspects. With two hundred rows everything looks different; this is what keeps noise quiet.

Aspects: the *shape* of the values (Hellinger, 0 to 1), and the shares of *missing*, *not-finite*, *far-outside* and
*new-categories* (as angles arcsin √p, like the statistics of those names).
"""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, widen
from tidegauge.statistics import LEVELS
from tidegauge.statistics.far_outside import FarOutside
from tidegauge.statistics.hellinger import squared, used
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.new_categories import NewCategories
from tidegauge.statistics.not_finite import NotFinite

SHAPE = "shape"
LIMITS = {  # what a comparison judges by: faults that need no season to be told; the other statistics are listed
    SHAPE: 0.05,  # a normal column's mean moves by 0.14 of its standard deviation; 0.5 % of rows on a new value
    Missing.name: 0.07,  # from nothing to 0.5 %, from 1 to 2.9 %, from 10 to 14.5 % of the rows
    NotFinite.name: 0.03,  # from nothing to 0.1 % of the rows
    FarOutside.name: 0.03,
    NewCategories.name: 0.03,
}
LEVELS_JUDGED = tuple(name for name in LIMITS if name != SHAPE)
ALARMS = 0.01  # expected share of false ones among the columns called changed; two equal tables: one comparison in 100
LEAST = 10.0  # rows that a pooled cell should hold on the smaller side, so that chance is told by chi-squared

Key: TypeAlias = tuple[str, str]  # column, aspect


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per (column, aspect): the size without noise as a multiple of its limit, and the probability under chance."""

    strength: dict[Key, float]
    chance: dict[Key, float]
    changed: frozenset[Key]


def judge(pairs: list[tuple[Stack, Stack]]) -> Verdicts:
    """Judge (current, reference) pairs of stacks, all of them under one false-discovery control."""
    strength: dict[Key, float] = {}
    chance: dict[Key, float] = {}
    for current, reference in pairs:
        for aspect, (size, p) in _aspects(current, reference).items():
            for column, s, q in zip(current.columns, size.tolist(), p.tolist(), strict=True):
                if not math.isnan(s):
                    strength[column, aspect], chance[column, aspect] = s / LIMITS[aspect], q
    rejected = benjamini_hochberg(chance, ALARMS)
    return Verdicts(strength, chance, frozenset(k for k in rejected if strength[k] >= 1))


def benjamini_hochberg(chance: dict[Key, float], share: float) -> set[Key]:
    """Keys that may be called discoveries, so that at most `share` of them are false on average.

    >>> sorted(benjamini_hochberg({("a", "x"): 0.001, ("b", "x"): 0.04, ("c", "x"): 0.5}, 0.05))
    [('a', 'x')]

    Source: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate (1995).
    """
    ranked = sorted(chance, key=lambda k: (chance[k], k))
    passed = [i for i, key in enumerate(ranked, start=1) if chance[key] <= share * i / len(ranked)]
    return set(ranked[: passed[-1]]) if passed else set()


def _aspects(current: Stack, reference: Stack) -> dict[str, tuple[Array, Array]]:
    """Aspect → size without noise and probability under chance, [C] each; nan where it can't be said."""
    out = {SHAPE: _shape(current, reference)}
    for name in LEVELS_JUDGED:
        level = LEVELS[name]
        if current.kind in level.applies:
            apart = level.level(current) - level.level(reference)
            noise = level.error(current) ** 2 + level.error(reference) ** 2
            if level.one_sided:
                apart = np.maximum(apart, 0.0)
            size = np.sqrt(np.maximum(apart**2 - noise, 0.0))
            z = np.abs(apart) / np.sqrt(noise)
            out[name] = size, beyond(z)
    return out


def _shape(current: Stack, reference: Stack) -> tuple[Array, Array]:
    """Hellinger on pooled cells, less its bias; 8·nm/(n + m)·H² is chi-squared with one degree less than cells."""
    a, b = pooled(current, reference)
    n, m = current.finite, reference.finite
    with np.errstate(divide="ignore", invalid="ignore"):
        together = n * m / (n + m)
        square, freedom = squared(a, b), np.maximum(used(a, b) - 1, 0.0)
        size = np.sqrt(np.maximum(square - freedom / (8 * together), 0.0))
        chance = upper_tail(8 * together * square, freedom)
    there = (n > 0) & (m > 0)
    return np.where(there, size, np.nan), np.where(there, chance, np.nan)


def pooled(current: Stack, reference: Stack) -> tuple[Stack, Stack]:
    """Both stacks on coarser cells: neighbours together until the smaller side holds about ten rows in each.

    Categories are taken by how common they are, so that the rare ones are pooled with each other. Pooling looks at
    the sum of both sides only, so it favours neither answer.
    """
    now, before = widen(current.counts, reference.counts)
    both = now + before
    order = np.argsort(-both, axis=1, kind="stable") if not current.ordered else None
    if order is not None:
        now, before, both = (np.take_along_axis(table, order, axis=1) for table in (now, before, both))
    smaller = np.minimum(current.finite, reference.finite)
    total = np.maximum(both.sum(axis=1), 1.0)
    expected = both * (smaller / total)[:, None]
    group = np.floor(np.cumsum(expected, axis=1) / LEAST - 1e-9).astype(np.int64)
    width = int(group.max(initial=0)) + 1
    rows = np.arange(len(group))[:, None]
    first = np.concatenate([np.ones((len(group), 1), dtype=bool), np.diff(group, axis=1) > 0], axis=1)
    rank = np.cumsum(first, axis=1) - 1  # groups without a gap between their numbers
    flat = (rows * min(width, both.shape[1]) + np.minimum(rank, width - 1)).ravel()
    shape = (len(group), min(width, both.shape[1]))
    size = shape[0] * shape[1]
    a, b = (
        np.bincount(flat, table.ravel(), minlength=size).astype(np.float64).reshape(shape) for table in (now, before)
    )
    return replace(current, counts=a), replace(reference, counts=b)


def beyond(z: Array) -> Array:
    """[C] probability that a standard normal lies further out than so many standard deviations, either way.

    >>> beyond(np.array([0.0, 1.959964])).round(3)
    array([1.  , 0.05])
    """
    from scipy.special import erfc  # a comparison may take its 0.4 s; a night asks nothing of it

    out: Array = erfc(z / math.sqrt(2))
    return out


def upper_tail(x: Array, freedom: Array) -> Array:
    """[C] probability that chi-squared exceeds `x`; 1 without a degree of freedom: then nothing can differ.

    >>> upper_tail(np.array([18.307, 124.342, 3.0]), np.array([10.0, 100.0, 0.0])).round(3)
    array([0.05, 0.05, 1.  ])

    Source: the incomplete gamma function, NIST DLMF 8.2; by SciPy, whose own is Cephes'.
    """
    from scipy.special import chdtrc

    said = (freedom > 0) & ~np.isnan(x)
    return np.where(said, chdtrc(np.where(said, freedom, 1.0), np.where(said, x, 0.0)), 1.0)
