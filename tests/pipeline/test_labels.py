"""What is said of labels does not depend on their unit; they have a pinned past, and a smallest change that shows."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, LATER, TODAY, a_log, a_monitor, change, day, inside, write_duckdb
from tidegauge.core.decision import Decision, Verdict
from tidegauge.pipeline.performances import performances
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.reports import detectable as seen
from tidegauge.reports.rendering import render
from tidegauge.stages import labels as stage
from tidegauge.stages.stored_labels import labels_of
from tidegauge.tuning.tuning import SHIPPED

POWERS = (2.0**-40, 2.0**33)
OTHERS = (1e-12, 1e12)
WORSE = range(TODAY, TODAY + 2)  # days on which labels lie three quarters of a standard deviation higher


def regression(path: Path, k: float = 1.0, c: float = 0.0, *, weak: bool = False, tripled: bool = False) -> str:
    """The shop with a price as prediction and label, in another unit.

    `weak`: every prediction is the same; `tripled`: labels lie three times as far off, to either side, and not higher.
    """
    log, labels = a_log()
    g = np.random.default_rng(3)
    score = g.normal(1.0, 2.0, len(log["id"]))  # below 0 too: what lies between 0 and 1 is a score
    y = score + g.normal(0, 0.4, len(score))
    bad = np.isin(log["sold_at"], [])
    for n in WORSE:
        ends = [np.datetime64(t.astimezone().replace(tzinfo=None), "us") for t in (day(n).start, day(n).end)]
        bad |= (log["sold_at"] >= ends[0]) & (log["sold_at"] < ends[1])
    y = np.where(bad, score + 3 * (y - score) if tripled else y + 1.5, y)
    log["score"] = np.full_like(score, k + c) if weak else score * k + c
    log["amount"], log["wait"] = log["amount"] * k + c, log["wait"] * k + c
    url = write_duckdb(path, log, {**labels, "y": np.zeros(len(y), dtype=np.int64)})
    labels_of = {"id": labels["id"], "y": y * k + c, "known_at": labels["known_at"]}
    change(url, "DROP TABLE labels", "CREATE TABLE labels (id BIGINT, y DOUBLE, known_at TIMESTAMPTZ)")
    fill(url, labels_of)
    return url


def fill(url: str, labels: dict[str, np.ndarray]) -> None:
    with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("given", labels)
        connection.execute("INSERT INTO labels SELECT id, y, known_at FROM given")


def decided(url: str, folder: Path) -> dict[tuple[str, str], Decision]:
    """Every decision of the shop's weeks, by stage and window."""
    folder.mkdir()
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = [d for stage in ("inputs", "labels") for d in pipeline.store.decisions.of("shop", stage)]
    return {(d.stage, d.window.key): d for d in found}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Decision]:
    """In the unit of 1."""
    folder = tmp_path_factory.mktemp("plain")
    found = decided(regression(folder / "w.duckdb"), folder / "store")
    assert found["labels", day(TODAY).key].verdict is Verdict.ALERT
    return found


@pytest.mark.parametrize("k", POWERS)
def test_in_a_unit_that_is_a_power_of_two_all_is_the_same_to_the_last_digit(
    k: float, plain: dict[tuple[str, str], Decision], tmp_path: Path
) -> None:
    again = decided(regression(tmp_path / "w.duckdb", k), tmp_path / "store")
    assert again.keys() == plain.keys()
    for key, d in plain.items():
        assert (again[key].verdict, again[key].strength) == (d.verdict, d.strength), key


@pytest.mark.parametrize(("k", "c"), [*((k, 0.0) for k in OTHERS), (1.0, 1e6), (1e6, -1e12)])
def test_in_any_unit_and_from_any_zero_the_verdicts_on_labels_are_the_same(
    k: float, c: float, plain: dict[tuple[str, str], Decision], tmp_path: Path
) -> None:
    again = decided(regression(tmp_path / "w.duckdb", k, c), tmp_path / "store")
    for key, d in plain.items():
        assert again[key].verdict is d.verdict, (key, again[key].sentence, d.sentence)
        if key[0] == "labels":  # inputs: where cells lie depends on where powers of two lie in a column
            assert again[key].strength == pytest.approx(d.strength, rel=0.05, abs=0.05), key


