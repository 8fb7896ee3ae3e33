"""Boosted oblivious trees on binned columns: every level of a tree asks one question of all its nodes."""

import numpy as np

from tidegauge.boosting.model_rows import Bins, Floats, Ints
from tidegauge.tuning.boosting_tuning import BoostingTuning


def boost(bins: Bins, left: Floats, trees: int, depth: int, tuning: BoostingTuning) -> tuple[Ints, Ints, Floats]:
    """[trees, depth] the features, [trees, depth] the steps and [trees, 2^depth] the leaves that tell what is left.

    `bins` [n, C], `left` [n]. Each tree on half of the rows, drawn anew; each level the one question that explains
    most: the largest sum over nodes and sides of (Σ left)² / (rows + shrink), of equal ones the first.

    Source: J. Friedman, Greedy function approximation: a gradient boosting machine (2001); oblivious trees:
    A. Dorogush et al., CatBoost (2018).
    """
    n, width = bins.shape
    size = tuning.bins
    features, steps = np.zeros((trees, depth), dtype=np.int64), np.zeros((trees, depth), dtype=np.int64)
    leaves = np.zeros((trees, 1 << depth))
    random = np.random.default_rng(0)
    told = np.zeros(n)
    offset = np.arange(width) * size
    bits = 1 << np.arange(depth)[::-1]
    for t in range(trees):
        some = random.permutation(n)[: max(tuning.fewest, int(n * tuning.part))]
        b, g = bins[some].astype(np.int64), (left - told)[some]
        node = np.zeros(len(some), dtype=np.int64)
        wide = np.repeat(g, width)
        for d in range(depth):
            shape = (1 << d, width, size)
            at = (node[:, None] * (width * size) + offset + b).ravel()
            total = np.bincount(at, wide, minlength=int(np.prod(shape))).reshape(shape).cumsum(axis=2)
            count = np.bincount(at, minlength=int(np.prod(shape))).reshape(shape).cumsum(axis=2)
            rest, others = total[:, :, -1:] - total, count[:, :, -1:] - count
            gain = (total**2 / (count + tuning.shrink) + rest**2 / (others + tuning.shrink)).sum(axis=0)
            features[t, d], steps[t, d] = np.unravel_index(int(np.argmax(gain)), gain.shape)
            node = node * 2 + (b[:, features[t, d]] > steps[t, d])
        leaf = np.bincount(node, minlength=1 << depth) + tuning.shrink
        leaves[t] = tuning.rate * np.bincount(node, g, minlength=1 << depth) / leaf
        told += leaves[t][(bins[:, features[t]] > steps[t]) @ bits]
    return features, steps, leaves
