"""Two answers of a statistic that must agree: where they do not, its name and the one number that is farthest off."""

import numpy as np
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def agree(name: str, found: Floats, expected: Floats, within: float = 0.0) -> None:
    """Fail, in one line, where two arrays differ by more than `within`, relative and absolute; NaN equals NaN."""
    __tracebackhide__ = True
    if found.shape != expected.shape:
        pytest.fail(f"{name}: shape {found.shape} where {expected.shape} is right", pytrace=False)
    said = np.isfinite(found) & np.isfinite(expected)
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(all="ignore"):
        apart = np.where(same, 0.0, np.where(said, np.abs(found - expected) / (1 + np.abs(expected)), np.inf))
        wrong = ~same & ~(said & (np.abs(found - expected) <= within + within * np.abs(expected)))
    if wrong.any():
        at = np.unravel_index(int(np.argmax(np.where(wrong, apart, -1.0))), found.shape)
        place = ", ".join(map(str, at))
        where = f" (and {np.count_nonzero(wrong) - 1} more of {wrong.size})" if np.count_nonzero(wrong) > 1 else ""
        pytest.fail(
            f"{name}: {float(found[at])} where {float(expected[at])} is right, at [{place}]{where}", pytrace=False
        )
