"""What a page says first: short, without a statistic's name, of every kind of decision and every statistic."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every.reports import EXAMPLES, fine, hostile, numeric
from tidegauge.core.decision import Decision, Score, Verdict
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import VOLUME
from tidegauge.reports.head import sentence
from tidegauge.wording.first_sentence import MOST, first_sentence
from tidegauge.wording.lookup import every, find

NAMES = [name for part in every().parts for name in part]
WHEN = "the week from Wednesday 13 November 2013"


def led_by(**changes: object) -> Decision:
    """An alert whose first number is another one."""
    decision = numeric().decision
    first = decision.findings[0]
    score = replace(first.scores[0], **changes)  # type: ignore[arg-type]
    return replace(decision, findings=(replace(first, scores=(score,)), *decision.findings[1:]))


@pytest.mark.parametrize("example", [*sorted(EXAMPLES), "hostile"])
def test_every_kind_of_page_begins_with_one_short_sentence(example: str) -> None:
    said = sentence({**EXAMPLES, "hostile": hostile}[example]())
    assert 3 < len(said.split()) <= MOST
    assert said.endswith((".", "?"))
    assert "\n" not in said


@pytest.mark.parametrize("name", NAMES)
def test_no_statistic_is_called_by_its_name(name: str) -> None:
    statistic = find(name)
    assert statistic is not None
    of = "AA" if "{of}" in statistic.title + statistic.plain else ""
    others = ("dewp",) if "{others}" in statistic.title + statistic.plain else ()
    one = Score("temp", name, "*", 0.31, 0.02, 0.0, 0.05, 40.0, 9.0, "seasonal", 900, ("a", "b"), of, others)
    scores = {f: getattr(one, f) for f in one.__slots__} | {"least": 0.01, "most": 0.03, "like": "8 past Thursdays"}
    said = first_sentence(led_by(**scores), WHEN).lower()
    assert 3 < len(said.split()) <= MOST
    assert "{" not in said
    assert statistic.title.split("{")[0].strip().lower() not in said or statistic.title.startswith("{of}")
    assert not {"hellinger", "psi", "auc", "spreads", "typicality", "rank", "distribution"} & set(said.split())


def test_a_likely_cause_is_what_happened() -> None:
    cause = LikelyCause("other-unit", ("x",), '"x" is in kilometres instead of miles', 1.0, 0.0, 0.9)
    decision = replace(numeric().decision, causes=(cause,))
    assert first_sentence(decision, WHEN) == 'Most likely "x" is in kilometres instead of miles.'
    seen = replace(cause, name="stuck", clause='"x" is stuck: every row is 7')
    assert first_sentence(replace(decision, causes=(seen,)), WHEN) == '"x" is stuck: every row is 7.', "it was counted"
    described = replace(decision, causes=(replace(cause, clause='every value of "x" were 7 higher', describes=True),))
    assert first_sentence(described, WHEN) == 'It looks as if every value of "x" were 7 higher.'
    long = replace(decision, causes=(replace(cause, clause='"x" ' * 40),))
    assert len(first_sentence(long, WHEN).split()) <= MOST


def test_no_rows_an_outage_and_a_column_that_is_gone() -> None:
    decision = numeric().decision
    empty = replace(decision, rows=0, findings=(replace(decision.findings[0], column=VOLUME, scores=()),))
    assert first_sentence(empty, "Friday", "label") == "Friday has no labels at all."
    assert "did not answer" in first_sentence(replace(decision, verdict=Verdict.OUTAGE), "Friday")
    told = 'Broken: "temp" is not in the table. Something else, too. (Friday; the other columns were checked.)'
    broken = replace(decision, verdict=Verdict.BROKEN, sentence=told)
    assert first_sentence(broken, "Friday") == '"temp" is not in the table.'


def test_values_that_many_more_rows_have_are_told_rather_than_a_number() -> None:
    report = numeric()
    place = replace(report.where[0], column="temp", about=("< 12", "[12, 14)"), rate=0.9, rate_before=0.002)
    said = first_sentence(report.decision, WHEN, places=(place,))
    assert said == '"temp" is below 12 or 12 to 14 in 90 % of the rows, before in 0.2 %.'
    few = replace(place, rate=0.2)
    many = replace(place, about=("a", "b", "c"))
    elsewhere = replace(place, segment="EWR")
    for other in (few, many, elsewhere):
        assert "before in" not in first_sentence(report.decision, WHEN, places=(other,))


@given(st.text(), st.text())
def test_names_from_a_table_make_it_no_longer(column: str, of: str) -> None:
    for name in ("missing", "top-share-1", "pair-information", "unknown"):
        said = first_sentence(led_by(column=column, statistic=name, of=of, others=(of,)), column[:60] or "x")
        assert len(said.split()) <= MOST
    assert len(first_sentence(replace(fine().decision, rows=0), "Friday").split()) <= MOST
