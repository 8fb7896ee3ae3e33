"""How good the model was: the same numbers wherever they are shown, from the rows, and plain where there are none."""

import json
from collections.abc import Iterator, Mapping
from math import isnan, nan
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

import tidegauge
from tests.begun import open_pipeline
from tests.every.pages import Reader
from tests.pipeline.test_labels import regression
from tests.pipeline.world import (
    BEGIN,
    FIRST,
    LATER,
    TODAY,
    YAML,
    ZONE,
    a_log,
    a_monitor,
    change,
    day,
    inside,
    write_duckdb,
)
from tidegauge.cli.main import main
from tidegauge.core.errors import NoHistory, WindowError
from tidegauge.core.point import BANDED, Series
from tidegauge.core.window import WHOLE, Window
from tidegauge.pipeline.performances import newest, performances
from tidegauge.reports.rendering import render
from tidegauge.sinks.event_time import PARTS
from tidegauge.sinks.metrics import gauges
from tidegauge.stages import figures
from tidegauge.stages.series import EARLY, MOST_OF_LABELS, OF_DECISION, and_new
from tidegauge.statistics import ARRIVALS, LABEL_LEVELS
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads
from tidegauge.wording.figure_words import in_words

NUMBERS = ("value", "middle", "least", "most")
FALLS = range(40, 47)  # days on which half of the labels 1 are 0


class HalfRight(LabelLevel):
    """A toy that nothing judges: the share of labels that are 1, halved.

    >>> HalfRight().name
    'half-right'
    """

    name, title, says, reads = "half-right", "half of the labels", "half of the labels is {value}", Reads.NUMBER
    floor = 0.0

    def _level(self, labelled: Labelled) -> float:
        return float(labelled.label.sum() / labelled.rows / 2)

    def error(self, labelled: Labelled) -> float:
        return float(0.25 / np.sqrt(labelled.rows)) if labelled.rows >= self.least else nan

    def sql(self, question: Question) -> Shown:
        del question
        return NoStatement("A toy.")


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a monitor whose weeks were decided, by labels 0 and 1, of which some days have fewer 1."""
    folder = tmp_path_factory.mktemp("binary")
    url = write_duckdb(folder / "w.duckdb", *a_log())
    worse = " OR ".join(inside(day(n)) for n in FALLS)
    change(url, f"UPDATE labels SET y = 0 WHERE id % 2 = 0 AND id IN (SELECT id FROM log WHERE {worse})")
    return seen(a_file(url, folder))


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same by labels that are numbers."""
    folder = tmp_path_factory.mktemp("numbers")
    return seen(a_file(regression(folder / "w.duckdb"), folder))


@pytest.fixture(params=["binary", "numbers"])
def decided(request: pytest.FixtureRequest) -> Path:
    """Each of them, with a toy that is shown and not judged."""
    file: Path = request.getfixturevalue(request.param)
    return file


@pytest.fixture(autouse=True, scope="module")
def toy() -> Iterator[None]:
    """One level more than decisions follow."""
    with pytest.MonkeyPatch.context() as patch:
        known = figures.levels_of
        patch.setattr(figures, "levels_of", lambda measure: (*known(measure), HalfRight()))
        yield


def a_file(url: str, folder: Path, **changes: str) -> Path:
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "shop.yml"
    file.write_text(text, encoding="utf-8")
    return file


