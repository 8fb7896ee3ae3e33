"""Numbers of a gate as people read them."""

import math


def signed(value: float) -> str:
    """A difference, with its sign.

    >>> signed(0.0402), signed(-0.0), signed(float("nan"))
    ('+0.040', '0.000', 'not known')
    """
    if not math.isfinite(value):
        return "not known"
    return "0.000" if abs(value) < 0.0005 else f"{value:+.3f}"


def chance(value: float) -> str:
    """A chance as a share of a hundred.

    >>> chance(0.0631), chance(0.00002)
    ('6.3 %', 'below 0.1 %')
    """
    return "below 0.1 %" if value < 0.001 else f"{value * 100:.1f} %"
