"""Show 5 and replay before trust: the past decided again is the past, and asking about it changes nothing."""

import json
import re
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.begun import open_pipeline
from tests.pipeline.world import (
    BEGIN,
    DAYS,
    DROP,
    END,
    LATER,
    NULLS,
    RECASED,
    UNIT,
    YAML,
    ZONE,
    a_monitor,
    at_night,
    change,
    day,
    inside,
    windows,
)
from tests.services.browser import Browser
from tidegauge.cli import main
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import WindowError
from tidegauge.core.window import STAGES
from tidegauge.decisions.feedback import Answer
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.estimates import estimates
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.catalogue import Catalogue, Pick
from tidegauge.replay.events import Event
from tidegauge.replay.outcome import Replay
from tidegauge.replay.replay import replay
from tidegauge.replay.replay_page import render
from tidegauge.stages.clock import Reading
from tidegauge.store.codec import write

FEW = Catalogue(6, tuple(Pick(n, trials=2) for n in ("missing", "unit-error", "rows-lost", "labels-flipped")))


def event(first: int, what: str, column: str = "", days: int = 1) -> Event:
    start, end = day(first).start, day(first + days - 1).end
    return Event(start, end, what, column, (f"{start:%Y-%m-%d}", f"{start:%Y-%m-%d}"))


EVENTS = [
    event(UNIT, "cents for dollars", "amount", 2),
    event(NULLS, "a third of the waits gone", "wait"),
    event(RECASED, "plans in capitals", "shop"),
    event(DROP, "half a load"),
]


@pytest.fixture
def store(settled: tuple[Path, str], tmp_path: Path) -> Path:
    """A folder with a copy of a store that has lived through all eight weeks."""
    shutil.copy(settled[0], tmp_path / "store.db")
    return tmp_path


@pytest.fixture(scope="module")
def replayed(faulty: str, settled: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """A replay of all eight weeks with a few faults and the events that are in them."""
    folder = tmp_path_factory.mktemp("replayed")
    shutil.copy(settled[0], folder / "store.db")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        return replay(pipeline, BEGIN, END, catalogue=FEW, events=EVENTS)


def decided(pipeline: Pipeline) -> dict[tuple[str, str], str]:
    """Every stored decision, in its bytes."""
    return {(s, d.window.key): write(d) for s in STAGES for d in pipeline.store.decisions.of(pipeline.monitor.name, s)}


def test_the_replay_of_what_was_run_is_the_same_byte_for_byte(replayed: Replay, faulty: str, store: Path) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        stored = decided(pipeline)
    assert replayed.same.same == len(stored) == 2 * DAYS
    assert (replayed.same.different, replayed.same.other, replayed.same.unknown) == ((), 0, 0)


@pytest.mark.parametrize("number", [20, NULLS, DAYS - 1])
def test_one_day_alone_is_the_same_too(faulty: str, store: Path, number: int) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        made = replay(pipeline, day(number).start, day(number).end, what_if=False)
    assert made.windows == 1
    assert (made.same.same, made.same.different) == (len(STAGES), ())
    assert {b.window for b in made.timeline} == {day(number)}
    assert made.sentence.startswith("In 1 day it would have sent " if made.judged else "Nothing was judged")
    assert "e+" not in made.sentence


def test_where_nothing_was_judged_there_is_no_rate(faulty: str, store: Path) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        made = replay(pipeline, BEGIN, day(3).start)
    assert made.sentence.startswith("Nothing was judged")
    assert made.advice == (
        "Nothing was judged, so nothing is to be said of the budget: replay a longer or a later time."
    )
    page = render(made)
    assert "nothing was judged; budget 1" in page
    assert "∞" not in page
    words = ["replay", str(file_of(faulty, store)), "--from", f"{BEGIN:%Y-%m-%d}", "--to", f"{day(3).start:%Y-%m-%d}"]
    done = CliRunner().invoke(main, words)
    assert "∞" not in done.stdout
    assert "a month" not in done.stdout


def test_without_a_store_it_decides_what_would_have_been_stored(
    faulty: str, settled: tuple[Path, str], store: Path
) -> None:
    """A monitor that never ran: profiles are made, decisions are not, and a backfill then makes the replayed ones."""
    empty = store / "empty"
    with open_pipeline(a_monitor(faulty, empty)) as pipeline:
        made = replay(pipeline, day(30).start, END)
        assert made.same.unknown > 0
        assert decided(pipeline) == {}
        assert pipeline.store.outbox.pending(pipeline.monitor.name) == []
        assert [i for s in STAGES for i in pipeline.store.incidents.of(pipeline.monitor.name, s)] == []
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        assert pipeline.store.dump() == settled[1]
        verdicts = {(b.stage, b.window): b.verdict for b in made.timeline}
        for (stage, window), verdict in verdicts.items():
            assert pipeline.explain(window, stage).verdict is verdict
    with open_pipeline(a_monitor(faulty, store)) as lived, open_pipeline(a_monitor(faulty, empty)) as new:
        assert decided(lived) == decided(new)


def test_nothing_is_written_and_nobody_is_told(faulty: str, store: Path) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        before = pipeline.store.dump(outbox=True)
        replay(pipeline, BEGIN, END, catalogue=FEW, events=EVENTS)
        assert pipeline.store.dump(outbox=True) == before
    assert not (store / "reports").exists()
    assert not (store / "notices.jsonl").exists()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(18, DAYS - 1))
