"""A likely cause: stored with its alert, said everywhere the same, and the same in whatever order windows come."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, FIRST, YAML, ZONE, a_monitor, change, day, inside
from tidegauge.cli.main import main
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.pipeline import pipeline
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render
from tidegauge.store.codec import read, write
from tidegauge.tuning.tuning import SHIPPED

SPELLED, STUCK, UNIT, LOST, TWICE, HALF = 36, 39, 43, 46, 50, 52
CHANGES = (
    f"UPDATE log SET plan = upper(plan) WHERE {inside(day(SPELLED))}",
    f"UPDATE log SET wait = 7.25 WHERE {inside(day(STUCK))}",
    f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}",
    f"UPDATE log SET wait = NULL WHERE id % 3 = 0 AND {inside(day(LOST))}",
    f"INSERT INTO log SELECT * FROM log WHERE id % 2 = 0 AND {inside(day(TWICE))}",
    f"DELETE FROM log WHERE id % 5 < 3 AND {inside(day(HALF))}",
)
NAMED = {
    SPELLED: ("other-spelling", ("plan",), 'the values of "plan" are spelled in upper case'),
    STUCK: ("stuck", ("wait",), '"wait" is stuck: every row is 7.25'),
    UNIT: ("other-unit", ("amount",), '"amount" is in another unit: times 100, as from fractions to per cent'),
    LOST: ("values-missing", ("wait",), ' % of the values of "wait" are missing, '),
    TWICE: ("loaded-twice", (VOLUME,), " rows repeat the id of another one: some were loaded twice"),
    HALF: ("partial-load", (VOLUME,), "part of the rows is missing, of all kinds alike: "),
}


@pytest.fixture(scope="module")
def url(clean: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A shop with six faults."""
    copy = shutil.copy(clean.removeprefix("duckdb:///"), tmp_path_factory.mktemp("causes") / "shop.duckdb")
    change(f"duckdb:///{copy}", *CHANGES)
    return f"duckdb:///{copy}"


@pytest.fixture(scope="module")
def shop(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("shop")
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    (folder / "shop.yml").write_text(text)
    with open_pipeline(a_monitor(url, folder)) as opened:
        opened.backfill(BEGIN, END)
        yield opened


@pytest.mark.parametrize("number", NAMED)
def test_a_planted_cause_is_named_in_the_sentence(shop: Pipeline, number: int) -> None:
    name, columns, said = NAMED[number]
    decision = shop.explain(day(number))
    assert decision.verdict is Verdict.ALERT
    first = decision.causes[0]
    assert (first.name, first.columns) == (name, columns)
    assert said in first.clause
    assert decision.sentence.endswith(f" Likely cause: {first.clause}.")
    assert len(first.windows) >= 3


def test_only_alerts_of_inputs_have_causes(shop: Pipeline) -> None:
    made = shop.store.decisions.of("shop")
    assert {d.window for d in made if d.causes} == {day(n) for n in NAMED}
    assert {d.stage for d in made if d.causes} == {"inputs"}
    assert not [d for d in made if "ikely cause" in d.sentence and not d.causes]


def test_page_terminal_and_json_say_the_same(shop: Pipeline) -> None:
    file = str(shop.monitor.store).removeprefix("sqlite:///").replace("store.db", "shop.yml")
    for number, picture in ((UNIT, "reference, changed so"), (SPELLED, "Reference, changed so")):
        report = shop.report("inputs", day(number), work=False)
        assert report is not None
        page = render(report)
        shown = CliRunner().invoke(main, ["explain", file, "--window", day(number).key])
        told = CliRunner().invoke(main, ["explain", file, "--window", day(number).key, "--json"])
        assert (shown.exit_code, told.exit_code) == (0, 0), shown.output
        (said, *_) = json.loads(told.output)[0]["causes"]
        assert said["name"] == NAMED[number][0]
        assert said["left"] < said["gone"] / 2
        assert 'aria-label="The likely cause, drawn"' in page
        assert picture in page
        assert page.index('class="cause"') < page.index('id="changed"')
        assert "Changed so, the" in page
        assert "Changed so, the" in shown.output


def test_a_fine_page_has_none(shop: Pipeline) -> None:
    report = shop.report("inputs", day(30), work=False)
    assert report is not None
    assert report.causes == ()
    assert "ikely cause" not in render(report)


def test_the_same_in_any_order_and_after_forgetting(shop: Pipeline, url: str, tmp_path: Path) -> None:
    """Decisions, sentences and pages, whether the windows came at once, halves first, or one was forgotten."""
    with open_pipeline(a_monitor(url, tmp_path)) as other:
        other.backfill(day(30).start, END)
        other.backfill(BEGIN, END)
        other.forget(day(UNIT), at=END)
        other.backfill(BEGIN, END)
        for number in NAMED:
            one, two = shop.explain(day(number)), other.explain(day(number))
            assert (one.causes, one.sentence) == (two.causes, two.sentence)
            reports = [p.report("inputs", day(number), work=False) for p in (shop, other)]
            assert reports[0] is not None
            assert reports[1] is not None
            assert reports[0].causes == reports[1].causes


def judged(decisions: Sequence[Decision]) -> list[str]:
    """What is judged, as texts: NaN is itself to no comparison."""
    return [repr((d.window, d.verdict, d.strength, d.findings)) for d in decisions]


def test_a_verdict_is_the_same_without_causes(shop: Pipeline, url: str, tmp_path: Path) -> None:
    """Nothing is judged by a cause: verdicts and strengths are those of a monitor that names none."""
    silent = SHIPPED.but({"causes.windows": 1000})
    with pipeline.open_pipeline(a_monitor(url, tmp_path), Past.BEGINS, tuning=silent) as other:
        other.backfill(BEGIN, END)
        plain = other.store.decisions.of("shop", "inputs")
    assert not [d for d in plain if d.causes]
    known = shop.store.decisions.of("shop", "inputs")
    assert judged(plain) == judged(known)


def test_a_decision_of_before_is_read_and_a_picture_needs_its_windows(shop: Pipeline) -> None:
    decision = shop.explain(day(UNIT))
    form = json.loads(write(decision))
    del form["causes"]
    assert read(Decision, json.dumps(form)) == replace(decision, causes=())
    report = shop.report("inputs", day(UNIT), work=False)
    assert report is not None
    assert len(report.causes) == 1
    assert "Changed so, the" in render(replace(report, causes=())), "said, though there is no picture"


def test_values_of_somebody_s_data_stay_text(shop: Pipeline) -> None:
    report = shop.report("inputs", day(UNIT), work=False)
    assert report is not None
    odd = replace(report.decision.causes[0], clause='the rows with "</h1><script>alert(1)</script>" are gone')
    page = render(replace(report, decision=replace(report.decision, causes=(odd,)), causes=()))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
