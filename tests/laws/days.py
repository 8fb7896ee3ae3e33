"""Days of made-up numbers, judged one after the other without a warehouse or a store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.grid import between
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import NOBODY, Judge, Judgement, Recall
from tidegauge.decisions.scored import Sample
from tidegauge.references.calendar import Calendar
from tidegauge.references.policy import lagged_pools, policy
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tuning import SHIPPED

ZONE = "America/New_York"
CALENDAR = Calendar(ZONE, "US")
BACK = timedelta(days=180)
DAYS = between("day", ZONE, datetime(2023, 1, 2, 12, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC))
BUDGET = 1 / 30.4  # of alerts a window
SIGNALS = SignalSet(
    (
        Signal("a", "location"),
        Signal("a", "missing", one_sided=True),
        Signal("b", "location", light=True),
        Signal("b", "pair-information", others=("a",), relation=True),
        Signal("c", "location"),
        Signal("", "volume", floor=0.05, grows=True),
    ),
    (Signal("a", "far"), Signal("c", "far")),
)
SIZE = len(SIGNALS.levels)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wish:
    """One entry of a monitor's reference."""

    name: str
    start: date | None = None
    end: date | None = None
    version: str | None = None


def a_judge(
    budget: float = BUDGET,
    signal_set: SignalSet = SIGNALS,
    tuning: DecisionTuning = SHIPPED.decisions,
    kind: str = "day",
) -> Judge:
    """With the defaults of a daily monitor, or of one of another kind of window."""
    back = BACK if kind != "week" else 2 * BACK
    chosen = policy([Wish("seasonal"), Wish("trailing")], kind=kind, zone=ZONE, look_back=back)
    return Judge(
        signal_set,
        {pool.name: pool for pool in chosen.pools},
        alerts_per_window=budget,
        kind=kind,
        lagged=lagged_pools(kind, back),
        tuning=tuning,
    )


def numbers(seed: int, days: int, size: int = SIZE, sigma: float = 0.1) -> Floats:
    """[T, K] a weekly season and noise."""
    g = np.random.default_rng(seed)
    week = g.normal(0, 1, (7, size))
    return np.array([week[k % 7] for k in range(days)]) + g.normal(0, sigma, (days, size))


def a_sample(x: Floats, k: int, signal_set: SignalSet = SIGNALS, n: float = 1000.0) -> Sample:
    """Of one day; its distances depend on the windows that they are asked to."""
    d = len(signal_set.distances)

    def distance(pool: str, windows: Sequence[Window]) -> Floats:
        return np.full(d, 0.02 + 0.01 * np.sin(k + len(windows) + len(pool)))

    return Sample(x, np.full(len(x), 0.03), n, distance)


def lived(
    judge: Judge,
    xs: Floats,
    windows: Sequence[Window] = DAYS,
    recall: Callable[[History], Recall] | None = None,
) -> tuple[History, list[Judgement]]:
    """All days in order, each seen by the next ones."""
    history, out = History(CALENDAR), []
    for k, x in enumerate(xs):
        sample = a_sample(x, k, judge.signal_set)
        found = judge.judge(windows[k], sample, history, NOBODY, recall(history) if recall else None)
        history.add(windows[k], found.record.kept())
        out.append(found)
    return history, out


def same(one: Judgement, other: Judgement) -> None:
    """Two judgements that say the same of everything, to the last bit."""
    assert one.record.to_blob() == other.record.to_blob()
    for a, b in (
        (one.surprise, other.surprise),
        (one.columns, other.columns),
        (one.scored.expected, other.scored.expected),
        (one.scored.scale, other.scored.scale),
        (one.scored.chosen, other.scored.chosen),
        (one.slow.surprise, other.slow.surprise),
    ):
        np.testing.assert_array_equal(a, b)
    assert (one.threshold, one.strength, one.lasting) == (other.threshold, other.strength, other.lasting)
    assert one.learnt == other.learnt


def alerts(found: Iterable[Judgement]) -> Mapping[str, int]:
    """How many days alerted, and how many of them by a slow drift alone."""
    some = list(found)
    return {"all": sum(j.strength > 1 for j in some), "slow": sum(j.lasting > 1 for j in some)}
