"""Where a change lies, in words: on pages and in a terminal alike."""

from math import isnan

from tidegauge.core.changed_place import ChangedPlace, Whereabouts
from tidegauge.wording.text import DASH, column_name, number, one_line, share

NAMED = 3  # cells that a clause lists


def counted_as(found: Whereabouts) -> str:
    """Which rows the change is of.

    >>> nothing = dict(segment="*", rate=0.4, rate_before=0.1, rows=1000, rows_before=8000, windows=8, looked=90)
    >>> counted_as(Whereabouts("shop", about=("south",), **nothing))
    'rows where shop is south'
    """
    if not found.about:
        return "rows"
    labels = [one_line(label, 40) for label in found.about[:NAMED]]
    left = len(found.about) - NAMED
    labels += [f"in {left} other cells" if left > 1 else "in one other cell"] * (left > 0)
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
    return f"rows where {column_name(found.column)} is {listed}"


def whole_change(found: Whereabouts) -> str:
    """How large the change is, as the sample has it."""
    if not found.about:
        return f"{number(found.rate)} rows, {number(found.rate_before)} before"
    return f"{share(found.rate)} of the sampled rows, {share(found.rate_before)} before"


def sampled_from(found: Whereabouts) -> str:
    """What the answer rests on, and how sure it is."""
    windows = f"{found.windows} window{'s' * (found.windows != 1)}"
    said = f"From a sample of {found.rows:,} rows and of {found.rows_before:,} of the {windows} compared with"
    if not found.looked:
        return f"{said}."
    odds = "a place is told only where neither chance nor most of these windows would show one so far off"
    return f"{said}; {found.looked:,} cells and pairs of cells were looked at, and {odds}."


def row(found: Whereabouts, place: ChangedPlace) -> dict[str, str]:
    """One place, in the order in which it is read."""
    rates = (share(place.rate), share(place.rate_before)) if found.about else (DASH, DASH)
    return {
        "cells": in_cells(place),
        "part": share(place.part),
        "interval": f"{share(place.part_low)} to {share(place.part_high)}".replace("-", "−"),
        "share": share(place.share),
        "share_before": share(place.share_before),
        "rate": rates[0],
        "rate_before": rates[1],
        "earlier": far_before(place, found),
    }


def in_cells(place: ChangedPlace) -> str:
    """Which rows a place is.

    >>> in_cells(ChangedPlace((("origin", "JFK"), ("carrier", "AA")), 0.1, 0.1))
    'origin = JFK and carrier = AA'
    """
    return " and ".join(f"{one_line(column, 60)} = {one_line(cell, 40)}" for column, cell in place.cells)


def share_of(place: ChangedPlace) -> str:
    """What part of the whole change lies there, where that can be said.

    >>> share_of(ChangedPlace((("origin", "JFK"),), 0.1, 0.1, part=0.8)), share_of(ChangedPlace((), 0.1, 0.1))
    (': 80 % of the change', '')
    """
    return "" if isnan(place.part) else f": {share(place.part)} of the change"


def far_before(place: ChangedPlace, found: Whereabouts) -> str:
    """How often the place was as far beyond the other rows before."""
    if not place.earlier:
        return f"never in {found.windows}" if found.windows > 1 else "not in one"
    return f"{place.earlier} of {found.windows}"
