"""Scales on which a sampling error hardly depends on the value, and divisions that give nan instead of a warning."""

import numpy as np

from tidegauge.states.stack import Array


def ratio(a: Array, b: Array) -> Array:
    """a / b; nan where b is not positive.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    a, b = np.broadcast_arrays(a, b)
    out: Array = np.divide(a, b, out=np.full(b.shape, np.nan), where=b > 0)
    return out


def angle(share: Array) -> Array:
    """arcsin √p: the angle of a share, 0 to π/2, with standard error ½/√n whatever p is (Fisher 1922).

    >>> angle(np.array([0.0, 0.5, 1.0])).round(4)
    array([0.    , 0.7854, 1.5708])
    """
    out: Array = np.arcsin(np.sqrt(np.clip(share, 0, 1)))
    return out


def angle_error(n: Array) -> Array:
    """½/√n; nan where there are no rows."""
    return np.sqrt(ratio(np.full_like(n, 0.25), n))


def from_angle(level: Array) -> Array:
    """The share that an angle stands for."""
    out: Array = np.sin(np.clip(level, 0, np.pi / 2)) ** 2
    return out
