"""Every number that a decision may follow has words; what they say is right from either side of a relation."""

import math
from dataclasses import replace
from datetime import UTC, datetime

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
from tidegauge.wording.headline import alert_sentence, band, spell
from tidegauge.wording.lookup import every
from tidegauge.wording.units import called, clause_of, is_share, rarity

DAY = Window(datetime(2024, 3, 4, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC), "day")


def score(statistic: str, value: float = 0.3, low: float = 0.0, high: float = 0.1, **more: object) -> Score:
    made = Score("temp", statistic, WHOLE, value, 0.05, low, high, 9.0, 5.0, "same-season", 900, (DAY.key,), edge=4.0)
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
    assert spell(score("trimmed-mean")) == "trimmed mean is 0.3, where 0 to 0.1 was expected"
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


def test_bands_read_as_what_was_expected() -> None:
    assert band(score("missing", low=-math.inf)) == "at most 10 %"
    assert band(score("residual-fit", low=0.8, high=math.inf)) == "at least 0.8"
    assert spell(score("missing")) == "30 % of its values are missing, where 0 % to 10 % was expected"


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
        "30 % of its values are missing, where 0 % to 10 % was expected."
    )


def test_without_past_windows_nothing_is_said_of_them() -> None:
    lead = Finding("temp", WHOLE, 5.0, (score("missing"),))
    assert sentence(lead, like="").startswith('Alert: "temp" on Monday 4 March 2024 is unlike what was expected: 30 %')
    gone = Finding(VOLUME, WHOLE, 5.0, (score("volume"),))
    assert sentence(gone, rows=0, like="") == "Alert: Monday 4 March 2024 has no rows at all."
    assert sentence(gone, rows=0) == "Alert: Monday 4 March 2024 has no rows at all, unlike the 8 past Mondays."


def test_a_number_of_another_segment_says_of_which() -> None:
    some = (score("missing", value=0.08, segment="carrier=EV"), score("volume", value=0.09, segment="origin=EWR"))
    told = sentence(Finding("temp", "origin=EWR", 5.0, some))
    assert "8 % of its values are missing in carrier=EV (expected" in told
    assert "there are 0.09 rows (expected" in told


def test_the_end_of_a_band_is_told_only_of_what_is_beyond_it() -> None:
    assert spell(score("missing", value=0.08)) == "8 % of its values are missing, 5 % expected: within its band"


def test_a_column_that_is_gone_is_told_plainly() -> None:
    """However wide its band: a feed that had failed before has a wide one."""
    told = sentence(Finding("temp", WHOLE, 1.1, (score("missing", value=1.0, high=1.0),)))
    assert told.endswith("is unlike the 8 past Mondays: 100 % of its values are missing, where 5 % was expected.")
    assert lead(Finding("temp", WHOLE, 1.1, (score("missing", value=1.0, high=1.0),))) == (
        "100 % of its values are missing, where 5 % was expected (same season)."
    )
    assert _plainly(score("missing", value=1.0, high=1.0, z=1.0), Signal("temp", "missing"), levels=True) == 0
    assert _plainly(score("missing", value=0.9, high=1.0, z=1.0), Signal("temp", "missing"), levels=True) == 3


def test_several_weak_numbers_are_not_called_out_of_band() -> None:
    weak = score("missing", value=0.08), score("volume", value=0.09)
    told = sentence(Finding("temp", WHOLE, 5.0, weak), Finding("dewp", WHOLE, 4.0, (score("missing"),)))
    assert "several of its numbers are unusual at once, none of them beyond its own band: 8 % of its values" in told
    assert 'beyond its band alone is only "dewp": 30 % of its values are missing' in told
    alone = sentence(Finding("temp", WHOLE, 5.0, weak[:1]))
    assert "it is unusual, though not beyond its band: 8 % of its values are missing (expected 5 %)" in alone


def test_a_slow_drift_says_so() -> None:
    told = sentence(Finding("temp", WHOLE, 5.0, (score("missing", over=7),)))
    assert told.startswith(
        'Alert: "temp" has drifted slowly up to Monday 4 March 2024: over the last 7 days, against four'
    )


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
