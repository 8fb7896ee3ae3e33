"""Challengers of a night: the looks that are due are taken, and an advice is told once, by the run of one window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.errors import TidegaugeError
from tidegauge.core.window import Window
from tidegauge.pipeline.challengers import Challenger, challengers, is_due, judge
from tidegauge.pipeline.pipeline import Pipeline

ANNOUNCED = "announced"  # the step that says which window's run told of an advice
FINAL = ("promote", "keep")


@dataclass(frozen=True, slots=True)
class JudgedNight:
    """What a night's run has to say of challengers."""

    advice: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()


def judge_waiting(pipeline: Pipeline, windows: Sequence[Window]) -> JudgedNight:
    """Judge every challenger that waits, by what was known when a run's newest window was due.

    One that cannot be judged holds up no other. Which run tells of an advice is stored, so the same run tried again
    tells it again, and no other one does.
    """
    store, name = pipeline.store.models, pipeline.monitor.name
    if not windows or not store.of(name):
        return JudgedNight()
    newest = max(windows)
    trouble = _judged_by(pipeline, newest.end + pipeline.monitor.window.wait)
    for one in challengers(pipeline):
        if one.state in FINAL and ANNOUNCED not in one.steps:
            store.put(name, one.key, ANNOUNCED, {"window": newest.key})
    keys = {w.key for w in windows}
    told = [c for c in challengers(pipeline) if c.steps.get(ANNOUNCED, {}).get("window") in keys]
    return JudgedNight(tuple(_advice(c) for c in told), tuple(trouble))


def _judged_by(pipeline: Pipeline, at: datetime) -> list[str]:
    """Take the looks that were due by a moment; a sentence for each challenger that could not be judged."""
    trouble = list[str]()
    for one in challengers(pipeline):
        try:
            if one.state == "waiting" and is_due(pipeline, one, at):
                judge(pipeline, one, at)
        except TidegaugeError as error:
            trouble.append(f"{one.version} was not judged: {error}")
    return trouble


def _advice(one: Challenger) -> str:
    return f"{one.version}: {one.sentence}"
