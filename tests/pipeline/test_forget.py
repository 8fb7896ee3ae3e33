"""A forgotten window was never there: for what is decided, told and shown from then on; not for who asks what was."""

import json
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.begun import open_pipeline
from tests.pipeline.test_clock import FAR
from tests.pipeline.world import BEGIN, LATER, a_monitor, change, day, inside
from tests.services.process import LOOPBACK, free_port
from tests.store.looking_back import past_blobs, past_decisions, past_revisions
from tests.store.samples import to_version_3
from tidegauge.actions.delivering import deliver
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import WindowError
from tidegauge.core.intent import Intent
from tidegauge.core.window import STAGES, VOLUME, Window
from tidegauge.monitor import Monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.store.database import Database
from tidegauge.store.store import Store

BEGUN, LAST = 46, 50
GONE = f"DELETE FROM log WHERE {inside(day(48))}"
AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def by_a_fast_clock(monitor: Monitor, window: Window, *, url: str | None = None) -> None:
    """Run a window of the future, as any caller could before the pipeline asked what time it is; and show it."""
    with open_pipeline(monitor, url=url, clock=lambda: AHEAD, clock_is_right=True) as pipeline:
        pipeline.run(window)
        publish(pipeline)


def nights(pipeline: Pipeline, *numbers: int) -> None:
    """Run some nights, live, each shown and told of."""
    for number in numbers:
        pipeline.run(day(number))
        finish(pipeline)


def finish(pipeline: Pipeline) -> None:
    """Show and carry out whatever waits."""
    assert publish(pipeline) == []


def publish(pipeline: Pipeline) -> list[str]:
    """Deliver all that waits, what failed before too; a sentence each that fails."""
    return [o.note for o in deliver(pipeline, start=lambda _: True, again=True) if o.failed]


def notified(folder: Path) -> list[str]:
    """The windows of whose inputs a person was told."""
    file = folder / "notices.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [line["window"] for line in lines if line["stage"] == "inputs"]


def base(url: str, folder: Path) -> Path:
    """A store that has seen the first weeks."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(BEGUN).start)
    return folder / "store.db"


@pytest.mark.parametrize("which", ["future", "middle", "last"])
def test_it_ends_as_if_it_had_never_been_run(warehouse: str, tmp_path: Path, which: str) -> None:
    """The law, on both engines: profiles, scores, decisions and incidents are those of a store that never ran it."""
    change(warehouse, GONE)
    window = {"future": FAR, "middle": day(48), "last": day(LAST)}[which]
    numbers = range(BEGUN, LAST + 1)
    store = base(warehouse, tmp_path / "base")
    dumps = []
    for forgets in (False, True):
        folder = tmp_path / str(forgets)
        folder.mkdir()
        shutil.copy(store, folder / "store.db")
        monitor = a_monitor(warehouse, folder)
        with open_pipeline(monitor) as pipeline:
            for number in numbers:
                if forgets and which == "future" and number == 48:
                    by_a_fast_clock(monitor, window)
                if forgets or day(number) != window:
                    pipeline.run(day(number))
            pipeline.run_due(LATER)
            if forgets:
                forgot = pipeline.forget(window)
                assert window not in {d.window for d in forgot.decided}
                assert bool(forgot.decided) is (which == "middle"), "what comes after it is decided again"
                again = pipeline.forget(window)
                assert (again.stages, again.decided, again.gone) == ((), (), ())
            dumps.append(pipeline.store.dump())
            assert not [d for d in pipeline.decide(first=()) if d.window == window]
    if which == "middle":  # one knows that there is nothing to wait for, so its decisions are final
        dumps = [but_for_the_gap(dump) for dump in dumps]
    assert dumps[0].splitlines() == dumps[1].splitlines()


def but_for_the_gap(dump: str) -> str:
    """A store's dump without what it says of a missing window, and without evidence, which holds that."""
    lines = []
    for line in map(json.loads, dump.splitlines()):
        one = line | {"evidence": ""}
        if line["table"] == "decisions":
            d = json.loads(line["json"])
            notes = [n for n in d["notes"] if not n.startswith("Provisional")]
            one["json"] = d | {"provisional": False, "notes": notes, "evidence": ""}
        if line["table"] != "points" or line["statistic"] != "provisional":
            lines.append(json.dumps(one, sort_keys=True))
    return "\n".join(sorted(lines))


