"""Carry out one intent that needs no scheduler: a notice, a report, a decision for a sink. Whatever fails is raised."""

from pathlib import Path
from typing import Protocol

from tidegauge.actions.notify import Notify, deliver
from tidegauge.actions.report import Report
from tidegauge.errors import Refused
from tidegauge.monitor import Monitor
from tidegauge.nouns import DELIVER, MEND, SHOWN, Intent, Window
from tidegauge.publishing import sinks_of
from tidegauge.sinks.base import Bulletin, Sink
from tidegauge.sinks.html import Html
from tidegauge.store.store import Store


class Shown(Protocol):
    """Where decisions are taken from to be shown: a pipeline."""

    monitor: Monitor
    store: Store

    def bulletin(self, stage: str, window: Window, *, work: bool = True) -> Bulletin | None:
        """What there is to show of a decision; None where there is none any more."""

    def newest(self, stage: str) -> Bulletin | None:
        """The same of the newest window that has ended."""


def carry_out(shown: Shown, intent: Intent) -> str:
    """Carry it out, and say what is worth a note. NobodyThere, Refused, or SinkError for what else may go wrong."""
    if intent.action == Notify.name:
        return "" if deliver(intent) else "told before"
    if intent.action == Report.name:
        return _show(shown, intent, Html(folder=intent.payload.get("folder") or reports_of(shown)))
    if intent.action in SHOWN:
        sink = sinks_of(shown.monitor).get(intent.payload["sink"])
        return _show(shown, intent, sink) if sink else "the monitor has no such sink any more"
    raise Refused(f'nobody here knows the action "{intent.action}". Was it asked for by a newer tidegauge?')


def receiver(intent: Intent) -> str:
    """Who gets it. Where one intent finds nobody there, the others to the same need not be tried at once."""
    where = intent.payload.get("sink") or intent.payload.get("target") or ""
    return f"{DELIVER if intent.action in SHOWN else intent.action} {where}"


def _show(shown: Shown, intent: Intent, sink: Sink) -> str:
    stage = intent.payload["stage"]
    bulletin = shown.bulletin(stage, intent.window, work=False)
    if bulletin is not None:  # of a forgotten window that was run again since, too
        sink.publish(bulletin)
    elif intent.action == MEND:
        sink.withdraw(shown.monitor.name, stage, intent.window, shown.newest(stage))
    else:
        return "there is no such decision any more"
    return ""


def reports_of(shown: Shown) -> Path:
    """Where a report goes that names no folder: where the html sink writes, or beside the store, or here."""
    for sink in shown.monitor.sinks:
        if sink.name == Html.name:
            return Path(sink.options["folder"])
    return (shown.store.folder or Path()) / "reports"
