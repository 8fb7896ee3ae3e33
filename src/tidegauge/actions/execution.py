"""Carry out one intent that needs no scheduler: a notice, a report, a decision for a sink. Whatever fails is raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from tidegauge.actions.asking import actions_of, sinks_of
from tidegauge.actions.base import Action
from tidegauge.actions.old_places import in_working_directory
from tidegauge.actions.sink_names import name_now
from tidegauge.actions.switch import trip
from tidegauge.core.errors import NoSuchReceiver, Refused
from tidegauge.core.intent import ABOUT, CONTINUED, DELIVER, EVENT, MEND, PAST, SHOWN, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor
from tidegauge.monitor.environment import filled
from tidegauge.monitor.outlets import ACTIONS
from tidegauge.reports.report import Report
from tidegauge.sinks.base import EventTimeSink, Sink
from tidegauge.sinks.html import Html
from tidegauge.stages import stage_named
from tidegauge.store.outbox import DONE
from tidegauge.store.store import Store


class Shown(Protocol):
    """Where decisions are taken from to be shown: a pipeline."""

    monitor: Monitor
    store: Store

    def report(self, stage: str, window: Window, *, work: bool = True) -> Report | None:
        """What there is to show of a decision; None where there is none any more."""

    def newest(self, stage: str) -> Report | None:
        """The same of the newest window that has ended."""

    def samples(self, stage: str, first: Window, last: Window | None = None) -> Sequence[SeriesSample]:
        """The series from a window to another in event time; of one that was forgotten what takes them back."""


@dataclass(frozen=True)
class _Here:
    """Where actions are carried out: beside the decisions."""

    shown: Shown

    @property
    def reports(self) -> Path:
        """Where the html sink writes, or beside the store, or beside the monitor's file."""
        for sink in self.shown.monitor.sinks:
            if sink.name == Html.name:
                return self.path(sink.options["folder"])
        return (self.shown.store.folder or self.shown.monitor.folder) / "reports"

    def path(self, text: str) -> Path:
        return self.shown.monitor.folder / filled(text, f"the place {text} in {self.shown.monitor.path}")

    def show(self, intent: Intent, sink: Sink) -> str:
        if intent.action == PAST:
            return self._past(intent, sink)
        stage = intent.payload["stage"]
        if isinstance(sink, EventTimeSink):
            return sink.show(self.shown.samples(stage, intent.window))
        report = self.shown.report(stage, intent.window, work=False)
        if report is not None:  # of a forgotten window that was run again since, too
            sink.publish(report)
        elif intent.action == MEND:
            sink.withdraw(self.shown.monitor.name, stage, intent.window, self.shown.newest(stage))
        else:
            return "there is no such decision any more"
        return ""

    def listed(self, intent: Intent) -> Action | None:
        wanted = intent.action, intent.payload.get("target", "")
        return next((a for a in actions_of(self.shown.monitor) if (a.name, a.target) == wanted), None)

    def told_over(self, intent: Intent) -> bool:
        about = intent.payload.get(ABOUT, intent.key)
        following = self.shown.store.outbox.following(intent.monitor, about)
        return any(c.state == DONE and c.intent.payload.get(EVENT) != CONTINUED for c in following)

    def trip(self, intent: Intent) -> str:
        return trip(self.shown.store, self.shown.monitor, intent)

    def until(self, intent: Intent) -> datetime:
        rule, wait = self.shown.monitor.window, stage_named(intent.payload["stage"]).wait(self.shown.monitor)
        return intent.window.end + rule.length + (wait or timedelta(0))

    def _past(self, intent: Intent, sink: Sink) -> str:
        if not isinstance(sink, EventTimeSink):
            return "the sink shows no past any more"
        first, last = (Window.parse(intent.payload[end]) for end in ("from", "to"))
        return sink.show_past(self.shown.samples(intent.payload["series"], first, last))


def carry_out(shown: Shown, intent: Intent) -> str:
    """Carry it out, and say what is worth a note. NobodyThere, Refused, or SinkError for what else may go wrong."""
    if intent.action in SHOWN:
        name = name_now(shown.monitor, intent.payload["sink"])
        sink = sinks_of(shown.monitor).get(name)
        if sink is None:
            raise NoSuchReceiver(
                f'the monitor has no sink "{name}" any more. If it is to have it, put it back into the file; '
                "else dismiss what waits for it: tidegauge deliver FILE --dismiss KEY"
            )
        if intent.action == MEND and (old := in_working_directory(shown.monitor, name)) is not None:
            old.withdraw(shown.monitor.name, intent.payload["stage"], intent.window, None)  # whatever stands elsewhere
        return _Here(shown).show(intent, sink)
    if intent.action not in ACTIONS:
        why = ACTIONS.why_not(intent.action) or "Was it asked for by a newer tidegauge, or by a package that is gone?"
        raise Refused(f'nobody here knows the action "{intent.action}". {why}')
    return ACTIONS[intent.action].carry_out(intent, _Here(shown))


def receiver(intent: Intent, monitor: Monitor | None = None) -> str:
    """Who gets it. Where one intent finds nobody there, the others to the same need not be tried at once.

    `monitor`: whose names of sinks they are, so that an earlier version's is the same receiver as this one's.
    """
    where = intent.payload.get("sink") or intent.payload.get("target") or ""
    where = name_now(monitor, where) if monitor and intent.action in SHOWN else where
    return f"{DELIVER if intent.action in SHOWN else intent.action} {where}"
