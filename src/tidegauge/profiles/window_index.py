"""Windows in a statement: instants as whole numbers, and a window's number from an instant."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from tidegauge.core.window import Window
from tidegauge.warehouses.dialect import Dialect

MOST_WINDOWS = 256  # in one statement: a window's number fits a byte, so that DuckDB groups by position


def window_index(dialect: Dialect, micros: str, windows: Sequence[Window]) -> str:
    """A window's number from an instant. Windows of one length are one division; a clock change starts a new run."""
    if len(windows) > MOST_WINDOWS:
        raise ValueError(f"{len(windows)} windows in one statement; at most {MOST_WINDOWS}")
    for a, b in pairwise(windows):
        if a.end != b.start:
            raise ValueError(f"windows of one statement adjoin: {a.key} and {b.key} do not")
    return dialect.small("0" if len(windows) == 1 else place_on(dialect, micros, windows))


def place_on(dialect: Dialect, micros: str, windows: Sequence[Window]) -> str:
    """The same of any number of adjoining windows, as a whole number of any size."""
    runs = runs_of(windows)
    spelled = [
        f"{first} + " * (first > 0) + dialect.divide(f"({micros} - {start})", str(width))
        for first, start, width, _ in runs
    ]
    if len(runs) == 1:
        return spelled[0]
    cases = " ".join(f"WHEN {micros} < {end} THEN {s}" for s, (*_, end) in zip(spelled[:-1], runs[:-1], strict=True))
    return f"CASE {cases} ELSE {spelled[-1]} END"


def micros_of(instant: datetime) -> int:
    """Whole microseconds since 1970, without a float in between."""
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def runs_of(windows: Sequence[Window]) -> list[list[int]]:
    """Runs of adjoining windows of one length: the number of the first one, start, width and end of each run."""
    runs: list[list[int]] = []
    for k, w in enumerate(windows):
        start, end = micros_of(w.start), micros_of(w.end)
        if runs and runs[-1][2] == end - start:
            runs[-1][3] = end
        else:
            runs.append([k, start, end - start, end])
    return runs
