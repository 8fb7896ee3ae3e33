"""Show 8: whatever is wrong with the table, the store or the way to them is named, and the other columns go on."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, FIRST, TODAY, a_monitor, change, day, inside
from tidegauge.actions.delivering import deliver
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import ContractError, StoreError, WarehouseError, WindowError
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import Monitor
from tidegauge.pipeline.due_windows import LATE
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.stages import stage_named
from tidegauge.store.codec import stored
from tidegauge.store.intents import put_intents

ANY_START = {f", start: {FIRST}": ""}  # the first window is the first that has rows
SHIFT = f"UPDATE log SET amount = amount * 100 WHERE {inside(day(TODAY))}"  # what must be found all the same


def tell(monitor: Monitor, url: str, *statements: str) -> Decision:
    """Change the warehouse and run the night; the decision on the inputs."""
    change(url, *statements)
    with open_pipeline(monitor, url=url) as pipeline:
        (decision,) = [d for d in pipeline.run(day(TODAY)) if d.stage == "inputs"]
    return decision


def columns(decision: Decision) -> list[str]:
    """What the decision points at, strongest first."""
    return [f.column for f in decision.findings]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        pytest.param("ALTER TABLE log DROP COLUMN wait", 'column "wait" is not in the table. Known: ', id="missing"),
        pytest.param(
            "ALTER TABLE log RENAME COLUMN wait TO waited",
            'column "wait" is not in the table. Did you mean "waited"?',
            id="renamed",
        ),
        pytest.param(
            "ALTER TABLE log ALTER COLUMN wait TYPE {text}",
            'column "wait" is listed as numeric, but the table holds {text}.',
            id="another type",
        ),
    ],
)
def test_a_column_that_does_not_hold_is_named(tonight: Monitor, warehouse: str, statement: str, sentence: str) -> None:
    kind = "VARCHAR" if warehouse.startswith("duckdb") else "text"
    statement, sentence = statement.format(text=kind), sentence.format(text=kind)
    decision = tell(tonight, warehouse, SHIFT, statement)
    assert decision.verdict is Verdict.BROKEN
    assert decision.sentence.startswith(f"Broken: {sentence}")
    assert columns(decision)[:2] == ["wait", "amount"], "the shift of another column is found all the same"
    assert "far-outside" in {score.statistic for score in decision.findings[1].scores}
    with open_pipeline(tonight, url=warehouse) as pipeline:
        assert any(problem.startswith(sentence) for problem in pipeline.check())
        assert pipeline.run(day(TODAY)) == []
        assert [c.intent.action for c in pipeline.store.outbox.carried("shop")].count("notify") == 1


def test_a_column_that_comes_back_is_looked_at_again(tonight: Monitor, duck: str) -> None:
    """Renamed and renamed back: running the night again mends it."""
    broken = tell(tonight, duck, "ALTER TABLE log RENAME COLUMN wait TO waited")
    assert broken.verdict is Verdict.BROKEN
    mended = tell(tonight, duck, "ALTER TABLE log RENAME COLUMN waited TO wait")
    assert mended.verdict is Verdict.FINE
    with open_pipeline(tonight, url=duck) as pipeline:
        assert pipeline.run(day(TODAY)) == []


def test_what_was_counted_before_a_column_went_is_kept(tonight: Monitor, duck: str) -> None:
    """The nights before were profiled with the column; that it is gone now takes nothing from them."""
    tell(tonight, duck, "ALTER TABLE log DROP COLUMN wait")
    with open_pipeline(tonight, url=duck) as pipeline:
        before = pipeline.profiler.profiles.cells([day(TODAY - 1), day(TODAY)])
        assert "wait" in before[0]
        assert "wait" not in before[1]
        assert pipeline.explain(day(TODAY - 1)).verdict is not Verdict.BROKEN, "the night before had the column"


@pytest.mark.parametrize("column", ["id", "logged", "score", "shop", "plan"])
def test_any_role_may_be_gone(tonight: Monitor, duck: str, column: str) -> None:
    decision = tell(tonight, duck, SHIFT, f"ALTER TABLE log DROP COLUMN {column}")
    assert decision.verdict is Verdict.BROKEN
    assert f'column "{column}" is not in the table.' in decision.sentence
    assert "amount" in columns(decision)[:3]


def test_all_features_gone_at_once(tonight: Monitor, duck: str) -> None:
    gone = ("amount", "wait", "shop", "plan", "score")
    decision = tell(tonight, duck, *(f"ALTER TABLE log DROP COLUMN {column}" for column in gone))
    assert decision.verdict is Verdict.BROKEN
    for column in gone:
        assert f'column "{column}" is not in the table.' in decision.sentence


def test_an_empty_window(tonight: Monitor, warehouse: str) -> None:
    decision = tell(tonight, warehouse, f"DELETE FROM log WHERE {inside(day(TODAY))}")
    assert decision.verdict in (Verdict.ALERT, Verdict.BROKEN)
    assert "The window has no rows at all." in decision.notes
    assert "rows" in decision.sentence
    assert decision.rows == 0


def test_an_all_null_column(tonight: Monitor, warehouse: str) -> None:
    decision = tell(tonight, warehouse, SHIFT, f"UPDATE log SET wait = NULL WHERE {inside(day(TODAY))}")
    assert decision.verdict is Verdict.ALERT
    assert 'Every value of "wait" is missing.' in decision.notes
    assert {"wait", "amount"} <= set(columns(decision)[:3])


def test_event_times_in_the_future(tonight: Monitor, warehouse: str) -> None:
    """The events of a window lie five hours after they were written: a time zone is wrong."""
    wrong = f"UPDATE log SET logged = logged - INTERVAL '5 hours' WHERE {inside(day(TODAY))}"
    decision = tell(tonight, warehouse, SHIFT, wrong)
    assert decision.verdict is Verdict.BROKEN
    said = f'{decision.rows:,} of {decision.rows:,} rows have a "sold_at" more than an hour after they were written'
    assert f'{said} ("logged").' in decision.sentence
    assert "Is its time zone right (source.zone)?" in decision.sentence
    assert "amount" in columns(decision)[:3]


def test_a_table_that_reaches_into_the_future_is_seen_by_a_check(tonight: Monitor, duck: str) -> None:
    with open_pipeline(tonight, url=duck) as pipeline:
        (problem,) = pipeline.check(as_of=day(TODAY - 10).end)
    assert problem.startswith('column "sold_at" reaches into the future: the latest event is at 2024-04-01')


@pytest.mark.parametrize("column", ["sold_at", "logged"])
@pytest.mark.parametrize("odd", ["'20226-11-26'", "'0044-03-15 {bc}'", "'infinity'", "'-infinity'", "'0001-01-01'"])
def test_one_time_that_no_window_holds_stops_nothing(warehouse: str, tmp_path: Path, odd: str, column: str) -> None:
    """A row of the year 20226, of before our era, or of no time: told by a check; a run with an empty store goes on."""
    spelled = odd.format(bc="(BC)" if warehouse.startswith("duckdb") else "BC")
    one = f"(SELECT max(id) FROM log WHERE {inside(day(3))})"
    change(warehouse, f"UPDATE log SET {column} = CAST({spelled} AS TIMESTAMPTZ) WHERE id = {one}")
    with open_pipeline(a_monitor(warehouse, tmp_path, **ANY_START)) as pipeline:
        problems = pipeline.check(as_of=day(TODAY).end)
        assert pipeline.profiler.first_window() == day(0)
        assert pipeline.clock.newest_event() > day(TODAY).start
        made = pipeline.run(day(3), live=False)
        assert [d.rows > 0 for d in made if d.window == day(3)] == [True]
    said = [p for p in problems if p.startswith('column "sold_at": 1 row has a time outside of the years 1000 to 8999')]
    assert len(said) == (column == "sold_at")


def test_a_log_without_any_time_is_a_sentence(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, "UPDATE log SET sold_at = NULL")
    with open_pipeline(a_monitor(warehouse, tmp_path, **ANY_START)) as pipeline:
        assert any("says of none of its" in problem for problem in pipeline.check())
        with pytest.raises(ContractError, match="says of none of its .* rows when they happened"):
            pipeline.profiler.first_window()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("ALTER TABLE log RENAME TO logs", 'there is no table "log"'),
        ("ALTER TABLE log RENAME COLUMN sold_at TO sold", 'column "sold_at" is not in the table. Did you mean "sold"?'),
    ],
)
def test_nothing_can_be_said_without_a_table_or_a_time(
    tonight: Monitor, warehouse: str, statement: str, sentence: str
) -> None:
    change(warehouse, statement)
    with open_pipeline(tonight, url=warehouse) as pipeline:
        before = pipeline.store.dump(outbox=True)
        with pytest.raises(ContractError) as caught:
            pipeline.run(day(TODAY))
        assert sentence in str(caught.value)
        assert any(sentence in problem for problem in pipeline.check())
        assert pipeline.store.dump(outbox=True) == before


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("ALTER TABLE labels RENAME TO truths", 'there is no table "labels"'),
        ("ALTER TABLE labels RENAME COLUMN y TO yes", 'column "y" is not in the labels table.'),
        ("ALTER TABLE labels RENAME COLUMN known_at TO known", 'Did you mean "known"?'),
        ("ALTER TABLE labels ALTER COLUMN y TYPE {text}", 'the label column "y" holds {text};'),
    ],
)
def test_labels_that_do_not_hold_leave_the_inputs_alone(
    tonight: Monitor, warehouse: str, statement: str, sentence: str
) -> None:
    kind = "VARCHAR" if warehouse.startswith("duckdb") else "text"
    change(warehouse, SHIFT, statement.format(text=kind))
    with open_pipeline(tonight, url=warehouse) as pipeline:
        made = pipeline.run(day(TODAY))
        inputs, labels = (next(d for d in made if d.stage == stage) for stage in STAGES)
        assert inputs.verdict is Verdict.ALERT
        assert columns(inputs)[0] == "amount"
        assert labels.verdict is Verdict.BROKEN
        assert sentence.format(text=kind) in labels.sentence
        assert any(sentence.format(text=kind) in problem for problem in pipeline.check())


def test_labels_that_come_back_are_counted(tonight: Monitor, duck: str) -> None:
    change(duck, "ALTER TABLE labels RENAME TO truths")
    with open_pipeline(tonight, url=duck) as pipeline:
        assert [d.verdict for d in pipeline.run(day(TODAY)) if d.stage == "labels"] == [Verdict.BROKEN] * 2
    change(duck, "ALTER TABLE truths RENAME TO labels")
    with open_pipeline(tonight, url=duck) as pipeline:
        assert [d.verdict for d in pipeline.run(day(TODAY)) if d.stage == "labels"] == [Verdict.FINE] * 2


def test_a_warehouse_file_that_is_not_there(tonight: Monitor, tmp_path: Path) -> None:
    with open_pipeline(tonight, url=f"duckdb:///{tmp_path}/gone.duckdb") as pipeline:
        before = pipeline.store.dump(outbox=True)
        with pytest.raises(WarehouseError, match="DuckDB could not open .*gone.duckdb: "):
            pipeline.run(day(TODAY))
        assert pipeline.store.dump(outbox=True) == before, "an outage says nothing about the data"
        run = pipeline.store.runs.newest("shop")[-1]
        assert (run.outcome, run.window) == ("outage", day(TODAY))
        assert "gone.duckdb" in run.note


def test_a_server_that_does_not_answer(tonight: Monitor) -> None:
    url = "postgresql://somebody:s3cret@127.0.0.1:9/shop"
    with pytest.raises(WarehouseError) as caught, open_pipeline(tonight, url=url) as pipeline:
        pipeline.run(day(TODAY))
    assert "PostgreSQL at postgresql://somebody@127.0.0.1:9/shop did not answer: " in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_store_that_cannot_be_opened(clean: str, tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreError, match="store.db"), open_pipeline(a_monitor(clean, tmp_path)):
        raise AssertionError("it was opened")


def test_a_window_off_the_grid(tonight: Monitor, duck: str) -> None:
    night = day(TODAY)
    odd = Window(night.start.replace(hour=12), night.end, "day")
    with open_pipeline(tonight, url=duck) as pipeline:
        with pytest.raises(WindowError, match="is not a window of shop: the day there is") as caught:
            pipeline.run(odd)
        assert night.key in str(caught.value)
        with pytest.raises(WindowError, match="There is no whole day to read between"):
            pipeline.backfill(BEGIN, BEGIN)


def flip(pipeline: Pipeline, table: str, window: Window, column: str | None = None) -> None:
    """Flip one bit in the middle of stored blobs, by SQL."""
    where = (
        "window = :w"
        if table == "scores"
        else (
            "revision IN (SELECT id FROM revisions WHERE window = :w AND stage = 'inputs')"
            ' AND "column" = (SELECT id FROM names WHERE text = :c)'
        )
    )
    bound = {"w": window.key, "c": column}
    with pipeline.store.database.writing("harm") as connection:
        for rowid, blob in connection.execute(text(f"SELECT rowid, blob FROM {table} WHERE {where}"), bound).all():
            harmed = bytearray(blob)
            harmed[len(harmed) // 2] ^= 4
            connection.execute(text(f"UPDATE {table} SET blob = :b WHERE rowid = :r"), {"b": bytes(harmed), "r": rowid})


@pytest.fixture
def sound(clean: str, lived: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dump of a store that went on one night without any harm."""
    folder = tmp_path_factory.mktemp("sound")
    shutil.copy(lived, folder / "store.db")
    with open_pipeline(a_monitor(clean, folder)) as pipeline:
        pipeline.run(day(TODAY))
        return pipeline.store.dump()


