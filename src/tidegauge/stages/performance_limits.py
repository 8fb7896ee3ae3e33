"""Whether a window's performance keeps to the limits that its monitor's file sets."""

from collections.abc import Iterator, Sequence
from math import isfinite

from tidegauge.core.decision import Finding, Score
from tidegauge.core.errors import did_you_mean
from tidegauge.core.window import WHOLE, Window
from tidegauge.monitor.hard_limits import Bounded, Limit
from tidegauge.stages.figures import Figures
from tidegauge.stages.limits_held import score_of
from tidegauge.statistics.own_limits import BrokenLimit, BrokenShareLimit
from tidegauge.tuning.structural_tuning import StructuralTuning
from tidegauge.wording.text import first_up, one_line


def fallen_short(figures: Figures, window: Window, limits: Sequence[Limit], tuning: StructuralTuning) -> list[Finding]:
    """A finding of the labels where any limit does not hold; in the order of the file."""
    column = figures.measure.column
    scores: list[Score] = []
    for limit, bound, f in _known(figures, limits):
        segment = limit.segment or WHOLE
        here = figures.counted(window, segment)
        value = figures.natural(f, here.levels[f])
        if isfinite(value) and not bound.holds(value):
            statistic = BrokenShareLimit.name if figures.levels[f].is_share else BrokenLimit.name
            scores.append(score_of(column, statistic, bound, value, here.labelled, _called(limit, bound)))
    return [Finding(column, WHOLE, tuning.limit, tuple(scores))] if scores else []


def not_told(figures: Figures, window: Window, limits: Sequence[Limit]) -> Iterator[str]:
    """Limits that a window says nothing of: a sentence each."""
    for limit in limits:
        for _, bound in limit.bounds:
            f = figures.places.get(limit.performance or "")
            if f is None:
                yield f"{first_up(_called(limit, bound))} was not judged: {_unknown(figures, limit)}"
            elif not isfinite(figures.counted(window, limit.segment or WHOLE).levels[f]):
                yield f"{first_up(_called(limit, bound))} was not judged: the window has no such number."


def unknown_limits(names: Sequence[str], limits: Sequence[Limit]) -> list[str]:
    """Limits of numbers that there are not, of those with these names: a sentence each."""
    wrong = [x for x in limits if x.performance is not None and x.performance not in names]
    return [f'limits: no number of performance is called "{x.performance}". {_near(names, x)}' for x in wrong]


def _known(figures: Figures, limits: Sequence[Limit]) -> Iterator[tuple[Limit, Bounded, int]]:
    """Every bound with the place of its number."""
    for limit in limits:
        f = figures.places.get(limit.performance or "")
        if f is not None:
            yield from ((limit, bound, f) for _, bound in limit.bounds)


def _called(limit: Limit, bound: Bounded) -> str:
    """A limit as a sentence calls it."""
    where = "" if limit.segment is None else f" in {one_line(limit.segment, 60)}"
    return f'the limit "{limit.performance} {bound.written}"{where}'


def _unknown(figures: Figures, limit: Limit) -> str:
    return f"labels of this kind have no such number. {_near(list(figures.places), limit)}"


def _near(names: Sequence[str], limit: Limit) -> str:
    return did_you_mean(limit.performance or "", names)
