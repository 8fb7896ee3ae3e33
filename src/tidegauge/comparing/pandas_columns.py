"""Columns of a pandas frame that DuckDB would read by a look at some of their values, or not at all.

It guesses the type of Python objects by a sample: a price of 1234.50 behind a thousand of 9.99 then does not fit, and
one text among numbers stops the frame. So what such a column holds is settled here, for all of its rows.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal"}  # as pandas infers them of objects
READ = {"string", "empty", "boolean", "bytes", "date", "datetime", "datetime64", "time", "timedelta", "timedelta64"}


def settled(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame, where nothing is to be settled; else one with other columns in the places of some, sharing the rest.

    Objects that are numbers of any kind become doubles, a mixture becomes text, and so do what DuckDB has no type for
    (intervals, periods, complex numbers, lists); sparse columns become dense; categories are taken for their values.

    >>> import decimal
    >>> import pandas as pd
    >>> frame = settled(pd.DataFrame({"p": [decimal.Decimal("9.99"), None], "m": [1, "N/A"]}))
    >>> frame["p"].tolist(), frame["m"].tolist()
    ([9.99, nan], ['1', 'N/A'])
    """
    out = frame
    for k, kind in enumerate(frame.dtypes):
        column = frame.iloc[:, k]
        fresh = _settled(column, kind)
        if fresh is not column:
            out = frame.copy(deep=False) if out is frame else out
            out.isetitem(k, fresh.array)
    return out


def _settled(column: "pd.Series[Any]", kind: Any) -> "pd.Series[Any]":  # noqa: ANN401 - a dtype of any library
    import numpy as np
    import pandas as pd

    if isinstance(kind, pd.SparseDtype):
        column = pd.Series(np.asarray(column.array), index=column.index)
        kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        if pd.api.types.infer_dtype(kind.categories, skipna=True) in {"string", "empty"}:
            return column
        column = pd.Series(column.array.astype(kind.categories.dtype), index=column.index)
        kind = column.dtype
    if isinstance(kind, pd.IntervalDtype | pd.PeriodDtype) or getattr(kind, "kind", "") == "c":
        return _text(column)
    return _settled_objects(column) if pd.api.types.is_object_dtype(kind) else column


def _settled_objects(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Objects as doubles, as text, or as they are where DuckDB reads them well."""
    import pandas as pd

    found = pd.api.types.infer_dtype(column, skipna=True)
    if found in NUMBERS:
        return column.map(_double)
    if found not in READ or (found == "string" and not _is_unicode(column)):
        return _text(column)
    return column


def _double(value: Any) -> float:  # noqa: ANN401 - an int, a Decimal, a number of NumPy's, or one of the many nothings
    try:
        return float(value)
    except TypeError:
        return float("nan")
    except OverflowError:  # an int beyond all doubles
        return float("inf") if value > 0 else float("-inf")


def _is_unicode(column: "pd.Series[Any]") -> bool:
    """Whether texts are: half of a surrogate pair is a character of Python's alone."""
    try:
        "".join(column.dropna()).encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.astype(object).map(_spelled, na_action="ignore").astype(object)


def _spelled(value: Any) -> str:  # noqa: ANN401 - anything that a frame can hold
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
