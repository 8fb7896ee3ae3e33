"""Whether a window's rows lie where those of like windows lay, but for so many hours later or earlier.

Of every way in which the usual hours can be turned on the clock the likelihood of the window's rows is asked, beside
that of the hours as they were. Timetables bring fewer surprises than dice and crowds more, so both are divided by
what the most unlike past window was off by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, log10

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.cause_tuning import CauseTuning

Floats = NDArray[np.float64]
HALF = 0.5  # of a row, in each hour where none was ever seen: nothing is impossible


@dataclass(frozen=True, slots=True)
class MovedHours:
    """By how many hours rows come later (earlier: below 0), and what says so."""

    hours: int
    chance: float  # −log10 of the chance that hours as usual look so much more like these
    left: float  # share of the rows that lie elsewhere still, with the clock so turned
    gone: float  # the same with the clock as it was


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
    excess = max(1.0, *(_deviance(p, total - p) for p in past))
    as_was = _deviance(now, total) / excess
    turned = sorted((_deviance(now, q) / excess, abs(k), k, tuple(q)) for k, q in _turns(total))
    best, _, hours, shares = turned[0]
    other = min(d for d, _, k, _ in turned if k != hours)
    free = (len(now) - 1) / 2 / log(10)  # a deviance counts each free number once; its half is a likelihood
    chance = (as_was - best) * free - log10(len(turned))
    is_near = best <= max(tuning.clock_fits, tuning.clock_left * as_was)
    if not is_near or min(chance, (other - best) * free) <= tuning.clock_apart:
        return None
    return MovedHours(hours, chance, _apart(now, np.array(shares)), _apart(now, total))


def _turns(hours: Floats) -> Iterator[tuple[int, Floats]]:
    """The usual rows by hour [24], turned: round the clock, and as on the first day, when some are out."""
    whole = len(hours)
    for k in range(1 - whole // 2, whole // 2 + 1):
        if k:
            turned = np.roll(hours, k)
            yield k, turned
            cut = turned.copy()
            cut[slice(k) if k > 0 else slice(k, None)] = 0  # the hours that a clock leaves out, or were over already
            yield k, cut


def _deviance(rows: Floats, like: Floats) -> float:
    """How unlikely rows by hour [24] are by the shares of others [24]: about 1 for rows that come as dice fall."""
    shares = (like + HALF) / (like + HALF).sum()
    there = rows > 0
    total = 2 * (rows[there] * np.log(rows[there] / (rows.sum() * shares[there]))).sum()
    return float(total) / (len(rows) - 1)


def _apart(rows: Floats, like: Floats) -> float:
    """The share of the rows [24] that would have to come in another hour to be like others [24]."""
    return float(np.abs(rows / rows.sum() - like / max(like.sum(), 1.0)).sum() / 2)
