"""Whether the likely cause that an alert names is the one that was planted.

    tidegauge backfill MONITOR.yml
    python -m benchmarks.causes MONITOR.yml [--draws 60] [--seed 1] [--kinds missing,stuck]

Each draw plants one of the replay's faults (kind, size, columns and a fine window by a named seed) by its SQL over the
window's real rows, has the same statements profile it, and asks what would have been decided. Only alerts count: of
each, the first cause is right, wrong (another cause, or another column), or there is none. Then the real past: every
cause that a stored alert names, and how many columns of fine windows would have had a name, had anybody asked.
"""

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from tidegauge.causes.naming import named
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor.read import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import Pipeline, open_pipeline
from tidegauge.references.ladder import Chosen
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES, Columns
from tidegauge.replay.planned import Planned
from tidegauge.replay.planting import Planted, Planter, on_trial, what_if
from tidegauge.stages.decider import Decider
from tidegauge.stages.naming_causes import column_changes

RIGHT = {
    "missing": {"values-missing"},
    "missing-together": {"values-missing"},
    "unit-error": {"other-unit"},
    "recased": {"other-spelling"},
    "new-category": {"new-category"},
    "codes-swapped": {"exchanged-values"},
    "stuck": {"stuck"},
    "columns-swapped": {"exchanged-columns"},
    "sign-flipped": {"opposite-sign"},
    "clipped": {"clipped"},
    "rows-doubled": {"loaded-twice"},
    "rows-lost": {"partial-load"},
    "segment-lost": {"vanished-value"},
    "shifted": {"whole-shift"},
    "clock-shifted": {"wrong-clock"},
    "prediction-shifted": {"moved-odds", "whole-shift"},
    "prediction-shuffled": {"shuffled-predictions"},
    "labels-flipped": {"flipped-labels"},
}
IN_LABELS = {"prediction-shuffled", "labels-flipped"}  # are to be named when labels are judged
FEWEST = 20  # fine windows' rows


@dataclass(frozen=True)
class Drawn:
    """What became of one draw that alerted."""

    kind: str
    size: int
    outcome: str
    planted: str
    clause: str


def draws(pipeline: Pipeline, kinds: list[str], count: int, seed: int) -> list[Drawn]:
    """Every kind so often: those that alert."""
    planter, out = Planter(pipeline), []
    for kind in kinds:
        stage = "labels" if kind in IN_LABELS else FIRST_STAGE
        decider = pipeline.deciding.decider(stage)
        fine = [d.window for d in pipeline.store.decisions.of(pipeline.monitor.name, stage) if _fine(d)]
        if decider is None or not fine:
            continue
        ground = planter.ground(fine[0])
        g, targets = np.random.default_rng([seed, *kind.encode()]), FAULTS[kind].targets(ground)
        for k in range(count if targets else 0):
            window, columns = fine[int(g.integers(len(fine)))], targets[int(g.integers(len(targets)))]
            plan = Planned(FAULTS[kind], k % len(SIZES), columns, window)
            planted = planter.plant(plan)
            decision = None if planted is None else decided(decider, planted)
            if decision is not None and decision.verdict is Verdict.ALERT:
                out.append(judged(plan, decision, plan.fault.blames(ground, columns)))
        print(kind, len(out), flush=True)
    return out


def _fine(d: Decision) -> bool:
    return d.verdict is Verdict.FINE and d.rows >= FEWEST


def decided(decider: Decider, planted: Planted) -> Decision:
    """What would have been decided of the rows, had the window come so."""
    window = planted.plan.window
    return what_if(decider, on_trial(decider.observer, planted), window, decider.history(window))


def judged(plan: Planned, decision: Decision, blamed: Columns) -> Drawn:
    """Whether the first cause is the planted one."""
    first = decision.causes[0] if decision.causes else None
    outcome = "silent"
    if first is not None:
        is_right = first.name in RIGHT.get(plan.fault.name, ()) and set(first.columns) & set(blamed)
        outcome = "right" if is_right else "wrong"
    planted = f"{plan.fault.name} ({plan.fault.sizes[plan.size]}) of {', '.join(plan.columns)}, {plan.window.key}"
    leads = ", ".join(f.column for f in decision.findings[:3])
    return Drawn(plan.fault.name, plan.size, outcome, planted, first.clause if first else f"(alert on {leads})")


def on_clean(pipeline: Pipeline, decider: Decider) -> tuple[Counter[str], int, float]:
    """Of all columns of fine windows: which would have a name, of how many, and the CPU seconds of one."""
    found, asked, start = Counter[str](), 0, process_time()
    profiles = pipeline.profiler.profiles
    for d in pipeline.store.decisions.of(pipeline.monitor.name, FIRST_STAGE):
        if not _fine(d):
            continue
        for change in column_changes(
            list(profiles.layouts()[0]), d.window, like(decider, d.window).windows, profiles, profiles
        ):
            z = named(change, decider.tuning.causes)
            asked += 1
            found.update([f"{z.cause.name} {change.name}"] if z else [])
    return found, asked, (process_time() - start) / max(asked, 1)


def like(decider: Decider, window: Window) -> Chosen:
    """The windows that one is held against."""
    candidates = decider.history(window).candidates_but(decider.rulings(window).excluded)
    return decider.ladder.choose(window, candidates, decider.calendar)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("monitor", type=Path)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(RIGHT))
    parser.add_argument("--clean", action="store_true", help="ask every column of every fine window as well")
    asked = parser.parse_args()
    with open_pipeline(load_monitor(asked.monitor), Past.KNOWN) as pipeline:
        decider = pipeline.deciding.decider(FIRST_STAGE)
        if decider is None:
            raise SystemExit("nothing is decided in this store: backfill first")
        if asked.draws:
            tell(draws(pipeline, asked.kinds.split(","), asked.draws, asked.seed))
        for d in pipeline.store.decisions.of(pipeline.monitor.name, FIRST_STAGE):
            if d.verdict is Verdict.ALERT:
                causes = decider.observer.causes(d.findings, d.window, like(decider, d.window))
                print("past alert", d.window.key, [f.column for f in d.findings[:4]], [c.clause for c in causes])
        if asked.clean:
            found, of, each = on_clean(pipeline, decider)
            print(f"{found.total()} names in {of} columns of fine windows, {1000 * each:.1f} ms CPU each:", found)


def tell(found: list[Drawn]) -> None:
    """A table by kind, then what was wrong."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for d in found:
        table[d.kind][d.outcome] += 1
        table["all"][d.outcome] += 1
        if d.size:
            table["all, medium and large"][d.outcome] += 1
    for kind, n in table.items():
        told = n["right"] + n["wrong"]
        precision = f"{n['right'] / told:.3f}" if told else "-"
        print(f"{kind:24} right {n['right']:3} wrong {n['wrong']:3} silent {n['silent']:3}  of the named {precision}")
    for d in found:
        if d.outcome != "right":
            print(f"  {d.outcome}: {d.planted}\n      said: {d.clause}")


if __name__ == "__main__":
    main()
