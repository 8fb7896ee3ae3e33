"""A kind of column is one file and one line: two toy kinds go through every verb, on both engines."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from tests.begun import open_pipeline
from tests.families.example_package.tidegauge_example.length import Length
from tests.families.installed import install_example
from tests.families.test_plugins import outside
from tests.pipeline.world import BEGIN, UNIT, YAML, ZONE, a_log, change, day, inside, write_duckdb, write_postgres
from tidegauge import compare
from tidegauge.cli import main
from tidegauge.core.decision import Finding, Sensitivity, Verdict
from tidegauge.core.errors import MonitorError, StoreError, UnknownName
from tidegauge.core.forms import Form
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.monitor import Monitor, load_monitor, parse_monitor
from tidegauge.monitor.json_schema import schema_text
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import CellScan, Fact, Kind, View
from tidegauge.profiles.kinds.categories import stack_categorical
from tidegauge.profiles.kinds.every import by_kind, read_layout, stack, total
from tidegauge.profiles.layouts.base import MISSING, UNSEEN, Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.quality.frame import small_frame
from tidegauge.quality.suite import generate
from tidegauge.replay.faults.base import Ground
from tidegauge.sensitivity.input_changes import InputChanges
from tidegauge.stages.input_observer import InputObserver
from tidegauge.tuning.tuning import SHIPPED
from tidegauge.warehouses.base import is_number
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.duckdb_dialect import DuckDBDialect

EMPTY = UNIT + 3  # the day on which texts arrive empty


# --- a file of its own would hold what follows: stars, one to five, counted by their number ---


@dataclass(frozen=True)
class StarsLayout(Layout):
    """A code for each number of stars, and one for what is none."""

    most: int

    kind: ClassVar[str] = "rating"

    @property
    def size(self) -> int:
        return 2 + self.most

    @property
    def known(self) -> int:
        return self.most

    def content(self) -> dict[str, Any]:
        return {"most": self.most}

    @classmethod
    def from_content(cls, c: dict[str, Any]) -> "StarsLayout":
        return cls(int(c["most"]))

    def label(self, code: int) -> str:
        return "missing" if code == MISSING else "★" * code if code <= self.most else UNSEEN


class Stars(Cells):
    """Counts, under a tag of their own."""

    form: ClassVar[Form[memoryview]] = Form("stars", tag=77)


class Rating(Kind):
    """Whole numbers of stars."""

    name: ClassVar[str] = "rating"
    says: ClassVar[str] = "Features that are a number of stars."
    layout: ClassVar[type[Layout]] = StarsLayout
    state: ClassVar[type[Cells]] = Stars

    def takes(self, type_name: str) -> bool:
        return is_number(type_name)

    def cut(self, values: NDArray[Any]) -> Layout:
        numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        return StarsLayout(int(np.nanmax(numbers, initial=1)))

    def scan(self, c: View, dialect: Dialect) -> CellScan:
        del dialect
        x, most = c["x"], c["layout"].most
        return CellScan(f"CASE WHEN {x} IS NULL THEN 0 WHEN {x} BETWEEN 1 AND {most} THEN {x} ELSE {most + 1} END")

    def stacks(self, layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> Sequence[Stack]:
        return (stack_categorical(layouts, states),)

    def facts(self, layout: Layout) -> Iterator[Fact]:
        del layout
        yield Fact("column_distinct_values_to_contain_set", "All do vote.", {"value_set": ["★"]})


# --- the two lines ---


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds in the list."""
    for kind in (Rating(), Length()):
        monkeypatch.setitem(KINDS._members, kind.name, kind)  # a list is read-only to all but this test


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def with_toys(url: str) -> None:
    """The shop's log with a column of each kind, two days of it wrong."""
    digit = "strpos('0123456789abcdef', substr(md5(CAST(id AS VARCHAR)), {}, 1))"
    change(
        url,
        "ALTER TABLE log ADD COLUMN stars INTEGER",
        "ALTER TABLE log ADD COLUMN note VARCHAR",
        f"UPDATE log SET stars = 1 + {digit.format(1)} % 5 WHERE {digit.format(2)} <> 3",
        f"UPDATE log SET note = repeat('ä', 20 + {digit.format(3)} + {digit.format(4)})",
        f"UPDATE log SET stars = 1 WHERE {digit.format(5)} > 6 AND {inside(day(UNIT))}",
        f"UPDATE log SET note = '' WHERE {digit.format(6)} > 6 AND {inside(day(EMPTY))}",
    )


