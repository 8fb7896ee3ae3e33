"""Labels to be expected by cell of the score, learnt from labels that have come; and what accuracy and AUC they make.

Rows, labels and scores are by cell, cells in ascending order of score, the same cells for all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST = 3  # labels of the rarer kind without which there is no AUC, as `auc` has it
STEPS = 30
EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Expected:
    """A number of a window, and how far labels drawn by the expected shares scatter it; nan: it cannot be said."""

    value: float
    variance: float


def isotonic(n: Floats, ones: Floats) -> Floats:
    """[cells] shares of labels 1 that never fall from cell to cell, nearest to those of so many rows; by pooling.

    A cell without rows has the share between its neighbours'.

    >>> isotonic(np.array([10.0, 10.0, 0.0, 10.0]), np.array([2.0, 1.0, 0.0, 9.0])).tolist()
    [0.15, 0.15, 0.525, 0.9]

    Source: M. Ayer et al., An empirical distribution function for sampling with incomplete information (1955).
    """
    there = np.flatnonzero(n > 0)
    if not len(there):
        return np.full(len(n), np.nan)
    blocks: list[tuple[float, float, int]] = []  # rows, labels 1, cells
    for rows, of_them in zip(n[there].tolist(), ones[there].tolist(), strict=True):
        here = (rows, of_them, 1)
        while blocks and blocks[-1][1] * here[0] >= here[1] * blocks[-1][0]:
            last = blocks.pop()
            here = (last[0] + here[0], last[1] + here[1], last[2] + here[2])
        blocks.append(here)
    shares = np.repeat([b[1] / b[0] for b in blocks], [b[2] for b in blocks])
    return np.asarray(np.interp(np.arange(len(n)), there, shares), dtype=np.float64)


def smooth(n: Floats, ones: Floats, score: Floats, shrunk: float) -> Floats:
    """[cells] shares of labels 1, drawn to a beta curve as if so many rows of each cell lay on it.

    The curve is logit(q) = a·ln p − b·ln(1 − p) + c, fitted with a slight pull to the score itself.

    Source: M. Kull et al., Beta calibration (2017).
    """
    p = np.clip(score, EDGE, 1 - EDGE)
    design = np.stack([np.log(p), -np.log1p(-p), np.ones(len(p))], axis=1)
    start = np.array([1.0, 1.0, 0.0])
    found = start.copy()
    for _ in range(STEPS):
        q = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (ones - n * q) - (found - start)
        step = np.linalg.solve(design.T @ (design * (n * q * (1 - q))[:, None]) + np.eye(3), slope)
        found = found + np.clip(step, -1, 1)
        if float(np.abs(step).max()) < EDGE:
            break
    q = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
    return np.asarray((ones + shrunk * q) / (n + shrunk), dtype=np.float64)


def accuracy(n: Floats, ones: Floats, score: Floats, threshold: float = 0.5) -> float:
    """Share of rows whose label is what a threshold of the score says.

    >>> accuracy(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([0.2, 0.8]))
    0.8
    """
    rows = float(n.sum())
    return float(np.where(score >= threshold, ones, n - ones).sum() / rows) if rows else float("nan")


def area(n: Floats, ones: Floats) -> float:
    """The AUC, ties within a cell half.

    >>> area(np.array([10.0, 10.0]), np.array([2.0, 8.0]))
    0.8
    """
    zeros = n - ones
    if min(ones.sum(), zeros.sum()) < FEWEST:
        return float("nan")
    below = np.cumsum(zeros) - zeros
    return float((ones * (below + zeros / 2)).sum() / ones.sum() / zeros.sum())


def expected_accuracy(n: Floats, shares: Floats, score: Floats) -> Expected:
    """The accuracy to be expected of rows whose labels are drawn by their cells' shares."""
    rows = max(float(n.sum()), 1.0)
    return Expected(accuracy(n, n * shares, score), float((n * shares * (1 - shares)).sum()) / rows**2)


def expected_area(n: Floats, shares: Floats) -> Expected:
    """The AUC to be expected; its variance by the slope of each cell's labels (the delta method)."""
    ones, zeros = n * shares, n * (1 - shares)
    value, up, down = area(n, ones), float(ones.sum()), float(zeros.sum())
    if not np.isfinite(value):
        return Expected(value, float("nan"))
    below, above = np.cumsum(zeros) - zeros, up - np.cumsum(ones)
    slope = (below + zeros / 2 - ones / 2 - above) / (up * down) - value / up + value / down
    return Expected(value, float((slope**2 * n * shares * (1 - shares)).sum()))
