"""Sampled rows of a small airline, made up: what its columns keep to is known, so that it can be broken.

Weather is one value for each origin and hour, and missing whole; a route has one distance; air time follows distance;
the third origin seldom tells its planes' age; fuel has one price a day at each origin; the score follows hour, origin
and distance. `noise` goes with nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.sampled_rows import SampledRows

Rows = dict[str, NDArray[Any]]
Break = Callable[[Rows, np.random.Generator], None]  # changes rows in place

KNOWN = {"origin": 3, "dest": 6}  # categories that the layouts name
COLUMNS = ("origin", "dest", "hour", "temp", "humid", "distance", "air", "age", "fuel", "noise", "score")
_ROUTES = np.array([[100.0 * (o + 1) + 37 * (d + 1) * (o + 2) for d in range(6)] for o in range(3)])


def a_day(seed: int, n: int = 300) -> Rows:
    """The rows of one window, column by column."""
    g = np.random.default_rng(seed)
    origin = g.choice([1, 2, 3], n, p=[0.5, 0.3, 0.2])
    dest = (origin + g.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])) % 6 + 1
    hour = g.integers(6, 14, n)
    temp = 15 + g.normal() + g.normal(0, 3, (3, 24)).cumsum(axis=1)
    humid = g.normal(0, 1.5, (3, 24)) - temp
    gone = g.random((3, 24)) < 0.1
    distance = _ROUTES[origin - 1, dest - 1]
    score = 0.5 * (hour - 10) + 0.8 * (origin - 2) + 0.002 * (distance - 300) + g.normal(0, 0.3, n)
    return {
        "origin": origin,
        "dest": dest,
        "hour": hour.astype(np.float64),
        "temp": np.where(gone, np.nan, temp)[origin - 1, hour],
        "humid": np.where(gone, np.nan, humid)[origin - 1, hour],
        "distance": distance,
        "air": distance / 8 + g.normal(0, 8, n),
        "age": np.where(g.random(n) < np.where(origin == 3, 0.95, 0.01), np.nan, g.uniform(1, 30, n)),
        "fuel": _prices(seed)[origin - 1],
        "noise": g.normal(size=n),
        "score": 1 / (1 + np.exp(-score)),
    }


def _prices(seed: int) -> NDArray[np.float64]:
    """What fuel costs at each origin that day."""
    return np.random.default_rng([seed, 1]).normal([3.0, 5.0, 7.0], 0.4)


def sampled(rows: Mapping[str, NDArray[Any]], seed: int = 0) -> SampledRows:
    """As a window keeps them."""
    n = len(next(iter(rows.values())))
    hashes = np.random.default_rng(seed).integers(0, 2**60, n)
    return SampledRows.drawn(1000, hashes, rows, rows)


def swapped_codes(rows: Rows, _: np.random.Generator) -> None:
    """The lookup of origins has two entries the wrong way round."""
    rows["origin"] = np.array([0, 2, 1, 3])[rows["origin"]]


def misaligned(rows: Rows, _: np.random.Generator) -> None:
    """The column was sorted elsewhere, and glued back a row further on."""
    rows["air"] = np.roll(rows["air"], 1)


def alone(rows: Rows, g: np.random.Generator) -> None:
    """A parser drops some values of one column of a join."""
    rows["humid"] = np.where(g.random(len(rows["humid"])) < 0.05, np.nan, rows["humid"])


def one_a_group(rows: Rows, _: np.random.Generator) -> None:
    """Of every route one row has a wrong distance."""
    route = rows["origin"] * 10 + rows["dest"]
    first = np.unique(route, return_index=True)[1]
    rows["distance"] = rows["distance"].copy()
    rows["distance"][first] = 555.0


def stale(rows: Rows, g: np.random.Generator) -> None:
    """A cache serves the price of another day to some rows of one origin."""
    rows["fuel"] = np.where((rows["origin"] == 1) & (g.random(len(rows["fuel"])) < 0.1), 8.0, rows["fuel"])


def shuffled(rows: Rows, g: np.random.Generator) -> None:
    """Predictions that belong to other rows: every margin is as it was."""
    rows["score"] = g.permutation(rows["score"])


BREAKS: Mapping[str, tuple[str, Break]] = {  # the family that each is for, and the column that it breaks
    "pair-information": ("origin", swapped_codes),
    "rank-correlation": ("air", misaligned),
    "missing-without": ("humid", alone),
    "broken-groups": ("distance", one_a_group),
    "broken-rows": ("fuel", stale),
    "residual": ("score", shuffled),
}
