"""A night just before the one that is run counts in its exit code where its own rows made it worse, and only there."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tidegauge.cli.main import main

NIGHTS, LATE = 40, 36  # the night in question; the ones after it are as any other
LOG = f"""CREATE TABLE log AS SELECT i AS id, TIMESTAMP '2024-01-01' + i * INTERVAL '720 seconds' AS at,
  CAST(i * 7919 % 1000 AS DOUBLE) AS x, CAST(i * 31 % 97 AS DOUBLE) / 97 AS p FROM range({120 * NIGHTS}) AS t(i)"""
MONITOR = """\
monitor: worsened
store: sqlite:///{folder}/s.db
source: {{url: "duckdb:///{folder}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: p, numeric: [x]}}
window: {{every: day, zone: UTC}}
alerts: {{budget: {budget}}}
"""
DIM, GLARING = 60, 900  # by so much x is higher: beside the point for a small budget, an alert by a large one; by any


def change(folder: Path, sql: str) -> None:
    with duckdb.connect(str(folder / "log.duckdb")) as connection:
        connection.execute(sql)


def higher(folder: Path, by: int) -> None:
    change(folder, f"UPDATE log SET x = x + {by} WHERE id BETWEEN {120 * LATE} AND {120 * LATE + 119}")


def write(folder: Path, budget: float) -> None:
    (folder / "m.yml").write_text(MONITOR.format(folder=folder, budget=budget))


def run(folder: Path, night: int, *words: str) -> int:
    """The exit code of a night's run."""
    date = f"2024-02-{night - 30:02}" if night > 30 else f"2024-01-{night + 1:02}"
    done = CliRunner().invoke(main, ["run", str(folder / "m.yml"), "--window", date, *words], catch_exceptions=False)
    return done.exit_code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log and a monitor with a small budget, whose past was read up to the night in question."""
    change(tmp_path, LOG)
    write(tmp_path, 0.01)
    words = ["backfill", str(tmp_path / "m.yml"), "--to", "2024-02-06"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    return tmp_path


def larger_budget(folder: Path) -> None:
    write(folder, 30)


def late_rows(folder: Path) -> None:
    higher(folder, GLARING)


@pytest.mark.parametrize("words", [(), ("--replay",)])
@pytest.mark.parametrize(("event", "code"), [(larger_budget, 0), (late_rows, 1)])
def test_only_what_its_own_rows_made_worse_is_said(
    folder: Path, event: Callable[[Path], None], code: int, words: tuple[str, ...]
) -> None:
    if event is larger_budget:
        higher(folder, DIM)
    assert run(folder, LATE) == 0
    event(folder)
    assert run(folder, LATE + 1, *words) == code
    assert run(folder, LATE, *words) == 1, "it has become worse by either"
