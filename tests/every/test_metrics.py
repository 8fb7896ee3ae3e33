"""Metrics: few, bounded, and on a real Pushgateway the newest window of each stage."""

import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry, delete_from_gateway, generate_latest, push_to_gateway
from prometheus_client import Gauge as Family
from prometheus_client.parser import text_string_to_metric_families

from tests.every.reports import EXAMPLES, day, fine, hostile, large, numeric
from tests.golden.golden import check
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import SinkError
from tidegauge.core.unseen import visible
from tidegauge.core.window import STAGES
from tidegauge.reports.report import Report
from tidegauge.sinks.event_time import METRICS
from tidegauge.sinks.metrics import COLUMNS, HELP, gauges, registry
from tidegauge.sinks.prometheus import Prometheus
from tidegauge.wording.text import one_line

EVERY = {**EXAMPLES, "hostile": hostile, "large": large}


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_metrics_are_as_they_were(example: str) -> None:
    check(f"metrics/{example}.prom", generate_latest(registry(EXAMPLES[example]())).decode())


@pytest.mark.parametrize("example", sorted(EVERY))
def test_metrics_are_few_and_bounded(example: str) -> None:
    report = EVERY[example]()
    made = gauges(report)
    assert {g.name for g in made} <= set(HELP)
    assert len({(g.name, *sorted(g.labels.items())) for g in made}) == len(made), "one value for a series"
    assert all(len(value) <= 120 and visible(value) == value for g in made for value in g.labels.values())
    assert len({g.labels["column"] for g in made if "column" in g.labels}) <= COLUMNS
    list(text_string_to_metric_families(generate_latest(registry(report)).decode()))  # a scrape can read it


def test_no_name_is_one_of_those_in_event_time() -> None:
    """Both sinks may end in one Prometheus: a query by name would find two series for one."""
    assert not HELP.keys() & METRICS.keys()


def test_a_group_of_an_older_version_is_known_by_the_name_it_had(pushgateway_url: str, job: str) -> None:
    end = "tidegauge_window_end_timestamp_seconds"
    registry = CollectorRegistry()
    Family(end, "as it was", registry=registry).set(day(0).end.timestamp())
    who = {"monitor": fine().monitor, "stage": "inputs"}
    push_to_gateway(pushgateway_url, job, registry, grouping_key=who)
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.publish(at(fine(), 1))
    assert {name for name, _, _ in held(pushgateway_url, job)} == {end}, "an older window does not take its place"
    sink.publish(at(fine(), 0))
    assert end not in {name for name, _, _ in held(pushgateway_url, job)}


@pytest.mark.parametrize("never", [float("inf"), float("nan")])
def test_a_group_that_somebody_else_has_made_nonsense_of_is_taken_over(
    pushgateway_url: str, job: str, never: float
) -> None:
    """A window that never ends would keep every later one out for good."""
    end, registry = "tidegauge_decided_window_end_timestamp_seconds", CollectorRegistry()
    Family(end, "not ours", registry=registry).set(never)
    push_to_gateway(pushgateway_url, job, registry, grouping_key={"monitor": fine().monitor, "stage": "inputs"})
    Prometheus(pushgateway=pushgateway_url, job=job).publish(fine())
    assert held(pushgateway_url, job)[end, "inputs", ""] == fine().decision.window.end.timestamp()


def held(url: str, job: str) -> dict[tuple[str, ...], float]:
    """What the gateway shows of a job: (name, labels that matter) → value."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (s.name, s.labels.get("stage", ""), s.labels.get("column", "")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.labels.get("job") == job and s.name.startswith("tidegauge")
    }


def at(report: Report, back: int, **changes: object) -> Report:
    return replace(report, decision=replace(report.decision, window=day(back), **changes))  # type: ignore[arg-type]  # fields of Decision


@pytest.fixture
def job(pushgateway_url: str) -> Iterator[str]:
    """A job of this test's own, gone afterwards: some gateways keep their groups on disk."""
    name = f"test-{uuid4().hex}"
    yield name
    for example in EVERY.values():
        for stage in STAGES:
            group = {"monitor": one_line(example().monitor, 120), "stage": stage}
            delete_from_gateway(pushgateway_url, name, grouping_key=group)


def test_gateway_holds_the_newest_window_of_each_stage(pushgateway_url: str, job: str) -> None:
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.publish(at(numeric(), 1))
    shown = held(pushgateway_url, job)
    assert shown["tidegauge_alert", "inputs", ""] == 1
    assert shown["tidegauge_column_z", "inputs", "temp"] == -31.2
    sink.publish(at(fine(), 0))
    sink.publish(at(fine(), 0))
    newer = held(pushgateway_url, job)
    assert newer["tidegauge_alert", "inputs", ""] == 0
    assert ("tidegauge_column_z", "inputs", "temp") not in newer, "a column that is no longer named is gone"
    sink.publish(at(numeric(), 5))
    assert held(pushgateway_url, job) == newer, "an older window does not come back"
    sink.publish(at(numeric(), 3, stage="labels"))
    both = held(pushgateway_url, job)
    assert both["tidegauge_alert", "labels", ""] == 1
    assert both["tidegauge_alert", "inputs", ""] == 0
    sink.publish(at(fine(), 0, verdict=Verdict.BROKEN, rows=3))
    assert held(pushgateway_url, job)["tidegauge_rows", "inputs", ""] == 3, "the same window, decided again"


def test_gateway_takes_hostile_text(pushgateway_url: str, job: str) -> None:
    sink = Prometheus(pushgateway=pushgateway_url, job=job)
    sink.publish(hostile())
    sink.publish(hostile())
    assert held(pushgateway_url, job)["tidegauge_rows", "inputs", ""] == 1e9


def test_what_is_no_gateway_is_a_sink_error(pushgateway_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SinkError, match="begins with neither http"):
        Prometheus(pushgateway="file:///etc/passwd").publish(fine())
    with pytest.raises(SinkError, match="refused the metrics of day/2013-12-12T05:00:00Z"):
        Prometheus(pushgateway=f"{pushgateway_url}/nothing/here").publish(fine())
    monkeypatch.setenv("GATEWAY", "http://user:s3cret@127.0.0.1:9")
    with pytest.raises(SinkError) as error:
        Prometheus(pushgateway="${GATEWAY}").publish(fine())
    assert "s3cret" not in str(error.value)
