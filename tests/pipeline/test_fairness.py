"""Groups of a sensitive column: the rates of their rows, wherever they are shown, and plain where there is nothing."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

import tidegauge
from tests.begun import open_pipeline
from tests.every.pages import Reader
from tests.pipeline.test_labels import regression
from tests.pipeline.world import BEGIN, FIRST, LATER, YAML, ZONE, a_log, a_monitor, change, day, write_duckdb
from tidegauge.cli.main import main
from tidegauge.core.errors import MonitorError
from tidegauge.core.window import Window
from tidegauge.parity import RATES
from tidegauge.reports.rendering import render
from tidegauge.sinks.metrics import gauges

SAYS = "fairness: [{column: shop, base: north}]\n"
RATE = {
    "selection-rate": ("score >= 0.5", "true"),
    "true-positive-rate": ("score >= 0.5", "y = 1"),
    "false-positive-rate": ("score >= 0.5", "y = 0"),
    "positive-predictive-value": ("y = 1", "score >= 0.5"),
}


def a_file(url: str, folder: Path, more: str = SAYS) -> Path:
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    file = folder / "shop.yml"
    file.write_text(text + more, encoding="utf-8")
    return file


def decided(file: Path) -> Path:
    with open_pipeline(tidegauge.load_monitor(file)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
    return file


@pytest.fixture(scope="module")
def unfair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A monitor whose model scores the rows of one shop lower, their labels aside."""
    folder = tmp_path_factory.mktemp("unfair")
    url = write_duckdb(folder / "w.duckdb", *a_log())
    change(url, "UPDATE log SET score = score * 0.6 WHERE shop = 'south'")
    return decided(a_file(url, folder))


def told_by(command: str, *more: str) -> Any:  # noqa: ANN401 - JSON
    done = CliRunner().invoke(main, [command, *more])
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def by_rows(file: Path, first: datetime, end: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    """(Group, rate) → how many of how many rows, from the warehouse's own rows."""
    url = f"duckdb:///{file.parent}/w.duckdb"
    out: dict[tuple[str, str], tuple[int, int]] = {}
    with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
        for rate, (hit, among) in RATE.items():
            rows = connection.execute(
                f"SELECT shop, count(*) FILTER (WHERE {hit} AND {among}), count(*) FILTER (WHERE {among}) "
                "FROM log JOIN labels USING (id) WHERE sold_at >= CAST($1 AS TIMESTAMPTZ) "
                "AND sold_at < CAST($2 AS TIMESTAMPTZ) GROUP BY shop",
                [first.isoformat(), end.isoformat()],
            ).fetchall()
            out |= {(shop, rate): (int(hits), int(of)) for shop, hits, of in rows}
    return out


def test_rates_are_those_of_the_rows_and_the_same_wherever_they_are_shown(unfair: Path) -> None:
    (told,) = told_by("status", str(unfair), "--json")["fairness"]
    assert told["windows"] == 28
    frame = tidegauge.Monitor(unfair).fairness()
    last = frame[frame["start"] == day(55).start]
    truth = by_rows(unfair, last["start"].iloc[0] - pd.DateOffset(days=27), last["end"].iloc[0])
    groups = {shop for shop, _ in truth} - {"north"}
    assert {(p["group"], p["rate"]) for p in told["parities"]} == {(g, r) for g in groups for r in RATES}
    for p in told["parities"]:
        hits, of = truth[p["group"], p["rate"]]
        base_hits, base_of = truth["north", p["rate"]]
        assert (p["rows"], p["base_rows"]) == (of, base_of)
        assert p["value"] == hits / of
        assert p["ratio"] == (hits / of) / (base_hits / base_of)
        (row,) = last[(last["group"] == p["group"]) & (last["rate"] == p["rate"])].to_dict("records")
        assert all(row[n] == p[n] for n in ("value", "base_value", "ratio", "low", "high", "lies"))
    apart = {(p["group"], p["rate"]) for p in told["parities"] if p["lies"] == "outside"}
    assert ("south", "selection-rate") in apart
    assert {group for group, _ in apart} == {"south"}

    key = told["window"]
    (explained,) = told_by("explain", str(unfair), key, "--stage", "labels", "--json")
    assert explained["fairness"] == [told]
    with open_pipeline(tidegauge.load_monitor(unfair)) as pipeline:
        report = pipeline.report("labels", Window.parse(key), work=False)
    assert report is not None
    pushed = {
        (g.labels["group"], g.labels["rate"], g.name): g.value
        for g in gauges(report)
        if g.name.startswith("tidegauge_parity")
    }
    for p in told["parities"]:
        where = p["group"], p["rate"]
        assert pushed[*where, "tidegauge_parity_ratio"] == p["ratio"]
        assert pushed[*where, "tidegauge_parity_outside"] == (p["lies"] == "outside")
    page = Reader(render(report)).text
    assert "Whether groups were treated alike" in page
    assert 'Groups of shop against "north": 28 windows together' in page


def test_a_terminal_says_which_group_is_outside(unfair: Path) -> None:
    done = CliRunner().invoke(main, ["status", str(unfair)])
    assert 'Groups of shop against "north": 28 windows together' in done.output
    assert "outside" in done.output


def test_a_window_before_rests_on_windows_up_to_it_alone(unfair: Path) -> None:
    frame = tidegauge.Monitor(unfair).fairness(since=day(20).start, until=day(21).end)
    assert set(frame["windows"]) == {21, 22}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            "fairness: [{column: shop, base: nowhere}]\n",
            'counted as of the base group "nowhere": nobody is of it.',
        ),
    ],
)
def test_what_cannot_be_said_is_said(unfair: Path, more: str, says: str) -> None:
    text = unfair.read_text(encoding="utf-8").replace(SAYS, more)
    other = unfair.with_name("other.yml")
    other.write_text(text, encoding="utf-8")
    (told,) = told_by("status", str(other), "--json")["fairness"]
    assert says in told["note"]
    assert told["parities"] == []


