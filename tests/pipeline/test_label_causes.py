"""What most likely happened to labels is named with their alert: in the sentence, on the page, in any order of runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, a_monitor, change, day, inside
from tidegauge.core.decision import Decision, Verdict
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render

FLIPPED, SEGMENT, OVERDUE = 50, 46, 43
PLAIN = {"reference: {country": "sample: 0\nreference: {country"}
CHANGES = (
    f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {inside(day(FLIPPED))})",
    f"UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE shop = 'north' AND {inside(day(SEGMENT))})",
    f"DELETE FROM labels WHERE id % 3 > 0 AND id IN (SELECT id FROM log WHERE {inside(day(OVERDUE))})",
)
NAMED = {
    FLIPPED: ("flipped-labels", '0 and 1 have changed places in "y"'),
    SEGMENT: ("flipped-labels", '0 and 1 have changed places in "y" where "shop" is "north"'),
    OVERDUE: ("overdue-labels", "labels have not come, and those that have are as usual"),
}


@pytest.fixture(scope="module")
def url(clean: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A shop with three faults of its labels."""
    copy = shutil.copy(clean.removeprefix("duckdb:///"), tmp_path_factory.mktemp("causes") / "shop.duckdb")
    change(f"duckdb:///{copy}", *CHANGES)
    return f"duckdb:///{copy}"


@pytest.fixture(scope="module")
def shop(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with open_pipeline(a_monitor(url, tmp_path_factory.mktemp("shop"), **PLAIN)) as opened:
        opened.backfill(BEGIN, END)
        yield opened


def decided(pipeline: Pipeline, number: int) -> Decision:
    (found,) = [d for d in pipeline.store.decisions.of("shop", "labels") if d.window == day(number)]
    return found


@pytest.mark.parametrize("number", NAMED)
def test_what_happened_to_labels_is_named(shop: Pipeline, number: int) -> None:
    name, said = NAMED[number]
    found = decided(shop, number)
    assert found.verdict is Verdict.ALERT, found.sentence
    assert [c.name for c in found.causes] == [name]
    assert found.sentence.endswith(f"{said}.")
    assert found.causes[0].columns == ("y",)
    assert found.causes[0].windows
    report = shop.report("labels", day(number), work=False)
    assert report is not None
    assert said.replace('"', "&#34;") in render(report)


def test_no_other_alert_of_labels_has_a_cause(shop: Pipeline) -> None:
    known = {d.window for d in shop.store.decisions.of("shop", "labels") if d.causes}
    assert known == {day(number) for number in NAMED}


def test_it_is_the_same_in_any_order(shop: Pipeline, url: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(url, tmp_path, **PLAIN)) as other:
        other.backfill(day(30).start, END)
        other.backfill(BEGIN, END)
        for number in NAMED:
            assert decided(other, number).causes == decided(shop, number).causes
