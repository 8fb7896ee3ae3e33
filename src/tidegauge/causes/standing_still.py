"""Rows carry one and the same value: a sensor that froze, a default that was filled in."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import plain, quoted, some_rows
from tidegauge.profiles.layouts.line import LOW_INF
from tidegauge.tuning.cause_tuning import CauseTuning


class StandingStill(Cause):
    """One value holds rows that others have lost, which held few before. Zero rain on a dry day is no frozen gauge."""

    name: ClassVar[str] = "stuck"
    title: ClassVar[str] = "one value"
    cost: ClassVar[float] = 2.5

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        code = most_gained(column)
        if column.before[code] > tuning.held or float(column.each[:, code].max()) > tuning.held:
            return
        if column.now[code] - column.before[code] < tuning.gain or not column.rises(code, tuning):
            return
        if not is_narrow(column, code, tuning) or any(holds(o, column, code, tuning) for o in column.others):
            return
        mapped = np.zeros(column.layout.size)
        mapped[code] = 1.0
        share = column.share_of(mapped)
        value, exact = held_by(column, code)
        which = "every row" if share == 1.0 else "one value"
        said = f"{quoted(column.name)} is stuck{some_rows(share)}: {which} {'is' if exact else 'is about'} {value}"
        if share == 1.0:
            said = f"{quoted(column.name)} is stuck: every row {'is' if exact else 'is about'} {value}"
        gain = float(column.now[code] - column.before[code])
        yield self.fitted(column, mapped, said, str(code), tuning, gain=gain if gain >= tuning.plainly else 0.0)


def most_gained(column: ColumnChange) -> int:
    """The code of a value that gained most of what it did not have."""
    room = np.maximum(1 - column.before, 1e-12)
    gain: Floats = (column.now - column.before) / room
    gain[: LOW_INF + 1 if column.line else 1] = -1.0
    if not column.line:
        gain[column.layout.known + 1 :] = -1.0
    return int(gain.argmax())


def is_narrow(column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether the rows of a cell hold one value now, or so nearly that nobody minds: their mean is at one end."""
    lows, highs = column.here.lows, column.here.highs
    if not column.line or lows is None or highs is None:
        return True
    at = int(np.searchsorted(column.here.codes, code))
    mean = float(
        column.middles(column.here)[int(np.searchsorted(column.here.codes[column.numbered(column.here)], code))]
    )
    if column.typical(tuning.typical) >= tuning.steady:  # all of a calm day may lie in one cell
        return bool(lows[at] == highs[at])
    near = tuning.narrow * column.line.spread
    return bool(min(highs[at] - mean, mean - lows[at]) <= near)


def holds(other: ColumnChange, column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether another column held the value in many rows: the two may be exchanged."""
    if not column.line or not other.line:
        return False
    values, shares = other.points
    return bool(shares[column.line.codes(values) == code].sum() > tuning.held)


def held_by(column: ColumnChange, code: int) -> tuple[str, bool]:
    """What the rows of a cell hold now, and whether all of them do."""
    if not column.line:
        return f'"{column.layout.label(code)}"', True
    at = int(np.searchsorted(column.here.codes, code))
    lows, highs = column.here.lows, column.here.highs
    if lows is None or highs is None:
        return column.layout.label(code), False
    return plain(float(highs[at])), bool(lows[at] == highs[at])
