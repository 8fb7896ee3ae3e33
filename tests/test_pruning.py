"""A Pushgateway is told whether a monitor is alive, and cleared of monitors that are gone."""

import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families

from tests.every.reports import fine
from tidegauge.actions.liveness import liveness
from tidegauge.cli import main
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.intent import DELIVER, PAST, Intent
from tidegauge.core.window import Window
from tidegauge.sinks.base import Liveness
from tidegauge.sinks.metrics import HELP
from tidegauge.sinks.prometheus import Prometheus
from tidegauge.store.store import Store

NOON = datetime(2024, 3, 9, 12, tzinfo=UTC)
BEFORE = "tidegauge_"


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def day(number: int) -> Window:
    start = datetime(2024, 3, number, tzinfo=UTC)
    return Window(start, start + timedelta(days=1), "day")


def samples(url: str, job: str) -> dict[tuple[str, str, str], float]:
    """What the gateway shows of a job: name, monitor, stage (or state) → value."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (s.name.removeprefix(BEFORE), s.labels["monitor"], s.labels.get("stage", s.labels.get("state", ""))): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.labels.get("job") == job and s.name.startswith(BEFORE)
    }


def delivered(store: Store, window: Window, at: datetime, action: str = DELIVER, *, ok: bool = True) -> None:
    key = uuid4().hex
    intent = Intent(key, action, "shop", window, {"sink": "0:prometheus", "stage": "inputs"})
    store.decisions.commit(Decision("shop", window, "inputs", Verdict.FINE, "", key), b"", [intent], as_of=NOON)
    store.outbox.finish(key, ok=ok, as_of=at)


def test_alive_is_what_was_delivered_of_live_windows() -> None:
    with Store.open("sqlite://") as store:
        assert liveness(store, "shop") == Liveness()
        delivered(store, day(8), NOON, PAST)
        assert liveness(store, "shop").success is None, "a past that is shown is no sign of life"
        delivered(store, day(7), NOON - timedelta(days=1))
        delivered(store, day(6), NOON)  # a gap that was filled: news of today, and of an older window
        at_seven = Liveness(success=NOON, newest=day(7).end, lag=timedelta(hours=12))
        assert liveness(store, "shop") == at_seven
        delivered(store, day(8), NOON + timedelta(days=1), ok=False)
        told = liveness(store, "shop")
        assert (told.success, told.newest, told.waiting) == (NOON, day(7).end, 1), "what failed has reached nobody"
        assert liveness(store, "another") == Liveness()


def test_the_gateway_shows_it_and_what_is_not_known_has_no_sample(pushgateway_url: str) -> None:
    job = f"test-{uuid4().hex}"
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.show_liveness("shop", Liveness())
    assert samples(pushgateway_url, job) == {("undelivered", "shop", s): 0 for s in ("waiting", "given_up")}
    sink.show_liveness("shop", Liveness(1, 2, NOON, NOON, day(8).end, timedelta(hours=12)))
    shown = samples(pushgateway_url, job)
    assert shown["last_success_timestamp_seconds", "shop", ""] == NOON.timestamp()
    assert shown["newest_window_end_timestamp_seconds", "shop", ""] == day(8).end.timestamp()
    assert shown["lag_seconds", "shop", ""] == 12 * 3600
    assert {f"{BEFORE}{name}" for name, *_ in shown} <= HELP.keys()
    sink.prune([{"monitor": "shop"}])


@pytest.fixture
def folder(tmp_path: Path, pushgateway_url: str) -> tuple[Path, str]:
    """Two monitors that push under one job, and the job."""
    job = f"test-{uuid4().hex}"
    for name, labels in (("shop", ""), ("x" * 150, "labels: {table: labels, id: id, value: y, delay: 1 day}\n")):
        (tmp_path / f"{name[:4]}.yml").write_text(
            f'monitor: {name}\nsource: {{url: "duckdb:///x.duckdb", table: log}}\n{labels}'
            "columns: {id: id, time: t, prediction: p, numeric: [a]}\nwindow: {every: day}\n"
            f"sinks: [{{prometheus: {{pushgateway: {pushgateway_url}, job: {job}}}}}]\n",
            encoding="utf-8",
        )
    return tmp_path, job


def test_groups_of_monitors_that_are_gone_are_named_then_deleted(
    folder: tuple[Path, str], pushgateway_url: str
) -> None:
    place, job = folder
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    other = Prometheus(pushgateway=pushgateway_url, job=f"{job}-other")
    for name in ("shop", "x" * 150, 'gone "\\/ now'):
        sink.show_liveness(name, Liveness())
        other.show_liveness(name, Liveness())
    report = fine()
    sink.publish(report)  # under its own name, which no monitor has
    before = samples(pushgateway_url, job)

    said = tidegauge("prune", place)
    assert said.exit_code == 1
    assert set(said.stdout.splitlines()) == {
        f'stale: gone "\\/ now, whether it runs (job {job})',
        f"stale: {report.monitor}, its inputs (job {job})",
    }
    assert said.stderr == "If no other folder pushes under that job, delete them: --delete.\n"
    assert samples(pushgateway_url, job) == before

    assert tidegauge("prune", place, "--delete").exit_code == 0
    left = {monitor for _, monitor, _ in samples(pushgateway_url, job)}
    assert {name[:4] for name in left} == {"shop", "xxxx"}
    assert tidegauge("prune", place).stdout == f"Nothing is stale under the job {job}.\n"
    assert len(samples(pushgateway_url, f"{job}-other")) == 6, "another job is another's"


def test_a_monitor_that_has_no_labels_any_more(folder: tuple[Path, str], pushgateway_url: str) -> None:
    place, job = folder
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    for stage in ("inputs", "labels"):
        sink.publish(replace(fine(), monitor="shop", decision=replace(fine().decision, stage=stage)))
    assert tidegauge("prune", place).stdout == f"stale: shop, its labels (job {job})\n"


def test_a_gateway_that_is_away_and_monitors_without_one(folder: tuple[Path, str]) -> None:
    place, _ = folder
    for file in place.glob("*.yml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.partition("pushgateway:")[0] + "pushgateway: http://127.0.0.1:9}}]\n", encoding="utf-8")
    away = tidegauge("prune", place)
    assert away.exit_code == 3
    assert "the Pushgateway at http://127.0.0.1:9 can't be reached (Connection refused)." in away.stderr
    for file in place.glob("*.yml"):
        file.write_text(file.read_text(encoding="utf-8").partition("sinks:")[0], encoding="utf-8")
    none = tidegauge("prune", place)
    assert none.exit_code == 2
    assert "None of these monitors has the sink prometheus, so there is no Pushgateway to look at." in none.stderr
