"""Runs of neighbouring cells with about a twentieth of the rows each: in them a reader sees where numbers moved."""

from collections.abc import Callable

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Span

STRIPES = 20


def stripes(edges: Floats, share: Floats, first: int, label: Callable[[int], str]) -> list[Span]:
    """Stripes of cells `first`, `first` + 1, …: cell k of them is [edges[k], edges[k + 1]) and holds `share[k]`.

    >>> [s.label for s in stripes(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.04, 0.06, 0.9]), 3, str)]
    ['0 to 2', '5']
    """
    out: list[Span] = []
    begin, seen = 0, 0.0
    for k, part in enumerate(share.tolist()):
        seen += part
        if seen >= 1 / STRIPES or k == len(share) - 1:
            low, high = float(edges[begin]), float(edges[k + 1])
            name = label(first + begin) if k == begin else _between(low, high)
            out.append(Span(name, low, high, slice(first + begin, first + k + 1)))
            begin, seen = k + 1, 0.0
    return out


def _between(low: float, high: float) -> str:
    if low == -np.inf:
        return f"below {high:.6g}"
    return f"{low:.6g} and above" if high == np.inf else f"{low:.6g} to {high:.6g}"