def counted_and_noted(pipeline: Pipeline, window: Window) -> None:
    """Profile a window that was looked at: a run counts what nobody has looked at anew, and so mends it unasked."""
    stage_named("inputs").changed(pipeline.profiler, [window])
    pipeline.profile([window], again=True)


def test_a_damaged_profile_of_the_window_is_named_and_mended(tonight: Monitor, clean: str, sound: str) -> None:
    with open_pipeline(tonight, url=clean) as pipeline:
        counted_and_noted(pipeline, day(TODAY))
        flip(pipeline, "profiles", day(TODAY), "wait")
    with open_pipeline(tonight, url=clean) as pipeline:
        decision = pipeline.run(day(TODAY))[0]
        assert decision.verdict is Verdict.BROKEN
        assert f'the stored profile of "wait" in {day(TODAY).key} is left out: ' in decision.sentence
        assert "fails its checksum" in decision.sentence
        assert "tidegauge backfill" in decision.sentence
        assert pipeline.run(day(TODAY)) == []
    with open_pipeline(tonight, url=clean) as pipeline:
        pipeline.backfill(day(TODAY).start, day(TODAY).end, again=True)
        assert pipeline.explain(day(TODAY)).verdict is Verdict.FINE
        assert pipeline.store.dump().splitlines() == sound.splitlines()