def monitor_of(folder: Path, url: str) -> Path:
    """Its file."""
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=BEGIN.date(), folder=folder
    )
    for old, new in (
        ("  segments: [shop]", "  segments: [shop]\n  rating: [stars]\n  length: [note]"),
        ("numeric: [amount, wait]", "numeric: [amount]"),  # as few others as show that the old kinds are still there
        ("categorical: [shop, plan]", "categorical: [shop]"),
        ("window:", "sample: 100\nwindow:"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "shop.yml").write_text(text, encoding="utf-8")
    return folder / "shop.yml"


def finding_of(monitor: Monitor, number: int, column: str) -> Finding:
    """What leads an alert; its statement gives the number again."""
    with open_pipeline(monitor) as pipeline:
        decision = pipeline.explain(day(number))
        shown = pipeline.profiler.warehouse.fetch(decision.findings[0].sql)
    score = decision.findings[0].scores[0]
    assert float(shown[score.statistic][0]) == pytest.approx(score.value, rel=1e-3), decision.findings[0].sql
    assert decision.verdict is Verdict.ALERT
    assert decision.findings[0].column == column
    return decision.findings[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's DuckDB file; copy it."""
    return Path(write_duckdb(tmp_path_factory.mktemp("shop") / "shop.duckdb", *a_log()).removeprefix("duckdb:///"))


@pytest.fixture(params=["duckdb", "postgres"])
def walked(request: pytest.FixtureRequest, toys: None, shop: Path, tmp_path: Path) -> Path:
    """A monitor of both kinds whose past is decided, up to the day before the first fault."""
    del toys
    if request.param == "duckdb":
        shutil.copy(shop, tmp_path / "shop.duckdb")
        url = f"duckdb:///{tmp_path}/shop.duckdb"
    else:
        url = request.getfixturevalue("postgres")
        write_postgres(url, *a_log())
    with_toys(url)
    return monitor_of(tmp_path, url)


class Quickly(InputChanges):
    """Changes are planted in a few windows, to be done in seconds."""

    def work_out(self, history: History, past: Sequence[Window]) -> tuple[float, Sensitivity]:
        self.tuning = SHIPPED.but({"sensitivity.windows": 8, "sensitivity.least": 2}).sensitivity
        return super().work_out(history, past)


def test_it_goes_through_every_verb(walked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InputObserver, "changes", f"{__name__}:Quickly")
    until = f"{day(UNIT).start:%Y-%m-%d}"
    assert tidegauge("check", walked).exit_code == 0
    done = tidegauge("backfill", walked, "--to", until)
    assert done.exit_code in (0, 1), done.output

    ran = tidegauge("run", walked, "--window", until)
    assert ran.exit_code == 1, ran.output
    monitor = load_monitor(walked)
    moved = finding_of(monitor, UNIT, "stars")
    moved_cells = {m.cell for m in moved.shifts}
    assert "★" in moved_cells
    assert moved_cells <= {"missing", *("★" * k for k in range(1, 6))}
    shown = tidegauge("explain", walked, until).output
    assert "stars" in shown
    assert "★" in shown
    page = Path(tidegauge("report", walked, "--window", until, "--out", walked.parent / "page.html").output.strip())
    text = (walked.parent / "page.html").read_text(encoding="utf-8") if not page.is_file() else page.read_text("utf-8")
    assert "★★★★★" in text

    assert tidegauge("backfill", walked).exit_code in (0, 1)
    finding_of(monitor, EMPTY, "note")
    assert tidegauge("status", walked).exit_code in (0, 1)
    listed = tidegauge("incident", "list", walked).output
    assert "stars" in listed
    assert "note" in listed

    with open_pipeline(monitor) as pipeline:
        profile, problems = pipeline.profiler.profiles.profile(day(UNIT))
        layouts, segments = pipeline.profiler.profiles.layouts()
        # a sensitivity is worked out without the warehouse
        on_duckdb = pipeline.profiler.warehouse.dialect.name == "duckdb"
        sensitivity = pipeline.sensitivity(day(EMPTY)) if on_duckdb else None
    assert not problems
    assert isinstance(profile.whole["stars"], Stars)
    assert set(segments["shop"]) == {"north", "south", "east", "west"}
    assert profile.rows is not None
    assert set(np.unique(profile.rows.codes["stars"])) <= set(range(6)), "sampled rows hold its codes"
    assert profile.rows.numbers["note"].max() <= 52, "and numbers of a kind on the line"
    if sensitivity is not None:
        seen = {d.column: d for d in sensitivity.columns}
        assert np.isnan(seen["stars"].shift)
        assert np.isfinite([seen["stars"].missing, seen["note"].shift]).all()

    frame = small_frame(profile.whole, layouts)
    assert set(frame["stars"].dropna()) <= {"★" * k for k in range(1, 6)}
    expected = {e["type"] for e in generate(layouts, profile.whole) if e["kwargs"].get("column") == "stars"}
    assert expected == {"expect_column_to_exist", "expect_column_distinct_values_to_contain_set"}

    told = replayed(walked)
    assert told["same"]["different"] == [], "a replay decides what was decided"
    assert {(r["name"], r["planted"]) for r in told["by_column"]} == {("stars", 2), ("note", 2)}
    assert all(r["found"] for r in told["by_column"])


def replayed(file: Path) -> dict[str, Any]:
    """The three days about the first fault again, with values gone missing in the toys' columns."""
    catalogue = file.parent / "faults.yml"
    catalogue.write_text("{windows: 2, trials: 4, faults: [missing: {columns: [stars, note], sizes: [large]}]}")
    from_to = ("--from", f"{day(UNIT - 2).start:%Y-%m-%d}", "--to", f"{day(UNIT).end:%Y-%m-%d}")
    done = tidegauge("replay", "--monitor", file, *from_to, "--faults", catalogue, "--no-what-if", "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_store_is_read_back_and_two_processes_agree(walked: Path) -> None:
    """The same windows in two goes give the store of one."""
    monitor = load_monitor(walked)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(20).start)
        pipeline.backfill(BEGIN, day(24).start)
        once = pipeline.store.dump()
    (walked.parent / "store.db").unlink()
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(24).start)
        assert pipeline.store.dump() == once
        assert pipeline.decider("inputs") is not None


def test_two_tables_are_compared_by_it(toys: None) -> None:
    import pyarrow as pa

    del toys
    before = pa.table({"stars": [1, 2, 3, 4, 5] * 200, "note": ["x" * (k % 9) for k in range(1000)]})
    now = pa.table({"stars": [1, 1, 1, 4, 7] * 200, "note": ["x" * (k % 9) for k in range(1000)]})
    found = compare(before, now, rating=["stars"], length=["note"])
    assert found["stars"].kind == "rating"
    assert found["stars"].sentence.startswith("values not in the reference went from 0 % to 20 %"), found["stars"]
    assert {c.label for c in found["stars"].cells} >= {"★", "values not in the reference"}
    assert (found["note"].kind, found["note"].verdict) == ("length", "same")
    assert found["note"].reference is not None
    assert found["note"].reference.high == 8
    assert "★" in found.to_html()
    assert compare(before, before, rating=["note"]).to_dict()["columns"][-1]["sentence"]
    with pytest.raises(UnknownName, match='no kind of column is called "ratings". Did you mean "rating"'):
        compare(before, now, ratings=["stars"])


def test_its_columns_are_held_to_their_type(toys: None, shop: Path, tmp_path: Path) -> None:
    del toys
    shutil.copy(shop, tmp_path / "shop.duckdb")
    url = f"duckdb:///{tmp_path}/shop.duckdb"
    change(url, "ALTER TABLE log ADD COLUMN stars VARCHAR", "ALTER TABLE log ADD COLUMN note VARCHAR")
    with open_pipeline(load_monitor(monitor_of(tmp_path, url))) as pipeline:
        assert pipeline.profiler.contract.problems == {
            "stars": 'column "stars" is listed as rating, but the table holds VARCHAR.'
        }


def test_faults_are_planted_where_they_may_be(toys: None) -> None:
    """Text in a column of stars would be no new category, but a broken contract."""
    del toys
    types = {"stars": "INTEGER", "note": "VARCHAR", "word": "VARCHAR", "x": "DOUBLE"}
    mapping = LogMapping(
        "log", {"numeric": ("x",), "categorical": ("word",), "rating": ("stars",), "length": ("note",)}
    )
    ground = Ground(DuckDBDialect(), types, mapping, day(0))
    assert (ground.names, ground.quantities, ground.features) == (("word",), ("x",), ("x", "word", "stars", "note"))


COLUMNS = "monitor: m\nsource: {url: duckdb:///x.duckdb, table: t}\nwindow: {every: day}\ncolumns: {time: at, %s}\n"


def test_a_monitor_lists_columns_under_its_name(toys: None) -> None:
    del toys
    monitor = parse_monitor(COLUMNS % "numeric: [a], rating: [b]")
    assert monitor.columns.counted == {"numeric": ("a",), "categorical": (), "rating": ("b",)}
    assert monitor.source_key == parse_monitor(COLUMNS % "rating: [b], numeric: [a]").source_key
    assert monitor.source_key != parse_monitor(COLUMNS % "numeric: [a, b]").source_key
    assert parse_monitor(COLUMNS % "rating: [b]").columns.roles["rating"] == ("b",)
    schema = json.loads(schema_text())["$defs"]["Columns"]
    assert schema["properties"]["rating"]["description"] == Rating.says
    assert schema["additionalProperties"] is False
    for wrong, sentence in (
        ("ratings: [b]", 'columns.ratings: unknown key. Did you mean "rating"?'),
        ("rating: b", "columns.rating: must be a list"),
        ("numeric: [b], rating: [b]", 'columns.rating: "b" is already numeric'),
    ):
        with pytest.raises(MonitorError, match=sentence.replace("?", r"\?")):
            parse_monitor(COLUMNS % wrong)


def test_without_the_package_its_monitor_and_its_store_say_so() -> None:
    with pytest.raises(MonitorError, match=r"m.yml:4: columns.rating: unknown key. Known: categorical, derived, id"):
        parse_monitor(COLUMNS % "rating: [b]", "m.yml")
    with pytest.raises(StoreError, match='no kind of column is called "rating".*Install the package that adds it'):
        read_layout(StarsLayout(5).text)


def test_another_package_brings_one(tmp_path: Path) -> None:
    """The example package's kind is at the end of the list, and a monitor may list columns under its name."""
    install_example(tmp_path)
    program = "from tidegauge.monitor import parse_monitor; print(parse_monitor({!r}).columns.counted)"
    assert "'length': ('b',)" in outside(tmp_path, "-c", program.format(COLUMNS % "length: [b]"))
    assert outside(tmp_path, "-c", "from tidegauge.profiles.kinds import KINDS; print(*KINDS)").split() == [
        "numeric", "categorical", "length",
    ]  # fmt: skip


def test_a_forgotten_part_is_named() -> None:
    with pytest.raises(TypeError, match="the kind of column .*Nameless lacks name"):

        class Nameless(Kind):
            says = "x"
            layout = StarsLayout

    with pytest.raises(TypeError, match='"other" has a layout whose kind is "rating"'):

        class Other(Rating):
            name = "other"

    class Half(Rating):
        scan = Kind.scan

    with pytest.raises(TypeError, match="Half .*scan"):
        Half()


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_keeps_what_it_promises(kind: Kind) -> None:
    words, numbers = np.array(["b", "a", "b", None], dtype=object), np.array([3.0, 1.0, 2.0, np.nan])
    layout = kind.cut(numbers if kind.layout.ordered else words)
    assert isinstance(layout, kind.layout)
    assert layout.kind == kind.name
    assert read_layout(layout.text) == layout
    assert (on_a_line(layout) is not None) == layout.ordered
    assert MISSING in layout.absent
    labels = [layout.label(code) for code in range(layout.size)]
    assert labels[MISSING] == "missing"
    cells = Cells(np.arange(layout.size), np.ones(layout.size, dtype=np.int64))
    shares = np.full((2, layout.size), 1 / layout.size)
    for spans in (layout.spans(shares), layout.ranges(shares[0])):
        covered = sorted(k for s in spans for k in range(s.codes.start, s.codes.stop))
        assert covered == list(range(layout.size)), "every cell is shown once"
    codes, (pooled,) = layout.pooled(cells.codes, [shares[0]])
    assert pooled.sum() == pytest.approx(1.0)
    assert len(codes) == min(layout.known + 2, layout.size)
    assert by_kind({"x": layout}) == {kind.name: {"x": layout}}
    (made,) = stack({"x": layout}, [])
    assert made.columns == ("x",)
    assert made.ordered == layout.ordered
    assert isinstance(total([kind.state.zero(), kind.state.zero()]), kind.state)
