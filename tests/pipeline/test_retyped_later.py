"""A column that is retyped or dropped in a window that is decided already: the next run says so, once."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.begun import open_pipeline
from tests.pipeline.test_other_types import a_folder
from tests.pipeline.world import TODAY, a_monitor, change, day
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.grid import containing
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.pipeline.pipeline import Pipeline

NOTIFY = "\nactions: [ {{notify: {{log: {folder}/notices.jsonl}}}} ]\n"


def again(monitor: Monitor, url: str, *statements: str, stage: str = "inputs") -> list[Decision]:
    """Change the warehouse and run the same night again; what was decided anew of a stage."""
    change(url, *statements)
    with open_pipeline(monitor, url=url) as pipeline:
        return [d for d in pipeline.run(day(TODAY)) if d.stage == stage]


def notices(pipeline: Pipeline) -> int:
    """How often anybody is notified."""
    return [c.intent.action for c in pipeline.store.outbox.carried(pipeline.monitor.name)].count("notify")


@pytest.mark.parametrize(
    ("statement", "back", "sentence"),
    [
        pytest.param("ALTER TABLE log DROP COLUMN wait", "", 'column "wait" is not in the table.', id="dropped"),
        pytest.param(
            "ALTER TABLE log RENAME COLUMN wait TO waited",
            "ALTER TABLE log RENAME COLUMN waited TO wait",
            'column "wait" is not in the table. Did you mean "waited"?',
            id="renamed",
        ),
        pytest.param(
            "ALTER TABLE log ALTER COLUMN wait TYPE {text}",
            "ALTER TABLE log ALTER COLUMN wait TYPE {double} {using}",
            'column "wait" is listed as numeric, but the table holds {text}.',
            id="retyped",
        ),
    ],
)
def test_a_table_that_is_altered_after_its_night_was_run(
    tonight: Monitor, warehouse: str, statement: str, back: str, sentence: str
) -> None:
    words = {"text": "VARCHAR", "double": "DOUBLE", "using": ""}
    if not warehouse.startswith("duckdb"):
        words = {"text": "text", "double": "double precision", "using": "USING wait::double precision"}
    assert [d.verdict for d in again(tonight, warehouse)] == [Verdict.FINE]
    (decision,) = again(tonight, warehouse, statement.format(**words))
    assert decision.verdict is Verdict.BROKEN
    assert decision.sentence.startswith(f"Broken: {sentence.format(**words)}")
    assert again(tonight, warehouse) == [], "it is said once"
    with open_pipeline(tonight, url=warehouse) as pipeline:
        assert notices(pipeline) == 1
        assert pipeline.explain(day(TODAY - 1)).verdict is Verdict.FINE, "the night before had the column when it came"
        assert "wait" in pipeline.profiler.profiles.cells([day(TODAY - 1)])[0]
    if back:
        (mended,) = again(tonight, warehouse, back.format(**words))
        assert mended.verdict is Verdict.FINE


@pytest.mark.parametrize("column", ["id", "logged", "score", "shop", "plan"])
def test_any_role_may_go_later(tonight: Monitor, duck: str, column: str) -> None:
    again(tonight, duck)
    (decision,) = again(tonight, duck, f"ALTER TABLE log DROP COLUMN {column}")
    assert decision.verdict is Verdict.BROKEN
    assert f'column "{column}" is not in the table.' in decision.sentence
    with open_pipeline(tonight, url=duck) as pipeline:
        assert notices(pipeline) == 1


def test_codes_that_become_decimal_numbers_later(tonight: Monitor, duck: str, tmp_path: Path) -> None:
    """What is spelled otherwise since is another type, though its role takes both."""
    change(duck, "ALTER TABLE log ALTER COLUMN plan TYPE BIGINT USING hash(plan) % 5")
    monitor = a_monitor(duck, tmp_path, name="codes")
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(day(0).start, day(TODAY).start)
    assert [d.verdict for d in again(monitor, duck)] == [Verdict.FINE]
    (decision,) = again(monitor, duck, "ALTER TABLE log ALTER COLUMN plan TYPE DOUBLE")
    assert decision.verdict is Verdict.BROKEN
    assert "held whole numbers (" in decision.sentence


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("ALTER TABLE labels RENAME TO truths", 'there is no table "labels"'),
        ("ALTER TABLE labels RENAME COLUMN y TO yes", 'column "y" is not in the labels table.'),
        ("ALTER TABLE labels ALTER COLUMN y TYPE {text}", 'the label column "y" holds {text};'),
    ],
)
def test_labels_that_are_retyped_or_dropped_later(
    tonight: Monitor, warehouse: str, statement: str, sentence: str
) -> None:
    kind = "VARCHAR" if warehouse.startswith("duckdb") else "text"
    assert {d.verdict for d in again(tonight, warehouse, stage="labels")} == {Verdict.FINE}
    (decision,) = again(tonight, warehouse, statement.format(text=kind), stage="labels")
    assert decision.verdict is Verdict.BROKEN
    assert sentence.format(text=kind) in decision.sentence
    assert again(tonight, warehouse, stage="labels") == []
    with open_pipeline(tonight, url=warehouse) as pipeline:
        assert notices(pipeline) == 1


def rewritten(folder: Path, d: int, values: str) -> None:
    """One day's file once more, with other values of its column `odd`: the same rows at the same times."""
    place, before = folder / "data" / f"{d:02}.parquet", folder / f"{d:02}"
    place.rename(before)
    rows = f"(SELECT *, id AS i FROM read_parquet('{before}'))"
    kept = "* EXCLUDE (i, odd)" if values == "dropped" else f"* EXCLUDE (i) REPLACE ({values} AS odd)"
    duckdb.connect().execute(f"COPY (SELECT {kept} FROM {rows}) TO '{place}' (FORMAT parquet)")


def test_a_file_that_is_rewritten_after_its_day_was_run(tmp_path: Path) -> None:
    """The day before is told of while today is fine; a file that stands apart long before hides neither."""
    number = "CAST(50.5 + i % 13 AS DOUBLE)"
    file = a_folder(tmp_path, "numeric", number, number, "parquet")
    file.write_text(file.read_text() + NOTIFY.format(folder=tmp_path))
    rewritten(tmp_path, 2, "'v' || (i % 13)")

    def run(n: int) -> list[tuple[int, Verdict]]:
        with open_pipeline(load_monitor(file)) as pipeline:
            first = pipeline.profiler.first_window().start
            made = pipeline.run(containing("day", "UTC", first + timedelta(days=n)))
            return [((d.window.start - first).days, d.verdict) for d in made]

    with open_pipeline(load_monitor(file)) as pipeline:
        first = pipeline.profiler.first_window().start
        pipeline.backfill(first, first + timedelta(days=16))
    assert [n for n, _ in run(16)] == [16]
    rewritten(tmp_path, 16, "'v' || (i % 13)")
    assert run(17)[0] == (16, Verdict.BROKEN)
    with open_pipeline(load_monitor(file)) as pipeline:
        assert notices(pipeline) == 1
    assert run(17) == []
    (tmp_path / "16").replace(tmp_path / "data" / "16.parquet")
    assert run(17)[0][1] is not Verdict.BROKEN, "mended, while the other file stands apart as before"
    rewritten(tmp_path, 16, f"{number} + 20")
    assert run(18)[0][0] == 16, "values that are corrected are seen beside a file that stands apart"
    (tmp_path / "16").replace(tmp_path / "data" / "16.parquet")
    rewritten(tmp_path, 17, "dropped")
    made = dict(run(18))
    assert 17 in made, "a column that a file lacks has no values in it"
