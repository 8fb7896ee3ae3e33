"""Ten shapes of data and six shifts: what accuracy is measured on."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = Callable[[np.random.Generator, int], Values]
Shift: TypeAlias = Callable[[np.random.Generator, Values, bool], Values]

SHAPES: dict[str, Shape] = {
    "normal": lambda g, n: g.standard_normal(n),
    "normal far from zero": lambda g, n: g.standard_normal(n) + 1000,
    "lognormal": lambda g, n: np.exp(g.standard_normal(n)),
    "pareto 1.2": lambda g, n: g.pareto(1.2, n) + 1,
    "student t2": lambda g, n: g.standard_t(2, n),
    "poisson 3": lambda g, n: g.poisson(3, n).astype(float),
    "poisson 500": lambda g, n: g.poisson(500, n).astype(float),
    "zero-inflated lognormal": lambda g, n: np.where(g.random(n) < 0.6, 0.0, np.exp(1.5 * g.standard_normal(n) + 2)),
    "bimodal": lambda g, n: 0.5 * g.standard_normal(n) + np.where(g.random(n) < 0.5, -5, 5),
    "score beta(.5, 5)": lambda g, n: g.beta(0.5, 5, n),
}
WHOLE = {"poisson 3", "poisson 500"}  # shapes of whole numbers stay whole when shifted


def spread(x: Values) -> float:
    """Interquartile range of `x`, or 1 where it is zero."""
    return float(np.quantile(x, 0.75) - np.quantile(x, 0.25)) or 1.0


def _location(g: np.random.Generator, x: Values, whole: bool) -> Values:
    return np.round(x + (g.random(len(x)) < 0.1)) if whole else x + 0.1 * spread(x)


def _scale(_: np.random.Generator, x: Values, whole: bool) -> Values:
    middle = float(np.median(x))
    return np.round(x * 1.2) if whole else (x - middle) * 1.2 + middle


def _tenfold(g: np.random.Generator, x: Values, _: bool) -> Values:
    return np.where(g.random(len(x)) < 0.02, x * 10, x)


def _beyond(g: np.random.Generator, x: Values, _: bool) -> Values:
    return np.where(g.random(len(x)) < 0.05, x.max() + (3 + g.random(len(x))) * spread(x), x)


def _sticky(g: np.random.Generator, x: Values, whole: bool) -> Values:
    value = float(np.quantile(x, 0.37)) + (0 if whole else 1e-3 * spread(x))
    return np.where(g.random(len(x)) < 0.03, value, x)


SHIFTS: dict[str, Shift] = {
    "none": lambda g, x, whole: x,  # noqa: ARG005
    "location +0.1 IQR": _location,
    "scale ×1.2": _scale,
    "2 % of values ×10": _tenfold,
    "5 % beyond the range": _beyond,
    "3 % on one value": _sticky,
}
