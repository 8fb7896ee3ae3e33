"""Every number that a decision may follow has words; what they say is right from either side of a relation."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.relations import RELATION_STATISTICS
from tidegauge.reports.finding_words import lead
from tidegauge.stages.findings import _plainly, band_of
from tidegauge.stages.measures import FOLLOWED, InputMeasure
from tidegauge.statistics import DISTANCES
from tidegauge.statistics.signal_set import Signal
from tidegauge.wording.headline import alert_sentence, spell, usual
from tidegauge.wording.lookup import every
from tidegauge.wording.units import called, clause_of, drift, edges, is_share, rarity

DAY = Window(datetime(2024, 3, 4, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC), "day")


def score(statistic: str, value: float = 0.3, low: float = 0.0, high: float = 0.1, **more: object) -> Score:
    made = Score(
        "temp", statistic, WHOLE, value, 0.05, low, high, 9.0, 5.0, "same-season", 900, (DAY.key,), edge=4.0,
        least=0.02, most=0.08, like="8 past Mondays",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


FOLLOWS = {*every()} - {*DISTANCES} | {FOLLOWED.name}


@pytest.mark.parametrize("statistic", sorted(every()))
def test_every_number_has_words(statistic: str) -> None:
    told = clause_of(score(statistic, others=("dewp",), of="AA" if "top-share" in statistic else ""), "THE VALUE")
    assert told.count("THE VALUE") == 1
    assert "{" not in told
    if statistic in FOLLOWS:
        assert "-" not in told.replace("THE VALUE", ""), "words, not the name of a statistic"
    title = called(score(statistic, others=("dewp",), of="AA"))
    assert title
    assert "{" not in title


def test_a_number_that_nobody_knows_is_still_told_of() -> None:
    """A stored decision may name a statistic of a package that is gone."""
    assert clause_of(score("trimmed-mean"), "0.3") == "trimmed mean is 0.3"
    assert clause_of(score("share_of_ua", of="UA"), "0.3") == 'share of ua of "UA" is 0.3'
    assert clause_of(score("{value}-lag", others=("dewp",)), "0.3") == 'value lag with "dewp" is 0.3'
    assert spell(score("trimmed-mean")) == "trimmed mean is 0.3, where the 8 past Mondays lay between 0.02 and 0.08"
    assert lead(Finding("temp", WHOLE, 1.1, (score("trimmed-mean"),))).startswith("Trimmed mean is 0.3")
    assert sentence(Finding(VOLUME, WHOLE, 5.0, (score("late-rows"),))).startswith("Alert: the number of rows on")
    signal = Signal("temp", "trimmed-mean")
    assert _plainly(score("trimmed-mean"), signal, levels=True) == 0
    assert band_of(InputMeasure({}, None, ()), signal, -1.0, 2.0) == (-1.0, 2.0)


def test_a_relation_is_told_of_either_column() -> None:
    pair = score("pair-information", others=("dewp",))
    assert '"dewp"' in clause_of(pair, "1")
    assert '"temp"' in clause_of(pair, "1", about="dewp")
    assert '"dewp"' not in clause_of(pair, "1", about="dewp")
    assert (
        called(score("broken-groups", others=("origin", "hour")))
        == "groups with equal origin and hour that hold several values"
    )


def test_columns_with_odd_names_stay_as_they_are() -> None:
    assert clause_of(score("rank-correlation", others=("{value}",)), "0.4") == 'rank correlation with "{value}" is 0.4'


def test_the_edge_of_an_alert_is_small_print() -> None:
    assert edges(score("missing", low=-math.inf)) == "above 10 %"
    assert edges(score("residual-fit", low=0.8, high=math.inf)) == "below 0.8"
    assert edges(score("location", low=624.0, high=1348.0)) == "below 624 or above 1,348"
    assert edges(score("location", low=math.nan, high=math.nan)) == ""


def test_a_number_is_told_beside_what_like_windows_were() -> None:
    """Not beside the edge of an alert, which lies far out: 624 to 1,348 where eight Fridays were 973 to 1,026."""
    wide: dict[str, Any] = {
        "low": 624.0,
        "high": 1348.0,
        "least": 973.0,
        "most": 1026.0,
        "like": "8 past Fridays",
        "expected": 1004.0,
    }
    assert spell(score("volume", 1400.0, **wide)).endswith(", where the 8 past Fridays lay between 973 and 1,026")
    assert spell(score("volume", 1400.0, **wide), these=True).endswith(", where these lay between 973 and 1,026")
    assert spell(score("volume", 990.0, **wide)).endswith(
        ", where 1,004 was expected; the 8 past Fridays lay between 973 and 1,026"
    )
    same = wide | {"least": 0.0, "most": 0.0}
    assert spell(score("missing", **same)) == "30 % of its values are missing, where the 8 past Fridays were all at 0 %"
    one = wide | {"like": "one window like it", "least": 1000.0, "most": 1000.0}
    assert spell(score("volume", 1400.0, **one)).endswith(", where the one window like it was at 1,000")
    assert spell(score("volume", 1400.0, **one), these=True).endswith(", where that one was at 1,000")
    assert usual(score("volume", **wide)) == "973 to 1,026"


def test_a_value_beyond_like_windows_never_reads_as_one_of_them() -> None:
    near = score("log-spread", 0.12341, least=0.1, most=0.12339)
    assert "0.12341" in spell(near)


def test_an_older_decision_says_what_was_expected() -> None:
    """It was stored before like windows were: the edges that it has are not told as what is usual."""
    assert spell(score("missing", like="")) == "30 % of its values are missing, where 5 % was expected"
    assert usual(score("missing", like="")) == "—"


@pytest.mark.parametrize("statistic", sorted(RELATION_STATISTICS))
@given(x=st.floats(-50, 50))
def test_what_is_read_of_a_relation_is_a_share_a_correlation_or_a_number(statistic: str, x: float) -> None:
    measure = InputMeasure({}, None, ())
    signal = Signal("temp", statistic, others=("dewp",), one_sided=True)
    value = measure.natural(signal, x)
    assert math.isfinite(value)
    if is_share(statistic):
        assert 0 <= value <= 1
    if statistic in ("rank-correlation", "residual-fit"):
        assert -1 <= value <= 1
    low, high = band_of(measure, signal, -math.inf, x)
    assert low <= high
    assert math.isinf(high if RELATION_STATISTICS[statistic].falls else low)


def test_angles_are_read_as_shares() -> None:
    measure = InputMeasure({}, None, ())
    for statistic in filter(is_share, RELATION_STATISTICS):
        assert measure.natural(Signal("a", statistic), float(np.arcsin(np.sqrt(0.12)))) == pytest.approx(0.12)
    assert measure.natural(Signal("a", "rank-correlation"), math.atanh(-0.4)) == pytest.approx(-0.4)
    assert measure.natural(Signal("a", "residual-fit"), math.asin(math.sqrt(1 - 0.9**2))) == pytest.approx(0.9)


def sentence(*findings: Finding, stage: str = "inputs", rows: int = 900, like: str = "8 past Mondays") -> str:
    decision = Decision("m", DAY, stage, Verdict.ALERT, "", "e", strength=2.0, rows=rows, findings=findings)
    return alert_sentence(decision, "Monday 4 March 2024", "rows", like)


def test_an_alert_says_what_was_found() -> None:
    lead = Finding("temp", WHOLE, 5.0, (score("missing"),))
    assert sentence(lead) == (
        'Alert: "temp" on Monday 4 March 2024 is unlike the 8 past Mondays: '
        "30 % of its values are missing, where these lay between 2 % and 8 %."
    )


def test_without_past_windows_nothing_is_said_of_them() -> None:
    lead = Finding("temp", WHOLE, 5.0, (score("missing"),))
    assert sentence(lead, like="").startswith('Alert: "temp" on Monday 4 March 2024 is unlike what was expected: 30 %')
    gone = Finding(VOLUME, WHOLE, 5.0, (score("volume"),))
    assert sentence(gone, rows=0, like="") == "Alert: Monday 4 March 2024 has no rows at all."
    none = Finding(VOLUME, WHOLE, 5.0, (score("volume", 0.0, least=973.0, most=1026.0),))
    assert sentence(none, rows=0).endswith(" has no rows at all, where the 8 past Mondays had 973 to 1,026.")
    old = Finding(VOLUME, WHOLE, 5.0, ())
    assert sentence(old, rows=0) == "Alert: Monday 4 March 2024 has no rows at all, unlike the 8 past Mondays."


def test_a_number_of_another_segment_says_of_which() -> None:
    some = (score("missing", value=0.08, segment="carrier=EV"), score("volume", value=0.09, segment="origin=EWR"))
    told = sentence(Finding("temp", "origin=EWR", 5.0, some))
    assert "8 % of its values are missing in carrier=EV (8 past Mondays: 2 % to 8 %)" in told
    assert "there are 0.09 rows (8 past Mondays: 0.02 to 0.08)" in told


def test_a_column_that_is_gone_is_told_plainly() -> None:
    """However far out the edge of its alert: a feed that had failed before has a wide one."""
    told = sentence(Finding("temp", WHOLE, 1.1, (score("missing", value=1.0, high=1.0),)))
    assert told.endswith("the 8 past Mondays: 100 % of its values are missing, where these lay between 2 % and 8 %.")
    assert lead(Finding("temp", WHOLE, 1.1, (score("missing", value=1.0, high=1.0),))) == (
        "100 % of its values are missing, where the 8 past Mondays lay between 2 % and 8 %."
    )
    failed = score("missing", value=1.0, high=1.0, most=1.0)
    assert lead(Finding("temp", WHOLE, 1.1, (failed,))).endswith(
        "where 5 % was expected (same season); the 8 past Mondays lay between 2 % and 100 %."
    )


def test_a_column_that_is_stuck_is_told_as_plainly() -> None:
    stuck = score("mode-share", value=1.0, z=0.0)
    assert _plainly(stuck, Signal("temp", "mode-share"), levels=True) == 0
    assert _plainly(replace(stuck, most=0.7), Signal("temp", "mode-share"), levels=True) == 3, "it often is"
    assert _plainly(score("missing", value=1.0, high=1.0, z=1.0), Signal("temp", "missing"), levels=True) == 0
    assert _plainly(score("missing", value=0.9, high=1.0, z=1.0), Signal("temp", "missing"), levels=True) == 3


def test_several_weak_numbers_are_not_called_out_of_band() -> None:
    weak = score("missing", value=0.08), score("volume", value=0.09)
    told = sentence(Finding("temp", WHOLE, 5.0, weak), Finding("dewp", WHOLE, 4.0, (score("missing"),)))
    assert (
        "2 of its numbers are unusual together, and so much at once occurs about once in 100,000 windows: 8 %" in told
    )
    assert 'what alerts alone is "dewp": 30 % of its values are missing' in told
    alone = sentence(Finding("temp", WHOLE, 5.0, weak[:1]))
    assert "a value like this occurs about once in 100,000 windows: 8 % of its values are missing (8 past" in alone
    for sentence_told in (told, alone):
        assert "within its band" not in sentence_told, "no reason for an alert"


def test_a_slow_drift_says_so() -> None:
    """Over how many windows, and against when: four weeks ago, or twelve where it walked for longer."""
    for weeks, words in ((4, "four weeks ago and before"), (12, "twelve weeks ago and before")):
        told = sentence(Finding("temp", WHOLE, 5.0, (score("missing", over=7, pool=drift(weeks)),)))
        drifted = 'Alert: "temp" has drifted slowly up to Monday 4 March 2024: over the last 7 days, against '
        assert told.startswith(drifted + words)


def test_facts_about_rows_are_called_by_what_they_are() -> None:
    assert sentence(Finding(VOLUME, WHOLE, 5.0, (score("volume"),))).startswith("Alert: the number of rows on")
    late = Finding(VOLUME, WHOLE, 5.0, (score("labelled-share"),))
    assert sentence(late, stage="labels").startswith("Alert: the arrival of labels on")


@given(st.floats(0, 50))
def test_rarity_never_says_more_than_it_knows(surprise: float) -> None:
    told = rarity(surprise)
    if surprise < 1:
        assert told == "is not unusual"
    elif surprise > 6:
        assert told.startswith("occurs less than once in a million")
    else:
        assert int(told.split()[4].replace(",", "")) == pytest.approx(10**surprise, rel=0.06)
