"""The interval of the ratio of two shares, right for few rows and for none of them, too."""

from math import inf, isfinite, nan, sqrt

HALVINGS = 200  # of a logarithm: more than a double can tell apart
FARTHEST = 1e12  # a ratio beyond which the interval has no end


def ratio_interval(hits: float, rows: float, base_hits: float, base_rows: float, z: float) -> tuple[float, float]:
    """The ratios of two shares that a score test does not refuse, from low to high.

    `z`: standard normal quantile, 1.96 for 95 %. From 0 where the first has no hits, to infinity where the base has
    none; NaN where either has no rows.

    >>> [round(x, 4) for x in ratio_interval(8, 20, 60, 100, 1.96)]
    [0.3572, 1.0665]
    >>> ratio_interval(0, 20, 0, 100, 1.96)
    (0.0, inf)

    Source: O. Miettinen, M. Nurminen, Comparative analysis of two rates (1985).
    """
    if rows <= 0 or base_rows <= 0:
        return nan, nan
    counts = hits, rows, base_hits, base_rows
    middle = _middle(*counts)
    low = 0.0 if hits == 0 else _edge(counts, z, middle, 1 / FARTHEST)
    high = inf if base_hits == 0 else _edge(counts, z, middle, FARTHEST)
    return low, high


def _middle(hits: float, rows: float, base_hits: float, base_rows: float) -> float:
    """A ratio that is inside for certain: that of the shares, with half a hit where there is none."""
    share, base = hits / rows, base_hits / base_rows
    if share > 0 and base > 0:
        return share / base
    return ((hits + 0.5) / rows) / ((base_hits + 0.5) / base_rows)


def _edge(counts: tuple[float, float, float, float], z: float, inside: float, outside: float) -> float:
    """Where the test begins to refuse, between a ratio that it takes and one that it refuses."""
    if _score(*counts, outside) <= z:
        return 0.0 if outside < inside else inf
    for _ in range(HALVINGS):
        middle = sqrt(inside) * sqrt(outside)
        if middle in (inside, outside):
            break
        if _score(*counts, middle) <= z:
            inside = middle
        else:
            outside = middle
    return inside


def _score(hits: float, rows: float, base_hits: float, base_rows: float, ratio: float) -> float:
    """How far two shares lie from a ratio, in standard errors as they were if that ratio held."""
    base = _base_share(hits, rows, base_hits, base_rows, ratio)
    share = min(base * ratio, 1.0)
    every = rows + base_rows
    variance = share * (1 - share) / rows + ratio**2 * base * (1 - base) / base_rows
    variance *= every / (every - 1)
    off = abs(hits / rows - ratio * base_hits / base_rows)
    if variance <= 0:
        return 0.0 if off == 0 else inf
    return off / sqrt(variance) if isfinite(variance) else 0.0


def _base_share(hits: float, rows: float, base_hits: float, base_rows: float, ratio: float) -> float:
    """The base's likeliest share, if the ratio held: the lesser root of a quadratic."""
    a = (rows + base_rows) * ratio
    b = rows * ratio + hits + base_rows + base_hits * ratio
    c = hits + base_hits
    root = sqrt(max(b * b - 4 * a * c, 0.0))
    return min(2 * c / (b + root), 1.0)  # by the sum, where the difference of nearly equal numbers would lose digits
