"""Labels that are classes, from a look at a table to a page: init, check, backfill, decisions, series, Python."""

import json
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import tidegauge
from tests.begun import open_pipeline
from tests.pipeline.classes_world import CLASSES, NO_SCORES, SCORES, a_duckdb, a_postgres
from tests.pipeline.test_explain import number
from tests.pipeline.test_performance import a_file
from tests.pipeline.world import BEGIN, LATER, TODAY, UNIT, a_monitor, change, day, inside
from tidegauge.cli.main import main
from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.errors import MonitorError
from tidegauge.core.window import WHOLE, Window
from tidegauge.init.first import first_monitor
from tidegauge.monitor import load_monitor, parse_monitor
from tidegauge.reports.rendering import render
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.series import EARLY
from tidegauge.statistics.labelled import Labelled

SWAPPED, COLLAPSED, IN_A_SHOP = day(UNIT), day(UNIT + 2), day(TODAY + 2)
LABELLED = "WHERE id IN (SELECT id FROM log WHERE {})"
FAULTS = (
    "UPDATE labels SET y = CASE y WHEN 'bread' THEN 'milk' WHEN 'milk' THEN 'bread' ELSE y END "
    + LABELLED.format(inside(SWAPPED)),
    f"UPDATE log SET predicted = 'bread' WHERE predicted IN ('cheese', 'milk') AND {inside(COLLAPSED)}",
    "UPDATE labels SET y = CASE y WHEN 'bread' THEN 'cheese' WHEN 'cheese' THEN 'milk' ELSE 'bread' END "
    + LABELLED.format(f"shop = 'south' AND {inside(IN_A_SHOP)}"),
)


def tidegauge_(*arguments: object, fine: tuple[int, ...] = (0, 1)) -> Result:
    done = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code in fine, done.output
    return done


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Window, Decision]]:
    """The file of a monitor whose weeks were decided, with three faults; and what was decided on labels."""
    folder = tmp_path_factory.mktemp("classes")
    url = a_duckdb(folder / "w.duckdb")
    change(url, *FAULTS)
    file = a_file(url, folder, **SCORES)
    assert "holds together" in tidegauge_("check", file, fine=(0,)).output
    tidegauge_("backfill", file, "--to", f"{LATER:%Y-%m-%d}")
    with open_pipeline(load_monitor(file)) as pipeline:
        return file, {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}


def test_init_finds_class_scores_and_labels(tmp_path: Path) -> None:
    url = a_duckdb(tmp_path / "w.duckdb")
    monitor = parse_monitor(first_monitor(url, "log"))
    assert monitor.columns.prediction == "predicted"
    assert set(monitor.columns.scores) == set(CLASSES)
    assert monitor.labels is not None
    assert (monitor.labels.table, monitor.labels.value, monitor.labels.arrived) == ("labels", "y", "known_at")
    change(url, "ALTER TABLE labels RENAME TO what_came", "CREATE TABLE labels AS SELECT id, y FROM what_came")
    change(url, "ALTER TABLE log DROP COLUMN p_milk")
    monitor = parse_monitor(first_monitor(url, "log"))
    assert not monitor.columns.scores, "a class without a score"
    assert monitor.labels is not None


def test_faults_are_told_the_same_day_and_nothing_else_is(lived: tuple[Path, dict[Window, Decision]]) -> None:
    """Two classes that change places, two that are never said any more."""
    alerts = {w: d for w, d in lived[1].items() if d.verdict is Verdict.ALERT}
    assert {SWAPPED, COLLAPSED} <= set(alerts) <= {SWAPPED, COLLAPSED, IN_A_SHOP}
    for window in (SWAPPED, COLLAPSED):
        first = alerts[window].findings[0]
        assert (first.column, first.segment) == ("y", WHOLE)
        assert first.scores[0].statistic in ("accuracy", "macro-f1", "one-vs-rest-auc")


def test_labels_of_one_shop_that_are_all_others_are_its_own(lived: tuple[Path, dict[Window, Decision]]) -> None:
    """Fifty rows of a day, after seven weeks: on the brink of an alert, and what is strangest is that shop."""
    decision = lived[1][IN_A_SHOP]
    assert decision.strength > 0.8
    with open_pipeline(load_monitor(lived[0])) as pipeline:
        first = pipeline.explain(IN_A_SHOP, stage="labels").findings[0]
    assert (first.segment, first.scores[0].statistic) == ("shop=south", "accuracy-contrast")
    assert first.scores[0].value < -0.8


