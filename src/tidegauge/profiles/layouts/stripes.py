"""Runs of neighbouring cells with about a twentieth of the rows each: in them a reader sees where numbers moved."""

import math
from collections.abc import Callable

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Span

STRIPES = 20


def stripes(
    edges: Floats, share: Floats, first: int, label: Callable[[int], str], *, whole: bool = False
) -> list[Span]:
    """Stripes of cells `first`, `first` + 1, …: cell k of them is [edges[k], edges[k + 1]) and holds `share[k]`.

    `whole`: of whole numbers, which are then named.

    >>> [s.label for s in stripes(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.04, 0.06, 0.9]), 3, str)]
    ['0 to 2', '5']
    >>> [s.label for s in stripes(np.array([0.1, 1.1, 2.1, np.inf]), np.array([0.04, 0.06, 0.01]), 3, str, whole=True)]
    ['1 to 2', '5']
    """
    out: list[Span] = []
    begin, seen = 0, 0.0
    for k, part in enumerate(share.tolist()):
        seen += part
        if seen >= 1 / STRIPES or k == len(share) - 1:
            low, high = float(edges[begin]), float(edges[k + 1])
            name = label(first + begin) if k == begin else _between(low, high, whole=whole)
            out.append(Span(name, low, high, slice(first + begin, first + k + 1)))
            begin, seen = k + 1, 0.0
    return out


def _between(low: float, high: float, *, whole: bool) -> str:
    if whole:
        low, high = (math.ceil(v) if abs(v) < 2**53 else v for v in (low, high))
        if -np.inf < low < high < np.inf:
            return f"{low:.6g}" if low == high - 1 else f"{low:.6g} to {high - 1:.6g}"
    if low == -np.inf:
        return f"below {high:.6g}"
    return f"{low:.6g} and above" if high == np.inf else f"{low:.6g} to {high:.6g}"
