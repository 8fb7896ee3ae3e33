"""Columns that hold no measurement: what numbers the rows, and what only says again when they happened."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.init.described import Described, is_time
from tidegauge.init.words import CALENDAR, CLOCK, MOST_CALENDAR, MOST_CODES, ROW_NUMBERS

ENOUGH = 40  # rows, to see such a thing
EVEN = 0.04  # how far a sample of a counter may lie from evenly spread
FOLLOWS = 0.5  # of the guesses that are wrong without the time, so many must come right with it (a zone shifts some)
MINUTES, DAY = 60, 86_400_000_000.0
DENSE = 1.5  # numbers a row, of a whole table, in which some are gone
_NAMELESS = re.compile(r"|unnamed(_\d+)*|column_?0+|index_\d+")  # what readers call a first column without a name
_CODE = re.compile(r"(?=.*\d)[\w.:/#-]{4,64}")


def is_counter(values: Sequence[Any], *, sampled: bool = False) -> bool:
    """Whether numbers count the rows: whole, each once, evenly spread from the least to the greatest.

    Of a table that was read whole, they also lie close together; of a sample they need not.

    >>> is_counter(range(1, 500)), is_counter([k**2 for k in range(500)]), is_counter([1, 2, 3])
    (True, False, False)
    """
    if len(values) < ENOUGH:
        return False
    found = np.sort(np.asarray(values, dtype=np.float64))
    if (
        found[0] < 0
        or not np.isfinite(found[-1])
        or np.any(found != np.floor(found))
        or np.any(found[1:] == found[:-1])
    ):
        return False
    if not sampled and found[-1] - found[0] > DENSE * len(found):
        return False
    even = np.linspace(0, 1, len(found))
    return bool(np.abs((found - found[0]) / (found[-1] - found[0]) - even).max() <= EVEN)


def is_code(column: Described) -> bool:
    """Whether texts look like those that a machine gives out: letters and digits, no space, each once."""
    return column.unique and bool(column.examples) and all(map(_CODE.fullmatch, column.examples))


def is_row_number(column: Described) -> bool:
    """Whether a column numbers rows: it counts them; or is called so, and may begin anew where frames were joined."""
    called = column.plain in ROW_NUMBERS or _NAMELESS.fullmatch(column.plain) is not None
    return column.counter or (called and column.whole and column.distinct > MOST_CODES)


def is_calendar(column: Described) -> bool:
    """Whether a column is called like a part of a calendar, and has no more values than one."""
    fits = 2 <= column.distinct <= MOST_CALENDAR and not is_time(column.kind)
    return fits and bool((CALENDAR | CLOCK) & {*column.words, column.plain})


def is_clock(column: Described) -> bool:
    """Whether it is called like a part of a clock and holds one: beside a date, nothing else says what hour it was."""
    low, high = column.low, column.high
    called = bool(CLOCK & {*column.words, column.plain})
    return called and column.whole and low is not None and low >= 0 and high is not None and high < MINUTES


def has_clock(instants: NDArray[np.float64]) -> bool:
    """Whether any instant is another than a midnight."""
    return bool(np.any(instants[np.isfinite(instants)] % DAY != 0))


def follows(values: Sequence[Any], instants: NDArray[np.float64]) -> bool:
    """Whether a part of the time (its hour, its month …) tells what a column says, mostly."""
    known = _known(values, instants)
    if len(known) < ENOUGH:
        return False
    said = np.unique([v for v, _ in known], return_inverse=True)[1]
    wrong = 1 - np.bincount(said).max() / len(said)
    whens = [w for w in (_moment(t) for _, t in known) if w is not None]
    if wrong == 0 or len(whens) < len(known):
        return False
    return any(_error(part, said) <= (1 - FOLLOWS) * wrong for part in _parts(whens).values())


def _moment(micros: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(micros / 1e6, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _known(values: Sequence[Any], instants: NDArray[np.float64]) -> list[tuple[str, float]]:
    """The values with their instants, where both are there."""
    pairs = zip(values, instants.tolist(), strict=True)
    return [(str(v), t) for v, t in pairs if v is not None and np.isfinite(t)]


CALENDAR_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "minute": lambda w: w.minute,
    "hour": lambda w: w.hour,
    "weekday": lambda w: w.weekday(),
    "day": lambda w: w.day,
    "week": lambda w: w.isocalendar().week,
    "month": lambda w: w.month,
    "year": lambda w: w.year,
}


def _parts(whens: Sequence[datetime]) -> Mapping[str, NDArray[np.int64]]:
    """Each instant's place in the parts of a calendar; days only where there are several rows of each."""
    parts = {name: [part(w) for w in whens] for name, part in CALENDAR_PARTS.items()}
    dates = [w.toordinal() for w in whens]
    if len(set(dates)) * 3 <= len(dates):
        parts["date"] = dates
    return {name: np.unique(np.asarray(part), return_inverse=True)[1] for name, part in parts.items()}


def _error(part: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    """The share that the most frequent answer within each part would get wrong."""
    counts = np.zeros((int(part.max()) + 1, int(said.max()) + 1), dtype=np.int64)
    np.add.at(counts, (part, said), 1)
    return 1 - float(counts.max(axis=1).sum()) / len(said)
