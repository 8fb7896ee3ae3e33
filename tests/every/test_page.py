"""The report: as it was, alone in one file, whatever text the data holds."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.every.pages import Reader
from tests.every.reports import EXAMPLES, fine, hostile, large, numeric
from tests.golden.golden import check
from tidegauge.core.unseen import visible
from tidegauge.reports.rendering import render
from tidegauge.wording.text import cut, one_line

EVERY = {**EXAMPLES, "hostile": hostile, "large": large}


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_page_is_as_it_was(example: str) -> None:
    check(f"reports/{example}.html", render(EXAMPLES[example]()))


@pytest.mark.parametrize("example", sorted(EVERY))
def test_page_stands_alone(example: str) -> None:
    page = Reader(render(EVERY[example]()))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not [a for a in page.attributes if a[0].startswith("on")]
    assert not [a for a in page.attributes if a[0] in ("src", "href", "action", "xlink:href")]


@pytest.mark.parametrize("example", sorted(EVERY))
def test_page_says_the_sentence_first_and_all_pictures_have_names(example: str) -> None:
    html = render(EVERY[example]())
    page = Reader(html)
    assert html.index("<h1") < html.index("<h2")
    named = [value for key, value in page.attributes if key == "aria-label"]
    assert len(named) == html.count('role="img"')
    assert all(named)


def test_hostile_text_is_shown_and_harmless() -> None:
    html = render(hostile())
    page = Reader(html)
    assert "</script><script>document.title='owned'</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "safe\\u202efdp.exe" in page.text
    assert "שלום عالم" in page.text
    assert not [c for c in html if visible(c) != c], "no character that can't be seen"
    assert html.count("x" * 1000) == 10, "ten thousand characters are cut, but in the statement, which is to be run"
    assert len(html) < 350_000
    html.encode("utf-8")


def test_page_of_a_hundred_columns_and_ninety_windows_is_small() -> None:
    assert len(render(large(100, 90)).encode()) < 600_000


@given(st.text())
@example('"0"')
def test_any_text_keeps_the_page_in_one_piece(text: str) -> None:
    report = fine()
    finding = replace(report.decision.findings[0], column=text, segment=text, sql=text)
    decision = replace(report.decision, sentence=text, notes=(text,), findings=(finding,), evidence=text)
    hurt = Reader(render(replace(report, decision=decision, panels=())))
    calm = Reader(render(replace(report, decision=replace(decision, sentence="a", notes=("a",)), panels=())))
    marks = {"code", "bdi"}  # of what stands between quotes in a sentence
    assert [t for t in hurt.tags if t not in marks] == [t for t in calm.tags if t not in marks]


@given(st.text(), st.integers(2, 200))
def test_one_line_is_one_short_visible_line(text: str, limit: int) -> None:
    said = one_line(text, limit)
    assert len(said) <= limit
    assert "\n" not in said
    assert visible(said) == said
    assert cut(said, limit) == said


def test_a_sentence_with_a_tick_too_many_is_whole() -> None:
    report = fine()
    odd = replace(report, decision=replace(report.decision, sentence="a ` b"))
    assert "a ` b" in Reader(render(odd)).text


def test_values_that_are_not_numbers_are_drawn() -> None:
    report = fine()
    points = tuple(
        replace(p, value=v, low=low)
        for p, (v, low) in zip(
            report.panels[0].series, [(math.nan, 0.0), (math.inf, -math.inf), (1.0, math.nan)] * 20, strict=False
        )
    )
    odd = replace(report, panels=(replace(report.panels[0], series=points),))
    pictures = re.findall(r"<svg class=.picture.*?</svg>", render(odd), re.DOTALL)
    assert len(pictures) > 2
    assert not [p for p in pictures if re.search(r"\b(nan|inf)\b", p)]


def test_a_weak_finding_is_folded_away_and_nothing_in_it_marked() -> None:
    report = numeric()
    first, second = report.decision.findings
    for strength, folded in ((second.strength, True), (first.strength, False)):
        decision = replace(report.decision, findings=(first, replace(second, strength=strength)))
        article = render(replace(report, decision=decision)).split("<article")[2].split("</article>")[0]
        assert ("Pictures and scores" in article) is folded
        assert ('<g class="moved">' in article) is not folded
        assert article.count("<details") == article.count("</details>")
