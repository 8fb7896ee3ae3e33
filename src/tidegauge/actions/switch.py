"""The switch that a serving system reads: a row a turn in the store, and a file that says what the last one says.

The file is flagd's (https://flagd.dev/schema/v0/flags.json): a flag with texts as variants, of which the default one is
turned. It is never DISABLED, which flagd takes for a flag that does not exist. Whoever has written the file looks once
more whether another turn came meanwhile: of several writers the last one leaves what the store says.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tidegauge.actions.fallback import Fallback
from tidegauge.core.errors import MonitorError, Refused, SinkError, StoreError
from tidegauge.core.intent import Intent
from tidegauge.monitor import Monitor
from tidegauge.monitor.environment import filled
from tidegauge.monitor.options import build
from tidegauge.monitor.outlets import ACTIONS
from tidegauge.sinks.folder import write
from tidegauge.store.store import Store
from tidegauge.store.stored_trainings import SwitchTurn
from tidegauge.wording.text import one_line

MODEL = "model"  # the variant while nothing is wrong
VARIANTS = (MODEL, "previous", "off")
SCHEMA = "https://flagd.dev/schema/v0/flags.json"
MANY = 20  # turns that may come first, each time


def switches_of(monitor: Monitor) -> list[Fallback]:
    """The switches of a monitor, one a flag; nothing is built of one that has none."""
    built = [build(ACTIONS, a.name, a.options) for a in monitor.actions if a.name == Fallback.name]
    return list({b.flag: b for b in built if isinstance(b, Fallback)}.values())


def stands(store: Store, monitor: str, flag: str) -> SwitchTurn:
    """What a switch was turned to last."""
    turns = store.flags.turns(monitor, flag)
    return turns[-1] if turns else SwitchTurn(0, MODEL)


def trip(store: Store, monitor: Monitor, intent: Intent) -> str:
    """Turn it for an incident, once: turned back since, it stays so. Then see that the file says so."""
    flag = intent.payload["flag"]
    why = one_line(intent.payload.get("why", ""), 400)
    facts = {"key": intent.key, "incident": intent.payload["incident"], "window": intent.window.key, "why": why}
    _turn(store, monitor.name, flag, intent.payload["to"], facts, once=intent.key)
    show(store, monitor, flag, intent.payload["file"])
    return ""


def turn_back(store: Store, monitor: Monitor, facts: Mapping[str, str]) -> list[str]:
    """Let the model serve again that is the champion, by every switch that was turned; their flags.

    With a `key` among the facts once: said again, it does not turn back what was turned since.
    """
    name, known, once = monitor.name, switches_of(monitor), str(facts.get("key", ""))
    meant = [one.flag for one in known if once or stands(store, name, one.flag).variant != MODEL]
    # all of them in the store first: a file that cannot be written keeps back none
    turned = [flag for flag in meant if _turn(store, name, flag, MODEL, facts, once)]
    if trouble := settle(store, monitor):
        raise SinkError(f"In the store all is turned back; {' '.join(trouble)}")
    return turned


def settle(store: Store, monitor: Monitor) -> list[str]:
    """See that each switch's file says what the store says; a sentence for each that could not be written."""
    trouble = []
    for one in switches_of(monitor):
        try:
            show(store, monitor, one.flag, one.file)
        except (SinkError, MonitorError) as error:
            trouble.append(str(error))
    return trouble


def show(store: Store, monitor: Monitor, flag: str, file: str) -> None:
    """Write a switch's file, where it says something else; SinkError where that cannot be done."""
    place = monitor.folder / filled(file, f"the place {file} in {monitor.path}")
    while True:
        turn = stands(store, monitor.name, flag)
        text = rendered(monitor.name, flag, turn)
        try:
            if _text_in(place, flag, monitor.name) != text:
                write(place, text)
        except (OSError, ValueError) as error:  # the latter of a name that no file can have
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise SinkError(f"the switch {flag}: {place} cannot be written ({why})") from None
        if stands(store, monitor.name, flag).number == turn.number:
            return


def rendered(monitor: str, flag: str, turn: SwitchTurn) -> str:
    """A file of flags with this one."""
    told = {"monitor": monitor, "turn": turn.number}
    told |= {k: v for k, v in turn.facts.items() if k in ("incident", "window", "why", "by", "at") and v}
    one = {
        "state": "ENABLED",
        "variants": {v: v for v in VARIANTS},
        "defaultVariant": turn.variant,
        "metadata": told,
    }
    return json.dumps({"$schema": SCHEMA, "flags": {flag: one}}, indent=2, sort_keys=True) + "\n"


def _text_in(place: Path, flag: str, monitor: str) -> str:
    """What the file says; Refused where it is somebody else's, or another monitor's."""
    if place.exists() and not place.is_file():
        raise SinkError(f"the switch {flag}: {place} cannot be written (it is no file)")
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        text = "?"
    if not _is_ours(text, flag, monitor):
        raise Refused(f"the switch {flag}: {place} holds something else. Give the switch a file of its own.")
    return text


def _is_ours(text: str, flag: str, monitor: str) -> bool:
    """Whether a file is empty, or holds this switch of this monitor alone."""
    try:
        read: Any = json.loads(text) if text.strip() else {"flags": {}}
        alone = not (set(read) - {"$schema", "flags"} or set(read["flags"]) - {flag})
        return alone and all(one["metadata"]["monitor"] == monitor for one in read["flags"].values())
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return False


def _turn(store: Store, monitor: str, flag: str, to: str, facts: Mapping[str, str], once: str = "") -> bool:
    """Turn it; False where that was done before, `once`."""
    for _ in range(MANY):
        turns = store.flags.turns(monitor, flag)
        if once and any(t.facts.get("key") == once for t in turns):
            return False
        if store.flags.turn(monitor, flag, SwitchTurn(len(turns) + 1, to, dict(facts))):
            return True
    raise StoreError(f"the switch {flag} of {monitor} is turned by others all the time")


def hold_known(monitor: Monitor) -> None:
    """MonitorError where a monitor has no switch."""
    if not switches_of(monitor):
        raise MonitorError(f"{monitor.path} has no switch: no action `fallback` (see docs/retraining.md).")