def test_a_damaged_profile_of_a_reference_is_named_and_mended(tonight: Monitor, clean: str, sound: str) -> None:
    with open_pipeline(tonight, url=clean) as pipeline:
        counted_and_noted(pipeline, day(TODAY - 1))
        flip(pipeline, "profiles", day(TODAY - 1), "wait")
        decision = pipeline.run(day(TODAY))[0]
        assert decision.verdict is Verdict.FINE
        assert any(
            note.startswith(f'the stored profile of "wait" in {day(TODAY - 1).key} is left out: ')
            for note in decision.notes
        )
    with open_pipeline(tonight, url=clean) as pipeline:
        pipeline.backfill(day(TODAY - 1).start, day(TODAY).end, again=True)
        assert pipeline.store.dump().splitlines() == sound.splitlines()


def test_damaged_scores_are_mended_by_the_next_night(tonight: Monitor, clean: str, sound: str) -> None:
    with open_pipeline(tonight, url=clean) as pipeline:
        flip(pipeline, "scores", day(TODAY - 3))
        pipeline.run(day(TODAY))
        assert pipeline.store.dump().splitlines() == sound.splitlines()


def test_a_damaged_row_of_the_outbox_stops_no_run_and_no_forgetting(tonight: Monitor, duck: str) -> None:
    """One that was done long ago: every live run looked through all of them, and ended there."""
    change(duck, SHIFT, f"UPDATE log SET wait = NULL WHERE {inside(day(TODAY + 1))}")
    with open_pipeline(tonight, url=duck) as pipeline:
        pipeline.run(day(TODAY))
        assert not [o for o in deliver(pipeline, start=lambda _: True) if o.state != "done"]
        with pipeline.store.database.writing("harm") as connection:
            connection.execute(text("UPDATE outbox SET payload = '{'"))
        assert [d for d in pipeline.run(day(TODAY + 1)) if d.verdict is Verdict.ALERT]
        assert day(TODAY + 1) in {i.window for i in pipeline.pending()}
        pipeline.forget(day(TODAY))
        pipeline.forget(day(TODAY + 1))
        assert pipeline.store.outbox.undelivered("shop", fresh=True) != [], "what takes it back from the sinks"


