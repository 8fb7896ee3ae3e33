"""What a level's `floor` and `light` should be, by the windows of a monitor.

`python -m tools.floor_and_light NAME MONITOR`, where NAME is a level and MONITOR a file whose store has a past.

Every window that the monitor has stored is read afresh, so a statistic that was written a minute ago has its numbers
too; nothing is decided or written. A window is held to what could be known of it: the one before, or the median of the
four like windows before it (the same weekday, the same hour of the week), whichever has come nearer so far as a rule.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tidegauge.core.errors import TidegaugeError
from tidegauge.core.window import STAGES, Window
from tidegauge.decisions.robust import spread
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import Pipeline, open_pipeline
from tidegauge.statistics.signal_set import Signal
from tidegauge.tuning.tuning import SHIPPED
from tidegauge.wording.lookup import find

Floats = NDArray[np.float64]
LIKE = 4  # windows of a season that a median is taken of
LEAST = 20  # windows without which a spread says nothing
TAIL = 0.1  # of all windows, those that the tail is read off
FEWEST = 40  # windows in the tail without which its shape says nothing
NEAR = 2.0  # standard errors that a shape must lie beside another one


@dataclass(frozen=True)
class Scatter:
    """How one signal scatters between windows, on the level's own scale."""

    signal: Signal
    windows: int
    spread: float  # of what predictions leave; nan where there are too few
    error: float  # that rows alone would give, in the middle of the windows
    z: Floats  # [T] what predictions leave, in spreads


@dataclass(frozen=True)
class Advice:
    """What a class should say."""

    floor: float
    light: bool | None  # None: too little to tell
    shape: float  # of the tail; nan where it is not known
    shape_error: float


def scatter(signal: Signal, x: Floats, error: Floats, season: int) -> Scatter:
    """From the levels [T] of windows in order of time, nan where there is none, and their errors [T].

    `season`: after how many windows there is a like one.

    >>> day = np.tile([0.0, 0, 0, 0, 0, 5, 5], 12) + np.random.default_rng(1).normal(0, 0.1, 84)
    >>> found = scatter(Signal("x", "y"), day, np.full(84, 0.05), 7)
    >>> 0.08 < found.spread < 0.2
    True
    """
    before = np.concatenate([[np.nan], x[:-1]])
    like = np.full(len(x), np.nan)
    for t in range(season, len(x)):
        some = x[[t - season * k for k in range(1, LIKE + 1) if t - season * k >= 0]]
        like[t] = np.median(some[np.isfinite(some)]) if np.isfinite(some).any() else np.nan
    both = np.array([x - before, x - like])
    known = np.isfinite(both).sum(axis=1)
    scale = np.where(known >= LEAST, spread(both.T, SHIPPED.decisions.spreads), np.inf)
    best = int(np.argmin(scale))
    there = both[best][np.isfinite(both[best])]
    typical = float(np.nanmedian(error)) if np.isfinite(error).any() else float("nan")
    if not np.isfinite(scale[best]):
        return Scatter(signal, int(known.max()), float("nan"), typical, np.zeros(0))
    width = max(float(scale[best]), typical if np.isfinite(typical) else 0.0, 1e-12)
    return Scatter(signal, len(there), float(scale[best]), typical, there / width)


def advice(found: Sequence[Scatter]) -> Advice:
    """From the scatter of all signals of one statistic.

    The floor is the lower quartile of spreads, to one digit: a quarter of the columns lie nearer together than can be
    believed. The tail is that of the strangest tenth of windows, as a generalised Pareto distribution.
    """
    spreads = np.array([s.spread for s in found if np.isfinite(s.spread) and s.spread > 0])
    floor = float(f"{np.quantile(spreads, 0.25):.0e}") if len(spreads) else float("nan")
    z = np.abs(np.concatenate([s.z for s in found])) if found else np.zeros(0)
    beyond = np.quantile(z, 1 - TAIL) if len(z) else 0.0
    tail = z[z > beyond] - beyond
    if len(tail) < FEWEST:
        return Advice(floor, None, float("nan"), float("nan"))
    shape = float(stats.genpareto.fit(tail, floc=0)[0])
    error = (1 + max(shape, 0.0)) / np.sqrt(len(tail))
    t = SHIPPED.decisions.tail
    light = None
    if shape + NEAR * error < t.plain_shape or shape < t.light:
        light = True
    elif shape - NEAR * error > t.light or shape > t.plain_shape:
        light = False
    return Advice(floor, light, shape, error)