def test_no_final_decision_changes_when_later_windows_are_added(
    faulty: str, settled: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Decided when nothing later was known, and in a store that holds all eight weeks: the same bytes."""
    folder = tmp_path_factory.mktemp("cut")
    with open_pipeline(a_monitor(faulty, folder)) as young:
        young.backfill(BEGIN, day(cut).start)
        then = decided(young)
    shutil.copy(settled[0], folder / "later.db")
    with open_pipeline(a_monitor(faulty, folder, store=f"sqlite:///{folder}/later.db")) as old:
        now = decided(old)
    assert len(then) >= cut
    assert {k: now[k] for k in then} == then


@given(cut=st.integers(18, DAYS - 1), first=st.integers(0, 17))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_replay_that_goes_on_longer_says_the_same_of_its_beginning(
    replayed: Replay, faulty: str, store: Path, cut: int, first: int
) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        made = replay(pipeline, day(first).start, day(cut).start, what_if=False)
    longer = {(b.stage, b.window): b for b in replayed.timeline}
    assert made.timeline
    assert all(longer[b.stage, b.window] == b for b in made.timeline)


def test_events_are_caught_by_when_and_by_which_column(replayed: Replay) -> None:
    by_name = {e.what: e for e in replayed.events}
    unit = by_name["cents for dollars"]
    assert unit.caught
    assert (unit.first, unit.windows_late, unit.named, unit.right) == (day(UNIT), 0, "amount", True)
    assert unit.hours_late == 26  # a day and the two hours that rows may take
    assert by_name["a third of the waits gone"].right is True
    assert by_name["plans in capitals"].right is False, "the file names a column that had nothing wrong"
    assert by_name["half a load"].right is None
    assert all(a.event for a in replayed.alerts if a.window in {day(UNIT), day(NULLS), day(DROP)})
    assert replayed.outside.count == sum(a.notice and not a.event for a in replayed.alerts)


def test_two_days_of_one_fault_are_one_notice(replayed: Replay) -> None:
    unit = [a for a in replayed.alerts if a.window in {day(UNIT), day(UNIT + 1)} and a.stage == "inputs"]
    assert [a.notice for a in unit] == [True] + [False] * (len(unit) - 1)
    assert {a.since for a in unit} == {day(UNIT)}


def test_notices_are_the_incidents_of_the_store(faulty: str, tmp_path: Path) -> None:
    """A planned silence, and an answer after which the same is news: nobody is told of the one, of the other again."""
    quiet, ended = day(NULLS), f"{day(NULLS).end.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"
    begun = f"{quiet.start.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"
    silences = f"1 per month, silences: [{{from: {begun}, to: {ended}, why: a deploy}}]"
    url = f"duckdb:///{shutil.copy(faulty.removeprefix('duckdb:///'), tmp_path / 'shop.duckdb')}"
    change(url, f"UPDATE log SET amount = amount * 9000 WHERE {inside(day(UNIT + 1))}")
    with open_pipeline(a_monitor(url, tmp_path, **{"1 per month": silences})) as pipeline:
        pipeline.backfill(BEGIN, END)
        (unit,) = (i for i in pipeline.store.incidents.of("shop", "inputs") if day(UNIT) in i.windows)
        assert day(UNIT + 1) in unit.windows
        answer(pipeline.store, "shop", unit.id, Answer.DISMISS, at=at_night(day(UNIT)), by="ana")
        pipeline.decide()
        kept = {(i.stage, i.first) for s in STAGES for i in pipeline.store.incidents.of("shop", s)}
        made = replay(pipeline, BEGIN, END)
    assert {(a.stage, a.window) for a in made.alerts if a.notice} == kept
    assert {("inputs", day(UNIT)), ("inputs", day(UNIT + 1))} <= kept
    silent = {a.window: a for a in made.alerts if a.silenced}
    assert set(silent) == {quiet}
    assert not silent[quiet].notice
    assert made.ways[0].notices.count == made.notices.count
    assert any("planned silence" in n for n in made.notes)
    assert render(made).count("in a planned silence") == 1 + len(made.notes), "the notice's row, and the note"


def test_an_event_without_a_verdict_was_not_missed(faulty: str, store: Path) -> None:
    events = [event(UNIT, "cents for dollars"), event(3, "while learning"), event(30, "before the replay")]
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        made = replay(pipeline, day(UNIT - 1).start, END, events=events)
    assert "caught 1 of 1 labelled event (2 more were not judged)" in made.sentence
    assert {(w.caught, w.events) for w in made.ways} == {(1, 1)}
    assert {e.what: e.judged for e in made.events} == {
        "cents for dollars": 1,
        "while learning": 0,
        "before the replay": 0,
    }


def test_faults_are_planted_in_windows_that_were_fine(replayed: Replay) -> None:
    verdicts = {(b.stage, b.window): b.verdict for b in replayed.timeline}
    assert replayed.trials
    assert {verdicts["inputs", t.window] for t in replayed.trials} == {Verdict.FINE}
    assert not {t.window for t in replayed.trials} & {day(n) for n in (UNIT, UNIT + 1, NULLS, RECASED, DROP)}
    found = Counter(t.fault for t in replayed.trials if t.found and t.first)
    assert found["unit-error"] >= 1
    assert found["rows-lost"] >= 1
    assert replayed.recall is not None
    assert replayed.recall.planted == len(replayed.trials) == sum(r.planted for r in replayed.by_fault)


def test_other_ways_are_asked_about_the_same_windows_and_faults(replayed: Replay) -> None:
    own, *others = replayed.ways
    assert own.own
    assert {w.planted for w in replayed.ways} == {len(replayed.trials)}
    budgets = {w.name: w.alerts for w in replayed.ways}
    assert budgets["a quarter of the budget"] <= own.alerts <= budgets["four times the budget"]
    assert {w.pools for w in others} >= {("seasonal",), ("trailing",)}
    for way in others:
        assert way.found == own.found + way.gained - way.lost
    assert replayed.advice.endswith(".")


def test_a_time_without_windows_is_told(faulty: str, store: Path) -> None:
    with open_pipeline(a_monitor(faulty, store)) as pipeline:
        with pytest.raises(WindowError) as early:
            replay(pipeline, BEGIN - timedelta(days=9), BEGIN - timedelta(days=5))
        with pytest.raises(WindowError) as short:
            replay(pipeline, day(5).start, day(5).start + timedelta(hours=7))
        with pytest.raises(WindowError) as back:
            replay(pipeline, day(5).start, day(3).start)
    assert str(early.value) == (
        "There is no whole day of shop between 2024-01-27 00:00 and 2024-01-31 00:00, by the clock of "
        "America/New_York; the first one begins 2024-02-05 00:00. Give a later time."
    )
    assert str(short.value).endswith("Give a longer time.")
    assert str(back.value) == (
        "The replay of shop is to begin 2024-02-10 00:00 and to end 2024-02-08 00:00, which is not later. "
        "Give the first day, and the day after the last."
    )


def test_a_replay_of_the_future_says_where_the_past_ends(
    faulty: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Reading(day(20).end + timedelta(hours=2), "this host")  # its late rows have had their time
    monkeypatch.setattr("tidegauge.stages.clock.Clock.read", lambda _: at)
    words = ["replay", str(file_of(faulty, store)), "--no-what-if", "--from"]
    done = CliRunner().invoke(main, [*words, "2030-01-01", "--to", "2030-02-01"])
    until = "2024-02-26 00:00, when the newest day of shop ended"
    refused = "has not ended yet, so there is nothing to judge: it ends 2030-01-02 00:00, and by the clock of this host"
    assert done.exit_code == 2
    assert f"{refused} it is 2024-02-26 02:00." in done.stderr
    done = CliRunner().invoke(main, [*words, "2024-02-25", "--to", "2030-02-01"])
    assert (done.exit_code, done.stderr) == (0, f"Goes up to {until}: --to lies later.\n")


def test_on_both_engines(warehouse: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        made = replay(pipeline, day(40).start, END, catalogue=Catalogue(3, Catalogue().picks[:3]), what_if=False)
    assert made.judged
    assert made.trials
    assert [w.own for w in made.ways] == [True]


def test_the_page_is_drawn_and_names_from_data_stay_text(replayed: Replay, chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "replay.html"
    text = render(replayed)
    page.write_text(text, encoding="utf-8")
    assert render(replayed) == text
    assert not re.search(r"https?://(?!www\.w3\.org)", text), "nothing is fetched from anywhere"
    dom = chromium.dom(page)
    for said in ("How often it would have alerted", "cents for dollars", "Would another budget", "rows lost"):
        assert said in dom
    picture = chromium(page, tmp_path / "page.png", width=500, height=900).read_bytes()
    assert len(picture) > 20_000


def test_no_date_and_no_head_of_a_table_breaks_on_a_narrow_screen(
    replayed: Replay, chromium: Browser, tmp_path: Path
) -> None:
    """The page is put in a frame of 420 pixels and measured by a script, which the page itself would forbid."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", render(replayed))
    measure = (
        "<script>const at = document.querySelector('[aria-labelledby=events]'), replayed = [];"
        "for (const e of at.querySelectorAll('th, .w')) { const range = document.createRange();"
        "range.selectNodeContents(e); const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));"
        "if (lines.size > e.textContent.split(' ').length || (e.className === 'w' && lines.size > 1))"
        "replayed.push(e.textContent); }"
        "document.title = `broken: ${replayed.join('|')}; ${at.querySelectorAll('th, .w').length} at ${innerWidth}`;"
        "parent.postMessage(document.title, '*');</script></body>"
    )
    (tmp_path / "inner.html").write_text(text.replace("</body>", measure), encoding="utf-8")
    outer = (
        "<script>onmessage = e => { document.title = e.data; };</script><iframe src=inner.html width=420 height=900>"
    )
    (tmp_path / "outer.html").write_text(outer, encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", chromium.dom(tmp_path / "outer.html"))
    assert title
    assert re.fullmatch(r"broken: ; \d\d at 420", title[1]), title[1]


def file_of(monitor_url: str, folder: Path) -> Path:
    path = folder / "shop.yml"
    first, store = windows()[0].start.date(), f"sqlite:///{folder}/store.db"
    path.write_text(YAML.format(name="shop", store=store, url=monitor_url, zone=ZONE, start=first, folder=folder))
    return path


def test_the_command_writes_a_page_and_a_json(faulty: str, store: Path) -> None:
    (store / "events.csv").write_text("start,end,what,column\n2024-03-19,2024-03-20,cents,amount\n")
    (store / "few.yml").write_text(
        "windows: 3\ntrials: 1\nsizes: [large]\nfaults: [unit-error, {missing: {columns: [wait]}}]\n"
    )
    words = ["replay", "--monitor", str(file_of(faulty, store)), "--from", "2024-03-01", "--to", "2024-04-01"]
    words += ["--faults", str(store / "few.yml"), "--events", str(store / "events.csv"), "--out", str(store / "out")]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "It caught 1 of 1 labelled event and found" in done.output
    assert "unit-error" in done.output
    assert "half the budget" in done.output
    answer = json.loads((store / "out" / "replay.json").read_text())
    assert {t["fault"] for t in answer["trials"]} == {"unit-error", "missing"}
    assert {tuple(t["columns"]) for t in answer["trials"] if t["fault"] == "missing"} == {("wait",)}
    assert (store / "out" / "replay.html").read_text().startswith("<!doctype html>")
    done = CliRunner().invoke(main, [*words[:7], "--no-what-if", "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["events"] == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("f.yml", "faults: [mising]", 'no fault is called "mising". Did you mean "missing"?'),
        ("f.yml", "sizes: [huge]", 'no size is called "huge"'),
        ("f.yml", "trials: none", "must be a whole number from 1 to 1000"),
        ("f.yml", "faults: [missing, missing]", "listed twice"),
        ("f.yml", "faults: [{missing: {colums: [a]}}]", 'unknown key "colums". Did you mean "columns"?'),
        ("f.yml", "windows: [", "f.yml:1: is not YAML"),
        (
            "f.yml",
            "faults: [{unit-error: {columns: [amout]}}]",
            'f.yml: unit-error cannot be done to a column "amout". Did you mean "amount"?',
        ),
        ("e.csv", "start,what\n", 'the column "end" is missing'),
        ("e.csv", "start,end,what\nsoon,,x\n", 'e.csv:2: start "soon" is no date'),
        ("e.csv", "start,end,what\n2024-03-02,2024-03-01,x\n", "ends (2024-03-01) before it starts"),
        (
            "e.csv",
            "start,end,what,column\n2024-03-02,,x,y\n2024-03-02,,x,amout\n",
            'e.csv:3: the monitor has no column "amout". Did you mean "amount"?',
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_said(faulty: str, store: Path, name: str, text: str, said: str) -> None:
    (store / name).write_text(text)
    option = "--faults" if name.endswith("yml") else "--events"
    words = [
        "replay",
        str(file_of(faulty, store)),
        "--from",
        "2024-03-25",
        "--to",
        "2024-04-01",
        option,
        str(store / name),
    ]
    done = CliRunner().invoke(main, [*words, "--no-what-if"])
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_replay_of_what_was_never_decided_leaves_the_status_true(faulty: str, tmp_path: Path) -> None:
    """It profiles windows that no run has decided: they are no gap, and what was seen before them is still seen."""
    file = file_of(faulty, tmp_path)
    with open_pipeline(load_monitor(file)) as pipeline:
        pipeline.backfill(BEGIN, day(43).start)
        assert pipeline.sensitivity(day(42)) is not None
        before = CliRunner().invoke(main, ["status", str(file)]).stdout
        assert before.startswith("shop: 43 windows profiled, Mon 2024-02-05 to Mon 2024-03-18\n\n")
        estimated = repr(estimates(pipeline.deciding))
        replay(pipeline, day(43).start, END, what_if=False)
        assert repr(estimates(pipeline.deciding)) == estimated, "labels that no run has decided say nothing"
    after = CliRunner().invoke(main, ["status", str(file)]).stdout
    first, undecided, *rest = after.splitlines()
    assert first == "shop: 56 windows profiled, Mon 2024-02-05 to Sun 2024-03-31"
    assert undecided == "The last 13 have no decision yet: replayed only, or the run has not come."
    assert "in between" not in after
    assert rest == before.splitlines()[1:]
    assert "Smallest detectable changes" in after
    again = CliRunner().invoke(main, ["decide", str(file)])
    assert (again.exit_code, again.stdout) == (0, "Nothing new to decide.\n"), "they wait for their own run"
