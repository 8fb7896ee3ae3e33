"""Rates of groups against those of fairlearn, intervals of ratios against statsmodels, and how often equals alert.

python benchmarks/peers/parity_peers.py FILE   # in an environment with fairlearn and statsmodels
python -m benchmarks.parity FILE
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tidegauge.parity import RATES
from tidegauge.parity.ratio_interval import ratio_interval
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.tuning.parity_tuning import ParityTuning

NEAR = 1e-6  # relative
EQUALS = 20_000  # pairs of equal groups
LEAST = 0.8


def against(file: Path) -> None:
    """Say how many rates and intervals are the same."""
    rates, off, kinds = 0, 0, dict[str, list[int]]()
    for row in json.loads(file.read_text(encoding="utf-8")):
        groups = {name: Confusion(*counts) for name, counts in row["counts"].items()}
        for name, rate in RATES.items():
            shares = {g: rate.of(rows) for g, rows in groups.items()}
            for g, (hits, of) in shares.items():
                if of:
                    rates += 1
                    off += hits / of != row["rates"][name][g]
            if all(of for _, of in shares.values()):
                _compare(shares["group"], shares["base"], row["intervals"][name], kinds)
    print(f"{rates:,} rates against fairlearn: {off} differ")
    for kind, (n, differ, outside) in kinds.items():
        print(f"{n:,} intervals, {kind}: {differ} differ; that of statsmodels leaves its ratio outside in {outside}")


def _compare(
    one: tuple[float, float], base: tuple[float, float], theirs: list[Any] | None, kinds: dict[str, list[int]]
) -> None:
    low, high = ratio_interval(*one, *base, ParityTuning().sure)
    (hits, of), (base_hits, base_of) = one, base
    edge = _edge(hits, of) or _edge(base_hits, base_of)
    told = kinds.setdefault(edge or "no share of 0 or 1", [0, 0, 0])
    told[0] += 1
    same = theirs is not None and all(_same(a, b) for a, b in zip((low, high), theirs, strict=True))
    told[1] += not same
    if theirs is not None and hits and base_hits:
        ratio = hits / of / (base_hits / base_of)
        told[2] += not theirs[0] * (1 - NEAR) <= ratio <= theirs[1] * (1 + NEAR)


def _edge(hits: float, of: float) -> str:
    if hits == 0:
        return "a share of 0"
    return "a share of 1" if hits == of else ""


def _same(ours: float, theirs: float) -> bool:
    return ours == theirs or (math.isfinite(ours) and abs(ours - theirs) <= NEAR * max(1.0, abs(theirs)))


def equals() -> None:
    """How often the interval of two equal groups lies outside the band, and how often the ratio alone does."""
    g = np.random.default_rng(11)
    apart = ratios = 0
    for _ in range(EQUALS):
        rows, base_rows, p = int(g.integers(20, 500)), int(g.integers(500, 2000)), g.uniform(0.05, 0.9)
        hits, base_hits = int(g.binomial(rows, p)), int(g.binomial(base_rows, p))
        low, high = ratio_interval(hits, rows, base_hits, base_rows, ParityTuning().sure)
        apart += high < LEAST or low > 1 / LEAST
        ratio = hits / rows / max(base_hits / base_rows, 1e-9)
        ratios += not LEAST <= ratio <= 1 / LEAST
    print(
        f"{EQUALS:,} pairs of equal groups: interval outside {apart / EQUALS:.3%}, ratio outside {ratios / EQUALS:.1%}"
    )


if __name__ == "__main__":
    against(Path(sys.argv[1]))
    equals()
