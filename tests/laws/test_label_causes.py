"""Laws of causes of labels: what was done to them is named, and what they do by themselves is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tidegauge.causes.label_change import LabelChange, LabelNumber
from tidegauge.causes.naming import causes_of_labels
from tidegauge.stages.naming_label_causes import AUC
from tidegauge.statistics.labelled import Labelled
from tidegauge.tuning.cause_tuning import CauseTuning

T = CauseTuning()
Floats = NDArray[np.float64]
Day = tuple[Floats, Floats]  # a prediction and a label, of each row


def a_day(g: np.random.Generator, rows: int = 400, base: float = -1.2) -> Day:
    """Predictions that are right about how often labels are 1."""
    score = 1 / (1 + np.exp(-g.normal(base, 1.3, rows)))
    return score, (g.random(rows) < score).astype(float)


def labelled(day: Day) -> Labelled:
    """By twenty cells of the prediction."""
    cell = np.minimum((day[0] * 20).astype(int), 19)
    n, ones, parts = (np.bincount(cell, w, 20).astype(float) for w in (np.ones(len(cell)), day[1], day[0]))
    return Labelled(n[n > 0], ones[n > 0], parts[n > 0], binary=True)


def a_change(days: list[Day], now: Day, predictions: int, segment: str = "") -> LabelChange:
    before, here = [labelled(d) for d in days], labelled(now)
    rates = np.array([d[1].mean() for d in days])
    return LabelChange(
        segment,
        "late",
        "score",
        len(now[0]),
        np.array([float(len(d[0])) for d in days]),
        predictions,
        LabelNumber(AUC.level(here), AUC.error(here), np.array([AUC.level(x) for x in before])),
        LabelNumber(float(now[1].mean()), 0.5 / np.sqrt(len(now[0])), rates),
        LabelNumber(float(now[0].mean()), 0.0, np.array([d[0].mean() for d in days])),
        LabelNumber(len(now[0]) / predictions, 0.0, np.ones(len(days))),
    )


def flipped(g: np.random.Generator, day: Day) -> Day:
    del g
    return day[0], 1 - day[1]


def shuffled(g: np.random.Generator, day: Day) -> Day:
    return g.permutation(day[0]), day[1]


def overdue(g: np.random.Generator, day: Day) -> Day:
    left = g.random(len(day[0])) < 0.5
    return day[0][left], day[1][left]


DONE = {"flipped-labels": flipped, "shuffled-predictions": shuffled, "overdue-labels": overdue}


def named(seed: int, done: str, segment: str = "", base: float = -1.2) -> list[str]:
    g = np.random.default_rng([seed, 7])
    days = [a_day(g, base=base) for _ in range(8)]
    now = a_day(g, base=base)
    change = a_change(days, DONE[done](g, now) if done else now, len(now[0]), segment)
    return [cause.name for cause, _ in causes_of_labels([change], T)]


@pytest.mark.parametrize("done", DONE)
@pytest.mark.parametrize("base", [-1.2, 0.0], ids=["seldom 1", "as often 1 as 0"])
def test_what_was_done_is_named_or_nothing_is(done: str, base: float) -> None:
    found = [named(seed, done, base=base) for seed in range(40)]
    assert {tuple(f) for f in found} <= {(done,), ()}
    assert found.count([done]) >= 26, "the mean prediction of a day lies beyond eight others' once in five times"


def test_labels_that_are_as_ever_have_no_cause() -> None:
    assert [s for s in range(200) for base in (-1.2, 0.0) if named(s, "", base=base)] == []


def test_rows_that_are_there_twice_have_one_label_each() -> None:
    g = np.random.default_rng(6)
    days = [a_day(g) for _ in range(8)]
    assert not causes_of_labels([a_change(days, a_day(g), 800)], T)
    assert causes_of_labels([a_change(days, a_day(g, 300), 400)], T), "and so many lack theirs"


def test_of_a_segment_only_a_flip_is_told() -> None:
    assert [named(3, done, "plan=free") for done in DONE] == [["flipped-labels"], [], []]


def test_of_two_segments_neither_is_told_and_of_all_rows_before_one() -> None:
    g = np.random.default_rng(4)
    days, now = [a_day(g) for _ in range(8)], flipped(g, a_day(g))
    parts = [a_change(days, now, 400, name) for name in ("", "a=1", "b=2")]
    assert [clause for _, clause in causes_of_labels(parts, T)] == ['0 and 1 have changed places in "late"']
    assert causes_of_labels(parts[1:], T) == []
    assert causes_of_labels([a_change(days[:2], now, 400)], T) == [], "two days are too few"


def test_a_model_that_was_never_right_has_no_shuffled_predictions() -> None:
    g = np.random.default_rng(5)
    days = [shuffled(g, a_day(g)) for _ in range(8)]
    assert not [s for s in range(40) if causes_of_labels([a_change(days, shuffled(g, a_day(g)), 400)], T)]