def test_all_surfaces_show_the_same_numbers(lived: tuple[Path, dict[Window, Decision]]) -> None:
    file = lived[0]
    told = json.loads(tidegauge_("status", file, "--json").stdout)["performance"]
    window = Window.parse(told["window"])
    values = {f["statistic"]: f["value"] for f in told["figures"]}
    assert {"accuracy", "macro-f1", "one-vs-rest-auc", "log-loss", "top-3-accuracy", "recall-of-milk"} <= set(values)
    assert not {"auc", "label-bias", "f1", "top-5-accuracy", "mean-absolute-error"} & set(values)
    titles = {f["statistic"]: f["title"] for f in told["figures"]}
    assert titles["precision-of-saffron-s-best-76f24a"] == 'precision of saffron\'s "best"'
    (explained,) = json.loads(tidegauge_("explain", file, window.key, "--stage", "labels", "--json").stdout)
    assert explained["performance"] == told
    frame = tidegauge.Monitor(str(file)).performance(since=f"{window.start:%Y-%m-%d}")
    mine = frame[frame["start"] == window.start]
    assert dict(zip(mine["statistic"], mine["value"], strict=True)) == pytest.approx(values)
    by_segment = tidegauge.Monitor(str(file)).performance(since=f"{window.start:%Y-%m-%d}", by_segment=True)
    assert {"shop=north", WHOLE} <= set(by_segment["segment"])
    with open_pipeline(load_monitor(file)) as pipeline:
        points = pipeline.store.points.of("shop", "labels", window.start, window.end)
        report = pipeline.report("labels", SWAPPED, work=False)
    series = {p.series.statistic: p.value for p in points if p.series.column == "y" and EARLY not in p.series.statistic}
    assert list(series)[:3] == ["accuracy", "macro-f1", "one-vs-rest-auc"]
    assert {name: values[name] for name in series} == pytest.approx(series)
    assert report is not None
    page = render(report)
    assert "label bread, predicted milk" in page
    assert "Macro F1" in page
    (panel,) = [p for p in report.panels if (p.column, p.segment) == ("y", WHOLE)]
    assert sum(c.current_share for c in panel.cells) == pytest.approx(1)
    assert sum(c.reference_share for c in panel.cells) == pytest.approx(1)


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_every_number_is_had_again(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> None:
    """Whole and by segment, judged and shown: joined again, the latest label in time, once a row."""
    odd = day(30)
    url = a_duckdb(tmp_path / "w.duckdb") if engine == "duckdb" else a_postgres(request.getfixturevalue("postgres"))
    change(
        url,
        "INSERT INTO labels SELECT id, 'milk', known_at + INTERVAL '1 hour' FROM labels WHERE id % 7 = 0",
        "INSERT INTO labels SELECT id, 'bread', known_at FROM labels WHERE id % 9 = 0",
        "INSERT INTO labels SELECT id, 'cheese', known_at + INTERVAL '9 days' FROM labels WHERE id % 5 = 0",
        f"INSERT INTO log SELECT * FROM log WHERE id % 11 = 0 AND {inside(odd)}",
        f"UPDATE log SET predicted = NULL WHERE id % 17 = 0 AND {inside(odd)}",
        f"UPDATE log SET predicted = 'cake' WHERE id % 19 = 0 AND {inside(odd)}",
        f"UPDATE log SET p_milk = NULL WHERE id % 23 = 0 AND {inside(odd)}",
        f"UPDATE log SET p_milk = 'NaN' WHERE id % 29 = 0 AND {inside(odd)}",
        f"UPDATE log SET shop = 'west' WHERE id % 3 = 0 AND {inside(odd)}",
    )
    with open_pipeline(a_monitor(url, tmp_path, **SCORES)) as pipeline:
        pipeline.backfill(day(29).start, day(33).end)
        decider = pipeline.decider("labels")
        assert decider is not None
        measure = decider.observer.measure
        assert isinstance(measure, LabelMeasure)
        (cells,), _ = measure.found(pipeline.profiler.profiles, odd)
        whole = Labelled.of(cells[WHOLE], measure.layout, measure.unit)
        figures = decider.observer.figures
        assert figures is not None
        wanted: dict[tuple[str, str], float] = {
            (level.name, WHOLE): level.read(level.level(whole)) for level in figures.levels
        }
        sample = measure.sample([cells], pipeline.profiler.profiles.rows(odd))
        for signal, value in zip(measure.signal_set.levels, sample.x, strict=True):
            if signal.column == "y" and signal.segment != WHOLE:
                wanted[signal.statistic, signal.segment] = measure.natural(signal, float(value))
        assert {"accuracy-contrast", "macro-precision", "recall-of-milk", "log-loss"} <= {name for name, _ in wanted}
        for (name, segment), value in wanted.items():
            if isnan(value):
                continue
            score = Score("y", name, segment, value, value, value, value, z=0.0, surprise=0.0, pool="", n=1)
            sql = decider.observer.spelled(Finding("y", segment, 1.0, (score,)), odd)
            assert sql.startswith(f"-- {name} of y")
            assert number(pipeline, sql, name) == pytest.approx(value, rel=1e-5, abs=2e-5), sql


def test_without_scores_only_what_classes_say_is_told(tmp_path: Path) -> None:
    """Scores that are named later are counted from then on, and nothing else is profiled again."""
    url = a_duckdb(tmp_path / "w.duckdb")
    with open_pipeline(a_monitor(url, tmp_path, **NO_SCORES)) as pipeline:
        pipeline.backfill(BEGIN, day(12).end)
        inputs = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        first = told_of(pipeline)
    with open_pipeline(a_monitor(url, tmp_path, **SCORES)) as pipeline:
        pipeline.backfill(BEGIN, day(12).end)
        assert pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs") == inputs
        second = told_of(pipeline)
    assert not {"log-loss", "one-vs-rest-auc", "top-2-accuracy"} & set(first)
    assert {"log-loss", "one-vs-rest-auc", "top-2-accuracy"} <= set(second)
    assert {name: second[name] for name in first} == first


def told_of(pipeline: Any) -> dict[str, float]:  # noqa: ANN401 - a pipeline
    """The numbers of the newest window's labels."""
    from tidegauge.pipeline.performances import newest

    found = newest(pipeline.deciding)
    assert found is not None
    return {f.statistic: f.value for f in found.figures if f.is_said}


def test_what_does_not_hold_is_said(tmp_path: Path) -> None:
    """A score that is not there, one that is text; labels that are floats; text against a number."""
    url = a_duckdb(tmp_path / "w.duckdb")

    def problems(**changes: str) -> str:
        with open_pipeline(a_monitor(url, tmp_path, **changes)) as pipeline:
            return " ".join(pipeline.check())

    (key, value) = next(iter(SCORES.items()))
    assert 'column "p_cheeze" is not in the table. Did you mean "p_cheese"?' in problems(
        **{key: value.replace("p_cheese", "p_cheeze")}
    )
    assert 'column "plan" is listed as the score of a class, but the table holds VARCHAR.' in problems(
        **{key: value.replace("p_cheese", "plan"), "[shop, plan]": "[shop]"}
    )
    assert "labels of a prediction that is a number are 0 and 1" in problems(
        **{"prediction: score": "prediction: p_milk"}
    )
    change(url, "ALTER TABLE labels ALTER COLUMN y TYPE DOUBLE USING length(y)")
    assert "they are compared as text, and 1 is not 1.0" in problems(**NO_SCORES)


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ("[p_a]", "must be class: column pairs, and is a list"),
        ("{a: p_a}", "must be 2 to 20 classes, and is 1"),
        ("{a: p_a, b: p_a}", 'names "p_a" 2 times. Each class has a score of its own'),
    ],
)
def test_scores_that_are_written_wrongly(scores: str, sentence: str) -> None:
    text = "monitor: m\nsource: {url: 'duckdb:///x', table: t}\nwindow: {every: day}\n"
    with pytest.raises(MonitorError, match="scores") as found:
        parse_monitor(f"{text}columns: {{time: at, prediction: said, scores: {scores}}}")
    assert sentence in str(found.value)