def test_errors_three_times_as_large_are_told_the_same_day(tmp_path: Path) -> None:
    """To either side alike, so that labels lie no higher than their predictions; and no other day alerts."""
    found = decided(regression(tmp_path / "w.duckdb", tripled=True), tmp_path / "store")
    labels = {key: d for (stage, key), d in found.items() if stage == "labels"}
    alerted, *more = [key for key, d in labels.items() if d.verdict is Verdict.ALERT]
    assert alerted == day(WORSE[0]).key
    assert {*more} <= {day(n).key for n in WORSE}
    first = labels[alerted].findings[0]
    assert (first.column, first.segment, first.scores[0].statistic) == ("y", "*", "mean-absolute-error")
    assert first.scores[0].value == pytest.approx(3 * first.scores[0].expected, rel=0.1)
    assert "predictions are off by" in labels[alerted].sentence


def test_a_prediction_that_says_nothing_makes_no_segment_a_million_spreads_off(tmp_path: Path) -> None:
    found = decided(regression(tmp_path / "w.duckdb", weak=True), tmp_path / "store")
    for d in found.values():
        for f in d.findings:
            for s in f.scores:
                assert s.statistic != "label-contrast" or abs(s.value) < 20, d.sentence


def test_labels_that_are_no_numbers_are_none_and_are_counted(duck: str, tmp_path: Path) -> None:
    change(
        duck,
        "ALTER TABLE labels ALTER COLUMN y TYPE DOUBLE",
        f"UPDATE labels SET y = 'nan' WHERE id % 3 = 0 AND id IN (SELECT id FROM log WHERE {inside(day(TODAY))})",
        f"UPDATE labels SET y = '-inf' WHERE id % 3 = 1 AND id IN (SELECT id FROM log WHERE {inside(day(TODAY))})",
    )
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = pipeline.explain(day(TODAY), stage="labels")
        rows = pipeline.profiler.profiles.rows(day(TODAY))
    assert found.verdict is Verdict.ALERT
    assert found.findings[0].scores[0].statistic == "labelled-share"
    assert f"Judged on {found.rows:,} of {rows:,} labels: of the other predictions none had arrived." in found.notes
    assert f"{rows - found.rows:,} labels were neither 0 nor 1, which is no label." in found.notes


def test_a_stray_label_leaves_the_others_their_numbers(duck: str, tmp_path: Path) -> None:
    """One 2 a day among labels 0 and 1: AUC, accuracy and all that alerts on them were silently gone."""
    change(
        duck,
        "ALTER TABLE labels ALTER COLUMN y TYPE DOUBLE",
        "UPDATE labels SET y = 2 WHERE id IN (SELECT min(id) FROM log GROUP BY CAST(sold_at AS DATE))",
        f"UPDATE labels SET y = 1 - y WHERE y < 2 AND id IN (SELECT id FROM log WHERE {inside(day(TODAY))})",
    )
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = pipeline.explain(day(TODAY), stage="labels")
        assert pipeline.profiler.label_unit().layout is None, "and no regression is made of them"
    assert found.verdict is Verdict.ALERT
    assert "1 label was neither 0 nor 1, which is no label." in found.notes


