"""Two runs at once, by cron and by a person say, ask once for what is one incident."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, UNIT, a_monitor, change, day, inside
from tidegauge.core.intent import SHOWN
from tidegauge.monitor import Monitor
from tidegauge.store.outbox import Outbox
from tidegauge.store.stand import Overtaken, Stand
from tidegauge.store.stored_decisions import Decisions

AT = day(UNIT + 1).end + timedelta(hours=3)


def between(monitor: Monitor, family: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process runs the day before, wholly, just before this one's first writing."""
    honest = getattr(family, name)
    runs: list[int] = []

    def overtaken(self: Any, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it is
        if not runs:
            runs.append(UNIT)
            with open_pipeline(monitor, clock=lambda: AT) as other:
                other.run(day(UNIT))
        return honest(self, *arguments, **more)

    monkeypatch.setattr(family, name, overtaken)


@pytest.mark.parametrize("decided", [False, True], ids=["by the runs", "by a backfill before them"])
def test_two_runs_of_one_incident_ask_once(
    decided: bool, warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, times in ((UNIT, 100), (UNIT + 1, 100_000)):  # the worse one is strange beside the other, too
        change(warehouse, f"UPDATE log SET amount = amount * {times} WHERE {inside(day(number))}")
    monitor = a_monitor(warehouse, tmp_path)
    with open_pipeline(monitor, clock=lambda: AT) as pipeline:
        pipeline.backfill(BEGIN, day(UNIT + 2 if decided else UNIT).start)
        family, name = (Outbox, "ask") if decided else (Decisions, "commit_batch")
        between(monitor, family, name, monkeypatch)
        made = pipeline.run(day(UNIT + 1))
        told = [i for i in pipeline.store.outbox.acted("shop") if i.payload["stage"] == "inputs"]
        shown = {c.intent.window for c in pipeline.store.outbox.carried("shop") if c.intent.action in SHOWN}
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if day(UNIT) in i.windows]
    assert incident.windows[:2] == (day(UNIT), day(UNIT + 1))
    assert {day(UNIT), day(UNIT + 1)} <= shown
    assert (day(UNIT + 1) in {d.window for d in made}) is not decided
    actions = [i.action for i in told]
    assert sorted(actions) == sorted({*actions}), "each once"
    assert "notify" in actions


def test_who_is_overtaken_each_time_decides_and_tells_all_the_same(
    warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a backfill of years, say: rather twice than never."""
    change(warehouse, f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}")
    looks: list[str] = []

    def hold(self: Stand, connection: Connection) -> None:
        del connection
        looks.append(self.monitor)
        raise Overtaken("again")

    with open_pipeline(a_monitor(warehouse, tmp_path), clock=lambda: AT) as pipeline:
        pipeline.backfill(BEGIN, day(UNIT).start)
        monkeypatch.setattr(Stand, "hold", hold)
        made = pipeline.run(day(UNIT))
        told = [i.action for i in pipeline.store.outbox.acted("shop") if i.payload["stage"] == "inputs"]
    assert looks
    assert day(UNIT) in {d.window for d in made}
    assert "notify" in told
