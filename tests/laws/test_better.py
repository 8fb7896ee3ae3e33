"""Laws of quality: a model that gets worse is told of, one that gets better is shown and never paged."""

import pytest

from tests.laws.days import BUDGET, Floats, a_judge, lived, numbers
from tidegauge.core.performance import Figure
from tidegauge.core.window import Window
from tidegauge.statistics import LABEL_LEVELS, SEGMENT_LABEL_LEVELS
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.wording.figure_words import stands

DAYS, NOISE = 120, 0.1
HIGHER = ("auc", "accuracy", "macro-f1", "one-vs-rest-auc", "label-agreement", "accuracy-contrast")
QUALITY = SignalSet(tuple(Signal(f"x{k}", "auc", light=True, of_labels=True, only_falls=True) for k in range(6)), ())


def moved(days: int, spreads: float) -> Floats:
    """[T, K] a weekly season and noise, all of it so many spreads higher from one day on."""
    xs = numbers(11, days, 6, NOISE)
    xs[DAYS:] += spreads * NOISE
    return xs


@pytest.mark.parametrize("name", HIGHER)
def test_a_number_that_is_better_when_it_is_higher_says_so(name: str) -> None:
    level = LABEL_LEVELS[name] if name in LABEL_LEVELS else SEGMENT_LABEL_LEVELS[name]
    assert level.signal("y").only_falls
    assert not level.signal("y").one_sided


@pytest.mark.parametrize("spreads", [12.0, 60.0])
def test_a_day_that_is_better_alerts_nobody_and_one_that_is_as_much_worse_does(spreads: float) -> None:
    better = lived(a_judge(BUDGET, QUALITY), moved(DAYS + 1, spreads))[1][-1]
    worse = lived(a_judge(BUDGET, QUALITY), moved(DAYS + 1, -spreads))[1][-1]
    assert better.strength < 0.2
    assert better.record.z.max() > 5, "it is seen, kept for what is normal, and told nobody"
    assert worse.strength > 1


def test_a_model_that_stays_better_is_no_slow_drift_and_no_walk() -> None:
    """The same for good: of one that stays worse these channels tell."""
    better = lived(a_judge(BUDGET, QUALITY), moved(DAYS + 60, 12.0))[1][DAYS:]
    worse = lived(a_judge(BUDGET, QUALITY), moved(DAYS + 60, -12.0))[1][DAYS:]
    assert max(j.slow.strength for j in better) <= 1
    assert max(j.slow.strength for j in worse) > 1
    assert not any(j.strength > 1 for j in better)


def test_the_page_says_that_it_is_better() -> None:
    here = Window.parse("day/2024-01-02T00:00:00Z/2024-01-03T00:00:00Z")

    def words(statistic: str, value: float) -> str:
        one = Figure(statistic, statistic, "number", value, least=0.6, most=0.8, like="8 past Mondays", since=here)
        return stands(one, here, lambda w: w.key)

    assert words("auc", 0.9) == "above, which is better"
    assert words("auc", 0.5) == "below"
    assert words("mean-absolute-error", 0.5) == "below, which is better"
    assert words("mean-absolute-error", 0.9) == "above"
    assert words("label-bias", 0.9) == "above"
    assert words("of-nobody", 0.9) == "above"
