"""Cut a numeric layout from a sample: where the edges lie, and which values get a cell of their own."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.line import Piece
from tidegauge.profiles.layouts.numeric import SUM_BITS, NumericLayout

Floats = NDArray[np.float64]

CELLS = 150
GRID = 1024  # grid steps in a piece, at most
PIECES = 12
ATOMS = 12
HUGE = 2.0**900  # a body wider than this, or further out, would overflow in its tails
TINY = 2.0**-900
FAR = (
    1000.0  # times as far from all others as these reach: a sentinel, another unit, a fault; a tail never has such gaps
)
FAR_VALUES = 3  # on a side, at most: more are no sentinels
FAR_SHARE = 0.4  # of the rows, at most: what is most of a column is the column


def cut_numeric(sample: Floats) -> NumericLayout:
    """The layout of a column, from some thousands of its values (NaN and infinities are left out).

    Ends of the body are the sample's 0.3 % and 99.7 % quantiles, or its ends where it has few distinct values. Values
    that lie a thousand times as far out as the others (`far_apart`) are counted in the tails: one −999999999 would
    make the cells of the others so wide that nothing of them was seen. An empty sample gives a layout around zero: it
    still counts everything, coarsely.

    >>> layout = cut_numeric(np.arange(1000.0))
    >>> layout.body <= 150, layout.bound < 0.01
    (True, True)
    """
    finite = sample[np.isfinite(sample)]
    v = np.sort(np.clip(finite if len(finite) else np.zeros(1), -HUGE, HUGE)) + 0.0  # −0.0 + 0.0 is 0.0
    values, counts, near, far = _parted(v)
    lo, hi, width = _body(near, few=len(values) <= CELLS)
    inside = (values >= lo) & (values <= hi)
    values, shares = values[inside], counts[inside] / len(v)
    pieces = _pieces(values, shares, lo, hi, width)
    index = _index(pieces, values)
    grid = pieces[-1].offset + pieces[-1].size
    mass = np.bincount(index, shares, minlength=grid).astype(np.float64)
    atoms = _atoms(values, shares, index, mass)
    loose = ~np.isin(values, atoms)
    mass = np.bincount(index[loose], shares[loose], minlength=grid).astype(np.float64)
    ends = _index(pieces, atoms) + 1  # an atom's cell follows the interval that ends with its grid step
    starts = _starts(mass, np.unique(ends[ends < grid]), CELLS - len(atoms))
    cell = np.searchsorted(starts, np.arange(grid), side="right") - 1
    # what shares a cell with its most frequent value: a cell that is all one value misleads nobody
    largest = np.zeros(len(starts))
    np.maximum.at(largest, cell[index[loose]], shares[loose])
    crowd = np.bincount(cell, mass, minlength=len(starts)) - largest
    tail_mass = (1 - shares.sum() - far.sum()) / 2 + far.sum() - far.max(initial=0.0)
    last = pieces[-1]
    quartiles = np.quantile(near, [0.25, 0.5, 0.75])
    spread = float(quartiles[2] - quartiles[0]) or float(np.std(near)) or max(abs(lo), 1.0)
    return NumericLayout(
        pieces=tuple(pieces),
        starts=tuple(int(s) for s in starts),
        atoms=tuple((float(a), int(np.searchsorted(starts, e, side="left"))) for a, e in zip(atoms, ends, strict=True)),
        stop=last.start + last.size / last.inverse,
        tail=2.0 ** math.floor(math.log2(width / 64)),
        scale=2.0 ** (SUM_BITS - math.ceil(math.log2(width))),
        middle=float(quartiles[1]),
        spread=spread,
        least=float(v[0]),
        most=float(v[-1]),
        whole=bool((v == np.floor(v)).all()),
        bound=float(max(crowd.max(initial=0.0), tail_mass, 0.0)),
    )


def _parted(v: Floats) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
    """Of sorted values the distinct ones, [distinct] how often each is there, the near ones, [far] shares of others."""
    first = np.flatnonzero(np.append(True, v[1:] != v[:-1]))  # sorted already: np.unique would sort once more
    values, counts = v[first], np.diff(np.append(first, len(v)))
    low, high = far_apart(values, counts)
    below, above = int(counts[:low].sum()), int(counts[len(counts) - high :].sum())
    far = np.append(counts[:low], counts[len(counts) - high :]) / len(v)
    return values, counts, v[below : len(v) - above], far


def far_apart(values: Floats, counts: NDArray[np.int64]) -> tuple[int, int]:
    """How many of ascending distinct values, at the low and at the high end, lie FAR times as far out as the others.

    Three at most on a side, and no large part of the rows: a sentinel, and not a tail or a second body. How far the
    others reach is measured from the median, on the same side. Where nothing lies between, that says nothing.

    >>> far_apart(np.array([-999999999.0, 3.0, 4.0, 5.0, 6.0]), np.array([1, 5, 5, 5, 5]))
    (1, 0)
    """
    total = counts.sum()
    middle = values[np.searchsorted(np.cumsum(counts), total / 2)]

    def at_the_end(out: Floats, many: NDArray[np.int64]) -> int:
        """`out`: how far out each is, the farthest one first."""
        for k in range(min(FAR_VALUES, len(out) - 1), 0, -1):
            near = out[k]
            if near > 0 and out[k - 1] - near > FAR * near and many[:k].sum() <= FAR_SHARE * total:
                return k
        return 0

    return at_the_end(middle - values, counts), at_the_end((values - middle)[::-1], counts[::-1])


def _body(v: Floats, *, few: bool) -> tuple[float, float, float]:
    """Where the body of sorted values begins and ends, and how wide it is at the least."""
    ends = (v[0], v[-1]) if few else (v[int(0.003 * len(v))], v[math.ceil(0.997 * len(v)) - 1])
    lo, hi = float(ends[0]), float(ends[1])
    width = max(hi - lo, abs(lo) * 2.0**-30, abs(hi) * 2.0**-30, TINY)
    return lo, hi, max(abs(lo), 1.0) * 2.0**-10 if hi == lo else width


def _pieces(values: Floats, shares: Floats, lo: float, hi: float, width: float) -> list[Piece]:
    """One even grid, split at the median of its mass wherever a single step would hold too much."""
    bounds = [lo, hi]
    while True:
        pieces = _grid(bounds, width)
        index = _index(pieces, values)
        grid = pieces[-1].offset + pieces[-1].size
        # one value alone in a step is an atom: no finer step would part it
        loose = np.bincount(index, shares, minlength=grid)
        largest = np.zeros(grid)
        np.maximum.at(largest, index, shares)
        crowded = loose - largest
        worst = int(np.argmax(crowded))
        if crowded[worst] <= 0.4 / CELLS or len(pieces) == PIECES:
            return pieces
        k = int(np.searchsorted([p.offset for p in pieces], worst, side="right")) - 1
        a, z = pieces[k].start, pieces[k].start + pieces[k].size / pieces[k].inverse
        # by the step that a value is counted in: rounding may count one beside a bound on the bound's other side
        here = (index >= pieces[k].offset) & (index < pieces[k].offset + pieces[k].size)
        cumulated = np.cumsum(shares[here])
        split = float(values[here][int(np.searchsorted(cumulated, cumulated[-1] / 2))])
        if not a + 4 * TINY < split < min(z, hi) or split in bounds:
            split = a + (min(z, hi) - a) / 16  # most of the mass lies on the first value: go nearer to it
        if not a < split < z or (split - a) < width * 2.0**-40:
            return pieces
        bounds = sorted({*bounds, split})


def _grid(bounds: list[float], width: float) -> list[Piece]:
    """Pieces between the bounds, each with a dyadic step and a start on that step."""
    out: list[Piece] = []
    offset, begin = 0, bounds[0]
    for k, (lo, hi) in enumerate(pairwise(bounds)):
        # from where the piece before ended, which may lie up to one of its wide steps below `lo`
        begin = min(begin, lo)
        room = max(hi - begin, width * 2.0**-44) if hi > lo else width
        step = 2.0 ** math.ceil(math.log2(room / (GRID - 2)))
        if not k:
            begin = math.floor(lo / step) * step
            begin -= step * (begin > lo)  # a value that is as good as 0 beside the step: their quotient is 0
        last = k == len(bounds) - 2
        size = max(1, math.floor((hi - begin) / step) + last)
        out.append(Piece(begin, 1 / step, offset, size))
        offset, begin = offset + size, begin + size * step
    return out


def _index(pieces: list[Piece], x: Floats) -> NDArray[np.int64]:
    """[n] the grid step of every value; `x` ascends, so each piece is one slice of it."""
    cuts = np.searchsorted(x, [p.start for p in pieces[1:]], side="left")
    steps = [
        p.offset + np.floor((part - p.start) * p.inverse) for p, part in zip(pieces, np.split(x, cuts), strict=True)
    ]
    last = pieces[-1].offset + pieces[-1].size - 1
    return np.asarray(np.clip(np.concatenate(steps), 0, last), dtype=np.int64)


def _atoms(values: Floats, shares: Floats, index: NDArray[np.int64], mass: Floats) -> Floats:
    """[atoms] values that hold much of the sample and share their grid step; one alone in its step needs no more."""
    crowded = mass[index] - shares > 1e-3 * shares
    heavy = np.flatnonzero((shares > 0.5 / CELLS) & crowded)
    heavy = heavy[np.argsort(-shares[heavy], kind="stable")][:ATOMS]
    return np.sort(values[heavy])


def _starts(mass: Floats, forced: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """[cells] grid indices where cells begin: about equal mass, heavy steps alone, no more cells than `most`."""
    target = float(mass.sum()) / max(most, 1) or 1.0  # no mass at all: every value is an atom
    while True:
        starts = _walk(mass, forced, target)
        if len(starts) <= most:
            return starts
        target *= 1.05


def _walk(mass: Floats, forced: NDArray[np.int64], target: float) -> NDArray[np.int64]:
    """[cells] where cells begin that hold about so much each."""
    total = np.concatenate([[0.0], np.cumsum(mass)])
    heavy = np.flatnonzero(mass > 0.7 * target)
    walls = np.unique(np.concatenate([[0], forced, heavy, heavy + 1]))
    walls = walls[walls < len(mass)]
    out = [walls]
    for a, z in zip(walls, np.append(walls[1:], len(mass)), strict=True):
        here = total[z] - total[a]
        parts = math.ceil(here / target - 1e-9)
        if parts > 1:
            goals = total[a] + here * np.arange(1, parts) / parts
            out.append(np.clip(np.searchsorted(total, goals, side="left"), a, z - 1))
    return np.unique(np.concatenate(out)).astype(np.int64)
