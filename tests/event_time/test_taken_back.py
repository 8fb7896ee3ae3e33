"""What was said of a window that was forgotten is taken back, at once and where it was said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isnan
from types import SimpleNamespace
from typing import Any

import pytest

from tests.store.samples import CLOCK, LATER, day, decision
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import Refused
from tidegauge.core.point import Series, SeriesPoint, SeriesSample, Unit
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incidents_of
from tidegauge.pipeline.samples import samples_in
from tidegauge.sinks.event_time import incident_sample
from tidegauge.sinks.receiver import Receiver, Reply
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.store.store import Store
from tidegauge.tuning.tuning import SHIPPED

STRENGTH = Series("", "strength", unit=Unit.RATIO)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def decided(store: Store, verdict: Verdict, evidence: str) -> None:
    """The second day is decided, and its incidents are those of what is decided now."""
    some = {("inputs", day(1)): [SeriesPoint(STRENGTH, day(1), 2.0)]}
    store.decisions.commit_batch(
        [(replace(decision(1, evidence), verdict=verdict), b"", (), ())], as_of=CLOCK, points=some
    )
    settle(store)


def settle(store: Store) -> None:
    current = incidents_of(store.decisions.of("m", "inputs"), (), SHIPPED.decisions.incidents)
    store.incidents.replace("m", "inputs", current)


def of_incidents(store: Store, window: Window) -> list[tuple[float, int]]:
    """What a window says of incidents, and how many milliseconds after what its first decision said."""
    monitor = SimpleNamespace(name="m", labels=None, sinks=(), reference=SimpleNamespace(look_back=timedelta(days=90)))
    profiler: Any = SimpleNamespace(store=store, monitor=monitor, tuning=SHIPPED)
    first = window.end.timestamp() * 1000 - 1000
    deciding: Any = SimpleNamespace(store=store, monitor=profiler.monitor, profiler=profiler)
    found = samples_in(deciding, "inputs", window)
    return [(s.value, int(s.at - first)) for s in found if s.name == "tidegauge_incident"]


def test_an_incident_is_over_in_the_window_that_was_forgotten_and_in_its_next_life(store: Store) -> None:
    """Where a clock ran ahead, the window's own time is to come: the page would come with it."""
    decided(store, Verdict.ALERT, "by a clock that ran ahead")
    decided(store, Verdict.ALERT, "and once more")
    store.tombstones.withdraw("m", "inputs", day(1), as_of=LATER)
    settle(store)
    assert of_incidents(store, day(1)) == [(0.0, 2)]
    decided(store, Verdict.FINE, "its own rows")
    assert of_incidents(store, day(1)) == [(0.0, 3)]


def test_what_was_corrected_takes_its_page_back_in_its_own_window(store: Store) -> None:
    decided(store, Verdict.ALERT, "first")
    decided(store, Verdict.FINE, "corrected")
    assert of_incidents(store, day(1)) == [(0.0, 1)], "and not only when the next window is run"


def ahead(value: float, name: str = "tidegauge_signal_number") -> SeriesSample:
    return SeriesSample(
        name, (("monitor", "m"),), value, int((datetime.now(UTC) + timedelta(days=5)).timestamp() * 1000)
    )


def test_a_window_that_has_not_ended_is_taken_back_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[SeriesSample] = []

    def write(self: Receiver, samples: list[SeriesSample], *, until: float) -> Reply:
        del self, until
        written.extend(samples)
        return Reply(204)

    monkeypatch.setattr(Receiver, "write", write)
    sink = RemoteWrite(url="http://127.0.0.1:9/w")
    assert sink.show([ahead(float("nan")), ahead(0.0, "tidegauge_incident")]) == ""
    assert (len(written), isnan(written[0].value)) == (2, True)
    window = Window(datetime.now(UTC) + timedelta(days=4), datetime.now(UTC) + timedelta(days=5), "day")
    opened = incident_sample("m", "inputs", "i1", "high", window, 0, value=1.0)
    for wrong in (ahead(0.0), opened):
        with pytest.raises(Refused, match="a window that has not ended is not written"):
            sink.show([ahead(float("nan")), wrong])
    assert len(written) == 2
