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
    is_fault: ClassVar[bool] = True
    is_seen: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        code = most_gained(column)
        gain = float(column.now[code] - column.before[code])
        if gain < tuning.gain or not may_be_stuck_at(column, code, tuning):
            return
        mapped = np.zeros(column.layout.size)
        mapped[code] = 1.0
        share = column.share_of(mapped)
        if share < 1.0 and may_be_exchanged(column, code, tuning):
            return
        value = held_by(column, code)
        which = ": every row" if share == 1.0 else f"{some_rows(share)}: one value"
        clause = f"{quoted(column.name)} is stuck{which} {value}"
        yield self.fitted(column, mapped, clause, str(code), tuning, gain=gain if gain >= tuning.plainly else 0.0)


def may_be_stuck_at(column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether a cell that gained rows held few before, one value now, and none that another column is full of."""
    if max(float(column.before[code]), float(column.each[:, code].max())) > tuning.held:
        return False
    if not column.rises(code, tuning) or not is_narrow(column, code, tuning):
        return False
    return not any(holds(other, column, code, tuning) for other in column.others)


def may_be_exchanged(column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether one other category has nearly all rows: some of both exchanged would look the same."""
    others = np.delete(column.before, code)
    return not column.line and float(others.max()) > tuning.only_other * float(others.sum())


def most_gained(column: ColumnChange) -> int:
    """The code of a value that gained most of what it did not have."""
    room = np.maximum(1 - column.before, 1e-12)
    gain: Floats = (column.now - column.before) / room
    gain[: LOW_INF + 1 if column.line else 1] = -1.0
    gain[column.line.high_inf if column.line else column.layout.known + 1 :] = -1.0  # infinite is no value to stand at
    return int(gain.argmax())


def is_narrow(column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether the rows of a cell hold one value now, or so nearly that nobody minds: their mean is at one end."""
    lows, highs = column.here.lows, column.here.highs
    if not column.line or lows is None or highs is None:
        return True
    if column.typical(tuning.typical) >= tuning.steady:  # most of a calm day is one value
        return len(column.values_now) == 1
    numbered = column.here.codes[column.numbered(column.here)]
    at = int(np.searchsorted(column.here.codes, code))
    mean = float(column.middles(column.here)[int(np.searchsorted(numbered, code))])
    near = tuning.narrow * column.line.spread
    return bool(min(highs[at] - mean, mean - lows[at]) <= near)


def holds(other: ColumnChange, column: ColumnChange, code: int, tuning: CauseTuning) -> bool:
    """Whether another column held the value in many rows: the two may be exchanged."""
    if not column.line or not other.line:
        return False
    values, shares = other.points
    return bool(shares[column.line.codes(values) == code].sum() > tuning.held)


def held_by(column: ColumnChange, code: int) -> str:
    """What the rows of a cell hold now: "is 7", or "is about 7" where not all of them do."""
    lows, highs = column.here.lows, column.here.highs
    if not column.line or lows is None or highs is None:
        return f'is "{column.layout.label(code)}"'
    at = int(np.searchsorted(column.here.codes, code))
    return f"{'is' if lows[at] == highs[at] else 'is about'} {plain(float(highs[at]))}"
