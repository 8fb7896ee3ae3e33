"""Two versions of a model on the same windows: the numbers of their own rows, and differences that windows agree on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import tidegauge
from tests.begun import open_pipeline
from tests.every.pages import Reader
from tests.pipeline.world import BEGIN, END, FIRST, YAML, ZONE, change, day
from tidegauge import load_monitor
from tidegauge.cli.main import main
from tidegauge.core.errors import ContractError, MonitorError
from tidegauge.core.versions_beside import BesideFigure, VersionsBeside
from tidegauge.core.window import WHOLE
from tidegauge.monitor import Monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.pipeline.versions_compared import compare_versions
from tidegauge.wording.versions_words import cells

TRIED = f"id % 3 = 0 AND sold_at >= TIMESTAMPTZ '{day(28).start:%Y-%m-%d %H:%M:%S}+00'"
SHOP = ("ALTER TABLE log ADD COLUMN model VARCHAR", "UPDATE log SET model = 'old'")
WORSE = (*SHOP, f"UPDATE log SET model = 'it''s \"new\"', score = 1 - score WHERE {TRIED}")
EQUAL = (*SHOP, f"UPDATE log SET model = 'it''s \"new\"' WHERE {TRIED}")
NEW = 'it\'s "new"'


def a_shop(url: str, folder: Path) -> Monitor:
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    (folder / "shop.yml").write_text(text.replace("  prediction: score", "  prediction: score\n  version: model"))
    return load_monitor(folder / "shop.yml")


def by_hand(pipeline: Pipeline, version: str, days: range) -> dict[str, float]:
    quoted = version.replace("'", "''")
    correct = "avg(CASE WHEN (score >= 0.5) = (y = 1) THEN 1.0 ELSE 0.0 END)"
    sql = f"""SELECT count(*) AS n, avg(score) AS mean, {correct} AS correct
        FROM log JOIN labels ON labels.id = log.id WHERE model = '{quoted}'
        AND sold_at >= TIMESTAMPTZ '{day(days[0]).start:%Y-%m-%d %H:%M:%S}+00'
        AND sold_at < TIMESTAMPTZ '{day(days[-1]).end:%Y-%m-%d %H:%M:%S}+00'"""
    return {k: float(v[0]) for k, v in pipeline.profiler.warehouse.fetch(sql).items()}


def of(found: VersionsBeside, statistic: str, segment: str = WHOLE) -> BesideFigure:
    return next(f for f in found.figures if (f.statistic, f.segment) == (statistic, segment))


def test_each_version_has_the_numbers_of_its_own_rows(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *WORSE)
    with open_pipeline(a_shop(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        found = compare_versions(pipeline.deciding, ("old", NEW), 35)
        days = range(28, 56)
        assert found.windows == tuple(day(k) for k in days), "seven of the 35 days have rows of one alone"
        assert found.labelled_windows == found.windows[:-2], "labels of the last two are not due"
        for k, version in enumerate(found.versions):
            mine, labelled = by_hand(pipeline, version, days), by_hand(pipeline, version, days[:-2])
            assert (found.rows[k], found.labelled[k]) == (mine["n"], labelled["n"])
            assert of(found, "mean").values[k] == pytest.approx(mine["mean"], abs=1e-5)
            assert of(found, "accuracy").values[k] == pytest.approx(labelled["correct"], abs=1e-12)
        auc = of(found, "auc")
        assert auc.is_apart
        assert auc.high < 0 < auc.values[0] - auc.values[1]
        assert auc.difference == pytest.approx(auc.values[1] - auc.values[0])
        assert of(found, "auc", "shop=north").is_apart
        again = compare_versions(pipeline.deciding, (NEW, "old"), 35)
        assert of(again, "auc").difference == pytest.approx(-auc.difference)
        assert of(again, "auc").low == pytest.approx(-auc.high)


def test_equal_models_are_mostly_not_told_apart(duck: str, tmp_path: Path) -> None:
    change(duck, *EQUAL)
    with open_pipeline(a_shop(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        found = compare_versions(pipeline.deciding, ("old", NEW), 28)
        held = [f for f in found.figures if f.low == f.low and f.high > f.low]
        assert len(held) > 40
        assert sum(f.is_apart for f in held) <= 0.25 * len(held)


def test_by_hand_and_where_there_is_nothing_to_compare(duck: str, tmp_path: Path) -> None:
    change(duck, *WORSE)
    monitor = a_shop(duck, tmp_path)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, END)
        with pytest.raises(ContractError, match=r'None of the last 28 .* "old" has [\d,]+ rows in 28 of them and "no"'):
            compare_versions(pipeline.deciding, ("old", "no"))
        found = compare_versions(pipeline.deciding, ("old", NEW))
    file = str(monitor.path)
    shown = CliRunner().invoke(main, ["compare", file, "--versions", "old", NEW])
    told = CliRunner().invoke(main, ["compare", file, "--versions", "old", NEW, "--json"])
    assert (shown.exit_code, told.exit_code) == (0, 0), shown.output
    assert json.loads(told.stdout)["rows"] == list(found.rows)
    assert "28 windows with rows of both, Monday 4 March 2024 to Sunday 31 March 2024" in shown.output
    assert "90 % interval by windows" in " ".join(shown.output.split())
    page = tmp_path / "x.html"
    assert CliRunner().invoke(main, ["compare", file, "--versions", "old", NEW, "--html", str(page)]).exit_code == 0
    seen = tidegauge.Monitor(file).versions("old", NEW)
    assert page.read_text(encoding="utf-8") == seen.to_html()
    assert seen.found == found
    for html in (seen.to_html(), seen._repr_html_()):
        text = Reader(html).text
        assert "28 windows with rows of both, Monday 4 March 2024 to Sunday 31 March 2024" in text
        assert all(cell in text for f in found.whole for cell in cells(f))
    frame = seen.to_frame()
    assert len(frame) == len(found.figures)
    assert frame["difference"].tolist() == pytest.approx((frame["other"] - frame["value"]).tolist(), nan_ok=True)
    for more in ([], [file, "--versions", "old", NEW]):
        assert CliRunner().invoke(main, ["compare", file, *more]).exit_code == 2
    text = monitor.path.read_text().replace("  version: model\n", "")
    monitor.path.write_text(text)
    plain = CliRunner().invoke(main, ["compare", file, "--versions", "old", NEW])
    assert plain.exit_code in (2, 4), plain.output
    with (
        open_pipeline(load_monitor(monitor.path)) as pipeline,
        pytest.raises(MonitorError, match=r"need columns\.version"),
    ):
        compare_versions(pipeline.deciding, ("old", NEW))
