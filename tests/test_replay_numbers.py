"""Intervals and tests of a replay against scipy's, and an advice that says no more than its numbers do."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegauge.replay.advice import advice, kept
from tidegauge.replay.outcome import Rate, Way
from tidegauge.replay.poisson import at_most, interval, paired


def terms(count: int, mean: float) -> float:
    """Probability of so many events or fewer, Poisson's terms added up one by one."""
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


@settings(max_examples=25)
@given(st.integers(0, 400), st.floats(0.1, 60))
def test_the_interval_is_the_exact_one(count: int, months: float) -> None:
    """At its ends so few, or so many, happen in one case of forty."""
    low, high = interval(count, months)
    assert terms(count, high * months) == pytest.approx(0.025, rel=1e-9)
    assert low == 0 if not count else 1 - terms(count - 1, low * months) == pytest.approx(0.025, rel=1e-9)


@given(st.integers(0, 200), st.floats(0.01, 300))
def test_so_many_or_fewer(count: int, mean: float) -> None:
    assert at_most(count, mean) == pytest.approx(terms(count, mean), rel=1e-9, abs=1e-12)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sign_test_is_the_exact_one(gained: int, lost: int) -> None:
    n, k = gained + lost, min(gained, lost)
    expected = Fraction(2 * sum(math.comb(n, i) for i in range(k + 1)), 2**n)
    assert paired(gained, lost) == pytest.approx(min(1.0, float(expected)), rel=1e-9)


def rate(count: int, months: float = 8.0) -> Rate:
    return Rate(count, months, count / months, *interval(count, months))


def way(name: str, notices: int, gained: int = 0, lost: int = 0, *, own: bool = False, months: float = 8.0) -> Way:
    return Way(
        name, 1.0, ("seasonal",), own, notices, rate(notices, months), 200, 100 + gained - lost, 0, 0, gained, lost
    )


OWN = way("as it is", 8, own=True)


@pytest.mark.parametrize(
    ("count", "months", "said"),
    [
        (8, 8.0, "lies inside the interval"),
        (30, 8.0, "more than the budget. Some may be real"),
        (1, 12.0, "fewer than it allows"),
        (0, 2.0, "too few to say whether it is kept"),
    ],
)
def test_a_budget_is_called_kept_only_where_the_interval_says_so(count: int, months: float, said: str) -> None:
    assert said in kept(1.0, rate(count, months), labelled=False)


def test_a_wide_interval_is_told_in_whole_numbers() -> None:
    assert "(0 to 110)" in kept(1.0, rate(0, 0.033), labelled=False)


def test_no_difference_is_no_advice() -> None:
    said = advice(1.0, rate(8), [OWN, way("half the budget", 8, 0, 5)], labelled=False)
    assert said.endswith("nothing here asks for a change.")


def test_more_for_nothing_is_advised_with_care() -> None:
    said = advice(1.0, rate(8), [OWN, way("the reference seasonal only", 8, 20, 2)], labelled=True)
    assert "With the reference seasonal only it would have found 118 of 200 planted faults where it finds 100" in said
    assert "replay other months" in said


def test_what_chance_does_is_not_called_better() -> None:
    said = advice(1.0, rate(8), [OWN, way("a", 8, 6, 1), way("b", 9, 7, 1), way("c", 8, 5, 0)], labelled=False)
    assert said.endswith("nothing here asks for a change.")


def test_more_faults_for_more_notices_is_a_choice_of_the_user() -> None:
    said = advice(1.0, rate(8), [OWN, way("twice the budget", 20, 25, 0)], labelled=False)
    assert "More is found only for more notices: with twice the budget, 125 of 200" in said
    assert said.endswith("Which is worth more, only you can say.")


def test_a_short_time_without_notices_is_no_proof_of_quiet() -> None:
    ways = [way("as it is", 0, own=True, months=0.5), way("four times the budget", 0, 20, 0, months=0.5)]
    said = advice(1.0, rate(0, 0.5), ways, labelled=False)
    assert "so short a time cannot say" in said
    assert "no more notices" not in said


def test_fewer_notices_may_be_chance() -> None:
    assert "so small a difference may be chance" in advice(1.0, rate(8), [OWN, way("b", 5)], labelled=False)


def test_without_faults_nothing_is_said_of_recall() -> None:
    bare = Way("as it is", 1.0, ("seasonal",), True, 8, rate(8), 0, 0, 0, 0)
    other = Way("half", 0.5, ("seasonal",), False, 4, rate(4), 0, 0, 0, 0)
    assert "add --faults" in advice(1.0, rate(8), [bare, other], labelled=False)
