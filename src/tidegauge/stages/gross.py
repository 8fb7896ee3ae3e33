"""Gross faults that need no spread: a column that ends or stands still, a large category gone, no rows at all.

By the records of windows alike (the same class of day; of hours, the same hour of it), so that a shop which is closed
at weekends is missed by nobody on the first one. Two are enough: what no window had is told from the third on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.record import Record
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.findings import score_of
from tidegauge.stages.structural import FactGrounds, finding_of
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.mode_share import ModeShare
from tidegauge.statistics.signal_set import Counts, Signal
from tidegauge.statistics.volume import Volume

Floats = NDArray[np.float64]
SHOWN = 12  # like windows that a score names
ALL = np.pi / 2 - 1e-9  # the angle of a share of all rows, but for rounding


def gross(known: FactGrounds, layouts: Mapping[str, Layout]) -> Iterator[Finding]:
    """A finding for each column that says nothing any more, or lacks what it always had; one for no rows."""
    alike = known.alike()
    if len(alike) < known.tuning.young or known.calendar.facts(known.window).special:
        return
    limit = known.limit(len(known.measure.signal_set.columns))
    if not known.rows:
        yield from _deserted(known, alike, limit)
        return
    told = [one for k in _asked(known, layouts) if (one := _fact_of(known, k, alike, limit)) is not None]
    found = {one.column: one for one in sorted(told, key=lambda f: f.strength)}  # of a column the strongest
    yield from found.values()


def _asked(known: FactGrounds, layouts: Mapping[str, Layout]) -> list[int]:
    """The places of the levels that the window alone has something to say of."""
    x = known.judgement.record.x
    own = [(k, t) for k, t in enumerate(known.measure.signal_set.levels) if t.segment == WHOLE and not t.cells]
    return [k for k, t in own if not t.tied and _is_asked(known, layouts, t, float(x[k]))]


def _is_asked(known: FactGrounds, layouts: Mapping[str, Layout], signal: Signal, level: float) -> bool:
    """Whether the window alone says so: all rows, or none of a category."""
    if signal.statistic == Missing.name:
        return level >= ALL
    if signal.statistic == ModeShare.name:
        return level >= ALL and _is_one_value(known, layouts, signal.column)
    return signal.counts is Counts.SHARE and (level >= ALL or level == 0)


def _is_one_value(known: FactGrounds, layouts: Mapping[str, Layout], column: str) -> bool:
    """Whether all rows of a numeric column hold the same value."""
    cells = known.cells.get(column, Cells.zero())
    line = on_a_line(layouts.get(column))
    if line is None or cells.lows is None or cells.highs is None:
        return False
    there = ~np.isin(cells.codes, sorted(line.absent))
    return bool(there.any()) and float(cells.lows[there].min()) == float(cells.highs[there].max())


def _fact_of(known: FactGrounds, k: int, alike: Sequence[Window], limit: float) -> Finding | None:
    """The k-th level as a fact; None where a past window was nearly so, or it may be chance."""
    t, signal, x = known.tuning, known.measure.signal_set.levels[k], float(known.judgement.record.x[k])
    left = _left(known, signal, alike)
    past = np.sin(_past(known, left, k)) ** 2
    error = float(known.judgement.record.error[k])
    rows = round(0.25 / error**2) if error > 0 else 0  # an angle, with the error 1/2√n
    if len(past) < t.young or not np.isfinite(past).all() or rows < t.rows:
        return None
    usual = float(past.max()) if x else 1 - float(past.min())  # the share of rows that were as all of them are now
    chance = min(-rows * float(np.log10(max(usual, 1 / (rows + 1)))), t.most)
    is_gross = usual <= (t.usual if x else 1 - t.sizeable) and chance > limit and not _goes_by_windows(known, k)
    return finding_of(_score(known, k, left, chance), chance, limit) if is_gross else None


def _goes_by_windows(known: FactGrounds, k: int) -> bool:
    """Whether a category comes and goes with whole windows, of whatever class: as weather, or the name of a day, does.

    So it is where all rows of a past window held one category and all rows of another one a second, or where a window
    without an alert of just this was already as this one is.
    """
    signal, levels = known.measure.signal_set.levels[k], known.measure.signal_set.levels
    if signal.counts is not Counts.SHARE:
        return False
    records = _not_told_of(known, signal)
    own = [j for j, t in enumerate(levels) if _is_category(t, signal.column)]
    x = np.array([r.x[own] for r in records]).reshape(len(records), len(own))
    here = x[:, own.index(k)]
    before = here >= ALL if known.judgement.record.x[k] else here == 0
    return bool(before.any()) or int((x >= ALL).any(axis=0).sum()) > 1


def _not_told_of(known: FactGrounds, signal: Signal) -> list[Record]:
    """The records of past windows with rows enough that no alert named for just this."""
    told = known.told_before(signal.column, signal.statistic)
    past = [w for w in _left(known, signal, known.past()) if w not in told]
    return [r for r in known.history.records(past) if r.n >= known.tuning.rows]


def _is_category(signal: Signal, column: str) -> bool:
    """Whether a level is the share of a column's category in the whole window."""
    return signal.column == column and signal.counts is Counts.SHARE and signal.segment == WHOLE and not signal.cells


def _left(known: FactGrounds, signal: Signal, alike: Sequence[Window]) -> list[Window]:
    """Windows alike that say what is normal of a column: those with rows, by what people have said."""
    left = known.judgement.normal.left(signal.column, (), alike)
    return [w for w, r in zip(left, known.history.records(left), strict=True) if r.n]


def _past(known: FactGrounds, windows: Sequence[Window], k: int) -> Floats:
    """[T] the k-th level of past windows."""
    return np.array([r.x[k] for r in known.history.records(windows)], dtype=np.float64)


def _score(known: FactGrounds, k: int, alike: Sequence[Window], chance: float) -> Score:
    """The level as a person reads it, with what like windows were."""
    signal = known.measure.signal_set.levels[k]
    past = [known.measure.natural(signal, v) for v in _past(known, alike, k).tolist()]
    least, most, middle = min(past), max(past), float(np.median(past))
    score = replace(score_of(known.judgement, known.measure, k), over=0, expected=middle, low=least, high=most)
    pool = "trailing" if known.window.kind == "week" else "day-class"
    keys = tuple(w.key for w in alike[-SHOWN:])
    value = known.measure.natural(signal, float(known.judgement.record.x[k]))
    score = replace(score, value=value, surprise=chance, pool=pool, windows=keys)
    return replace(score, least=least, most=most, like=f"{len(past)} {known.alike_words()}")


def _deserted(known: FactGrounds, alike: Sequence[Window], limit: float) -> Iterator[Finding]:
    """No rows where each like window had many: by Poisson's chance of none, of the fewest that there were."""
    left = known.judgement.normal.left(VOLUME, (), alike)
    k = known.measure.signal_set.places.get((VOLUME, Volume.name, WHOLE, (), ""))
    fewest = min((r.n for r in known.history.records(left)), default=0.0)
    peopled = known.measure.tuning.decisions.verdict.peopled
    chance = min(fewest * float(np.log10(np.e)), known.tuning.most)
    if k is not None and len(left) >= known.tuning.young and fewest >= peopled and chance > limit:
        yield Finding(VOLUME, WHOLE, chance / limit, (_score(known, k, left, chance),), surprise=chance)
