"""Folders whose files disagree about a column's type: `init` and `compare` name column, files and types, and go on."""

from pathlib import Path

import duckdb
import pytest

import tidegauge as face
from tests.test_cli import tidegauge
from tidegauge.core.errors import ContractError
from tidegauge.init.first import first_monitor

ROWS = """SELECT i AS id, TIMESTAMP '2024-01-01' + to_seconds(i * 4320) AS ts, 5 + 10 * sin(i) AS amount,
  (i * 7919) % 1000 / 1000.0 AS score, {odd} AS odd FROM range({first}, {last}) AS t(i)"""
TYPES = {  # what three files hold, what the fourth does, and whether CSV holds what cannot be read as one either
    "text": ("CAST(50.5 + i % 13 AS DOUBLE)", "'v' || (i % 13)", "DOUBLE", "VARCHAR", False),
    "a list": ("i % 13", "[i]", "BIGINT", "BIGINT[]", False),
    "lists of text": ("'a' || (i % 3)", "['a']", "VARCHAR", "VARCHAR[]", False),
    "no struct": ("{'a': i % 3}", "'a'", "STRUCT(a BIGINT)", "VARCHAR", False),
    "a time": ("i % 13", "TIMESTAMP '2024-01-01'", "BIGINT", "TIMESTAMP", True),
    "a date": ("CAST(i AS DOUBLE)", "DATE '2024-01-01'", "DOUBLE", "DATE", True),
    "decimal numbers": ("i % 2 = 0", "CAST(0.5 AS DOUBLE)", "BOOLEAN", "DOUBLE", True),
    "bytes": ("i % 13", "CAST('a' AS BLOB)", "BIGINT", "BLOB", False),
    "ids of a kind": ("'a' || (i % 3)", "uuid()", "VARCHAR", "UUID", False),
}


def a_folder(folder: Path, odd: tuple[str, str], ending: str, *, time: str = "") -> tuple[str, Path]:
    """Four files of 200 rows, the last of which is written otherwise: their pattern; and one file of the first kind."""
    made = duckdb.connect()
    (folder / "data").mkdir()
    for k in range(4):
        rows = ROWS.format(odd=odd[k == 3], first=200 * k, last=200 * k + 200)
        if time and k == 3:
            rows = f"SELECT * REPLACE ({time} AS ts) FROM ({rows})"
        made.execute(f"COPY ({rows}) TO '{folder}/data/{k}.{ending}'")
    made.execute(f"COPY ({ROWS.format(odd=odd[0], first=0, last=800)}) TO '{folder}/other.{ending}'")
    return f"{folder}/data/*.{ending}", folder / f"other.{ending}"


CASES = [(name, ending) for name, case in TYPES.items() for ending in ("parquet", *(["csv"] if case[-1] else []))]


@pytest.mark.parametrize(("name", "ending"), CASES)
def test_the_column_is_left_out_and_named(tmp_path: Path, name: str, ending: str) -> None:
    before, after, was, now, _ = TYPES[name]
    pattern, other = a_folder(tmp_path, (before, after), ending)
    said = f"holds {now} in 3.{ending}, and {was} in 0.{ending} and 2 more files. Write them again with one type"

    written = tidegauge("init", "--path", pattern)
    assert written.exit_code == 0
    assert f"odd: {said}" in written.stdout
    assert "amount" in written.stdout, "the others are guessed"
    for sides, where in (((pattern, other), "in the reference"), ((other, pattern), "now")):
        found = face.compare(*map(str, sides))
        assert (found["odd"].verdict, found["odd"].sentence) == ("broken", f"{where} {said}")
        assert found["amount"].verdict == "same"
        compared = tidegauge("compare", *sides)
        assert compared.exit_code == 1
        assert f"`odd` {where} holds {now} in 3.{ending}" in compared.stdout
        assert "DuckDB" not in compared.stdout + compared.stderr


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize(
    ("time", "kind"), [("strftime(ts, '%d %B %Y')", "VARCHAR"), ("epoch_ms(ts)", "BIGINT")], ids=["text", "numbers"]
)
def test_a_time_that_is_none_in_some_files_is_named(tmp_path: Path, ending: str, time: str, kind: str) -> None:
    """Without it there is no monitor; the sentence says which files to write again."""
    pattern, _ = a_folder(tmp_path, ("1.5", "1.5"), ending, time=time)
    with pytest.raises(ContractError) as caught:
        first_monitor(None, path=pattern)
    said = f'"ts" holds {kind} in 3.{ending}, and TIMESTAMP in 0.{ending} and 2 more files. Write them again'
    assert said in str(caught.value)
    assert "DuckDB" not in str(caught.value)


@pytest.mark.parametrize(
    "odd",
    [
        ("CAST(i % 13 AS INT)", "CAST(i % 13 AS DOUBLE)"),
        ("'a' || (i % 3)", "'a0'"),
        ("{'a': i}", "{'b': i}"),
        ("TIMESTAMP '2024-01-01'", "TIMESTAMPTZ '2024-01-01'"),
    ],
    ids=["whole and decimal", "text", "structs", "times"],
)
def test_types_that_are_read_as_one_are_no_trouble(tmp_path: Path, odd: tuple[str, str]) -> None:
    pattern, other = a_folder(tmp_path, odd, "parquet")
    assert "odd: holds" not in first_monitor(None, path=pattern)
    assert face.compare(pattern, str(other))["amount"].verdict == "same"


def test_codes_that_look_like_numbers_in_some_csv_files_are_text(tmp_path: Path) -> None:
    """The types of CSV are guessed from values: nothing is apart where all is read as text."""
    pattern, other = a_folder(tmp_path, ("'A' || (i % 9)", "'4711'"), "csv")
    assert "odd: holds" not in first_monitor(None, path=pattern)
    assert face.compare(pattern, str(other))["odd"].kind == "categorical"