def test_classes_that_are_numbers_are_listed_as_categories(tmp_path: Path) -> None:
    """As `init` writes it, where each of them has a score."""
    url = a_duckdb(tmp_path / "w.duckdb")
    numbered = " ".join(f"WHEN '{c.replace(chr(39), chr(39) * 2)}' THEN {k}" for k, c in enumerate(CLASSES))
    names = ("p_bread", "p_cheese", "p_milk", "p_saffron_s_best")
    change(
        url,
        f"ALTER TABLE log ALTER COLUMN predicted TYPE INTEGER USING CASE predicted {numbered} END",
        f"ALTER TABLE labels ALTER COLUMN y TYPE BIGINT USING CASE y {numbered} END",
        *(f"ALTER TABLE log RENAME COLUMN {name} TO proba_{k}" for k, name in enumerate(names)),
    )
    text = first_monitor(url, "log")
    monitor = parse_monitor(text)
    assert "predicted" in monitor.columns.categorical
    assert monitor.columns.scores == {str(k): f"proba_{k}" for k in range(4)}
    changes = {"prediction: score": "prediction: predicted", "[shop, plan]": "[shop, plan, predicted]"}
    with open_pipeline(a_monitor(url, tmp_path, **changes)) as pipeline:
        pipeline.backfill(BEGIN, day(8).end)
        assert 0.6 < told_of(pipeline)["accuracy"] < 0.9
