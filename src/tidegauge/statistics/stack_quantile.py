"""A quantile of a window's column, read off its cells: the one way in which any statistic or page has it."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.scales import ratio


def quantile_of(stack: Stack, probability: float) -> Array:
    """[C] the value that `probability` of a column's finite rows lie at or below; nan where there are none.

    >>> from tidegauge.profiles.states.counted import counted
    >>> quantile_of(counted([2, 6, 2], [0, 1, 2, 3]), 0.5)
    array([1.5])
    """
    columns = np.arange(len(stack.columns))
    cumulated = np.cumsum(stack.counts, axis=1)
    wanted = probability * stack.finite
    k = np.argmax(cumulated >= wanted[:, None] - 1e-9, axis=1) if stack.counts.shape[1] else columns * 0
    k = np.maximum(k, np.argmax(stack.counts > 0, axis=1))  # probability 0 is the first cell that has rows
    count = stack.counts[columns, k]
    part = ratio(wanted - (cumulated[columns, k] - count), count)
    mean = np.clip(stack.centres[columns, k], stack.low, stack.high)
    left, right = np.fmax(stack.edges[columns, k], stack.low), np.fmin(stack.edges[columns, k + 1], stack.high)
    reach = np.maximum(np.minimum(mean / 2 - left / 2, right / 2 - mean / 2), 0.0)  # half of it: never overflows
    out: Array = mean + (4 * np.clip(part, 0, 1) - 2) * reach
    return out
