"""Changes that stay: told at once, one incident that stays open, and nothing else masked by it.

    python -m benchmarks.alerts.lasting                  # days, small and large logs, seed 1
    python -m benchmarks.alerts.lasting --hours          # and windows of an hour, which take longer
    python -m benchmarks.alerts.lasting --seeds 1 2 3

Made logs (`seasons.py`), the defaults, the real path. Four changes for good: a share, a level, values that are missing,
labels. Twelve days later another column has a fault of one day; on the twentieth the change is accepted as normal.
Hours have the same, measured in the part of their stated time: 168 hours stand for 28 days.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

import numpy as np

from benchmarks.alerts.logs import Log, Words
from benchmarks.alerts.replaying import ALARMING, played
from benchmarks.alerts.seasons import Floats, synthetic
from benchmarks.measure import OUT
from tidegauge.core.window import STAGES, Window
from tidegauge.decisions.feedback import Answer
from tidegauge.decisions.incidents import incidents_of
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.pipeline import Pipeline

Columns = dict[str, Floats | Words]
OTHER = "stock"  # the column with another fault
INPUTS, LABELS = STAGES


def _share(out: Columns, g: np.random.Generator) -> None:
    device = out["device"]
    assert isinstance(device, Words)
    moved = (device.codes == 0) & (g.random(len(device.codes)) < 0.5)
    out["device"] = Words(np.where(moved, 1, device.codes), device.words)


def _level(out: Columns, _: np.random.Generator) -> None:
    out["wait"] = np.asarray(out["wait"]) * np.exp(0.8)  # one spread of its rows


def _missing(out: Columns, g: np.random.Generator) -> None:
    age = np.asarray(out["age"])
    out["age"] = np.where(g.random(len(age)) < 0.33, np.nan, age)


def _labels(out: Columns, g: np.random.Generator) -> None:
    bought = np.asarray(out["bought"])
    out["bought"] = np.where(g.random(len(bought)) < 0.4, 1.0, bought)


def _other(out: Columns, _: np.random.Generator) -> None:
    out[OTHER] = np.asarray(out[OTHER]) * 4


Change = Callable[[Columns, np.random.Generator], None]
CHANGES: dict[str, tuple[str, str, Change]] = {
    "share": (INPUTS, "device", _share),
    "level": (INPUTS, "wait", _level),
    "missing": (INPUTS, "age", _missing),
    "labels": (LABELS, "bought", _labels),
}


@dataclass(frozen=True)
class Plan:
    """When what happens, in windows."""

    cell: str
    before: int  # windows before the change
    soon: int  # within these it must be told
    fault: int  # after the change
    late: int  # when it must be open still
    sizes: tuple[int, int]  # rows of a usual window: small, large


PLANS = {
    "day": Plan("weekly", 50, 2, 12, 20, (110, 2000)),
    "hour": Plan("hour of week", 15 * 24, 12, 72, 120, (60, 400)),
}


@dataclass(frozen=True)
class Found:
    """What came of one change."""

    every: str
    rows: int
    change: str
    seed: int
    after: int | None  # windows until it was told of, 1: at once; None: not in time
    open: bool = False  # when it is late, under the name that it was told by
    led: bool = False  # and the window's first finding is of it
    notices: int = 0  # incidents that lead with it
    named: bool = False  # the other fault, by an incident of its own
    ended: bool = False  # by the first window after it was accepted, and nothing is told of it again


def changed(log: Log, plan: Plan, change: Change, seed: int) -> Log:
    """The log with a change for good, and a fault of one window on top of it."""
    number = {w: k for k, w in enumerate(log.windows)}

    def rows(window: Window) -> tuple[np.ndarray, Columns]:
        at, out = log.rows(window)
        g = np.random.default_rng([seed, number[window], 5])
        if number[window] >= plan.before:
            change(out, g)
        if number[window] == plan.before + plan.fault:
            _other(out, g)
        return at, out

    return replace(log, rows=rows)


def measured(every: str, rows: int, name: str, seed: int) -> Found:
    """One change in one log."""
    plan, (stage, column, change) = PLANS[every], CHANGES[name]
    days = -(-(plan.before + plan.late + 3) // (24 if every == "hour" else 1))
    log = synthetic(plan.cell, seed, n=rows, warm=0, days=days, budget=1.0)
    with played(changed(log, plan, change, seed)) as pipeline:
        return _found(pipeline, log, plan, Found(every, rows, name, seed, None), (stage, column))


def _found(pipeline: Pipeline, log: Log, plan: Plan, found: Found, where: tuple[str, str]) -> Found:
    stage, column = where
    first, late, fault = (log.windows[plan.before + k] for k in (0, plan.late, plan.fault))
    named = _of_its_own(pipeline, fault, OTHER)
    made = pipeline.store.decisions.of(pipeline.monitor.name, stage)
    begun = [
        i for i in incidents_of([d for d in made if d.window <= late]) if i.first >= first and column in i.columns[:1]
    ]
    soon = [k for k in range(plan.soon) for i in begun[:1] if i.first == log.windows[plan.before + k]]
    if not soon:
        return replace(found, named=named, notices=len(begun))
    lead = next(d for d in made if d.window == late).findings[:1]
    led = bool(lead) and lead[0].column == column
    store, name, at = pipeline.store, pipeline.monitor.name, late.end + timedelta(minutes=5)
    answer(store, name, begun[0].id, Answer.ACCEPT, at=at, by="me")
    pipeline.decide(stage)
    mine = [i for i in store.incidents.of(name, stage) if column in i.columns[:1]]
    mine = [i for i in mine if i.first >= first]
    ended = len(mine) == len(begun) and not mine[0].is_open
    return replace(
        found, after=soon[0] + 1, open=begun[0].is_open, led=led, notices=len(begun), named=named, ended=ended
    )


def _of_its_own(pipeline: Pipeline, window: Window, column: str) -> bool:
    """Whether a window alerts, led by a column, and opens an incident by its name."""
    decision = pipeline.store.decisions.get(pipeline.monitor.name, INPUTS, window)
    if decision is None or decision.verdict not in ALARMING or decision.findings[0].column != column:
        return False
    incidents = pipeline.store.incidents.of(decision.monitor, INPUTS)
    return any(i.first == window and i.columns[0] == column for i in incidents)


def wanted(*, hours: bool, seeds: list[int]) -> Iterator[tuple[str, int, str, int]]:
    """Every change, the cheapest first."""
    for every in ("day", "hour") if hours else ("day",):
        for rows in PLANS[every].sizes:
            yield from ((every, rows, name, seed) for name in CHANGES for seed in seeds)


def summed(every: list[Found]) -> str:
    """The figures of some changes."""
    seen = [f for f in every if f.after is not None]
    parts = {
        "told in time": (len(seen), len(every)),
        "of those open and rightly led when it is late": (sum(f.open and f.led for f in seen), len(seen)),
        "one notice": (sum(f.notices == 1 for f in seen), len(seen)),
        "the other fault named, of its own": (sum(f.named for f in every), len(every)),
        "ended by an answer": (sum(f.ended for f in seen), len(seen)),
    }
    return "\n".join(f"{what}: {k} of {n}" for what, (k, n) in parts.items())


def main() -> None:
    """Run what is asked for, a line each, and the sums."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--hours", action="store_true", help="windows of an hour too")
    words.add_argument("--seeds", type=int, nargs="+", default=[1])
    a = words.parse_args()
    os.nice(10)
    every = []
    for one in wanted(hours=a.hours, seeds=a.seeds):
        every.append(measured(*one))
        print(json.dumps(asdict(every[-1])), flush=True)
    print(summed(every))
    OUT.mkdir(exist_ok=True)
    (OUT / "lasting.json").write_text(json.dumps([asdict(f) for f in every], indent=1))


if __name__ == "__main__":
    main()
