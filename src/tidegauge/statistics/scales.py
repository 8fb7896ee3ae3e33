"""Scales on which a sampling error hardly depends on the value, and divisions that give nan instead of a warning."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack

FAR = 50.0  # spreads from the middle: in a judgement no value counts as further out
EDGE = float(np.arcsinh(FAR))
BOUNDLESS = 30.0  # of a logarithm, or an asinh of spreads: as far out as this a limit is none
SLOPE = 1e-3  # of what lies beyond: too little for a verdict, and yet three digits of it survive a short float


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


def away(stack: Stack) -> Array:
    """[C, K] (cell mean − middle) / spread: how many spreads each cell lies from the middle; finite or nan."""
    with np.errstate(over="ignore"):  # ±inf is saturated right after
        distance = np.clip(stack.centres, stack.low[:, None], stack.high[:, None]) - stack.middle[:, None]
        return saturate(distance / stack.spread[:, None])


def squashed(stack: Stack) -> Array:
    """[C, K] asinh of the spreads from the middle, at most asinh 50 either way: a value on which tails count mildly."""
    out: Array = np.arcsinh(np.clip(away(stack), -FAR, FAR))
    return out


def bent(level: Array) -> Array:
    """[...] a level on the asinh scale, as it is up to asinh 50 and hardly rising beyond: `straight` takes it back.

    Whoever judges it sees "as far as 50 spreads" and no more; whoever tells it still knows how far.

    >>> bent(np.array([2.0, -9.0])).round(4), straight(bent(np.array([2.0, -9.0]))).round(4)
    (array([ 2.    , -4.6097]), array([ 2., -9.]))
    """
    beyond = np.maximum(np.abs(level) - EDGE, 0.0)
    out: Array = np.clip(level, -EDGE, EDGE) + np.sign(level) * beyond * SLOPE
    return out


def straight(level: Array) -> Array:
    """[...] the level that was `bent`."""
    beyond = np.maximum(np.abs(level) - EDGE, 0.0)
    out: Array = np.clip(level, -EDGE, EDGE) + np.sign(level) * beyond / SLOPE
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
