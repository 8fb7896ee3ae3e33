"""Challengers in Airflow: the retraining DAG enters what it made, and each live night judges what waits."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidegauge.airflow.connection import source_address
from tidegauge.core.errors import MonitorError, TidegaugeError, did_you_mean
from tidegauge.core.unseen import in_one_line, logger
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor.read import load_monitor

if TYPE_CHECKING:
    from tidegauge.pipeline.pipeline import Pipeline

_log = logger(__name__)
LEARNT_FROM = timedelta(days=90)  # before the end of the window that asked


def of_run(
    windows: Sequence[Window], advised: Callable[[str], object], *, judges: bool = True
) -> "Callable[[Pipeline], None]":
    """What a run does last: judge what waits, if it `judges`. `advised` hears each advice; trouble fails nothing."""

    def last(pipeline: "Pipeline") -> None:
        from tidegauge.pipeline.judged_nightly import judge_waiting

        if not judges:
            return
        try:
            night = judge_waiting(pipeline, windows)
        except TidegaugeError as error:  # the night's own work is done
            _log.error("Challengers were not judged: %s", in_one_line(error))
            return
        for sentence in night.advice:
            _log.info("%s", sentence)
            advised(sentence)
        for sentence in night.trouble:
            _log.error("%s", sentence)

    return last


def names_scores(record: Path) -> bool:
    """Whether a record says where the candidate's predictions lie, so that it can be judged."""
    made: Any = json.loads(record.read_text(encoding="utf-8")).get("candidate")
    return isinstance(made, Mapping) and bool(made.get("scores"))


def enter(record: Path, monitors: Mapping[str, Path]) -> str:
    """Enter the record of a retrained model with its monitor, and take the looks that are due; what was found."""
    from tidegauge.pipeline.challengers import found, judge, register
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_pipeline

    name = str(json.loads(record.read_text(encoding="utf-8")).get("monitor", ""))
    if name not in monitors:
        raise MonitorError(f'{record}: "{name}" is no monitor in TIDEGAUGE_MONITORS. {did_you_mean(name, monitors)}')
    monitor = load_monitor(monitors[name])
    with open_pipeline(monitor, Past.PROFILED, url=source_address(monitor)) as pipeline:
        key = register(pipeline, record)
        one = judge(pipeline, found(pipeline, key), pipeline.profiler.clock.now())
    return f"{one.version} ({one.state}): {one.sentence}"


def with_snapshot(given: Mapping[str, Any], monitors: Mapping[str, Path]) -> dict[str, Any]:
    """What a training is given, with what it may learn from, up to the window that asked; without, where none is kept.

    Taken anew it is the same one, unless rows or answers came meanwhile.
    """
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_pipeline
    from tidegauge.pipeline.snapshots import take
    from tidegauge.stages import stage_named

    name = str(given.get("monitor", ""))
    if name not in monitors or not given.get("window"):
        return dict(given)
    try:
        monitor, window = load_monitor(monitors[name]), Window.parse(str(given["window"]))
        wait = stage_named(str(given.get("stage", FIRST_STAGE))).wait(monitor) or timedelta(0)
        with open_pipeline(monitor, Past.PROFILED, url=source_address(monitor)) as pipeline:
            one = take(pipeline, window.end - LEARNT_FROM, window.end + wait)
    except TidegaugeError as error:  # the training says for itself what it learns from
        _log.error("No snapshot of what may be learnt from was taken: %s", in_one_line(error))
        return dict(given)
    return {**given, "snapshot": asdict(one)}
