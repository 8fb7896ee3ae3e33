"""Estimates in words: the same on a page, in a terminal and in a notebook."""

from collections.abc import Callable
from math import isfinite

from tidegauge.core.estimate import Estimate
from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import Window
from tidegauge.statistics.statistic import Reads
from tidegauge.wording.lookup import find
from tidegauge.wording.text import DASH, first_up, number, share

HEADS = ("before labels came", "estimate", "90 % interval", "by the labels", "what it is worth")
PASTS = {"season": "the last season", "long": "three seasons", "every": "all that is known"}


def titled(statistic: str) -> str:
    """A number's title, as a line begins with it."""
    known = find(statistic)
    return first_up(statistic if known is None else known.title)


def estimated(told: Performance, when: Callable[[Window], str]) -> list[tuple[str, ...]]:
    """One window's estimates beside what its labels say by now, under `HEADS`."""
    return [row(e, told.figure(e.statistic), when) for e in told.estimates]


def row(estimate: Estimate, came: Figure | None, when: Callable[[Window], str]) -> tuple[str, ...]:
    """One number under `HEADS`; `came`: by the labels, where they have come."""
    realised = float("nan") if came is None else came.value
    said = estimate.speaks
    return (
        titled(estimate.statistic),
        _amount(estimate, estimate.value) if said else DASH,
        f"{_amount(estimate, estimate.low)} to {_amount(estimate, estimate.high)}" if said else DASH,
        _amount(estimate, realised),
        worth(estimate, realised, when),
    )


def worth(estimate: Estimate, realised: float, when: Callable[[Window], str]) -> str:
    """How far to believe it, by its record; and whether the labels that have come bear it out."""
    if not estimate.speaks:
        return unsaid(estimate)
    record = f"off by {_amount(estimate, estimate.off)} in the mean of {estimate.record} windows, "
    record += f"a plain guess by {_amount(estimate, estimate.naive)}; learnt from {PASTS[estimate.way]}"
    if estimate.since is not None:
        record = f"not to be believed here since {when(estimate.since)}: labels lay outside its interval"
    if not isfinite(realised):
        return record
    inside = estimate.low <= realised <= estimate.high
    return f"{'borne out' if inside else 'not borne out'} by the labels; {record}"


def unsaid(estimate: Estimate) -> str:
    """Why it says nothing."""
    if not isfinite(estimate.off):
        return "nothing is said: too few windows have labels to know how far it would be off"
    if not isfinite(estimate.value):
        return "nothing is said: its scores are too much alike"
    return "nothing is said: the mean of the last season has been as near"


def _amount(estimate: Estimate, value: float) -> str:
    if not isfinite(value):
        return DASH
    known = find(estimate.statistic)
    return share(value, 1) if known is not None and known.reads is Reads.SHARE else number(value)
