"""How relations are chosen: as plain counting would choose them, and in memory that grows with the columns alone."""

import tracemalloc
from collections import Counter
from itertools import pairwise
from math import log

import numpy as np
import pytest

from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations import plan as plans
from tidegauge.relations.base import First, Spec
from tidegauge.relations.coded import Coded, Coder, Ints, pooled
from tidegauge.relations.pairs import PairInformation
from tidegauge.relations.plan import Plan
from tidegauge.relations.residuals import candidates
from tidegauge.tuning.tuning import SHIPPED

TUNING = SHIPPED.relations

SEEDS = range(3)


class Kept(Coded):
    """Remembers the table of every pair, as all samples did once: 160 kB a pair, and 20,000 pairs at 200 columns."""

    def __init__(self, rows: SampledRows, coder: Coder) -> None:
        super().__init__(rows, coder)
        self.kept: dict[tuple[str, str], Ints] = {}

    def both(self, a: str, b: str) -> Ints:
        if (a, b) not in self.kept:
            self.kept[a, b] = super().both(a, b)
        return self.kept[a, b]


def random(seed: int, columns: int, n: int) -> SampledRows:
    """Numbers and codes of which some follow a few hidden factors; a tenth of some is missing."""
    g = np.random.default_rng(seed)
    hidden = g.standard_normal((4, n))
    values: dict[str, np.ndarray] = {}
    for k in range(columns):
        x = hidden[g.integers(4)] * g.choice([0.0, 1.0, 2.0]) + g.standard_normal(n)
        if k % 4 == 3:
            values[f"w{k}"] = np.clip(np.round(x + 4), 0, 8).astype(np.int64)
        else:
            values[f"x{k}"] = np.where(g.random(n) < g.choice([0.0, 0.1]), np.nan, x)
    return SampledRows.drawn(1000, g.integers(0, 2**60, n), values, values)


def first_of(samples: list[SampledRows], made: type[Coded] = Coded) -> First:
    """What relations are chosen from."""
    rows = pooled(samples, TUNING.learning.chosen_rows)
    coder = Coder.cut(rows, dict.fromkeys(rows.codes, 8))
    return First(made(rows, coder), [made(s, coder) for s in samples], None)


def counted(first: First) -> list[Spec]:
    """The pairs that counting chooses, pair by pair and row by row."""
    rows, found = first.rows, []
    for i, a in enumerate(rows.columns):
        for b in rows.columns[:i]:
            one, other = rows.cells(a).tolist(), rows.cells(b).tolist()
            n, p, q = len(one), Counter(one), Counter(other)
            both = Counter(zip(one, other, strict=True))
            told = sum(k / n * log(k * n / (p[x] * q[y])) for (x, y), k in both.items())
            found.append((told - (len(p) - 1) * (len(q) - 1) / 2 / n, (a, b)))
    out: list[Spec] = []
    many: Counter[str] = Counter()
    found.sort(reverse=True)
    assert all(one[0] - other[0] > 1e-9 for one, other in pairwise(found)), "no two alike, so the order is clear"
    for told, (a, b) in found:
        if told > TUNING.pairs.least and min(many[a], many[b]) < TUNING.pairs.each and len(out) < TUNING.pairs.most:
            out.append((a, b))
            many.update((a, b))
    return out


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_are_those_that_counting_chooses(seed: int) -> None:
    first = first_of([random(10 * seed + k, 16, 150) for k in range(4)])
    chosen = PairInformation().choose(first)
    assert len(chosen) > 3
    assert chosen == counted(first)


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_plan_is_the_one_that_remembering_every_pair_gave(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte: plans that were stored are found again by the hash of their text."""
    samples = [random(10 * seed + k, 12, 100) for k in range(6)]
    known = dict.fromkeys(samples[0].codes, 8)
    plan = Plan.choose(samples, known, "x0")
    assert sum(map(len, plan.specs.values())) > 3
    monkeypatch.setattr(plans, "Coded", Kept)
    assert Plan.choose(samples, known, "x0").text == plan.text


def test_what_a_choice_holds_grows_with_the_columns_and_not_with_their_pairs() -> None:
    """Of wide tables each pair is looked at twice or three times: kept, they would be a hundred times the rows."""
    columns = TUNING.residuals.helpers + 4  # so many that helpers are chosen among them, by pairs as well
    held = {}
    for made in (Coded, Kept):
        first = first_of([random(7, columns, 500)], made)
        tracemalloc.start()
        PairInformation().choose(first)
        candidates(first)
        held[made] = tracemalloc.get_traced_memory()[1] / (columns * len(first.rows) * 8)
        tracemalloc.stop()
    assert held[Coded] < 8, "times the rows themselves"
    assert held[Kept] > columns, "and this would notice"
