"""The smallest size of a change that alerts, and the one that alerts in nine windows of ten."""

from collections.abc import Callable, Sequence

import numpy as np

from tidegauge.tuning.sensitivity_tuning import SensitivityTuning
from tidegauge.tuning.tuning import SHIPPED

NINE_TENTHS = 1.2816  # of a normal distribution nine tenths lie below, in standard deviations
INF = float("inf")


def smallest(
    strength: Callable[[float], float],
    sizes: Sequence[float],
    guess: int,
    between: Callable[[float, float, float], float],
) -> tuple[float, int]:
    """The least size whose strength is above 1, between two neighbours of `sizes`, and where that is; inf: none.

    Larger changes are stronger, so a walk from a good guess needs about three looks.
    """
    seen: dict[int, float] = {}

    def alerts(k: int) -> bool:
        if k not in seen:
            seen[k] = strength(sizes[k])
        return seen[k] > 1

    low, high, stride = -1, len(sizes), 1
    k = min(max(guess, 0), len(sizes) - 1)
    while high - low > 1:
        if alerts(k):
            high = k
        else:
            low = k
        if low < 0:
            k, stride = max(high - stride, 0), stride * 2
        elif high == len(sizes):
            k, stride = min(low + stride, len(sizes) - 1), stride * 2
        else:
            k = (low + high) // 2
        if low == len(sizes) - 1:
            return INF, low
    if high == 0:
        return sizes[0], 0
    part = (1 - seen[low]) / max(seen[high] - seen[low], 1e-9)
    return between(sizes[low], sizes[high], min(max(part, 0.0), 1.0)), high


def in_nine_tenths(found: Sequence[float], tuning: SensitivityTuning = SHIPPED.sensitivity) -> float:
    """The size that alerts in nine windows of ten, read off the windows alone: for sizes that follow no distribution.

    The next window is one more of them, so it is the place that leaves a tenth of them *and it* above.

    >>> in_nine_tenths([float(k) for k in range(1, 11)])
    10.0
    """
    sizes = np.sort([size for size in found if not np.isnan(size)])
    return (
        float(sizes[min(int(np.ceil(tuning.power * (len(sizes) + 1))), len(sizes)) - 1]) if len(sizes) else float("nan")
    )


def with_power(found: Sequence[float], tuning: SensitivityTuning = SHIPPED.sensitivity) -> float:
    """The size that alerts in nine windows of ten, by the least size of each.

    Of sizes that are all known it is read off a log-normal distribution, which a dozen windows determine better than
    their second largest would; where some windows show nothing at any size, off the windows themselves. The next window
    is one more draw from a distribution known from few, so Student's t stands in the normal's place.

    >>> with_power([1.0, 1.0, 1.0])
    1.0
    """
    sizes = np.sort([size for size in found if not np.isnan(size)])
    if not len(sizes):
        return float("nan")
    at = float(sizes[int(np.ceil(tuning.power * len(sizes))) - 1])
    if np.isinf(sizes[-1]) or sizes[0] <= 0:
        return at
    logs = np.log(sizes)
    scatter = float(logs.std(ddof=min(1, len(logs) - 1)))
    return at if scatter > tuning.wild else float(np.exp(logs.mean() + _reach(len(logs)) * scatter))


def _reach(n: int) -> float:
    """Standard deviations of n draws above their mean, below which one more draw stays in nine cases of ten.

    Not SciPy's: the first night of every week works this out, and a night imports no SciPy. Of the eight windows that
    it takes at least it is 0.05 % below the exact one.

    Source: E. Cornish, R. Fisher (1937), the first terms of the expansion of Student's t.

    >>> round(_reach(24), 3), round(_reach(8), 3)
    (1.347, 1.5)
    """
    z, free = NINE_TENTHS, max(n - 1, 1)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return float(t * np.sqrt(1 + 1 / n))
