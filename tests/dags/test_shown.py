"""The list of all monitors on Airflow's page: what each store costs, and what is said of one that is not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidegauge.airflow import shown
from tidegauge.core.addresses.address import Address
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor, parse_monitor
from tidegauge.store.store import Store

DAY = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC), "day")
TEXT = """\
monitor: {name}
store: sqlite:///{store}
source: {{url: "duckdb:///log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [x]}}
window: {{every: day, zone: UTC}}
"""


def test_a_store_is_opened_once_for_all_that_lie_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each opening took 50 ms: a page of a thousand monitors took most of a minute."""

    def monitor(name: str, store: str) -> Monitor:
        return parse_monitor(TEXT.format(name=name, store=tmp_path / store), str(tmp_path / f"{name}.yml"))

    for name, store in (("m0", "one.db"), ("m1", "one.db"), ("other", "two.db")):
        with Store.open(Address("sqlite", path=str(tmp_path / store))) as into:
            decision = Decision(name, DAY, "inputs", Verdict.FINE, f"Of {name} nothing is strange.", "e")
            into.decisions.commit(decision, b"", as_of=DAY.end)
    placed = [("m0", "one.db"), ("other", "two.db"), ("m1", "one.db"), ("new", "one.db"), ("gone", "three.db")]
    found: dict[str, Monitor | str] = {name: monitor(name, store) for name, store in placed}
    found |= {
        "slip-does-not-read": "slip.yml:1: nothing of it is right.",
        "kept-from-me": monitor("kept-from-me", "one.db"),
    }
    opened, once = [], Store.open

    def counted(url: Address, **how: bool) -> Store:
        opened.append(url)
        return once(url, **how)

    monkeypatch.setattr(Store, "open", counted)
    html = shown.monitors(found, found.keys() - {"kept-from-me"})
    assert len(opened) == 3, "three places"
    said = [
        "gone has no history",
        "new has no history",
        "nothing of it is right.",
        "Of m0 nothing is strange.",
        "Of m1 nothing is strange.",
        "Of other nothing is strange.",
    ]
    places = [html.index(sentence) for sentence in said]
    assert places == sorted(places), "what is broken is seen first, and the rest by name"
    assert "kept-from-me" not in html
