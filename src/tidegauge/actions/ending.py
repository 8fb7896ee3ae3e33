"""What is told of incidents that were told of: that one is over, once, and by those that ask for it that it is not.

Looked at with each live decision of a stage, whatever its verdict: an incident ends by a window in which nothing is
wrong. A backfill and a replay tell nobody; of what they have ended the next live window tells.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256

from tidegauge.actions.base import Action
from tidegauge.core.decision import Decision
from tidegauge.core.incident import Incident
from tidegauge.core.intent import ABOUT, CONTINUED, EVENT, HELD, OPENED_BY, TAKEN_BACK, Intent
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incident_of

END = "end"


def openings(intents: Sequence[Intent], former: Collection[str] = ()) -> list[Intent]:
    """The intents that began something, not those that tell how it went on, nor held ones; without the former ones."""
    return [i for i in intents if ABOUT not in i.payload and HELD not in i.payload and i.key not in former]


def goings_on(
    actions: Sequence[Action],
    decision: Decision,
    decided: Mapping[Window, Decision],
    earlier: Sequence[Intent],
    former: Collection[str],
    incidents: Callable[[], Sequence[Incident]],
) -> list[Intent]:
    """What a live decision has to tell of incidents of its stage that were told of before.

    `former`: the keys of what was caused by windows that were forgotten since, which is taken back. `incidents`: those
    of all that is `decided`, asked for only where something may have to be told.
    """
    told = list(_not_ended(actions, decision, earlier, former))
    if not told:
        return []
    current = incidents()
    events = ((a, i, TAKEN_BACK if i.key in former else _event(decided.get(i.window), current)) for a, i in told)
    return [_next(i, decision, event) for a, i, event in events if event != CONTINUED or a.repeats]


def _not_ended(
    actions: Sequence[Action], decision: Decision, earlier: Sequence[Intent], former: Collection[str]
) -> Iterator[tuple[Action, Intent]]:
    """What other windows of the stage have told of, whose end was not told; with the actions that shall hear it."""
    hearing = {(a.name, a.target): a for a in actions if a.tells_ends}
    began = openings(earlier, _ended(earlier, former)) if hearing else []
    for intent in began:
        action = hearing.get((intent.action, intent.payload.get("target", "")))
        if action and intent.payload.get("stage") == decision.stage and intent.window != decision.window:
            yield action, intent


def _ended(earlier: Sequence[Intent], former: Collection[str]) -> set[str]:
    """The keys of what began something whose end was told."""
    following = (i for i in earlier if ABOUT in i.payload and i.key not in former)
    return {i.payload[ABOUT] for i in following if i.payload.get(EVENT) != CONTINUED}


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
