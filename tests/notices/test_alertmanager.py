"""A real Alertmanager: active while the incident is open, gone with it, and never for what is long past."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.notices.made import followed, opened
from tests.services.process import LOOPBACK, Server, free_port, mortal
from tests.services.series_servers import needed
from tidegauge.actions.alertmanager import Alertmanager
from tidegauge.actions.messenger import Message, message_of
from tidegauge.core.intent import CONTINUED
from tidegauge.core.window import Window


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needed("prometheus-alertmanager")
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "am.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", encoding="utf-8")
    here = f"{LOOPBACK}:{free_port()}"
    command = ["prometheus-alertmanager", f"--config.file={folder}/am.yml", f"--storage.path={folder}/told"]
    running = Server(
        [*mortal(), *command, f"--web.listen-address={here}", "--cluster.listen-address="], folder / "am.log"
    )
    try:
        running.wait_until(lambda: Alertmanager(url=f"http://{here}").problems() == [])
        yield f"http://{here}"
    finally:
        running.stop()


def active(server: str, incident: str) -> list[Any]:
    """What it shows of an incident."""
    with urllib.request.urlopen(f"{server}/api/v2/alerts", timeout=10) as answer:
        return [a for a in json.load(answer) if a["labels"]["incident"] == incident]


def message(incident: str, start: datetime, event: str = "") -> Message:
    """Of an incident that opened in a window that began then."""
    window = Window(start, start + timedelta(hours=1), "hour")
    decision, happened = opened()
    found = replace(happened, id=incident, first=window)
    opening = Alertmanager(url="http://x").consider(replace(decision, window=window), found, live=True)
    assert opening is not None
    return message_of(followed(opening, event) if event else opening, window.end + timedelta(hours=2))


def test_it_is_active_while_it_is_open_and_gone_with_it(server: str) -> None:
    action, now = Alertmanager(url=server), datetime.now(UTC) - timedelta(hours=2)
    for event in ("", CONTINUED, CONTINUED):
        assert action.send(message("a" * 16, now, event)) == ""
        (shown,) = active(server, "a" * 16)
    assert set(shown["labels"]) == {"alertname", "monitor", "incident", "severity"}
    assert shown["annotations"]["summary"]
    assert datetime.fromisoformat(shown["endsAt"]) > datetime.now(UTC) + timedelta(hours=20)
    assert action.send(message("a" * 16, now, "resolved")) == ""
    assert active(server, "a" * 16) == []


def test_a_window_of_2013_is_never_shown(server: str) -> None:
    action, then = Alertmanager(url=server), datetime(2013, 5, 1, tzinfo=UTC)
    for event in ("", CONTINUED, "resolved"):
        action.send(message("b" * 16, then, event))
        assert active(server, "b" * 16) == []


def test_a_check_says_that_it_is_there() -> None:
    (problem,) = Alertmanager(url="http://127.0.0.1:9", timeout=2).problems()
    assert problem.startswith("the receiver at http://127.0.0.1:9 can't be reached")