def seen(file: Path) -> Path:
    """The file, its weeks decided."""
    with open_pipeline(tidegauge.load_monitor(file)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
    return file


def told_by(command: str, *more: str) -> Any:  # noqa: ANN401 - JSON
    done = CliRunner().invoke(main, [command, *more])
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def of_the(task: str) -> list[str]:
    """The numbers that labels of this kind have."""
    return [name for name, level in LABEL_LEVELS.items() if task in level.applies]


def plain(found: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """Statistic → its value and its range, from JSON."""
    return {f["statistic"]: tuple(nan if f[n] is None else f[n] for n in NUMBERS) for f in found["figures"]}


def same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all((isnan(a) and isnan(b)) or a == b for a, b in zip(one, other, strict=True))


def test_all_surfaces_show_the_same_numbers(decided: Path) -> None:
    """Show 8: status, page, --json, Prometheus, the table points, Python; judged and only shown alike."""
    status = told_by("status", str(decided), "--json")["performance"]
    window = Window.parse(status["window"])
    expected = plain(status)
    assert "half-right" in expected
    assert set(expected) == {*of_the("regression" if "numbers" in str(decided) else "binary"), "half-right"}
    (explained,) = told_by("explain", str(decided), window.key, "--stage", "labels", "--json")
    assert plain(explained["performance"]) == expected
    assert explained["performance"] == status

    monitor = tidegauge.load_monitor(decided)
    with open_pipeline(monitor) as pipeline:
        points = pipeline.store.points.of("shop", "labels", window.start, window.end)
        samples = pipeline.samples("labels", window)
        report = pipeline.report("labels", window, work=False)
    own = {p.series.statistic for p in points if p.series.column == "y" and EARLY not in p.series.statistic}
    assert len(own) == min(len(expected), MOST_OF_LABELS - len(ARRIVALS)), "as many as there is room for"
    for name, numbers in expected.items():
        if name not in own:
            continue
        (point,) = [p for p in points if p.series.statistic == name]
        assert same((point.value, point.expected, point.low, point.high), numbers), name
        mine = [s for s in samples if ("statistic", name) in s.labels]
        assert len(mine) == len(PARTS)
        assert same(tuple(s.value for s in mine), numbers), name

    assert report is not None
    pushed = [g for g in gauges(report) if g.name.startswith("tidegauge_performance")]
    for name, numbers in expected.items():
        sent = tuple(g.value for g in pushed if g.labels["statistic"] == name)
        assert same(sent, tuple(n for n in numbers if not isnan(n))), name

    frame = tidegauge.Monitor(decided).performance(since=window.start, until=window.end)
    for row in frame.to_dict("records"):
        assert same(tuple(float(row[n]) for n in NUMBERS), expected[row["statistic"]])
    assert set(frame["statistic"]) == set(expected)

    page = Reader(render(report)).text
    shown = CliRunner().invoke(main, ["status", str(decided)]).stdout
    for figure in report.performance[-1].figures:
        for value in (figure.value, figure.middle, figure.least, figure.most, figure.reference):
            assert in_words(figure, value) in page
            assert in_words(figure, value) in shown


def test_the_numbers_are_those_of_the_rows(decided: Path) -> None:
    """Of a window, and of its like windows' rows together: never the mean of their numbers."""
    with open_pipeline(tidegauge.load_monitor(decided)) as pipeline:
        (one,) = performances(pipeline.deciding, day(33).start, day(33).end)
    like = [day(33 - 7 * k) for k in range(1, 5)]
    url = str(tidegauge.load_monitor(decided).source.url)
    with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = {
            w: np.array(
                connection.execute(f"SELECT score, y FROM log JOIN labels USING (id) WHERE {inside(w)}").fetchall()
            )
            for w in (day(33), *like)
        }
    assert one.against == "4 past Saturdays"
    pooled = np.concatenate([rows[w] for w in like])
    bias = one.figure("label-bias")
    assert bias is not None
    assert bias.value == pytest.approx(bias_of(rows[day(33)]), abs=1e-5)
    assert bias.reference == pytest.approx(bias_of(pooled), abs=1e-5)
    assert bias.least == pytest.approx(min(bias_of(rows[w]) for w in like), abs=1e-5)
    assert bias.interval_low < bias.value < bias.interval_high
    assert bias.reference_high - bias.reference_low < bias.interval_high - bias.interval_low
    assert (one.labelled, one.predictions) == (len(rows[day(33)]), len(rows[day(33)]))


def bias_of(rows: NDArray[np.float64]) -> float:
    return float((rows[:, 1] - rows[:, 0]).mean())


def test_a_number_says_since_when_it_has_been_outside_its_range(binary: Path) -> None:
    with open_pipeline(tidegauge.load_monitor(binary)) as pipeline:
        found = {p.window: p.figure("label-bias") for p in performances(pipeline.deciding)}
    for n in FALLS:
        figure = found[day(n)]
        assert figure is not None
        assert figure.value < figure.least
        assert figure.since == day(FALLS[0])
    after = found[day(FALLS[-1] + 1)]
    assert after is not None
    assert after.since is None
    assert not after.is_outside


NONE, ONE, FEW, EMPTY = 50, 51, 52, 53


def test_what_cannot_be_said_is_said_so(duck: str, tmp_path: Path) -> None:
    """No label, labels of one kind, too few of them, no rows; and status tells of the newest window that has some."""
    of = "id IN (SELECT id FROM log WHERE {})"
    change(
        duck,
        f"DELETE FROM labels WHERE {of.format(inside(day(NONE)))}",
        f"UPDATE labels SET y = 0 WHERE {of.format(inside(day(ONE)))}",
        f"DELETE FROM labels WHERE {of.format(inside(day(FEW)))} AND id NOT IN "
        f"(SELECT id FROM log WHERE {inside(day(FEW))} ORDER BY id LIMIT 5)",
        f"DELETE FROM log WHERE {inside(day(EMPTY))}",
        f"DELETE FROM log WHERE sold_at >= TIMESTAMPTZ '{day(EMPTY).end:%Y-%m-%d %H:%M:%S}+00'",
    )
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = {p.window: p for p in performances(pipeline.deciding)}
        last = newest(pipeline.deciding)
        pages = {n: pipeline.report("labels", day(n), work=False) for n in (NONE, ONE, FEW, EMPTY)}
    said = {
        NONE: "No label of this window has arrived.",
        ONE: "Every label is 0: what tells the one kind from the other cannot be said.",
        FEW: "It has 5 labels: too few to say anything, which takes 8.",
        EMPTY: "It has no rows, so nothing was predicted.",
    }
    for n, sentence in said.items():
        assert found[day(n)].note == sentence
        report = pages[n]
        assert report is not None
        assert sentence in Reader(render(report)).text
    auc, accuracy = found[day(ONE)].figure("auc"), found[day(ONE)].figure("accuracy")
    assert auc is not None
    assert accuracy is not None
    assert not auc.is_said
    assert auc.like
    assert accuracy.is_said
    assert last is not None
    assert last.window == day(FEW)


def test_labels_that_are_broken_say_why(duck: str, tmp_path: Path) -> None:
    change(duck, "ALTER TABLE labels RENAME y TO z")
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = performances(pipeline.deciding)
    assert found
    assert all('"y"' in p.note and not p.figures for p in found if p.predictions)


def test_a_monitor_without_labels_has_none_and_says_nothing_of_it(duck: str, tmp_path: Path) -> None:
    labels = "labels: {table: labels, id: id, value: y, arrived: known_at, delay: 1 day}"
    file = seen(a_file(duck, tmp_path, **{labels: ""}))
    assert told_by("status", str(file), "--json")["performance"] is None
    assert "Performance" not in CliRunner().invoke(main, ["status", str(file)]).stdout
    frame = tidegauge.Monitor(file).performance()
    assert len(frame) == 0
    assert {"start", "statistic", "value", "interval_low", "like", "since"} <= set(frame.columns)
    assert "How good" not in tidegauge.Monitor(file)._repr_html_()


HOSTILE = """<script>x</script> {{ 7 * 7 }} "y" '\u202e"""


def test_hostile_names_are_text(duck: str, tmp_path: Path) -> None:
    quoted = HOSTILE.replace('"', '""')
    change(duck, f'ALTER TABLE labels RENAME y TO "{quoted}"')
    change(duck, f"UPDATE log SET shop = '{HOSTILE.replace(chr(39), chr(39) * 2)}' WHERE shop = 'north'")
    file = seen(a_file(duck, tmp_path, **{"value: y,": f"value: {json.dumps(HOSTILE)},"}))
    shown = CliRunner().invoke(main, ["status", str(file)]).stdout
    assert "\u202e" not in shown
    monitor = tidegauge.Monitor(file)
    for html in (monitor._repr_html_(), page_of(file)):
        assert "<script>" not in html
        assert "\u202e" not in html
        assert "&lt;script&gt;" in html or HOSTILE[:8] not in Reader(html).text
    frame = monitor.performance(since="2024-03-29", by_segment=True)
    assert f"shop={HOSTILE}" in set(frame["segment"])


def page_of(file: Path, number: int = TODAY) -> str:
    with open_pipeline(tidegauge.load_monitor(file)) as pipeline:
        report = pipeline.report("labels", day(number), work=False)
    assert report is not None
    return render(report)


def test_a_pinned_period_is_what_it_is_held_against(duck: str, tmp_path: Path) -> None:
    pins = "reference: {pools: [seasonal, {pinned: {from: 2024-02-05, to: 2024-02-19}}], country"
    with open_pipeline(a_monitor(duck, tmp_path, **{"reference: {country": pins})) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        found = {p.window: p for p in performances(pipeline.deciding)}
    assert found[day(20)].against == found[day(40)].against == "14 windows pinned from 2024-02-05 to 2024-02-19"
    one, other = (found[day(n)].figure("accuracy") for n in (20, 40))
    assert one is not None
    assert other is not None
    assert one.reference == other.reference
    assert one.reference_low < one.reference < one.reference_high
    assert one.like.startswith("4 past ")


def test_python_hands_out_tables(binary: Path) -> None:
    monitor = tidegauge.Monitor(str(binary))
    assert (monitor.name, "shop" in repr(monitor)) == ("shop", True)
    performance = monitor.performance(since="2024-03-01", until="2024-03-08")
    assert str(performance["start"].dtype).endswith("America/New_York]")
    assert performance["start"].nunique() == 7
    assert set(performance["statistic"]) == {*of_the("binary"), "half-right"}
    shown = {name for name in of_the("binary") if not LABEL_LEVELS[name].judged}
    assert set(performance[~performance["judged"]]["statistic"]) == shown | {"half-right"}
    by_segment = monitor.performance(since="2024-03-01", until="2024-03-02", by_segment=True)
    assert set(by_segment["segment"]) == {WHOLE, *(f"shop={s}" for s in ("north", "south", "east", "west"))}
    whole = by_segment[by_segment["segment"] == WHOLE]["labelled"].iloc[0]
    parts = by_segment[by_segment["segment"] != WHOLE].groupby("segment")["labelled"].first()
    assert parts.sum() == whole
    decisions = monitor.decisions(since="2024-03-01")
    assert set(decisions["stage"]) == {"inputs", "labels"}
    points = monitor.points(since="2024-03-01", until="2024-03-02")
    assert {"auc", "average-precision"} <= set(points["statistic"])
    with pytest.raises(WindowError, match='"soon" is no time'):
        monitor.performance(since="soon")


def test_a_notebook_shows_a_table_and_pictures(binary: Path, tmp_path: Path) -> None:
    html = tidegauge.Monitor(binary)._repr_html_()
    page = Reader(html)
    assert html.count('role="img"') == 4
    assert "Accuracy of predictions" in page.text
    assert not {"script", "link", "img", "iframe", "body", "html", "meta"} & set(page.tags)
    never = a_file("duckdb:///nowhere.duckdb", tmp_path)
    assert "shop has no history" in Reader(tidegauge.Monitor(never)._repr_html_()).text
    with pytest.raises(NoHistory):
        tidegauge.Monitor(never).performance()


def test_what_came_with_a_newer_version_gets_a_place_behind_the_others() -> None:
    own = [Signal("y", f"s{k}") for k in range(20)]
    followed = SignalSet(tuple(own[:2]), ())
    known = (*OF_DECISION, *(Series("y", f"s{k}", banded=True) for k in range(2)))
    made = and_new(known, followed, own)
    assert made[: len(known)] == known
    assert [s.statistic for s in made[len(known) :]] == [f"s{k}" for k in range(2, MOST_OF_LABELS)]
    assert and_new(made, followed, own) == made
    assert and_new(known, followed, ()) == known
    assert sum(s.cost for s in made if s.column == "y") == BANDED * MOST_OF_LABELS