def test_a_live_decision_reads_of_the_outbox_what_it_needs(
    tonight: Monitor, duck: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a year of deliveries, each night anew: what incidents were told of, and the last few windows' own."""
    change(duck, *(SHIFT.replace(inside(day(TODAY)), inside(day(n))) for n in (TODAY, TODAY + 1)))
    read: list[str] = []

    def noting(kind: type[dict[str, str]], payload: str, table: str, key: str) -> dict[str, str]:
        read.append(key)
        return stored(kind, payload, table, key)

    with open_pipeline(tonight, url=duck) as pipeline:
        pipeline.run(day(TODAY))
        some = [Intent(f"old{n}", DELIVER, "shop", day(n), {"stage": "inputs", "sink": "0:html"}) for n in range(TODAY)]
        with pipeline.store.database.writing("old") as connection:
            put_intents(pipeline.store.database, connection, some)
        acted = {i.key for i in pipeline.pending()}
        monkeypatch.setattr("tidegauge.store.intents.stored", noting)
        assert pipeline.run(day(TODAY + 1))
        assert acted <= set(read)
        assert {key for key in read if key.startswith("old")} <= {f"old{TODAY - n}" for n in range(LATE)}
        read.clear()
        assert pipeline.forget(day(TODAY + 1)).unheard == ()
        assert not [key for key in read if key.startswith("old")]
