"""Where a change lies: told of an alert from what is stored, the same whenever it is asked, and never of nothing."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, FIRST, YAML, ZONE, a_monitor, change, day, inside
from tidegauge.cli.main import main
from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import Verdict
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render

EVERYWHERE, PREDICTED, UNIT, LOST, UNSEEN = 36, 39, 43, 46, 51
CHANGES = (
    f"UPDATE log SET wait = wait + 20 WHERE {inside(day(EVERYWHERE))}",
    f"UPDATE log SET score = score * 0.3 WHERE plan = 'free' AND {inside(day(PREDICTED))}",
    f"UPDATE log SET amount = amount * 100 WHERE shop = 'south' AND {inside(day(UNIT))}",
    f"UPDATE log SET wait = NULL WHERE shop = 'north' AND plan = 'free' AND {inside(day(LOST))}",
    f"UPDATE log SET plan = 'gold' WHERE shop = 'west' AND {inside(day(UNSEEN))}",
)


@pytest.fixture(scope="module")
def shop(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("where")
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    change(url, *CHANGES)
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    (folder / "shop.yml").write_text(text)
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, END)
        yield pipeline


def found(shop: Pipeline, number: int) -> dict[str, Whereabouts]:
    """Column → what is said of it on a day's page."""
    assert shop.explain(day(number)).verdict is Verdict.ALERT
    report = shop.report("inputs", day(number), work=False)
    assert report is not None
    return {w.column: w for w in report.where}


@pytest.mark.parametrize(
    ("number", "column", "about", "cells"),
    [
        (PREDICTED, "score", None, (("plan", "free"),)),
        (UNIT, "amount", None, (("shop", "south"),)),
        (LOST, "wait", ("missing",), (("plan", "free"), ("shop", "north"))),
        (UNSEEN, "plan", ("(values not seen before)",), (("shop", "west"),)),
    ],
)
def test_a_planted_cell_is_the_place(
    shop: Pipeline, number: int, column: str, about: tuple[str, ...] | None, cells: tuple[tuple[str, str], ...]
) -> None:
    told = found(shop, number)[column]
    assert about is None or told.about == about
    (place, *more) = told.places
    assert place.cells == cells
    assert not more, "what it leaves of the change lies nowhere"
    assert place.part > 0.85
    assert place.part_low <= place.part <= place.part_high
    assert place.earlier == 0
    assert told.windows >= 4
    assert told.rows > 150


def test_a_change_of_all_rows_lies_nowhere(shop: Pipeline) -> None:
    told = found(shop, EVERYWHERE)["wait"]
    assert told.places == ()
    assert told.silent.startswith("No cell stands out")
    assert told.rate - told.rate_before > 0.5


def test_fine_windows_and_labels_say_nothing_of_it(shop: Pipeline) -> None:
    report = shop.report("inputs", day(30), work=False)
    assert report is not None
    assert report.where == ()
    assert "Where it lies" not in render(report)


def test_the_page_and_the_terminal_say_the_same_as_the_json(shop: Pipeline) -> None:
    report = shop.report("inputs", day(LOST), work=False)
    assert report is not None
    page, file = render(report), str(shop.monitor.store).removeprefix("sqlite:///").replace("store.db", "shop.yml")
    shown = CliRunner().invoke(main, ["explain", file, "--window", day(LOST).key])
    told = CliRunner().invoke(main, ["explain", file, "--window", day(LOST).key, "--json"])
    assert (shown.exit_code, told.exit_code) == (0, 0), shown.output
    (said,) = json.loads(told.output)[0]["where"]
    assert said["places"][0]["cells"] == [["plan", "free"], ["shop", "north"]]
    sample = f"From a sample of {said['rows']:,} rows and of {said['rows_before']:,} of the {said['windows']} windows"
    for text in (page, shown.output):
        assert "Where it lies" in text
        assert "plan = free and shop = north" in text
        assert "ows where wait is missing: " in text
        assert sample in text


def test_it_is_the_same_in_another_process_and_after_its_window_was_forgotten(shop: Pipeline, tmp_path: Path) -> None:
    """A function of what is stored: asked again, of a store that was read afresh, and of a window decided anew."""
    before = shop.report("inputs", day(UNIT), work=False)
    assert before is not None
    store = Path(str(shop.monitor.store).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(store)) as mine, closing(sqlite3.connect(tmp_path / "store.db")) as copy:
        mine.backup(copy)  # of a store that is open a part may be in its journal
    url = str(shop.monitor.source.url)
    with open_pipeline(a_monitor(url, tmp_path)) as other:
        again = other.report("inputs", day(UNIT), work=False)
        assert again is not None
        assert again.where == before.where
        other.forget(day(UNIT), at=END)
        other.backfill(BEGIN, END)
        anew = other.report("inputs", day(UNIT), work=False)
        assert anew is not None
        assert anew.where == before.where
        assert "Where it lies" in render(anew)


def test_without_sampled_rows_nothing_is_said(clean: str, tmp_path: Path) -> None:
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), tmp_path / 'shop.duckdb')}"
    change(url, *CHANGES)
    unsampled = a_monitor(url, tmp_path, **{"reference: {": "sample: 0\nreference: {"})
    with open_pipeline(unsampled) as pipeline:
        pipeline.backfill(BEGIN, END)
        assert found(pipeline, UNIT) == {}
