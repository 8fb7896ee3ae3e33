"""Scales on which a sampling error hardly depends on the value, and divisions that give nan instead of a warning."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack


def ratio(a: Array, b: Array) -> Array:
    """[...] quotient a / b; nan where b is not positive.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    a, b = np.broadcast_arrays(a, b)
    out: Array = np.divide(a, b, out=np.full(b.shape, np.nan), where=b > 0)
    return out


def angle(share: Array) -> Array:
    """[...] the angle arcsin √p of a share, 0 to π/2, with standard error ½/√n whatever p is (Fisher 1922).

    >>> angle(np.array([0.0, 0.5, 1.0])).round(4)
    array([0.    , 0.7854, 1.5708])
    """
    out: Array = np.arcsin(np.sqrt(np.clip(share, 0, 1)))
    return out


def angle_error(n: Array) -> Array:
    """[...] ½/√n; nan where there are no rows."""
    return np.sqrt(ratio(np.full_like(n, 0.25), n))


def from_angle(level: Array) -> Array:
    """[...] the share that an angle stands for."""
    out: Array = np.sin(np.clip(level, 0, np.pi / 2)) ** 2
    return out


def squashed(stack: Stack) -> Array:
    """[C, K] asinh((cell mean − middle) / spread), at most asinh 50 either way: a value on which tails count mildly."""
    with np.errstate(over="ignore"):  # ±inf is clipped right after
        distance = np.clip(stack.centres, stack.low[:, None], stack.high[:, None]) - stack.middle[:, None]
        out: Array = np.arcsinh(np.clip(distance / stack.spread[:, None], -50, 50))
    return out


def mean_of(values: Array, stack: Stack) -> Array:
    """[C] mean over finite rows of a number per cell [C, K]; nan without rows."""
    share = stack.share()
    out: Array = np.where(share != 0, share * values, 0.0).sum(axis=1)
    return out


def saturate(x: Array) -> Array:
    """[...] infinities as the largest float, so that whoever stores or plots it meets a number; nan stays."""
    most = np.finfo(np.float64).max
    return np.clip(x, -most, most)