def test_rows_of_no_group_are_counted_and_never_called_nobody(tmp_path: Path) -> None:
    """A missing value, and the 21st: a base that is not followed by itself has rows all the same."""
    url = write_duckdb(tmp_path / "w.duckdb", *a_log())
    shop = "CASE WHEN id % 10 = 0 THEN NULL WHEN id % 10 < 8 THEN 'shop ' || id % 7 ELSE 'rare ' || id % 97 END"
    change(url, f"UPDATE log SET shop = {shop}")
    file = decided(a_file(url, tmp_path, "fairness: [{column: shop, base: shop 1}]\n"))
    (told,) = told_by("status", str(file), "--json")["fairness"]
    groups = {p["group"] for p in told["parities"]} | {"shop 1"}
    frame = tidegauge.Monitor(file).fairness()
    first = frame[frame["start"] == day(55).start]["start"].iloc[0] - pd.DateOffset(days=27)
    truth = by_rows(file, first, day(55).end)
    left = sum(of for (group, rate), (_, of) in truth.items() if rate == "selection-rate" and group not in groups)
    assert told["ungrouped"] == left > 0
    done = CliRunner().invoke(main, ["status", str(file)]).output
    assert f"Left out: {left:,} labelled rows without a value, or with one that" in " ".join(done.split())
    rare = next(group for group, _ in truth if group and group not in groups)
    other = a_file(url, tmp_path, f"fairness: [{{column: shop, base: {rare}}}]\n")
    (told,) = told_by("status", str(other), "--json")["fairness"]
    assert "nobody is of it or it is no value that is followed by itself" in told["note"]


def test_labels_that_are_numbers_have_none(tmp_path: Path) -> None:
    file = decided(a_file(regression(tmp_path / "w.duckdb"), tmp_path))
    (told,) = told_by("status", str(file), "--json")["fairness"]
    assert "not 0 and 1" in told["note"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("fairness: [{column: plan, base: free}]\n", '"plan" is no segment. List it in columns.segments (shop now)'),
        ("fairness: [{column: shop, base: 1}]\n", 'Put it in quotes: "1"'),
        ("fairness: [{column: shop, base: north, least: 1.2}]\n", "least"),
        ("fairness: {column: shop, base: north}\n", "must be a list"),
        ("fairness: [{column: shop, base: north}, {column: shop, base: south}]\n", "more than once"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_place(tmp_path: Path, wrong: str, says: str) -> None:
    with pytest.raises(MonitorError) as refused:
        tidegauge.load_monitor(a_file("duckdb:///w.duckdb", tmp_path, wrong))
    assert says in str(refused.value)
    assert "fairness" in str(refused.value)


def test_without_labels_it_is_refused(tmp_path: Path) -> None:
    file = a_file("duckdb:///w.duckdb", tmp_path)
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("labels:")]
    file.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(MonitorError, match="needs labels"):
        tidegauge.load_monitor(file)


def test_it_profiles_nothing_again(tmp_path: Path) -> None:
    """What is fair is asked of what is stored, so a monitor that begins to ask has its answer at once."""
    url = write_duckdb(tmp_path / "w.duckdb", *a_log())
    plain, asking = a_monitor(url, tmp_path), tidegauge.load_monitor(a_file(url, tmp_path))
    assert plain.source_key == asking.source_key
