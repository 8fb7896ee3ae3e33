"""The demo's reckoning must be able to fail: each promise that is broken is said in a sentence."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from examples.flights.faults import FAULTS
from examples.flights.verdict import reckon
from examples.flights.when import FIRST_NIGHT, LAST_NIGHT, NIGHTS, ZONE
from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.intent import Intent
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.sinks.folder import page_name
from tidegauge.store.store import Store

FLIGHTS_YML = Path("examples/flights/flights.yml").resolve()
FLIPPED = next(fault for fault in FAULTS if "retrain" in fault.actions)


@pytest.fixture
def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Monitor:
    """The demo's monitor, whose relative paths lead into a folder of the test's own."""
    found = load_monitor(FLIGHTS_YML)
    monkeypatch.chdir(tmp_path)
    Path(".demo").mkdir()
    return found


def window(night: date) -> Window:
    zone = ZoneInfo(ZONE)
    start, end = (datetime.combine(day, time(), zone) for day in (night, night + timedelta(days=1)))
    return Window(start, end, "day")


def decision(night: date, stage: str, *columns: str) -> Decision:
    """Fine without columns, an alert that points at them otherwise."""
    findings = tuple(Finding(column, "*", 3.0, ()) for column in columns)
    verdict = Verdict.ALERT if columns else Verdict.FINE
    return Decision("flights-delay", window(night), stage, verdict, "…", f"{night}{stage}", findings=findings)


def as_promised() -> dict[tuple[date, str], Decision]:
    """The decisions of ten nights in which everything goes as the list of faults says."""
    nights = [FIRST_NIGHT + timedelta(days=k) for k in range(NIGHTS)]
    made = {(night, stage): decision(night, stage) for night in nights for stage in ("inputs", "labels")}
    return made | {(f.night, f.stage): decision(f.night, f.stage, *f.columns) for f in FAULTS}


def live(made: dict[tuple[date, str], Decision], actions: dict[str, tuple[str, ...]] | None = None) -> None:
    """Put decisions, carried-out intents and reports where a run would."""
    asked = {fault.name: fault.actions for fault in FAULTS} | (actions or {})
    nights = {(fault.night, fault.stage): fault for fault in FAULTS}
    with Store.open("sqlite:///.demo/tidegauge.db") as store:
        for at, d in sorted(made.items()):
            names = asked[nights[at].name] if at in nights else ()
            intents = [
                Intent(f"{d.window.key}{d.stage}{name}", name, d.monitor, d.window, {"stage": d.stage})
                for name in names
            ]
            store.decisions.commit_batch([(d, b"", intents, ())], as_of=d.window.end)
            for intent in intents:
                store.outbox.finish(intent.key, ok=True, as_of=d.window.end)
            page = Path(".demo/reports/flights-delay") / page_name(d.window, d.stage)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.touch()


def run_of(night: date, state: str = "success") -> dict[str, object]:
    return {"dag_run_id": f"r-{night}", "state": state, "conf": {"window": window(night).key}}


def candidates(*nights: date) -> Path:
    folder = Path(".demo/candidates")
    folder.mkdir()
    for night in nights:
        artefact = folder / f"{night}.pickle"
        artefact.touch()
        record = {"window": window(night).key, "candidate": {"artefact": str(artefact)}}
        (folder / f"{night}.json").write_text(json.dumps(record))
    return folder


def wrong(monitor: Monitor, *runs: dict[str, object], made: Path) -> list[str]:
    return list(reckon(monitor, runs, made).wrong)


def test_nothing_is_wrong_when_all_is_as_listed(monitor: Monitor) -> None:
    live(as_promised())
    assert wrong(monitor, run_of(FLIPPED.night), made=candidates(FLIPPED.night)) == []


def test_ten_nights_in_which_nothing_happened_break_every_promise(monitor: Monitor) -> None:
    said = wrong(monitor, made=candidates())
    assert sum("raised no alert" in sentence for sentence in said) == len(FAULTS)
    assert "Airflow retrained for no night; intended was ['2013-12-13']." in said
    assert "Candidates were recorded for no night; intended was ['2013-12-13']." in said
    assert "0 of the 10 nights were decided." in said


def test_a_column_that_ranks_fourth_is_not_found(monitor: Monitor) -> None:
    fault = next(f for f in FAULTS if f.name == "unit change")
    other = {(fault.night, "inputs"): decision(fault.night, "inputs", "temp", "dewp", "humid", "distance")}
    live(as_promised() | other)
    assert wrong(monitor, run_of(FLIPPED.night), made=candidates(FLIPPED.night)) == [
        '"unit change" alerted, but distance is not among its first three columns.'
    ]


def test_an_action_too_few_and_one_too_many_are_both_said(monitor: Monitor) -> None:
    live(as_promised(), {"stuck sensor": (), "unit change": ("report", "retrain")})
    assert wrong(monitor, run_of(FLIPPED.night), made=candidates(FLIPPED.night)) == [
        "\"stuck sensor\" triggered nothing, and should trigger ('report',).",
        "\"unit change\" triggered ('report', 'retrain'), and should trigger ('report',).",
    ]


def test_a_retraining_too_many_a_failed_one_and_one_without_a_candidate(monitor: Monitor) -> None:
    live(as_promised())
    folder = candidates(FLIPPED.night)
    assert wrong(monitor, run_of(FLIPPED.night), run_of(LAST_NIGHT), made=folder) == [
        "Airflow retrained for ['2013-12-13', '2013-12-21']; intended was ['2013-12-13']."
    ]
    assert wrong(monitor, run_of(FLIPPED.night, "failed"), made=folder) == [
        "1 of 1 retraining runs did not succeed.",
        "Airflow retrained for no night; intended was ['2013-12-13'].",
    ]
    for artefact in folder.glob("*.pickle"):
        artefact.unlink()
    assert wrong(monitor, run_of(FLIPPED.night), made=folder) == [
        "Candidates were recorded for no night; intended was ['2013-12-13']."
    ]


def test_one_false_alert_in_ten_nights_is_within_a_budget_of_one_a_month_and_two_are_not(monitor: Monitor) -> None:
    faulty = {fault.night for fault in FAULTS}
    clean = [night for night, stage in as_promised() if stage == "inputs" and night not in faulty][:2]
    folder = candidates(FLIPPED.night)
    live(as_promised() | {(clean[0], "labels"): decision(clean[0], "labels", "late")})
    assert wrong(monitor, run_of(FLIPPED.night), made=folder) == []
    second = replace(decision(clean[1], "inputs", "temp"), evidence="new")
    with Store.open("sqlite:///.demo/tidegauge.db") as store:
        store.decisions.commit_batch([(second, b"", (), ())], as_of=second.window.end)
    assert wrong(monitor, run_of(FLIPPED.night), made=folder) == [
        "Clean nights alerted 2 times, and the budget allows 1 in 10 nights."
    ]


def test_the_readme_lists_the_faults_as_they_are() -> None:
    page = FLIGHTS_YML.with_name("README.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if " December |" in line]
    listed = [(row[0], row[1], row[3], tuple(row[4].split(", "))) for row in rows]
    assert listed == [(f"{f.night:%a %-d %B}", f.name, f.reaches, f.actions) for f in FAULTS]
