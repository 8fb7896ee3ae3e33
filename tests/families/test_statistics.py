"""A statistic of each base joins by its own file alone: it is followed, told of, shown, and missed without a scene."""

import inspect
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.every import test_statistics as every_statistic
from tests.families.toys import BothPositive, NegativeShare, Overlap, PositiveLabels, RootRows
from tests.pipeline.world import (
    BEGIN,
    DROP,
    END,
    FIRST,
    NULLS,
    RECASED,
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
from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.registry import Registry
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.relations import FAMILIES, RELATION_STATISTICS
from tidegauge.stages.input_observer import InputObserver
from tidegauge.statistics import DISTANCES, LABEL_LEVELS, LEVELS, WINDOW_LEVELS
from tidegauge.statistics.statistic import Statistic, whole
from tidegauge.wording.lookup import every, find

TOYS: list[tuple[Registry[Any], Any]] = [
    (LEVELS, NegativeShare()),
    (WINDOW_LEVELS, RootRows()),
    (LABEL_LEVELS, PositiveLabels()),
    (FAMILIES, BothPositive()),
    (DISTANCES, Overlap()),
]
SIGN, TURNED, BOTH = day(RECASED), day(NULLS), day(DROP)  # the days of the faults that toys are for
LATER = END.replace(month=4, day=4)


@contextmanager
def joined(*toys: tuple[Registry[Any], Any]) -> Iterator[None]:
    """Members stand in their lists for a while, as if their line were there."""
    with pytest.MonkeyPatch.context() as patch:
        for registry, toy in toys:
            patch.setitem(registry._members, toy.name, toy)  # a list with one more line
        yield


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop, its monitor and a store: eight weeks with three faults, decided with all toys there."""
    folder = tmp_path_factory.mktemp("toys")
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(
        url,
        f"UPDATE log SET amount = -amount WHERE {inside(SIGN)}",
        f"UPDATE labels SET y = 1 WHERE id IN (SELECT id FROM log WHERE {inside(TURNED)})",
        f"DELETE FROM log WHERE id % 5 < 3 AND {inside(BOTH)}",
    )
    store = f"sqlite:///{folder}/store.db"
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=FIRST, folder=folder)
    (folder / "shop.yml").write_text(text, encoding="utf-8")
    with joined(*TOYS), open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(DROP).start)
        pipeline.run(day(DROP))
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Pipeline]:
    with open_pipeline(a_monitor(f"duckdb:///{folder}/shop.duckdb", folder)) as pipeline:
        yield pipeline


def decided(pipeline: Pipeline, window: Window, stage: str = "inputs") -> Decision:
    (found,) = [d for d in pipeline.store.decisions.of("shop", stage) if d.window == window]
    return found


def finding_of(decision: Decision, statistic: str) -> tuple[Finding, Score]:
    """The finding that tells of a statistic, and its score."""
    found = [(f, s) for f in decision.findings for s in f.scores if s.statistic == statistic]
    assert found, [(f.column, [s.statistic for s in f.scores]) for f in decision.findings]
    return found[0]


def command(*words: str) -> str:
    """What a command prints; it ends well, or says that there is an alert."""
    done = CliRunner().invoke(main, list(words), env={"COLUMNS": "200"})
    assert done.exit_code in (0, 1), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return re.sub(r"\s+", " ", done.output)


def on(window: Window) -> str:
    """A window's date, by the monitor's clock."""
    return f"{window.start.astimezone(BEGIN.tzinfo):%Y-%m-%d}"


@pytest.mark.parametrize("toy", [t for _, t in TOYS], ids=lambda t: t.name)
def test_what_every_statistic_must_be_a_toy_can_be(toy: Statistic) -> None:
    """The same tests that walk the lists."""
    every_statistic.test_its_docstring_teaches_a_choice(toy)
    every_statistic.test_its_name_can_be_typed(toy)
    every_statistic.test_it_has_a_statement_or_says_why_not(toy)
    every_statistic.test_what_a_reader_sees_is_in_the_unit_that_it_claims(toy)


def test_each_joins_alone() -> None:
    for registry, toy in TOYS:
        assert find(toy.name) is None
        with joined((registry, toy)):
            assert [find(toy.name)] == [toy]
            assert toy.name in every()
        assert find(toy.name) is None


@pytest.mark.parametrize(
    ("statistic", "window", "stage", "words"),
    [
        ("negative-share", SIGN, "inputs", "100 % of its values lie below zero"),
        ("both-positive", SIGN, "inputs", 'in 0 % of the rows it and "amount" are above zero'),
        ("root-rows", BOTH, "inputs", "rows, on a root's scale"),
        ("positive-labels", TURNED, "labels", "100 % of the labels are 1"),
    ],
)
def test_it_is_followed_told_of_and_had_again(
    lived: Path, statistic: str, window: Window, stage: str, words: str, tmp_path: Path
) -> None:
    """By the decision, its words on a terminal and a page, and the statement on the warehouse."""
    with joined(*TOYS):
        with opened(lived) as pipeline:
            finding, score = finding_of(decided(pipeline, window, stage), statistic)
            if stage == "inputs":
                alone = Finding(finding.column, finding.segment, 1.0, (score,))
                decider = pipeline.decider(stage)
                assert decider is not None
                assert isinstance(decider.observer, InputObserver)
                sql = decider.observer.spell(alone, window)
                (again,) = pipeline.profiler.warehouse.fetch(sql)[statistic]
                assert float(again) == pytest.approx(score.value, abs=1e-9)
        known = find(statistic)
        assert known is not None
        file = str(lived / "shop.yml")
        printed = command("explain", file, on(window), "--stage", str(stage))
        assert known.title.split("{")[0] in printed or words in printed
        page = tmp_path / "page.html"
        command("report", file, "--window", on(window), "--stage", str(stage), "--out", str(page))
        assert known.title.split("{")[0].lower() in page.read_text(encoding="utf-8").replace("&#39;", "'").lower()


def test_incidents_status_and_a_replay_go_on_with_them(lived: Path, tmp_path: Path) -> None:
    with joined(*TOYS):
        file = str(lived / "shop.yml")
        assert "amount" in command("incident", "list", file)
        assert "56 windows profiled" in command("status", file)
        out = tmp_path / "replay"
        command("replay", file, "--from", on(day(44)), "--to", on(day(51)), "--out", str(out))
        assert (out / "replay.html").exists()
        with opened(lived) as pipeline:
            assert not pipeline.store.decisions.of("shop", "inputs")[-1].provisional
            windows = [d.window for d in pipeline.store.decisions.of("shop", "inputs")]
            assert windows == sorted(windows)


def test_a_statistic_that_is_gone_is_still_told_of(lived: Path, tmp_path: Path) -> None:
    """The package is uninstalled; the decisions that it had a part in stay as they were, and are read."""
    file = str(lived / "shop.yml")
    printed = command("explain", file, on(SIGN))
    assert "negative share" in printed
    page = tmp_path / "page.html"
    command("report", file, "--window", on(SIGN), "--out", str(page))
    assert "negative share" in page.read_text(encoding="utf-8").lower()
    assert "amount" in command("incident", "list", file)
    assert "56 windows profiled" in command("status", file)
    shutil.copy(lived / "store.db", tmp_path / "store.db")  # and once all is decided again, nothing is left of it
    again = tmp_path / "shop.yml"
    again.write_text((lived / "shop.yml").read_text(encoding="utf-8").replace(f"{lived}/store", f"{tmp_path}/store"))
    command("decide", str(again))
    with open_pipeline(load_monitor(again)) as pipeline:
        scores = [
            s.statistic for d in pipeline.store.decisions.of("shop", "inputs") for f in d.findings for s in f.scores
        ]
    assert len(scores) > 20
    assert set(scores) <= set(every())


def test_a_distance_is_listed_where_tables_are_compared(lived: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(lived / "shop.duckdb"), read_only=True) as connection:
        for name, rest in (("a", 0), ("b", 1)):
            connection.execute(f"COPY (SELECT * FROM log WHERE id % 2 = {rest}) TO '{tmp_path}/{name}.parquet'")
    with joined(*TOYS):
        text = CliRunner().invoke(main, ["compare", f"{tmp_path}/a.parquet", f"{tmp_path}/b.parquet", "--json"]).output
    columns = {c["column"]: c["statistics"] for c in json.loads(text)["columns"]}
    assert 0.8 < columns["amount"]["overlap"] <= 1
    assert "negative-share" in columns["amount"]


class Nameless(NegativeShare):
    name = "Not A Name"


class Untitled(NegativeShare):
    title = ""


class Wordless(NegativeShare):
    says = "of its values"


class Strange(NegativeShare):
    says = "{value} of {column}"


class Unitless(NegativeShare):
    reads = "share"  # type: ignore[assignment]


class Kindless(NegativeShare):
    applies = frozenset()


class Subjectless(RootRows):
    subject = ""


@pytest.mark.parametrize(
    ("toy", "part"),
    [
        (Nameless(), 'Nameless is called "Not A Name"; a name is of small letters'),
        (Untitled(), '"negative-share" (Untitled) has no title: what it is'),
        (Wordless(), '"negative-share" (Wordless) has no words: `says` is a clause that holds {value}, once.'),
        (Strange(), '"negative-share" (Strange) has no words that can be said: nobody fills {column}.'),
        (Unitless(), '"negative-share" (Unitless) has no unit: `reads` is one of Reads.SHARE'),
        (Kindless(), '"negative-share" (Kindless) has no kind of column: `applies` is one of'),
        (Subjectless(), '"root-rows" (Subjectless) has no subject: what a sentence calls the rows by'),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Statistic) else "",
)
def test_a_forgotten_part_is_an_error_where_the_statistic_is_listed(toy: Statistic, part: str) -> None:
    with pytest.raises(ValueError, match=re.escape(part)):
        Registry("level", [toy], check=whole)


def test_a_forgotten_statement_or_floor_is_an_error_too() -> None:
    silent = type("Silent", (NegativeShare,), {"sql": Statistic.sql})
    with pytest.raises(TypeError, match="Silent.*sql"):
        silent()
    body = {k: v for k, v in vars(NegativeShare).items() if k != "floor" and not k.startswith("_abc")}
    floorless = type("Floorless", NegativeShare.__bases__, body)()
    with pytest.raises(ValueError, match=r'"negative-share" \(Floorless\) has no floor: the least spread'):
        Registry("level", [floorless], check=whole)


# Where a name in quotes is something else, or a word of its own: file → names.
OTHERWISE = {
    "comparing/compared.py": {"missing", "far-outside"},  # a field of what a reader sees of a column; an example
    "causes/values_absent.py": {"missing"},  # a word that a log may spell them with
    "replay/faults/values_lost.py": {"missing"},  # a planted fault of that name
    "profiles/layouts/categorical.py": {"missing"},  # what a person calls the cell of missing values
    "profiles/layouts/numeric.py": {"missing"},
    "comparing/telling.py": {"missing"},  # the same cell, in a comparison's table
    "profiles/layouts/base.py": {"missing"},
    "core/decision.py": {"missing"},
    "wording/units.py": {"missing", "location", "top-share-3", "freshness"},  # an example in a docstring
    "monitor/sentences.py": {"missing"},  # the kind of an error of Pydantic's
    "monitor/hard_limits.py": {"missing", "duplicates"},  # keys of the file, by which a limit bounds them
    "replay/replay_page.py": {"volume"},  # a name inside a template
    "reports/page.py": {"volume"},
    "wording/text.py": {"auc", "psi"},  # words that are written in capitals
    "core/errors.py": {"hellinger", "psi"},  # an example in a docstring
    "statistics/balanced_accuracy.py": {"recall"},  # of one class it has a name of its own: recall-of-cat
    "statistics/macro_precision.py": {"precision"},
}


def test_a_statistic_is_known_by_name_in_its_own_file_alone() -> None:
    src = Path(every_statistic.__file__).parents[2] / "src" / "tidegauge"
    homes = {name: inspect.getfile(type(s)) for name, s in every().items()}
    found = []
    for path in sorted(src.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        here = path.relative_to(src).as_posix()
        names = {n for n in re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)-?"', text) if n in homes or n == "top-share"}
        own = {n for n in names if homes.get(n) == str(path)}
        found += [f"{here}: {n}" for n in sorted(names - own - OTHERWISE.get(here, set()))]
    assert not found
    assert set(RELATION_STATISTICS) <= set(homes)
