"""Gates are pure functions: who asks, and when, changes nothing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tidegauge.core.window import Window
from tidegauge.promotion import GATES
from tidegauge.promotion.advising import Advice, judged, waiting
from tidegauge.promotion.base import GateOutcome
from tidegauge.promotion.evidence import Beside, Evidence, Golden, Pair, Response
from tidegauge.promotion.paired import area, loss_difference, main_difference, upper
from tidegauge.promotion.window_sums import WindowSums
from tidegauge.tuning.promotion_tuning import PromotionTuning

TUNING = PromotionTuning()
CELLS = 40
WINDOWS = [
    Window(
        datetime(2013, 1, 1, tzinfo=UTC) + timedelta(days=k),
        datetime(2013, 1, 2, tzinfo=UTC) + timedelta(days=k),
        "day",
    )
    for k in range(42)
]


def course(odds: np.ndarray, late: np.ndarray, day: np.ndarray) -> WindowSums:
    cell = np.clip(((odds + 6) / 12 * CELLS).astype(int), 0, CELLS - 1)
    return WindowSums(
        rows=np.bincount(day, minlength=42).astype(float),
        losses=np.bincount(day, np.logaddexp(0, np.where(late == 1, -odds, odds)), 42).astype(float),
        predicted=np.bincount(day, 1 / (1 + np.exp(-odds)), 42).astype(float),
        labels=np.bincount(day, late, 42).astype(float),
        cells=np.bincount((day * 2 + late) * CELLS + cell, minlength=84 * CELLS).reshape(42, 2, CELLS).astype(float),
    )


def evidence(noise: float, own: float, seed: int = 0, golden: Golden | None = None, shift: float = 0.0) -> Evidence:
    """42 days of 100 rows, the champion off by `noise` and the challenger by `own`, on the log-odds."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(42), 100)
    odds = rng.normal(-1, 1.5, len(day)) + rng.normal(0, 0.5, 42)[day]
    late = (rng.random(len(day)) < 1 / (1 + np.exp(-odds))).astype(int)
    a, b = (course(odds + rng.normal(0, s, len(day)) + up, late, day) for s, up in ((noise, 0.0), (own, shift)))
    return Evidence(WINDOWS, Pair(a, b), {}, [Beside(100, 0)] * 42, golden)


def test_a_much_better_challenger_is_promoted_at_the_first_look_and_a_worse_one_is_not() -> None:
    (only,) = judged(evidence(2.0, 0.1), TUNING)
    assert (only.advice, only.number, only.windows) == (Advice.PROMOTE, 1, 14)
    assert judged(evidence(0.1, 2.0), TUNING)[-1].advice is Advice.KEEP


def test_the_same_model_once_more_is_never_better() -> None:
    one = evidence(0.3, 0.3)
    same = Evidence(WINDOWS, Pair(one.whole.champion, one.whole.champion), {}, one.beside)
    looks = judged(same, TUNING)
    assert [j.advice for j in looks] == [Advice.WAIT, Advice.WAIT, Advice.KEEP]
    assert main_difference(same.whole.champion, same.whole.champion).better == 0.5


def test_of_equal_challengers_few_are_promoted() -> None:
    """400 draws by three looks; measured on flights: 5.5 % of 1,000 (benchmarks/challengers.py)."""
    promoted = sum(judged(evidence(0.5, 0.5, seed), TUNING)[-1].advice is Advice.PROMOTE for seed in range(400))
    assert promoted <= 0.11 * 400  # 8 % and two standard errors


def test_a_look_taken_late_finds_what_it_would_have_found_in_time() -> None:
    for seed in range(20):
        whole = evidence(0.6, 0.4, seed)
        late = judged(whole, TUNING)
        for k in (14, 28, 42):
            assert judged(whole.first(k), TUNING) == late[: k // 14]
    assert judged(whole.first(13), TUNING) == []
    assert waiting(whole.first(13), TUNING).startswith("It has 13 of 14 mature windows")


def test_golden_rows_stop_a_challenger_that_is_better_by_every_number() -> None:
    lost = Golden(tuple(Response("carrier", name, 20, 20, 0) for name in ("AA", "DL", "UA")))
    (only,) = judged(evidence(2.0, 0.1, golden=lost), TUNING)
    assert only.advice is Advice.KEEP
    assert "does not know 3 of 3 categories of carrier" in only.sentence
    known = Golden(tuple(Response("carrier", name, 20, 20, 20) for name in ("AA", "DL", "UA")), own=5)
    assert judged(evidence(2.0, 0.1, golden=known), TUNING)[0].advice is Advice.PROMOTE
    wrong = Golden(known.responses, own=5, wrong=1, named=("a refund of 0",))
    assert "such as a refund of 0" in judged(evidence(2.0, 0.1, golden=wrong), TUNING)[0].sentence


def test_a_better_ranking_that_says_far_too_much_is_not_served() -> None:
    (only,) = judged(evidence(2.0, 0.1, shift=2.5), TUNING)
    assert only.advice is Advice.KEEP
    assert "came true" in only.sentence


def test_rows_that_the_challenger_says_nothing_of_stop_it() -> None:
    one = evidence(2.0, 0.1)
    silent = Evidence(one.windows, one.whole, {}, [Beside(100, 2)] * 42)
    assert "says nothing of 2.0% of the rows" in judged(silent, TUNING)[0].sentence


def test_one_segment_that_loses_stops_it() -> None:
    better, worse = evidence(2.0, 0.1), evidence(0.1, 3.0, 1)
    some = Evidence(
        better.windows, better.whole, {"origin=LGA": worse.whole, "origin=JFK": better.whole}, better.beside
    )
    (only,) = judged(some, TUNING)
    assert only.advice is Advice.KEEP
    assert "Worse in origin=LGA" in only.sentence


def test_numbers_and_classes_go_by_their_loss() -> None:
    """Without cells the main number is the loss of a row, so both tests say the same of equal windows."""
    one = evidence(1.0, 0.5).whole
    bare = [
        WindowSums(c.rows, c.losses, c.predicted, c.labels, np.zeros((42, 2, 0)))
        for c in (one.champion, one.challenger)
    ]
    main, loss = main_difference(*bare), loss_difference(*bare)
    assert main.value == pytest.approx(loss.value)
    assert main.error == pytest.approx(loss.error)


def test_area_is_that_of_all_pairs() -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers(0, 5, (2, 30)).astype(float)
    pairs = sum(
        cells[0, i] * cells[1, j] * (1.0 if i < j else 0.5 if i == j else 0.0) for i in range(30) for j in range(30)
    )
    assert float(area(cells)) == pytest.approx(pairs / cells[0].sum() / cells[1].sum())


def test_students_t_is_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    for freedom in (1, 2, 3, 13, 27, 41):
        for t in (-3.0, -0.4, 0.0, 1.7, 6.0):
            assert upper(t, freedom) == pytest.approx(float(stats.t.sf(t, freedom)), abs=1e-12)


def test_every_gate_has_a_name_a_question_and_a_place() -> None:
    assert list(GATES) == ["golden set", "shadow", "no segment worse", "better"]
    for gate in GATES.values():
        assert gate.title.endswith("?")
        assert gate.__doc__
        assert gate.says(evidence(0.5, 0.5), 0, TUNING).outcome in GateOutcome
