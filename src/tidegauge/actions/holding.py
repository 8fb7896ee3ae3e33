"""What is asked for and held: kept with its reason, told, and asked for anew once nothing speaks against it.

A row for each alert that asks, under a key of its own: so it goes with its window, and what is held holds nothing back.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from tidegauge.actions.base import Action
from tidegauge.actions.grounds import Grounds
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import HELD, RETRAINING, Intent
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incident_of
from tidegauge.monitor import Monitor
from tidegauge.monitor.outlets import waits
from tidegauge.store.outbox import Carried
from tidegauge.store.store import Store
from tidegauge.wording.text import one_line

LONGEST = 300  # characters of a reason


def acted(
    actions: Iterable[Action],
    decision: Decision,
    incident: Incident | None,
    began: Sequence[Intent],
    grounds: Grounds,
) -> list[Intent]:
    """What actions ask for by an alert; of what is held those who tell people of it say so."""
    asked = list[tuple[Action, Intent]]()
    for action in actions:
        intent = action.consider(decision, incident, live=True, earlier=began)
        if intent is not None and incident is not None:
            why = one_line(action.why_held(decision, incident, grounds, began), LONGEST)
            asked.append((action, _kept(intent, why) if why else intent))
    said = "; ".join(dict.fromkeys(i.payload[HELD] for _, i in asked if HELD in i.payload))
    return [_saying(i, said) if said and a.tells_people else i for a, i in asked]


def let_go(
    actions: Sequence[Action],
    decision: Decision,
    earlier: Sequence[Intent],
    began: Sequence[Intent],
    grounds: Grounds,
    incidents: Callable[[], Sequence[Incident]],
) -> Iterator[Intent]:
    """What was held for an incident that still stands, and is not any more: with a live window, whatever its verdict.

    `earlier`: what was asked for by windows that stand, held or not; `began`: what of it was not held. The incident of
    an alert is left to the alert itself.
    """
    held = [i for i in earlier if HELD in i.payload and _may_go(i, decision, grounds)]
    if not held:
        return
    own = incident_of(decision, incidents())
    for action, incident in _waiting(actions, held, grounds, incidents()):
        if incident.is_open and incident != own and not _asked(action, incident, began):
            yield from _asked_anew(action, decision, incident, began, grounds)


def _waiting(
    actions: Sequence[Action], held: Sequence[Intent], grounds: Grounds, incidents: Sequence[Incident]
) -> Iterator[tuple[Action, Incident]]:
    """The actions that are held, each with the incidents that it is held for."""
    for action in actions:
        mine = (i for i in held if (i.action, i.payload["target"]) == (action.name, action.target))
        found = dict.fromkeys(incident_of(grounds.decided[i.window], incidents) for i in mine)
        yield from ((action, incident) for incident in found if incident is not None)


def held_of(monitor: Monitor, store: Store, windows: Collection[Window] | None = None) -> list[Carried]:
    """What is kept and not carried out, of some windows or all; nothing is read of a monitor that starts nothing."""
    starts = any(waits(a.name) for a in monitor.actions)
    return store.outbox.held(monitor.name, windows) if starts else []


def _may_go(intent: Intent, decision: Decision, grounds: Grounds) -> bool:
    """Whether an earlier window of the stage that is decided still has asked for it."""
    if decision.silenced or decision.verdict in (Verdict.LEARNING, Verdict.OUTAGE):
        return False
    same = intent.payload.get("stage") == decision.stage
    return same and intent.window in grounds.decided and intent.window < decision.window


def _asked(action: Action, incident: Incident, began: Collection[Intent]) -> bool:
    """Whether an alert of the incident has asked for it, and it was not held."""
    mine = (i for i in began if (i.action, i.payload.get("target")) == (action.name, action.target))
    return any(i.window in incident.windows and i.payload.get("stage") == incident.stage for i in mine)


def _asked_anew(
    action: Action, decision: Decision, incident: Incident, began: Sequence[Intent], grounds: Grounds
) -> Iterator[Intent]:
    """By the incident's last alert, as of the window that lets it go."""
    alert = replace(grounds.decided[incident.last], window=decision.window)
    intent = action.consider(alert, incident, live=True, earlier=began)
    if intent is not None and not action.why_held(alert, incident, grounds, began):
        yield intent


def _kept(intent: Intent, why: str) -> Intent:
    """The same, not to be carried out."""
    key = sha256(f"{intent.key}\x1f{intent.window.key}\x1f{HELD}".encode()).hexdigest()[:32]
    return replace(intent, key=key, payload=intent.payload | {"key": key, HELD: why})


def _saying(intent: Intent, said: str) -> Intent:
    return replace(intent, payload=intent.payload | {RETRAINING: said})
