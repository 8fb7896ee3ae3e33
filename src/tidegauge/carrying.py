"""Carry out what an alert asked for and needs no scheduler: a notice, a report. A retraining is Airflow's to start."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tidegauge.actions.notify import Notify, deliver
from tidegauge.actions.report import Report
from tidegauge.errors import SinkError
from tidegauge.nouns import Intent, Stage
from tidegauge.sinks.html import Html

if TYPE_CHECKING:
    from tidegauge.pipeline import Pipeline

LEASE = 60.0  # seconds: a worker that was killed holds a notice back no longer than that


def carry_out(pipeline: "Pipeline", intent: Intent) -> bool:
    """Carry out a notice or a report, once; False where it is somebody else's, or done already.

    What fails stays in the outbox for the next run, with its reason, and is raised as the SinkError that it was.
    """
    if intent.action not in (Notify.name, Report.name):
        return False
    # The clock of the lease is the real one: measured by windows, a killed worker's claim would never run out.
    if not pipeline.store.claim(intent.key, "carry out", LEASE, as_of=datetime.now(UTC)):
        return False
    try:
        if intent.action == Notify.name:
            deliver(intent)
        else:
            _report(pipeline, intent)
    except SinkError as error:
        pipeline.done(intent, ok=False, note=str(error))
        raise
    pipeline.done(intent)
    return True


def _report(pipeline: "Pipeline", intent: Intent) -> None:
    bulletin = pipeline.bulletin(Stage(intent.payload["stage"]), intent.window, work=False)
    if bulletin is not None:
        Html(folder=intent.payload.get("folder") or reports_of(pipeline)).publish(bulletin)


def reports_of(pipeline: "Pipeline") -> Path:
    """Where a report goes that names no folder: where the html sink writes, or beside the store, or here."""
    for sink in pipeline.monitor.sinks:
        if sink.name == Html.name:
            return Path(sink.options["folder"])
    return (pipeline.store.folder or Path()) / "reports"
