"""What is told of incidents that were told of: that one is over, once, and by those that ask for it that it is not.

Looked at with each live decision of a stage, whatever its verdict: an incident ends by a window in which nothing is
wrong. A backfill and a replay tell nobody; of what they have ended the next live window tells.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from tidegauge.actions.base import Action
from tidegauge.core.decision import Decision
from tidegauge.core.incident import Incident
from tidegauge.core.intent import ABOUT, CONTINUED, EVENT, OPENED_BY, TAKEN_BACK, Intent
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incident_of

END = "end"


def openings(intents: Sequence[Intent]) -> list[Intent]:
    """The intents that began something: not those that tell how it went on."""
    return [i for i in intents if ABOUT not in i.payload]


def goings_on(
    actions: Sequence[Action],
    decision: Decision,
    decided: Mapping[Window, Decision],
    earlier: Sequence[Intent],
    gone: Sequence[Intent],
    incidents: Callable[[], Sequence[Incident]],
) -> list[Intent]:
    """What a live decision has to tell of incidents of its stage that were told of before.

    `gone`: what was carried out and forgotten with its window. `incidents`: those of all that is `decided`, asked for
    only where something may have to be told.
    """
    hearing = {(a.name, a.target): a for a in actions if a.tells_ends}
    ended = {i.payload.get(ABOUT) for i in earlier if i.payload.get(EVENT) != CONTINUED}
    told, back = (
        [(hearing[_who(i)], i) for i in _began(some, decision) if _who(i) in hearing and i.key not in ended]
        for some in (earlier, gone)
    )
    current = incidents() if told else ()
    events = [(a, i, _event(decided.get(i.window), current)) for a, i in told]
    events += [(a, i, TAKEN_BACK) for a, i in back]
    return [_next(i, decision, event) for a, i, event in events if event != CONTINUED or a.repeats]


def _who(intent: Intent) -> tuple[str, str]:
    return intent.action, intent.payload.get("target", "")


def _began(intents: Sequence[Intent], decision: Decision) -> list[Intent]:
    """Those by which other windows of the stage began something."""
    return [i for i in openings(intents) if i.payload.get("stage") == decision.stage and i.window != decision.window]


def _event(alert: Decision | None, incidents: Sequence[Incident]) -> str:
    """What has become of the incident of an alert."""
    mine = incident_of(alert, incidents) if alert is not None else None
    if mine is None:
        return TAKEN_BACK
    return CONTINUED if mine.is_open else mine.status.value


def _next(opening: Intent, decision: Decision, event: str) -> Intent:
    """What follows an opening: one end, or one word of its going on for each window."""
    mark = decision.window.key if event == CONTINUED else END
    key = sha256(f"{opening.key}\x1f{mark}".encode()).hexdigest()[:32]
    more = {EVENT: event, ABOUT: opening.key, OPENED_BY: opening.window.key, "window": decision.window.key, "key": key}
    return Intent(key, opening.action, opening.monitor, decision.window, opening.payload | more)
