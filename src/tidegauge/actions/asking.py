"""Sinks and actions as a monitor's YAML names them, and what a live decision asks of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256

from tidegauge.actions.base import Action
from tidegauge.actions.ending import goings_on, openings
from tidegauge.actions.grounds import Grounds
from tidegauge.actions.holding import acted, let_go
from tidegauge.actions.sink_names import sink_names
from tidegauge.core.decision import Decision
from tidegauge.core.incident import Incident
from tidegauge.core.intent import DELIVER, EVENT_TIME, MEND, PAST, Intent
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Feedback
from tidegauge.decisions.incidents import incident_of, incidents_of
from tidegauge.monitor import Monitor
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import ACTIONS, SINKS
from tidegauge.sinks.base import EventTimeSink, Sink


def sinks_of(monitor: Monitor) -> dict[str, Sink]:
    """Each sink of a monitor under a name that stays: "html"."""
    names = sink_names(c.name for c in monitor.sinks)
    built = (build(SINKS, c.name, c.options, monitor.folder) for c in monitor.sinks)
    return dict(zip(names, built, strict=True))


def actions_of(monitor: Monitor) -> list[Action]:
    """The actions of a monitor. Their places stay as they are written: a target is a part of an intent's key."""
    return [build(ACTIONS, c.name, c.options) for c in monitor.actions]


def tells_ends(monitor: Monitor) -> bool:
    """Whether an action of it hears how it went on with what it told of."""
    return any(ACTIONS[a.name].tells_ends for a in monitor.actions)


def deliveries(monitor: Monitor, decision: Decision) -> list[Intent]:
    """One intent a sink: a decision is shown once a sink, by evidence, so that a corrected one is shown again."""
    out = []
    for name, sink in sinks_of(monitor).items():
        parts = (monitor.name, DELIVER, name, decision.window.key, str(decision.stage), decision.evidence)
        key = sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        payload = {"sink": name, "stage": str(decision.stage), "window": decision.window.key, "key": key}
        payload |= _in_event_time(sink)
        out.append(Intent(key, DELIVER, monitor.name, decision.window, payload))
    return out


def mends(monitor: Monitor, stage: str, window: Window, life: int) -> list[Intent]:
    """One intent a sink: to take back what it shows of a window that was forgotten for the `life`-th time."""
    out = []
    for name, sink in sinks_of(monitor).items():
        parts = (monitor.name, MEND, name, window.key, str(stage), str(life))
        key = sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        payload = {"sink": name, "stage": str(stage), "window": window.key, "key": key}
        payload |= _in_event_time(sink)
        out.append(Intent(key, MEND, monitor.name, window, payload))
    return out


def past(monitor: Monitor, stage: str, windows: Sequence[Window], mark: str) -> list[Intent]:
    """One intent for every sink in event time: to show the series from the first of some windows to the last.

    `mark` tells one such wish from another about the same windows: what they were decided on, or that it is asked anew.
    A window that lies between is shown again, which changes nothing.
    """
    out = []
    for name in event_time_sinks(monitor) if windows else ():
        first, last = min(windows), max(windows, key=lambda w: w.end)
        parts = (monitor.name, PAST, name, str(stage), first.key, last.key, mark)
        key = sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        payload = {"sink": name, "series": str(stage), "from": first.key, "to": last.key, "key": key}
        payload |= {EVENT_TIME: "yes"}
        out.append(Intent(key, PAST, monitor.name, first, payload))
    return out


def _in_event_time(sink: Sink) -> dict[str, str]:
    return {EVENT_TIME: "yes"} if isinstance(sink, EventTimeSink) else {}


def event_time_sinks(monitor: Monitor) -> list[str]:
    """The sinks that show the past at its own time."""
    return [name for name, sink in sinks_of(monitor).items() if isinstance(sink, EventTimeSink)]


def caused(
    grounds: Grounds,
    decision: Decision,
    earlier: Sequence[Intent],
    *,
    first: bool = True,
    feedback: Sequence[Feedback] = (),
    former: Collection[str] = (),
) -> list[Intent]:
    """All that a live decision asks for: to be shown by every sink, and its actions, once an incident.

    `grounds` hold every current decision of the stage, this one among them, later ones too: where windows come out
    of order, an incident may have been told of by a later window already. Only the `first` decision on a window may
    act: decided again, for a gap was filled or rows came late, it is shown as it is now and nobody is called. What a
    planned silence covers is shown, marked as such, and starts nothing. Of incidents that were told of before any live
    decision tells how they went on, and lets go of what was held for them. `former`: the keys of what was caused by
    windows that were forgotten since; whoever honours keys would take the same key for the same event.
    """
    monitor, decided = grounds.monitor, grounds.decided
    asked, actions = shown_again(monitor, decision, earlier, former), actions_of(monitor)

    @cache
    def incidents() -> list[Incident]:
        every = (decided[w] for w in sorted(decided))
        return incidents_of(every, feedback, grounds.tuning.decisions.incidents, monitor.columns.prediction)

    asked += [_anew(i, former) for i in goings_on(actions, decision, decided, earlier, former, incidents)]
    began, stand = openings(earlier, former), [i for i in earlier if i.key not in former]
    asked += [_anew(i, former) for i in let_go(actions, decision, stand, began, grounds, incidents)]
    if not (first and decision.is_told):
        return asked
    mine = incident_of(decision, incidents())
    about = [i for i in _about(decision.stage, began, decided) if incident_of(decided[i.window], incidents()) == mine]
    return asked + [_anew(i, former) for i in acted(_not_yet(actions, about), decision, mine, began, grounds)]


def _not_yet(actions: Iterable[Action], intents: Sequence[Intent]) -> Iterator[Action]:
    """The actions that none of these intents has asked for, at the same target."""
    told = {(i.action, i.payload.get("target")) for i in intents}
    return (a for a in actions if (a.name, a.target) not in told)


def shown_again(
    monitor: Monitor, decision: Decision, earlier: Sequence[Intent], former: Collection[str] = ()
) -> list[Intent]:
    """Deliveries of a decision, whatever was delivered before: what is decided as it once was is shown once more."""
    taken = {*former, *(i.key for i in earlier)}
    return [_anew(i, taken) for i in deliveries(monitor, decision)]


def _anew(intent: Intent, former: Collection[str]) -> Intent:
    """The same intent, under a key that is none of the former ones'."""
    key, life = intent.key, 1
    while key in former:
        life += 1
        key = sha256(f"{intent.key}\x1f{life}".encode()).hexdigest()[:32]
    return replace(intent, key=key, payload=intent.payload | {"key": key})


def _about(stage: str, intents: Sequence[Intent], decided: Collection[Window]) -> list[Intent]:
    """The intents that a stage has caused by windows that are decided still."""
    return [i for i in intents if i.payload.get("stage") == stage and i.window in decided]
