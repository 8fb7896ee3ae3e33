"""What the very numbers prove: which map brings them back to those of before, and which other column held them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from tidegauge.causes.column_change import ROUNDED, ColumnChange, Floats, seen_before
from tidegauge.tuning.cause_tuning import CauseTuning


def displaced_rows(column: ColumnChange, undone: Callable[[Floats], Floats], jump: float, tuning: CauseTuning) -> float:
    """The share of rows with numbers beyond all that were there, which brought back are ordinary; 0: are not.

    Ordinary: between the reference's ends, and on average as one of its windows is; where all rows are, or
    off these by half of how far the windows' means lie apart. `jump`: how many times as far
    from 0 the map brings a number; of a small one all rows must be displaced, for a storm brings new numbers too.
    """
    lows, highs, counts, middles = column.foreign
    part = float(counts.sum()) / max(float(column.ends(column.here)[2].sum()), 1.0)
    is_whole = part > 1 - tuning.gain
    if part < tuning.displaced or jump < (tuning.least_jump if is_whole else tuning.jump):
        return 0.0
    back = undone(np.stack([lows, highs]))
    is_proved = seen_before(column.values_before, np.unique(back)) >= tuning.proved
    if not is_proved and not (is_whole and jump >= tuning.far_jump):
        return 0.0
    mean = float((undone(middles) * counts).sum() / counts.sum())
    if not _is_ordinary(column, back, mean, is_whole=is_whole):
        return 0.0
    return 1.0 if is_whole else part


def goes_on(column: ColumnChange) -> bool:
    """Whether each reference window begins beyond where the one before ended: a counter, or a time.

    What is never as it was is brought back by nothing: its like numbers are those of long ago.
    """
    spans = [(lows.min(), highs.max()) for lows, highs, _ in map(column.ends, column.past) if len(lows)]
    upwards, downwards = (all(b[0] > a[1] for a, b in pairwise(s)) for s in (spans, spans[::-1]))
    return len(spans) > 1 and (upwards or downwards)


def proves(column: ColumnChange, undone: Callable[[Floats], Floats], tuning: CauseTuning) -> bool:
    """Whether the window's values, brought back by a map, were there before, and as they are were not."""
    values, same = column.values_now, column.kept
    if len(values) < tuning.values or same > tuning.foreign:
        return False
    back = seen_before(column.values_before, undone(values))
    return back >= tuning.proved and back - same >= tuning.apart


def _is_ordinary(column: ColumnChange, back: Floats, mean: float, *, is_whole: bool) -> bool:
    """Whether numbers that were brought back, and their mean, are as those of the reference."""
    known, usual = column.values_before, column.means
    wide = float(usual.max() - usual.min()) / 2 if is_whole else 0.0
    room = wide + ROUNDED * float(np.abs(known[[0, -1]]).max())
    is_inside = known[0] - room <= back.min() and back.max() <= known[-1] + room
    return bool(is_inside and usual.min() - wide <= mean <= usual.max() + wide)


def brings(column: ColumnChange, other: ColumnChange, tuning: CauseTuning) -> float:
    """The share of rows with numbers never reached here before, which the other column held; 0: did not."""
    lows, highs, counts, _ = column.foreign
    part = float(counts.sum()) / max(column.rows, 1)
    values = np.unique(np.concatenate([lows, highs]))
    if part < tuning.displaced or not other.line or seen_before(other.values_before, values) < tuning.other:
        return 0.0
    return part
