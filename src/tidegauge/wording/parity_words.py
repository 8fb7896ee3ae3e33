"""Fairness in words: the same on a page, in a terminal and in a notebook."""

from collections.abc import Callable
from math import inf, isnan

from tidegauge.core.parity import Fairness, Lies, Parity
from tidegauge.core.window import Window
from tidegauge.wording.text import DASH, first_up, number, one_line, share

HEADS = ("group", "rate", "of the group", "of the base", "ratio", "95 % interval", "the band")
STANDS = {
    Lies.OUTSIDE: "outside",
    Lies.INSIDE: "inside",
    Lies.ACROSS: "not shown",
    Lies.FEW: "too few rows",
}


def row(one: Parity) -> tuple[str, ...]:
    """One rate of one group under `HEADS`."""
    return (
        one_line(one.group, 60),
        first_up(one.title),
        _rate(one.value, one.rows),
        _rate(one.base_value, one.base_rows),
        DASH if isnan(one.ratio) else number(one.ratio),
        _interval(one),
        STANDS[one.lies],
    )


def headed(told: Fairness, when: Callable[[Window], str]) -> str:
    """Of which column, against which group, and over which windows."""
    column, base = one_line(told.column, 60), one_line(told.base, 60)
    if not told.windows:
        return f'Groups of {column} against "{base}"'
    span = when(told.first) if told.windows == 1 else f"{when(told.first)} to {when(told.last)}"
    windows = "1 window" if told.windows == 1 else f"{told.windows:,} windows"
    return f'Groups of {column} against "{base}": {windows} together, {span}'


def hints(told: Fairness) -> list[str]:
    """What the table means, and what is not said."""
    left = [f"Left out: {ungrouped(told.ungrouped)}."] if told.ungrouped else []
    if told.note:
        return [one_line(told.note, 400), *left]
    band = f"{number(told.least)} to {number(1 / told.least)}"
    counts = f"A row counts as predicted to be 1 from a score of {told.threshold:.6g} on; labelled rows alone count."
    out = [f"{counts} The band that was declared fair: {band} times the rate of the base group.", *left]
    if any(p.lies is Lies.ACROSS for p in told.parities):
        out.append("Not shown: the interval reaches over an edge of the band, so nothing is said of it.")
    if told.outside:
        out.append(
            "Outside: the whole interval is, so chance alone is not why. Rates cannot all be equal where groups differ "
            "in truth: which of them ought to be is for people to say."
        )
    return out


def ungrouped(rows: int) -> str:
    """Rows that no group has.

    >>> ungrouped(1)
    '1 labelled row without a value, or with one that is not followed by itself'
    """
    return f"{rows:,} labelled row{'s' * (rows != 1)} without a value, or with one that is not followed by itself"


def _rate(value: float, rows: int) -> str:
    return f"{DASH if isnan(value) else share(value, 1)} of {rows:,}"


def _interval(one: Parity) -> str:
    if isnan(one.low):
        return DASH
    return f"{number(one.low)} or more" if one.high == inf else f"{number(one.low)} to {number(one.high)}"