def test_a_pinned_version_has_labels_of_its_own(duck: str, tmp_path: Path) -> None:
    """The version's labels lie higher; the days are compared with them too, and that is said."""
    change(
        duck,
        "ALTER TABLE log ADD COLUMN model VARCHAR",
        "UPDATE log SET model = CASE WHEN id % 2 = 0 THEN 'v1' ELSE 'v2' END",
        "UPDATE labels SET y = 1 WHERE id % 2 = 0 AND id % 3 = 0",
    )
    pinned = {
        "  prediction: score": "  prediction: score\n  version: model",
        "reference: {country": "reference: {pools: [seasonal, {pinned: {version: v1}}], country",
    }
    with open_pipeline(a_monitor(duck, tmp_path, **pinned)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        decider, source = pipeline.decider("labels"), pipeline.profiler
        assert decider is not None
        assert source.pinned is not None
        stored = list(source.pinned.stored("labels", [day(9)], segment=None))
        assert [p.segment for p in stored] == ["*"]
        levels = decider.observer.pinned_levels()
        assert levels is not None
        here = decider.observer.observe(day(9)).sample.x
        bias = [s.statistic for s in decider.measure.signal_set.signals].index("label-bias")
        assert levels([day(9)])[0][bias] > here[bias] + 0.02


def test_what_labels_would_have_shown_is_worked_out_and_true(duck: str, tmp_path: Path) -> None:
    """Twice the stated share turned into 1 alerts; the page and the artefact say what was stated."""
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = pipeline.sensitivity(day(TODAY), stage="labels")
        assert found is not None
        (only,) = found.columns
        assert only.column == "y"
        assert found.windows >= SHIPPED.sensitivity.least
        assert 0 < only.missing < 1
        assert 0 < only.moved < 1
        assert repr(pipeline.sensitivity(day(TODAY), stage="labels", work=False)) == repr(found)
        report = pipeline.report("labels", day(TODAY))
        assert report is not None
        assert seen.rows(found)[0].moved in render(report)
    share = round(1000 * min(2 * only.moved, 1))
    change(
        duck,
        f"UPDATE labels SET y = 1 WHERE id * 7919 % 1000 < {share} AND id IN "
        f"(SELECT id FROM log WHERE {inside(day(TODAY))})",
    )
    (tmp_path / "after").mkdir()
    with open_pipeline(a_monitor(duck, tmp_path / "after")) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        assert pipeline.explain(day(TODAY), stage="labels").verdict is Verdict.ALERT


def test_rows_that_no_number_or_no_error_rests_on_are_counted_and_said(tmp_path: Path) -> None:
    """A label beside no score, and one beside a score that no sum of errors holds; of other days nothing is said."""
    url, here = regression(tmp_path / "w.duckdb"), inside(day(20))
    change(
        url,
        f"UPDATE log SET score = NULL WHERE {here} AND id % 10 = 0",
        f"UPDATE log SET score = 'NaN' WHERE {here} AND id % 10 = 1",
        f"UPDATE log SET score = 1e308 WHERE {here} AND id % 10 = 2",
        f"UPDATE log SET score = -1e308 WHERE {here} AND id % 10 = 3",
    )
    with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        (have, beside, far) = connection.execute(
            "SELECT count(*), count(*) FILTER (id % 10 < 2), count(*) FILTER (id % 10 IN (2, 3)) FROM log "
            f"WHERE {here} AND id IN (SELECT id FROM labels WHERE y IS NOT NULL)"
        ).fetchall()[0]
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(22).end)
        said = {p.window: p for p in performances(pipeline.deciding)}
    assert said[day(20)].labelled == have
    assert beside > 0 < far
    assert said[day(20)].note == (
        f"{beside} of its {have} labels stand beside no finite prediction: its numbers rest on {have - beside}. "
        f"{far} of the {have - beside} lie too far out for errors: MAE, RMSE, R² and MAPE rest on "
        f"{have - beside - far}."
    )
    assert said[day(19)].note == ""


def test_numbers_that_were_counted_before_labels_had_a_unit_are_counted_again(
    plain: dict[tuple[str, str], Decision], tmp_path: Path
) -> None:
    url = regression(tmp_path / "w.duckdb")
    with pytest.MonkeyPatch.context() as before, open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        before.setattr(stage, "cut_first_layout", lambda *_: None)
        pipeline.backfill(BEGIN, day(40).end)
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = pipeline.store.decisions.of("shop", "labels")
    assert {("labels", d.window.key): (d.verdict, d.strength) for d in found} == {
        key: (d.verdict, d.strength) for key, d in plain.items() if key[0] == "labels"
    }


def test_other_thresholds_are_counted_by_the_next_run_and_no_decision_is_another(duck: str, tmp_path: Path) -> None:
    def cells(pipeline: Pipeline) -> LabelCells:
        versions = pipeline.profiler.label_versions()
        assert versions is not None
        found, wrong = labels_of(pipeline.profiler.profiles, day(5), versions, versions.first)
        assert not wrong
        return found["*"]

    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        before = cells(pipeline)
        verdicts = [(d.window, d.verdict) for d in pipeline.store.decisions.of("shop", "labels")]
    assert {name.split()[0] for name in before.sums} == {"0.5"}
    with open_pipeline(a_monitor(duck, tmp_path, **{"delay: 1 day": "delay: 1 day, thresholds: [0.2]"})) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        after = cells(pipeline)
        assert [(d.window, d.verdict) for d in pipeline.store.decisions.of("shop", "labels")] == verdicts
    assert {name.split()[0] for name in after.sums} == {"0.2"}
    assert sum(after.sums.values()) == sum(before.sums.values()) == before.rows
    assert replace(after, sums={}) == replace(before, sums={})
