"""What a user's function returned, as plain values that JSON holds: no fit is lost for a number's type."""

import math
import os
from collections.abc import Mapping
from datetime import date
from typing import Any


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a function of the user's returns
    """Numbers of NumPy and its like as numbers, arrays as lists, paths and times as text; of anything else its text.

    What is not finite is text too, for JSON has no such number.

    >>> plain({"best": float("nan"), 1: (True, 0.5)})
    {'best': 'nan', '1': [True, 0.5]}
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return _plain_object(value)


def _plain_object(value: Any) -> Any:  # noqa: ANN401 - whatever a function of the user's returns
    """The same of what JSON has no type for."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, date):
        return value.isoformat()
    if callable(getattr(value, "tolist", None)):  # NumPy, pandas, torch: a number, or lists of them
        return plain(value.tolist())
    return str(value)