def test_what_was_left_out_is_neither_missing_nor_a_gap(clean: str, tonight: Monitor) -> None:
    """A sweep would start it again within the hour, and page again; and every window after it was provisional."""

    def provisional(pipeline: Pipeline) -> set[str]:
        made = [pipeline.store.decisions.get("shop", stage, day(51)) for stage in STAGES]
        return {d.stage for d in made if d and d.provisional}

    with open_pipeline(tonight, url=clean) as pipeline:
        nights(pipeline, 50, 51, 52)
        pipeline.run_due(LATER)
        pipeline.forget(day(50), at=day(50).start)  # run too early: it is to be run
        assert pipeline.missing(day(52).end) == pipeline.gaps(day(52).end) == [day(50)]
        assert provisional(pipeline) == {"inputs"}, "and the labels that had come by then are not due"
        nights(pipeline, 50)
        pipeline.run_due(LATER)
        assert provisional(pipeline) == set()
        pipeline.forget(day(50), at=day(52).end)
        assert pipeline.missing(day(52).end) == pipeline.gaps(day(52).end) == []
        assert provisional(pipeline) == set()
        notes = [n for d in pipeline.store.decisions.of("shop") for n in d.notes if n.startswith("Provisional")]
        assert notes == []
        nights(pipeline, 50)
        assert day(50) in pipeline.store.decisions.evidences("shop", "inputs"), "whoever asks for it has it again"


@pytest.fixture
def shop(duck: str, tonight: Monitor) -> tuple[Monitor, str]:
    """A store up to the day before day 50, and a warehouse in which days 50 and 51 have no rows."""
    change(duck, *(f"DELETE FROM log WHERE {inside(day(n))}" for n in (50, 51)))
    return tonight, duck


def test_the_next_real_alert_pages(shop: tuple[Monitor, str], tmp_path: Path) -> None:
    """It was swallowed: the window of 2099 had no rows either, and was taken for the same incident."""
    monitor, url = shop
    by_a_fast_clock(monitor, FAR, url=url)
    with open_pipeline(monitor, url=url) as pipeline:
        finish(pipeline)
        assert notified(tmp_path) == [FAR.key]
    shutil.copy(tmp_path / "store.db", tmp_path / "copy.db")
    copy = a_monitor(monitor.source.url or "", tmp_path, store=f"sqlite:///{tmp_path}/copy.db")
    with open_pipeline(copy, url=url) as pipeline:
        nights(pipeline, 50)
        assert notified(tmp_path) == [FAR.key], "what this test is about"
        forgot = pipeline.forget(FAR)
        assert [(i.stage, i.windows) for i in forgot.unheard] == [("inputs", (day(50),))], "too late: it is said"
    with open_pipeline(monitor, url=url) as pipeline:
        forgot = pipeline.forget(FAR)
        assert [i.windows for i in forgot.gone if i.stage == "inputs"] == [(FAR,)]
        nights(pipeline, 50)
        assert notified(tmp_path) == [FAR.key, day(50).key]


def test_an_incident_stays_while_another_window_is_in_it(shop: tuple[Monitor, str], tmp_path: Path) -> None:
    monitor, url = shop
    with open_pipeline(monitor, url=url) as pipeline:
        nights(pipeline, 50, 51)
        (both,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.columns[0] == VOLUME]
        assert both.windows == (day(50), day(51))
        forgot = pipeline.forget(day(51))
        assert (forgot.gone, forgot.unheard) == ((), ()), "its first window was told of"
        (one,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.columns[0] == VOLUME]
        assert (one.id, one.windows) == (both.id, (day(50),))
        nights(pipeline, 51)
        assert notified(tmp_path) == [day(50).key], "of the incident that goes on nobody is told twice"


