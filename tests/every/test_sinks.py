"""Every sink: the monitor knows it, its options are checked, a receiver that is away is a SinkError."""

from pathlib import Path

import pytest

from tests.every.bulletins import fine
from tidegauge.errors import MonitorError, SinkError, UnknownName
from tidegauge.monitor.options import SINKS as NAMES
from tidegauge.options import build, build_all
from tidegauge.sinks import SINKS
from tidegauge.sinks.base import Sink
from tidegauge.sinks.html import Html
from tidegauge.sinks.prometheus import Prometheus

NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens


def test_the_monitor_knows_the_same_names() -> None:
    assert set(SINKS) == set(NAMES)


def test_options_are_checked_with_a_sentence() -> None:
    with pytest.raises(UnknownName, match='no sink is called "promtheus". Did you mean "prometheus"?'):
        build(SINKS, "promtheus", {})
    with pytest.raises(MonitorError, match='sink "html" has no option "foldr". Did you mean "folder"?'):
        build(SINKS, "html", {"foldr": "x"})
    with pytest.raises(MonitorError, match='sink "prometheus" needs the option "pushgateway"'):
        build(SINKS, "prometheus", {})
    made = build_all(SINKS, (("html", {"folder": "x"}), ("prometheus", {"pushgateway": "http://y"})))
    assert made == (Html(folder="x"), Prometheus(pushgateway="http://y"))


@pytest.fixture(params=sorted(SINKS))
def away(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """Each sink with a receiver that is not there."""
    (tmp_path / "file").write_text("a file where a folder should be")
    receivers: dict[str, dict[str, object]] = {
        "html": {"folder": tmp_path / "file" / "folder"},
        "prometheus": {"pushgateway": NOWHERE, "timeout": 2.0},
    }
    name = str(request.param)
    return build(SINKS, name, receivers[name])


def test_a_receiver_that_is_away_is_a_sink_error(away: Sink) -> None:
    with pytest.raises(SinkError) as error:
        away.publish(fine())
    assert "?" in str(error.value), "the sentence says what to look at"
