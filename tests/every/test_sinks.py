"""Every sink: the monitor knows it, its options are checked, a receiver that is away is a SinkError."""

import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.every.reports import fine
from tests.services.series_servers import SeriesServer
from tidegauge.core.errors import MonitorError, SinkError, UnknownName
from tidegauge.core.grid import containing
from tidegauge.core.point import SeriesSample
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import SINKS
from tidegauge.sinks.base import EventTimeSink, Sink
from tidegauge.sinks.html import Html
from tidegauge.sinks.prometheus import Prometheus

SAMPLE = SeriesSample("tidegauge_window_rows", (("monitor", "m"),), 7.0, 1364860799000)
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens


def test_options_are_checked_with_a_sentence() -> None:
    with pytest.raises(UnknownName, match='no sink is called "promtheus". Did you mean "prometheus"?'):
        build(SINKS, "promtheus", {})
    with pytest.raises(MonitorError, match='sink "html": foldr: unknown key. Did you mean "folder"?'):
        build(SINKS, "html", {"foldr": "x"})
    with pytest.raises(MonitorError, match='sink "prometheus": needs pushgateway. Address of the Pushgateway'):
        build(SINKS, "prometheus", {})
    assert build(SINKS, "html", {"folder": "x"}) == Html(folder="x")
    assert build(SINKS, "prometheus", {"pushgateway": "http://y"}) == Prometheus(pushgateway="http://y")


@pytest.fixture(params=sorted(SINKS))
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """Each sink with a receiver that is not there."""
    (tmp_path / "file").write_text("a file where a folder should be")
    receivers: dict[str, dict[str, object]] = {
        "html": {"folder": str(tmp_path / "file" / "folder")},
        "prometheus": {"pushgateway": NOWHERE, "timeout": 2.0},
        "remote_write": {"url": f"{NOWHERE}/api/v1/write", "timeout": 2.0},
    }
    name = str(request.param)
    return build(SINKS, name, receivers[name])


def test_check_tells_of_a_receiver_that_is_away(away: Sink) -> None:
    """What a run will meet, `tidegauge check` says before."""
    (said,) = away.problems("m", timedelta(days=1), timedelta(days=1))
    assert len(said) > 40
    assert said.endswith((".", "?"))


@pytest.mark.parametrize("place", ["127.0.0.1", "http://127.0.0.1:port", "ftp://127.0.0.1", "http://a b"])
def test_check_tells_of_an_address_that_nobody_can_read(place: str) -> None:
    (said,) = Prometheus(pushgateway=place).problems("m", timedelta(0), timedelta(0))
    assert "sinks.prometheus.pushgateway" in said


def test_check_has_nothing_to_say_of_a_gateway_that_answers(pushgateway_url: str, tmp_path: Path) -> None:
    assert Prometheus(pushgateway=pushgateway_url).problems("m", timedelta(0), timedelta(0)) == []
    assert Html(folder=tmp_path / "not" / "there" / "yet").problems("m", timedelta(0), timedelta(0)) == []
    assert not (tmp_path / "not").exists(), "check makes nothing"


def test_a_receiver_that_is_away_is_a_sink_error(away: Sink) -> None:
    shown = fine()
    if isinstance(away, EventTimeSink):
        shown = replace(shown, samples=(SAMPLE,))
    with pytest.raises(SinkError) as error:
        away.publish(shown)
    assert "?" in str(error.value), "the sentence says what to look at"
    if isinstance(away, EventTimeSink):  # what takes back a window is shown as any other is
        return
    with pytest.raises(SinkError) as error:
        away.withdraw(shown.monitor, shown.decision.stage, shown.decision.window, None)
    assert "?" in str(error.value)


def test_what_was_never_shown_may_be_withdrawn_and_twice(
    tmp_path: Path, pushgateway_url: str, prometheus: SeriesServer
) -> None:
    """The outbox delivers at least once; and what is shown of other windows stays."""
    shown = fine()
    other = containing("day", "UTC", datetime(2031, 1, 1, tzinfo=UTC))
    receivers: dict[str, dict[str, object]] = {
        "html": {"folder": str(tmp_path / "pages")},
        "prometheus": {"pushgateway": pushgateway_url, "job": "withdrawn"},
        "remote_write": {"url": prometheus.write_url},
    }
    for name in SINKS:
        sink = build(SINKS, name, receivers[name])
        for _ in range(2):
            sink.withdraw(shown.monitor, shown.decision.stage, other, None)
        sink.publish(shown)
        pages = {p: p.read_bytes() for p in tmp_path.rglob("*.html")}
        for _ in range(2):
            sink.withdraw(shown.monitor, shown.decision.stage, other, shown)
        assert {p: p.read_bytes() for p in tmp_path.rglob("*.html")} == pages
    for name in SINKS:
        sink = build(SINKS, name, receivers[name])
        sink.withdraw(shown.monitor, shown.decision.stage, shown.decision.window, None)
    assert [p.name for p in tmp_path.rglob("*.html") if p.name != "index.html"] == []
    with urllib.request.urlopen(f"{pushgateway_url}/metrics", timeout=10) as answer:
        assert 'job="withdrawn"' not in answer.read().decode()