def test_what_was_is_still_there_to_be_asked(shop: tuple[Monitor, str]) -> None:
    monitor, url = shop
    with open_pipeline(monitor, url=url) as pipeline:
        nights(pipeline, 50)
        store, before = pipeline.store, pipeline.explain(day(50))
        pipeline.forget(day(50))
        assert [repr(d) for _, d in past_decisions(store, "shop", "inputs", day(50))] == [repr(before)]
        (revision,) = past_revisions(store, monitor.source_key, "inputs", day(50))
        assert past_blobs(store, monitor.source_key, "inputs", day(50), revision)
        assert store.profiles.revision(monitor.source_key, "inputs", day(50)) is None
        assert [(t.window, t.stage) for t in pipeline.tombstones()] == [(day(50), "inputs")]
        with pytest.raises(WindowError, match="has no decision on the inputs of day/2024-03-26"):
            pipeline.explain(day(50))


def test_run_again_it_is_a_new_life_of_which_people_are_told(shop: tuple[Monitor, str], tmp_path: Path) -> None:
    """Its notice has another key: the notices' file, and Airflow, take the same key for the same event."""
    monitor, url = shop
    with open_pipeline(monitor, url=url) as pipeline:
        for life in range(1, 4):
            nights(pipeline, 50)
            assert notified(tmp_path) == [day(50).key] * life
            asked = {c.intent.key for c in pipeline.store.outbox.carried("shop") if c.intent.action == "retrain"}
            assert len(list((tmp_path / "reports").rglob("2024-03-26*-inputs.html"))) == 1
            pipeline.forget(day(50))
            finish(pipeline)
            assert not list((tmp_path / "reports").rglob("2024-03-26*-inputs.html"))
        keys = [json.loads(line)["key"] for line in (tmp_path / "notices.jsonl").read_text().splitlines()]
        assert len(keys) == len(set(keys))
        states = {c.intent.key: c.state for c in pipeline.store.outbox.carried("shop") if c.intent.action == "notify"}
        assert {states[k] for k in keys} == {"forgotten"}
        assert asked <= {c.intent.key for c in pipeline.store.outbox.carried("shop") if c.state == "forgotten"}


def test_what_waits_to_be_done_is_withdrawn_and_seen_to_be(shop: tuple[Monitor, str], tmp_path: Path) -> None:
    monitor, url = shop
    with open_pipeline(monitor, url=url) as pipeline:
        pipeline.run(day(50))
        (notice,) = [i for i in pipeline.pending() if i.action == "notify" and i.payload["stage"] == "inputs"]
        assert pipeline.store.outbox.claim(notice.key, "somebody", 60, as_of=datetime.now(UTC))
        pipeline.forget(day(50))
        left = [c for c in pipeline.store.outbox.carried("shop") if c.intent.window == day(50)]
        assert {c.state for c in left if c.intent.payload["stage"] == "inputs" and c.intent.action != "mend"} == {
            "withdrawn"
        }
        pipeline.done(notice, ok=False, note="too late")  # by the worker that held it
        assert not pipeline.store.outbox.claim(notice.key, "somebody", 60, as_of=datetime.now(UTC), again=True)
        assert notice.key not in {i.key for i in pipeline.pending()}
        assert notified(tmp_path) == []
        (one,) = [c for c in pipeline.store.outbox.carried("shop") if c.intent.key == notice.key]
        assert (one.state, one.note) == ("withdrawn", "withdrawn: its window was forgotten")


