"""Whether a window's rows lie where those of like windows lay, but for so many hours later or earlier.

Of every way in which the usual hours can be turned on the clock the likelihood of the window's rows is asked, beside
that of the hours as they were. Timetables bring fewer surprises than dice and crowds more, so both are divided by
what the most unlike past window was off by.
"""

from dataclasses import dataclass
from math import log, log10

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.cause_tuning import CauseTuning

Floats = NDArray[np.float64]
TURNS = [k for k in range(-11, 13) if k]  # turns of the clock
HALF = 0.5  # of a row, in each hour where none was ever seen: nothing is impossible


@dataclass(frozen=True, slots=True)
class MovedHours:
    """By how many hours rows come later (earlier: below 0), and what says so."""

    hours: int
    chance: float  # −log10 of the chance that hours as usual look so much more like these
    left: float  # share of the rows that lie elsewhere still, with the clock so turned
    gone: float  # the same with the clock as it was
    deviance: float  # of the rows by hours so turned


def moved_hours(now: Floats, past: Floats, tuning: CauseTuning) -> MovedHours | None:
    """By which turn of the clock the past's hours are the window's; None where by none, or two fit alike.

    Shapes: now [hours], past [windows, hours], rows by hour of the clock.

    >>> usual = np.array([[0] * 8 + [20 + k, 60, 80 - k, 40, 30, 50, 70, 60, 20, 5] + [0] * 6 for k in range(6)])
    >>> found = moved_hours(np.roll(usual[0], 5).astype(float), usual.astype(float), CauseTuning())
    >>> found.hours, round(found.gone, 2), round(found.left, 2)
    (5, 0.62, 0.01)
    >>> moved_hours(usual[3].astype(float), usual.astype(float), CauseTuning()) is None
    True
    """
    if len(past) < tuning.clock_windows or now.sum() < tuning.rows:
        return None
    total = past.sum(axis=0)
    if total.sum() ** 2 < tuning.clock_spread * (total**2).sum():  # a job's rows, all at once: its time, not theirs
        return None
    excess = max(1.0, float(deviance(past, total - past).max()))
    as_was, turns = float(deviance(now, total)) / excess, _turns(total)
    left = deviance(now, turns).reshape(-1, 2) / excess  # by each turn, round the clock and on its first day
    at = int(np.argmin(left.min(axis=1)))
    best, other = float(left[at].min()), float(np.delete(left, at, axis=0).min())
    free = (len(now) - 1) / 2 / log(10)  # a deviance counts each free number once; its half is a likelihood
    chance = (as_was - best) * free - log10(left.size)
    is_near = best <= max(tuning.clock_fits, tuning.clock_left * as_was) and best <= tuning.clock_most_left * as_was
    if not is_near or min(chance, (other - best) * free) <= tuning.clock_apart:
        return None
    turned = turns[2 * at + int(left[at].argmin())]
    return MovedHours(TURNS[at], chance, _apart(now, turned), _apart(now, total), best * excess)


def _turns(hours: Floats) -> Floats:
    """[2 · turns, 24] usual rows by hour [24] in each turn: round the clock, and as on a first day, when some lack."""
    out = []
    for k in TURNS:
        turned = np.roll(hours, k)
        cut = turned.copy()
        cut[slice(k) if k > 0 else slice(k, None)] = 0  # the hours that a clock leaves out, or were over already
        out += [turned, cut]
    return np.array(out)


def deviance(rows: Floats, like: Floats) -> Floats:
    """[...] how unlikely rows [..., 24] are by shares of others [..., 24]: about 1 of rows that come as dice fall."""
    shares = (like + HALF) / (like + HALF).sum(axis=-1, keepdims=True)
    odds = np.where(rows > 0, rows, 1) / (rows.sum(axis=-1, keepdims=True) * shares)
    total: Floats = (rows * np.log(odds)).sum(axis=-1) * 2 / (rows.shape[-1] - 1)
    return total


def _apart(rows: Floats, like: Floats) -> float:
    """The share of the rows [24] that would have to come in another hour to be like others [24]."""
    return float(np.abs(rows / rows.sum() - like / max(like.sum(), 1.0)).sum() / 2)
