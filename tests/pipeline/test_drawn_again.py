"""The first page of a week is written before what it would have seen is worked out; afterwards it says so, too."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import TODAY, day
from tidegauge.actions.delivering import deliver
from tidegauge.actions.drawn_again import look_closer
from tidegauge.monitor import Monitor
from tidegauge.sensitivity.input_changes import InputChanges
from tidegauge.sinks.html import Html


def page_of(monitor: Monitor) -> Path:
    (found,) = Path(monitor.sinks[0].options["folder"]).rglob("*-inputs.html")
    return found


def test_the_first_page_of_a_week_has_what_later_ones_have(tonight: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_pipeline(tonight) as pipeline:
        pipeline.run(day(TODAY))
        deliver(pipeline)
        page = page_of(tonight)
        assert "Not worked out yet" in page.read_text()
        look_closer(pipeline, {"inputs": day(TODAY)})
        assert "Not worked out yet" not in page.read_text()
        assert "Smallest detectable change" in page.read_text()
        drawn = page.read_text()

        def refuse(*_: object) -> None:
            raise AssertionError

        monkeypatch.setattr(InputChanges, "work_out", refuse)
        monkeypatch.setattr(Html, "publish", refuse)
        look_closer(pipeline, {"inputs": day(TODAY)})  # known since: nothing is drawn once more
    assert page.read_text() == drawn


def test_a_page_that_can_not_be_written_again_fails_nothing(tonight: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_pipeline(tonight) as pipeline:
        pipeline.run(day(TODAY))
        deliver(pipeline)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Html, "publish", full)
        look_closer(pipeline, {"inputs": day(TODAY)})
        assert pipeline.store.outbox.undelivered("shop") == []
        assert pipeline.sensitivity(day(TODAY), work=False) is not None
