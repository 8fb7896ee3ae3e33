"""Two tables at once: the same answer from every kind of side, verdicts by size, columns that don't match."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tidegauge
from tests.laws.frames import layouts, number, numpy_profile, word
from tidegauge.comparing.comparison import Comparison
from tidegauge.comparing.verdicts import ALARMS, upper_tail
from tidegauge.core.errors import ContractError
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.statistics import STATISTICS
from tidegauge.warehouses.duckdb import DuckDBWarehouse

HOSTILE = [
    "</script><script>alert(1)</script>",
    "'; DROP TABLE reference; --",
    "\u202eab",
    "x\x01y",
    "%s",
    "$1",
    '"',
    "{{ 7*7 }}",
]


def frame(seed: int, rows: int = 4000, shift: float = 0.0) -> pd.DataFrame:
    g = np.random.default_rng(seed)
    x = g.standard_normal(rows)
    return pd.DataFrame(
        {
            "flight_id": np.arange(rows) + 17 * seed,
            "x": x + shift,
            "y": np.where(g.random(rows) < 0.1, np.nan, np.exp(x)),
            "n": g.poisson(3, rows),
            "who": pd.Series(
                g.choice(np.array(["AA", "UA", "ä 🙂", None], dtype=object), rows, p=[0.5, 0.3, 0.15, 0.05])
            ),
            "good": g.random(rows) < 0.3,
        }
    )


def compare(a: object, b: object, **options: list[str]) -> Comparison:
    return tidegauge.compare(a, b, **options)  # type: ignore[arg-type]  # of the kinds alone


def write(kind: str, data: pd.DataFrame, folder: Path, name: str) -> object:
    table = pa.Table.from_pandas(data, preserve_index=False)
    if kind == "pandas":
        return data
    if kind == "arrow":
        return table
    path = folder / f"{name}.{kind}"
    if kind == "parquet":
        pyarrow.parquet.write_table(table, path)
    elif kind == "csv":
        pyarrow.csv.write_csv(table, path)
    else:
        url = f"duckdb:///{folder}/{name}.duckdb"
        with duckdb.connect(f"{folder}/{name}.duckdb") as connection:
            connection.register("given", table)
            connection.execute("CREATE TABLE log AS FROM given")
        return url, "log"
    return str(path)


@pytest.mark.parametrize("kind", ["arrow", "parquet", "csv", "duckdb"])
def test_every_kind_of_side_gives_the_same_numbers(kind: str, tmp_path: Path) -> None:
    before, now = frame(1), frame(2, shift=0.4)
    wanted = compare(before, now).to_dict()
    found = compare(write(kind, before, tmp_path, "before"), write(kind, now, tmp_path, "now")).to_dict()
    assert found["columns"] == wanted["columns"]
    assert found["sentence"] == wanted["sentence"]


def test_it_says_what_changed_first() -> None:
    answer = compare(frame(1), frame(2, shift=0.4))
    assert answer.verdict == "changed"
    assert answer.columns[0].name == "x"
    assert answer.sentence.startswith("1 of 5 columns changed, most of all `x`: the median went from")
    assert str(answer).startswith(answer.sentence)
    assert answer["flight_id"].verdict == "left out"
    assert "an id" in answer["flight_id"].sentence
    x = answer["x"]
    assert set(x.statistics) == {s.name for s in STATISTICS.values() if "numeric" in s.applies}
    assert x.current is not None
    assert x.reference is not None
    assert x.current.mean - x.reference.mean == pytest.approx(
        float(frame(2, shift=0.4)["x"].mean() - frame(1)["x"].mean()), abs=1e-4
    )


def test_equal_tables_are_the_same() -> None:
    answer = compare(frame(1), frame(1))
    assert answer.verdict == "same"
    assert answer.sentence == "Nothing of a size that matters changed in 5 columns."


@pytest.mark.parametrize(("rows", "now"), [(150, 150), (1000, 200), (4000, 20_000)])
def test_two_samples_of_one_population_are_the_same(rows: int, now: int) -> None:
    """At most one comparison in a hundred should be wrong; of twenty, two would be a fault."""
    wrong = sum(compare(frame(100 + k, rows), frame(200 + k, now)).verdict != "same" for k in range(20))
    assert wrong < 2, f"{wrong} of 20, where {ALARMS:.0%} was promised"


def test_a_million_rows_make_no_small_difference_large() -> None:
    g = np.random.default_rng(3)
    before, now = (pa.table({"x": g.standard_normal(600_000) + d}) for d in (0, 0.05))
    answer = compare(before, now)
    assert answer.verdict == "same"
    assert answer["x"].chance < 1e-12  # as significant as one likes
    assert 0 < answer["x"].strength < 1


def broken_sides() -> list[tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str, str]]:
    return [
        (
            "gone",
            lambda d: d.drop(columns="y"),
            "y",
            "is gone: the reference has it (DOUBLE), the current side does not",
        ),
        ("new", lambda d: d.assign(z=1.0), "z", "is new: the current side has it (DOUBLE), the reference does not"),
        (
            "type",
            lambda d: d.assign(x=d["x"].astype(str)),
            "x",
            "changed its type: DOUBLE in the reference, VARCHAR now",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "change", "column", "sentence"),
    broken_sides(),
    ids=lambda v: v if isinstance(v, str) and len(v) < 5 else "",
)
def test_a_column_that_does_not_match_is_a_finding_and_the_others_go_on(
    name: str, change: Callable[[pd.DataFrame], pd.DataFrame], column: str, sentence: str
) -> None:
    answer = compare(frame(1), change(frame(2)))
    assert answer.verdict == "broken"
    assert answer.columns[0].name == column
    assert answer.columns[0].sentence == sentence
    assert answer.sentence.startswith(f"`{column}` {sentence}.")
    assert answer["n"].verdict == answer["who"].verdict == "same"


@pytest.mark.parametrize(
    ("change", "column", "aspect"),
    [
        (lambda d: d.assign(y=d["y"].where(d.index % 5 > 0)), "y", "missing"),
        (lambda d: d.assign(x=d["x"].where(d.index % 50 > 0, np.inf)), "x", "not-finite"),
        (lambda d: d.assign(x=d["x"].where(d.index % 100 > 0, -9999.0)), "x", "far-outside"),
        (lambda d: d.assign(who=d["who"].str.lower()), "who", "new-categories"),
        (lambda d: d.assign(x=d["x"] * 1.5), "x", "shape"),
        (lambda d: d.assign(good=~d["good"]), "good", "shape"),
        (lambda d: d.assign(x=d["x"].mean()), "x", "shape"),
        (lambda d: d.assign(who=None), "who", "missing"),
        (lambda d: d.assign(x=1e308), "x", "far-outside"),
    ],
)
def test_every_fault_is_seen(change: Callable[[pd.DataFrame], pd.DataFrame], column: str, aspect: str) -> None:
    answer = compare(frame(1), change(frame(2)))
    assert [c.name for c in answer.columns if c.verdict == "changed"] == [column]
    assert aspect in answer[column].aspects
    json.loads(answer.to_json())
    assert answer.to_html()


def test_what_cannot_be_compared_is_a_sentence() -> None:
    empty = frame(1).iloc[:0]
    assert compare(empty, frame(1)).sentence == "The reference has no rows."
    assert compare(frame(1), empty).sentence == "The current side has no rows."
    assert (
        compare(
            pa.table({"t": pa.array([1], pa.timestamp("us"))}), pa.table({"t": pa.array([2], pa.timestamp("us"))})
        ).verdict
        == "broken"
    )
    with pytest.raises(ContractError, match="the reference is a builtins.int; compare takes a pandas, polars or Arrow"):
        compare(3, frame(1))
    with pytest.raises(ContractError, match="neither Parquet nor CSV by its name"):
        compare("log.txt", frame(1))
    with pytest.raises(ContractError, match="nowhere.parquet"):
        compare(frame(1), "nowhere.parquet")
    with pytest.raises(ContractError, match='column "hwo" is on neither side. Did you mean "who"'):
        compare(frame(1), frame(2), categorical=["hwo"])


def test_the_callers_word_on_roles_holds() -> None:
    answer = compare(frame(1), frame(2), numeric=["flight_id"], categorical=["n"], ignore=["x"])
    assert answer["flight_id"].kind == "numeric"
    assert answer["n"].kind == "categorical"
    assert answer["x"].verdict == "left out"


def test_hostile_values_and_names_do_no_harm() -> None:
    g = np.random.default_rng(1)
    name = 'x" <img src=x onerror=alert(1)> %s'
    before = pd.DataFrame({name: g.choice(HOSTILE, 3000), "big": ["a" * 100_000, "b"] * 1500})
    now = pd.DataFrame({name: g.choice(HOSTILE[:4], 3000), "big": ["a" * 100_000] * 3000})
    answer = compare(before, now)
    assert [c.verdict for c in answer.columns] == ["changed", "changed"]
    page = answer.to_html()
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x01" not in page
    assert len(page) < 100_000
    assert len(str(answer)) < 1000


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    big = frame(5, 120_000)  # more than the sample, in more than one block
    path = write("parquet", big, tmp_path, "big")
    answers = {compare(path, frame(6)).to_json() for _ in range(3)}
    assert len(answers) == 1


def test_the_package_stays_light() -> None:
    asked = "print(*(name in sys.modules for name in ('duckdb', 'pandas', 'sqlalchemy')))"
    program = f"import sys, tidegauge; assert 'numpy' not in sys.modules; tidegauge.compare; {asked}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


@pytest.mark.parametrize("x", [0.1, 1.0, 8.0, 60.0, 300.0])
@pytest.mark.parametrize("freedom", [1, 2, 10, 50, 150])
def test_the_tail_of_chi_squared_is_the_exact_one(freedom: int, x: float) -> None:
    """Of an even number of degrees it is a sum of Poisson's terms, of one twice a normal's tail."""
    if freedom == 1:
        exact = math.erfc(math.sqrt(x / 2))
    else:
        exact = math.fsum(math.exp(k * math.log(x / 2) - x / 2 - math.lgamma(k + 1)) for k in range(freedom // 2))
    assert upper_tail(np.array([x]), np.array([float(freedom)]))[0] == pytest.approx(exact, rel=1e-10)


def test_a_comparison_is_a_frame_where_one_is_asked_for() -> None:
    before = pd.DataFrame({"age": [30 + i % 50 for i in range(2000)], "country": ["DE", "FR"] * 1000})
    found = compare(before, before.assign(country="DE"))
    frame = found.to_frame()
    assert list(frame.index) == [c.name for c in found.columns] == ["country", "age"]
    assert list(frame["verdict"]) == ["changed", "same"]
    assert frame.loc["country", "hellinger"] == found["country"].statistics["hellinger"]
    assert frame["wasserstein"].isna().tolist() == [True, False], "what does not apply is NaN"
    assert frame.loc["country", "sentence"] == found["country"].sentence


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(number, word), max_size=40))
def test_one_window_counts_the_same_cells_as_numpy(rows: list[tuple[float | None, str | None]]) -> None:
    """A table without a time is one window, and one window has a statement of its own."""
    numeric, categorical = layouts([r[0] for r in rows], [r[1] for r in rows])
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE log (x DOUBLE, w VARCHAR)")
        if rows:
            connection.executemany("INSERT INTO log VALUES (?, ?)", rows)
        warehouse = DuckDBWarehouse(":memory:", connection=connection)
        mapping = LogMapping('"log"', {"numeric": ("x",), "categorical": ("w",)})
        ((profile,),) = profile_windows(
            warehouse, warehouse.describe("log"), mapping, {"x": numeric, "w": categorical}, {}, []
        )
    if rows:
        assert profile.whole["x"] == numpy_profile(numeric, [x for x, _ in rows])
        assert profile.whole["w"] == numpy_profile(categorical, [w for _, w in rows])
    else:
        assert profile.whole == {}


def test_a_frame_without_a_column_is_named() -> None:
    with pytest.raises(ContractError, match="DuckDB could not read the current: .*at least one column"):
        compare(frame(1), frame(2)[[]])


def test_new_values_are_said_once() -> None:
    before, after = pd.DataFrame({"who": ["a", "b"] * 400}), pd.DataFrame({"who": ["a", "c"] * 400})
    sentence = compare(before, after)["who"].sentence
    assert sentence.count("values not in the reference") == 1
    assert 'the share of "b" went from 50 % to 0 %' in sentence


def test_one_row_is_not_called_unchanged() -> None:
    many = pa.table({"x": [float(i % 50) for i in range(3000)]})
    for sides in ((many, many.slice(0, 1)), (many.slice(0, 1), many)):
        answer = tidegauge.compare(*sides, numeric=["x"])
        assert answer.verdict == "broken"
        assert "has 1 row: too few to say that nothing changed" in answer.sentence
    few = tidegauge.compare(many, many.slice(0, 100), numeric=["x"])
    assert few.sentence.endswith("; with 100 rows on the smaller side only large differences would show.")


def test_what_is_not_compared_says_why() -> None:
    days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=i) for i in range(300)]
    moved = pa.table({"x": [*range(300)], "at": days})
    assert "  at: a time: it moves on by itself" in str(tidegauge.compare(moved, moved, numeric=["x"])).splitlines()


def test_csv_says_how_it_was_read_and_takes_an_encoding(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = ["name;x", *(f"{name};{i}" for i in range(200) for name in ("Jos\u00e9", "Ana"))]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    with pytest.raises(ContractError, match=r"is not written as UTF-8\. Say how it is: encoding="):
        tidegauge.compare(path, path)
    answer = tidegauge.compare(path, path, encoding="latin-1")
    assert answer.current.endswith('people.csv (separated by ";", as latin-1)')
    assert answer.current in str(answer)
