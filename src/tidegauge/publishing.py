"""Sinks and actions as a monitor's YAML names them, and what a live decision asks of them."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from tidegauge.actions import ACTIONS
from tidegauge.actions.base import Action
from tidegauge.decisions.feedback import Feedback
from tidegauge.decisions.incidents import BAD, incidents_of
from tidegauge.monitor import Monitor
from tidegauge.nouns import Decision, Incident, Intent, Window
from tidegauge.options import build
from tidegauge.sinks import SINKS
from tidegauge.sinks.base import Sink

DELIVER = "deliver"  # the action of an intent that hands a decision to a sink


def sinks_of(monitor: Monitor) -> dict[str, Sink]:
    """Each sink of a monitor under a name that stays: "0:html"."""
    return {f"{k}:{c.name}": build(SINKS, c.name, c.options) for k, c in enumerate(monitor.sinks)}


def actions_of(monitor: Monitor) -> list[Action]:
    """The actions of a monitor."""
    return [build(ACTIONS, c.name, c.options) for c in monitor.actions]


def deliveries(monitor: Monitor, decision: Decision) -> list[Intent]:
    """One intent a sink: a decision is shown once a sink, by evidence, so that a corrected one is shown again."""
    out = []
    for name in sinks_of(monitor):
        parts = (monitor.name, DELIVER, name, decision.window.key, str(decision.stage), decision.evidence)
        key = sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        payload = {"sink": name, "stage": str(decision.stage), "window": decision.window.key, "key": key}
        out.append(Intent(key, DELIVER, monitor.name, decision.window, payload))
    return out


def caused(
    monitor: Monitor,
    decision: Decision,
    decided: Mapping[Window, Decision],
    earlier: Sequence[Intent],
    *,
    first: bool = True,
    feedback: Sequence[Feedback] = (),
) -> list[Intent]:
    """All that a live decision asks for: to be shown by every sink, and its actions, once an incident.

    `decided` holds every current decision of the stage, this one among them, later ones too: where windows come out
    of order, an incident may have been told of by a later window already. Only the `first` decision on a window may
    act: decided again, for a gap was filled or rows came late, it is shown as it is now and nobody is called. What a
    planned silence covers is shown, marked as such, and starts nothing.
    """
    asked = deliveries(monitor, decision)
    if not first or decision.verdict not in BAD or decision.silenced:
        return asked
    incidents = incidents_of((decided[w] for w in sorted(decided)), feedback)
    mine = incident_of(decision, incidents)
    told = {
        (i.action, i.payload.get("target"))
        for i in earlier
        if i.payload.get("stage") == decision.stage
        and i.window in decided
        and incident_of(decided[i.window], incidents) == mine
    }
    acted = (
        a.consider(decision, mine, live=True, earlier=earlier)
        for a in actions_of(monitor)
        if (a.name, a.target) not in told
    )
    return asked + [i for i in acted if i is not None]


def incident_of(decision: Decision, incidents: Sequence[Incident]) -> Incident | None:
    """The incident that a bad decision belongs to."""
    if decision.verdict not in BAD or decision.silenced:
        return None
    return next((i for i in incidents if decision.window in i.windows), None)