def scatters(pipeline: Pipeline, name: str) -> list[Scatter]:
    """Of all signals of one statistic; empty where no stage of the monitor follows it."""
    season = {"hour": 168, "day": 7, "week": 1}[pipeline.monitor.window.every]
    for stage in STAGES:
        decider = pipeline.decider(stage)
        if decider is None:
            continue
        signals = decider.measure.signal_set.levels
        mine = [k for k, s in enumerate(signals) if s.statistic == name]
        if mine:
            x, error = _levels(pipeline, stage, mine)
            return [scatter(signals[k], x[:, j], error[:, j], season) for j, k in enumerate(mine)]
    return []


def _levels(pipeline: Pipeline, stage: str, mine: Sequence[int]) -> tuple[Floats, Floats]:
    """[T, signals] the levels of all windows from the first to the last one, and their errors; nan in gaps."""
    decider = pipeline.decider(stage)
    assert decider is not None
    known = sorted(pipeline.store.profiles.revisions(pipeline.monitor.source_key, stage))
    seen: Mapping[Window, tuple[Floats, Floats]] = {
        w: (sample.x[mine], sample.error[mine]) for w in known for sample in [decider.observer.observe(w).sample]
    }
    length = pipeline.monitor.window.length
    places = {w: round((w.start - known[0].start) / length) for w in known}
    x = np.full((max(places.values(), default=-1) + 1, len(mine)), np.nan)
    error = x.copy()
    for w, (level, its) in seen.items():
        x[places[w]], error[places[w]] = level, its
    return x, error


def table(found: Sequence[Scatter], wanted: Advice, signal: Signal) -> str:
    """What to read before what to write."""
    lines = [f"{'column':24} {'segment':16} {'windows':>7} {'spread':>9} {'by rows':>9} {'widest':>7}"]
    for s in found:
        widest = f"{np.abs(s.z).max():7.1f}" if len(s.z) else "      -"
        lines.append(
            f"{s.signal.column:24} {s.signal.segment:16} {s.windows:7} {s.spread:9.3g} {s.error:9.3g} {widest}"
        )
    t = SHIPPED.decisions.tail
    lines += ["", f"floor = {wanted.floor:g}  # the class says {signal.floor:g}"]
    if not signal.grows:
        lines.append("        # read of levels that grow with the rows alone: this one is held to its error by rows")
    if wanted.light is None:
        lines.append(f"light = {signal.light}  # as the class says: these windows do not tell; take your neighbour's")
    else:
        lines.append(f"light = {wanted.light}  # the class says {signal.light}")
    if np.isfinite(wanted.shape):
        known = f"{wanted.shape:.2f} ± {wanted.shape_error:.2f}"
        lines.append(f"        # its tail's shape is {known}; light is {t.light:g}, any other {t.plain_shape:g}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> str | None:
    """Print it, or return what is wrong."""
    if len(arguments) != 2:
        return "which level, of which monitor? python -m tools.floor_and_light NAME MONITOR"
    name, file = arguments
    if find(name) is None:
        return f'"{name}" is no statistic. docs/statistics.md lists them.'
    try:
        with open_pipeline(load_monitor(Path(file)), Past.PROFILED) as pipeline:
            found = scatters(pipeline, name)
    except TidegaugeError as e:
        return str(e)
    if not found or all(s.windows < LEAST for s in found):
        return (
            f'no stage of that monitor has {LEAST} windows with a "{name}". Is it a level? Give the monitor a past: '
            "tidegauge backfill."
        )
    print(table(found, advice(found), found[0].signal))
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