def test_a_monitor_that_shares_the_profiles_forgets_with_it(duck: str, tmp_path: Path) -> None:
    one, other = (a_monitor(duck, tmp_path, name=name) for name in ("shop", "shop2"))
    assert one.source_key == other.source_key
    with open_pipeline(one) as a, open_pipeline(other) as b:
        for pipeline in (a, b):
            pipeline.backfill(BEGIN, day(30).start)
        a.forget(day(20))
        assert day(20) in b.store.decisions.evidences("shop2", "inputs")
        b.decide()
        assert day(20) not in b.store.decisions.evidences("shop2", "inputs")
        b.decide("labels")
        for stage in STAGES:
            assert verdicts(a, stage) == verdicts(b, stage)
            assert day(20) not in verdicts(b, stage)


def verdicts(pipeline: Pipeline, stage: str) -> dict[Window, Verdict]:
    return {d.window: d.verdict for d in pipeline.store.decisions.of(pipeline.monitor.name, stage)}


def test_cut_off_at_any_write_and_run_again_it_ends_the_same(
    clean: str, lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between any two transactions; and whoever decides next ends it, even where nobody runs it again."""
    ends, writes, k = set(), 99, -1
    while k < writes:
        folder = tmp_path / str(k)
        folder.mkdir()
        shutil.copy(lived, folder / "store.db")
        with open_pipeline(a_monitor(clean, folder)) as pipeline:
            done = count_writes(monkeypatch, k)
            if k < 0:
                pipeline.forget(day(45))
                writes = done()
            else:
                with pytest.raises(Killed):
                    pipeline.forget(day(45))
            monkeypatch.undo()
        with open_pipeline(a_monitor(clean, folder)) as pipeline:
            if k > 2:
                for stage in STAGES:
                    pipeline.decide(stage, first=())
            else:
                pipeline.forget(day(45))
            ends.add(pipeline.store.dump())
            stones = [(t.window, t.stage) for t in pipeline.tombstones()]
            assert sorted(stones) == sorted({(day(45), s) for s in STAGES})
        k += 1
    assert writes > 5
    assert len(ends) == 1


class Killed(Exception):
    """What ends the work."""


def count_writes(monkeypatch: pytest.MonkeyPatch, limit: int) -> Callable[[], int]:
    """Let so many transactions through (−1: all); how many there were."""
    writing, count = Database.writing, 0

    @contextmanager
    def counted(self: Database, lock: str) -> Iterator[Connection]:
        nonlocal count
        if count == limit:
            raise Killed
        count += 1
        with writing(self, lock) as connection:
            yield connection

    monkeypatch.setattr(Database, "writing", counted)
    return lambda: count


def test_a_store_written_before_is_mended_too(shop: tuple[Monitor, str]) -> None:
    """One of the version before, which holds a window of 2099."""
    monitor, url = shop
    with Store.open(monitor.expanded_store()) as store:
        never = store.dump()
    by_a_fast_clock(monitor, FAR, url=url)
    database = Database.at(monitor.expanded_store())
    with database.writing("test") as connection:
        to_version_3(connection)
    database.close()
    with open_pipeline(monitor, url=url) as pipeline:
        early = [w for w in pipeline.store.decisions.evidences("shop", "labels") if w.end > day(49).start]
        assert early, "the run of 2099 has judged labels, too"
        pipeline.forget(FAR)
        pipeline.forget(day(49), ["labels"])  # that were not due when the store was last seen well
        pipeline.forget(day(48), ["labels"])
        assert without_points(pipeline.store.dump()) == without_points(never)


def without_points(dump: str) -> list[str]:
    """What such a store can hold: it knew no series, which come with the next decisions."""
    return [line for line in dump.splitlines() if json.loads(line)["table"] not in ("points", "series")]


def test_a_window_that_nobody_has_run_is_a_sentence(tonight: Monitor, clean: str) -> None:
    with (
        open_pipeline(tonight, url=clean) as pipeline,
        pytest.raises(WindowError, match="shop knows nothing of day/2099-03-09.*, so there is nothing to forget"),
    ):
        pipeline.forget(FAR)


def shown(gateway: str, job: str, metric: str) -> float:
    """What the gateway says of a job's inputs."""
    return float(group(gateway, job, metric))


def group(gateway: str, job: str, metric: str = "decided_window_end") -> str:
    """The same as text, where there may be nothing; by default of its window's end."""
    with urllib.request.urlopen(f"{gateway}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    mine = [
        x
        for x in lines
        if re.match(rf"tidegauge_{metric}[_a-z]*{{", x) and f'job="{job}"' in x and 'stage="inputs"' in x
    ]
    return re.sub(r".*} ", "", mine[0]) if mine else ""


def pushing(monitor: Monitor, folder: Path, gateway: str, job: str) -> Monitor:
    """The same monitor with a gateway."""
    sinks = {"sinks: [": f"sinks: [ {{prometheus: {{pushgateway: '{gateway}', job: {job}, timeout: 2}}}}, "}
    return a_monitor(monitor.source.url or "", folder, **sinks)


def test_the_gateway_speaks_of_the_newest_good_window_again(
    shop: tuple[Monitor, str], tmp_path: Path, pushgateway_url: str
) -> None:
    monitor, url = shop
    monitor = pushing(monitor, tmp_path, pushgateway_url, "forget")
    with open_pipeline(monitor, url=url) as pipeline:
        nights(pipeline, 50)
        by_a_fast_clock(monitor, FAR, url=url)
        nights(pipeline, 51)
        assert float(group(pushgateway_url, "forget")) == FAR.end.timestamp(), "frozen"
        pipeline.forget(FAR)
        assert publish(pipeline) == []
        assert float(group(pushgateway_url, "forget")) == day(51).end.timestamp()
        nights(pipeline, 52)
        assert float(group(pushgateway_url, "forget")) == day(52).end.timestamp()


def test_a_gateway_that_is_down_is_mended_later_and_nothing_to_say_is_no_group(
    clean: str, tmp_path: Path, pushgateway_url: str
) -> None:
    folder = tmp_path / "one"
    monitor = pushing(a_monitor(clean, folder), folder, pushgateway_url, "forget-one")
    with open_pipeline(monitor) as pipeline:
        nights(pipeline, 0)
        assert float(group(pushgateway_url, "forget-one")) == day(0).end.timestamp()
        sinks = pipeline.monitor.sinks[0].options
        right, sinks["pushgateway"] = sinks["pushgateway"], f"http://{LOOPBACK}:{free_port()}"
        pipeline.forget(day(0))
        (trouble,) = publish(pipeline)
        assert "can't be reached" in trouble
        assert not list(folder.rglob("2024-02-05*-inputs.html")), "the pages do not wait for it"
        sinks["pushgateway"] = right
        assert publish(pipeline) == []
        assert group(pushgateway_url, "forget-one") == ""
        pipeline.forget(day(0))
        assert publish(pipeline) == [], "and again, where somebody asks"


def test_a_new_life_is_noticed_by_a_monitor_that_shares_the_profiles(duck: str, tmp_path: Path) -> None:
    """One forgets a window of test rows and runs it again; the other looks after that, and its alert is news too."""
    one, other = (a_monitor(duck, tmp_path / name, name=name, store=f"sqlite:///{tmp_path}/store.db")
                  for name in ("shop", "shop2"))  # fmt: skip
    change(duck, f"CREATE TABLE kept AS SELECT * FROM log WHERE {inside(day(50))}")
    change(duck, f"DELETE FROM log WHERE {inside(day(50))}")
    with open_pipeline(one) as a, open_pipeline(other) as b:
        for pipeline in (a, b):
            pipeline.backfill(BEGIN, day(50).start)
            nights(pipeline, 50)
        assert (notified(tmp_path / "shop"), notified(tmp_path / "shop2")) == ([day(50).key], [day(50).key])
        test = b.explain(day(50))
        a.forget(day(50))
        change(duck, "INSERT INTO log SELECT * REPLACE (amount * 100 AS amount) FROM kept")
        nights(a, 50)
        nights(b, 50)
        assert b.explain(day(50)).sentence != test.sentence
        assert notified(tmp_path / "shop") == notified(tmp_path / "shop2") == [day(50).key, day(50).key]
        assert "forgotten" in {c.state for c in b.store.outbox.carried("shop2") if c.intent.window == day(50)}
        for pipeline in (b, a):
            nights(pipeline, 50)
        assert notified(tmp_path / "shop") == notified(tmp_path / "shop2") == [day(50).key, day(50).key], "and once"


def test_the_same_rows_in_a_new_life_are_new_to_the_other_monitor(duck: str, tmp_path: Path) -> None:
    """Nothing but the tombstone tells the lives apart: rows, profile and evidence are what they were."""
    change(duck, f"DELETE FROM log WHERE {inside(day(50))}")
    one, other = (a_monitor(duck, tmp_path / name, name=name, store=f"sqlite:///{tmp_path}/store.db")
                  for name in ("shop", "shop2"))  # fmt: skip
    with open_pipeline(one) as a, open_pipeline(other) as b:
        for pipeline in (a, b):
            pipeline.backfill(BEGIN, day(50).start)
            nights(pipeline, 50)
        a.forget(day(50))
        nights(a, 50)
        b.decide(first=())
        assert day(50) not in b.store.decisions.evidences("shop2", "inputs"), "a gap again, until its own run"
        assert b.missing(day(50).end) == [day(50)]
        nights(b, 50)
        assert notified(tmp_path / "shop") == notified(tmp_path / "shop2") == [day(50).key, day(50).key]


def page_of(folder: Path, number: int) -> str:
    """The page of a day's inputs."""
    (page,) = (folder / "reports").rglob(f"{day(number).start:%Y-%m-%d}*-inputs.html")
    return page.read_text()


def test_what_comes_after_it_is_shown_as_it_is_decided_now(
    duck: str, tonight: Monitor, tmp_path: Path, pushgateway_url: str
) -> None:
    """Two days of a wrong unit: the second is like the first, until that is forgotten. Nobody is paged."""
    change(duck, *(f"UPDATE log SET amount = amount * 100 WHERE {inside(day(n))}" for n in (50, 51)))
    monitor = pushing(tonight, tmp_path, pushgateway_url, "after")
    with open_pipeline(monitor, url=duck) as pipeline:
        nights(pipeline, 50, 51)
        before, page = notified(tmp_path), page_of(tmp_path, 51)
        assert pipeline.explain(day(51)).verdict is Verdict.FINE, "what this test is about"
        assert shown(pushgateway_url, "after", "alert") == 0
        pipeline.forget(day(50))
        assert pipeline.explain(day(51)).verdict is Verdict.ALERT
        assert {c.intent.action for c in pipeline.store.outbox.carried("shop") if c.state == "pending"} == {
            "deliver",
            "mend",
        }
        finish(pipeline)
        (now,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.is_open]
        assert now.first == day(51)
        assert now.id in page_of(tmp_path, 51)
        assert shown(pushgateway_url, "after", "alert") == 1
        assert notified(tmp_path) == before
        nights(pipeline, 50)
        assert now.id not in page_of(tmp_path, 51), "run again, the first one is back, and the second is like it"
        assert page_of(tmp_path, 51) == page
        assert shown(pushgateway_url, "after", "alert") == 0
        assert notified(tmp_path) == [*before, day(50).key]


def test_good_windows_after_it_are_decided_again_and_not_shown_again(duck: str, tonight: Monitor) -> None:
    """They were, each of a month of hours, for one that was forgotten; their numbers move by a hair without it."""
    with open_pipeline(tonight, url=duck) as pipeline:
        nights(pipeline, 48, 49, 50, 51)
        forgot = pipeline.forget(day(48))
        again = {d.window for d in forgot.decided if d.stage == "inputs"}
        assert {day(49), day(50), day(51)} <= again
        assert {d.verdict for d in forgot.decided} <= {Verdict.FINE, Verdict.LEARNING}, "what this test is about"
        waiting = [c.intent for c in pipeline.store.outbox.carried("shop") if c.state == "pending"]
        assert {(i.action, i.window) for i in waiting} == {("mend", day(48))}


def test_who_ends_what_was_cut_off_shows_it_too(duck: str, tonight: Monitor, tmp_path: Path) -> None:
    """Killed before anything was decided again, as by a warehouse that went away."""
    change(duck, *(f"UPDATE log SET amount = amount * 100 WHERE {inside(day(n))}" for n in (50, 51)))
    with open_pipeline(tonight, url=duck) as pipeline:
        nights(pipeline, 50, 51)
        page = page_of(tmp_path, 51)
        for stage in STAGES:
            pipeline.store.tombstones.bury(tonight.source_key, stage, day(50), at=datetime.now(UTC))
    with open_pipeline(tonight, url=duck) as pipeline:
        nights(pipeline, 52)
        assert page_of(tmp_path, 51) != page


def test_a_decision_that_comes_back_is_shown_again(duck: str, tonight: Monitor, tmp_path: Path) -> None:
    """Rows that were corrected, and corrected back: the first delivery's key was there before."""
    change(duck, f"CREATE TABLE kept AS SELECT * FROM log WHERE {inside(day(50))}")
    with open_pipeline(tonight, url=duck) as pipeline:
        nights(pipeline, 50)
        first = page_of(tmp_path, 50)
        change(duck, f"DELETE FROM log WHERE {inside(day(50))}")
        nights(pipeline, 50)
        assert page_of(tmp_path, 50) != first
        change(duck, "INSERT INTO log SELECT * FROM kept")
        nights(pipeline, 50)
        assert page_of(tmp_path, 50) == first


def test_labels_that_were_counted_early_are_counted_when_the_warehouse_answers(duck: str, tonight: Monitor) -> None:
    """What the run of a window of the future has counted too early needs rows; all the rest does not wait for them."""
    by_a_fast_clock(tonight, FAR, url=duck)
    file, at = Path(duck.removeprefix("duckdb:///")), day(50).end
    file.rename(file.with_suffix(".away"))
    with open_pipeline(tonight, url=duck, clock=lambda: at) as pipeline:
        forgot = pipeline.forget(FAR)
        (left,) = forgot.left
        assert left.startswith("The labels of windows up to day/2024-03-24")
        assert "forget the window once more when the warehouse answers. DuckDB could not open" in left
        assert FAR not in pipeline.known("inputs") | pipeline.known("labels")
        file.with_suffix(".away").rename(file)
        assert pipeline.forget(FAR).left == ()


def test_a_retraining_that_was_begun_is_history_as_such(
    shop: tuple[Monitor, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed to a scheduler, and forgotten before that says so: withdrawn would read as if nothing had been started."""
    from tidegauge.airflow import work

    monitor, url = shop
    triggers: list[str] = []

    with open_pipeline(monitor, url=url) as pipeline:

        def start(intent: Intent) -> bool:
            triggers.append(work._trigger(pipeline, intent)["trigger_run_id"])
            return False  # it will be, by another task

        pipeline.run(day(50))
        deliver(pipeline, start=start)
        assert len(triggers) == 1
        pipeline.forget(day(50))
        retrainings = [c.state for c in pipeline.store.outbox.carried("shop") if c.intent.action == "retrain"]
        assert retrainings == ["withdrawn"]
    monkeypatch.setattr(work, "load_monitor", lambda _: monitor)
    work.settle(tmp_path, ["another"])
    work.settle(tmp_path, triggers)
    with open_pipeline(monitor, url=url) as pipeline:
        states = {c.intent.action: c.state for c in pipeline.store.outbox.carried("shop") if c.intent.window == day(50)}
    assert states["retrain"] == "forgotten"
