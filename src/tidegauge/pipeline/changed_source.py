"""A monitor whose file names another source than its history is of: what has changed, and what to do about it.

Profiles are found by what they were counted from. Where that is another address, table or set of columns, none is
found, and whatever was decided before is of the source as it was: every verb says so, in the same words.

Windows of two kinds, or of two zones' days, are no one history: an hour and a day that end together would have one
place in every series, and each be a gap of the other. So one name has windows of one grid, and another one is refused.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tidegauge.core.addresses.keyed import HIDDEN
from tidegauge.core.addresses.masking import masked
from tidegauge.core.errors import MonitorError
from tidegauge.core.grid import containing
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor import Monitor
from tidegauge.monitor.source import MEMORY
from tidegauge.store.known_monitors import Knows
from tidegauge.store.store import Store

PLACE = ("url", "connection", "table", "path")  # where rows lie; the rest says what they are
SHORT = 120  # letters of a value that are repeated
_MISSING = object()
Change = tuple[str, Any, Any]  # key, value before, value now


def changed_source(monitor: Monitor, store: Store, known: Knows | None = None) -> str | None:
    """That what the store has of a monitor is of another source, in a sentence or two; None where it is not."""
    known = known or store.monitors.knows(monitor.source_key, monitor.name)
    if not known.others or (known.last is None and store.tombstones.of(monitor.source_key)):
        return None
    was = store.monitors.begun_with(monitor.name)
    backfill = f"`tidegauge backfill {monitor.path}` reads its past"
    begins = f"The history of {monitor.name} in the store at {store.where} is not of its source as it is now: "
    if was is None:
        what = "it has no profile of this url, table or path, columns, labels and windows"
        return f"{begins}{what}. Put back what was changed in {monitor.path}, or {backfill} as it is now."
    changes = list(_changes(was, masked(monitor.reads)))
    if (window := off_grid(monitor, store)) is not None:
        return f"{begins}{_other_windows(monitor, window)}. {_another_name(monitor)}"
    told = _what_changed(changes, said="source.was says" if monitor.source.was is not None else "")
    moved = _moved(monitor, changes)
    if not moved.keys() <= {*PLACE}:
        return f"{begins}{told}. Put that back, or {backfill} as it is now."
    return (
        f"{begins}{told}. If the same rows have only moved, write {_as_was(moved)} below source: in {monitor.path}, "
        f"and the history goes on. If they are other rows, {backfill} anew."
    )


def key_as_was(monitor: Monitor, store: Store) -> str | None:
    """What a history is found by whose source `source.was` says as messages show it, its secrets as ***."""
    known = store.monitors.knows(monitor.source_key, monitor.name)
    if monitor.source.was is None or not known.others:
        return None
    return store.monitors.shown_as(monitor.name, masked(monitor.reads))


def hold_to_one_grid(monitor: Monitor, store: Store) -> None:
    """Refuse to begin a history anew where what stands under its name are windows of another grid."""
    if store.monitors.knows(monitor.source_key, monitor.name).others and (window := off_grid(monitor, store)):
        raise MonitorError(
            f"{monitor.where('window', 'every')}: {_other_windows(monitor, window)}, by what the store at "
            f"{store.where} has of {monitor.name}. {_another_name(monitor)}"
        )


def off_grid(monitor: Monitor, store: Store) -> Window | None:
    """The newest window that was decided under a monitor's name, where it is none of its windows as they are now."""
    for newest in store.decisions.of(monitor.name, FIRST_STAGE, newest=1):
        if containing(monitor.window.every, monitor.window.zone, newest.window.start) != newest.window:
            return newest.window
    return None


def _other_windows(monitor: Monitor, window: Window) -> str:
    """How windows were cut, and how they are."""
    now = containing(monitor.window.every, monitor.window.zone, window.start)
    return f"a window was {window.key}, and is now {now.key}"


def _another_name(monitor: Monitor) -> str:
    """What to do about it; nothing of the history is lost."""
    return (
        "Windows of two kinds, or of two zones, are no one history: put window.every and window.zone back, or give the "
        f"monitor another name in {monitor.path}, and `tidegauge backfill {monitor.path}` reads its past."
    )


def _what_changed(changes: Sequence[Change], said: str) -> str:
    """What was otherwise, key by key. `said`: who says where rows lay before, where that is not the source itself."""
    if not changes:
        return "a part of its address that is not shown, as it may be a secret, was another one"
    place = {f"source.{key}" for key in PLACE}
    return ", ".join(
        f"{key} was {_shown(before)}, and {said if said and key in place else 'is'} {_shown(now)}"
        if said
        else f"{key} was {_shown(before)} and is {_shown(now)}"
        for key, before, now in changes
    )


def _moved(monitor: Monitor, changes: Sequence[Change]) -> dict[str, Any]:
    """What was otherwise, as it was; without a change that is what hides something, for it differs behind that."""
    if not changes:
        return {key: value for key, value in masked(monitor.source.place()).items() if HIDDEN in str(value)}
    return {key.removeprefix("source."): before for key, before, _ in changes if before != MEMORY}


def _as_was(moved: Mapping[str, Any]) -> str:
    """What to write where the same rows have moved: the very line. A secret in it is ***, and is read so."""
    given = {key: value for key, value in moved.items() if value is not None}
    if not given:
        return "the url, connection, table or path that it had, as was:"
    return f"was: {json.dumps(given, ensure_ascii=False)}"


def _changes(was: Mapping[str, Any], now: Mapping[str, Any], at: str = "") -> Iterator[Change]:
    """Everything that differs."""
    for key in dict.fromkeys((*was, *now)):
        before, after = was.get(key, _MISSING), now.get(key, _MISSING)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _changes(before, after, f"{at}{key}.")
        elif before != after:
            yield f"{at}{key}", None if before is _MISSING else before, None if after is _MISSING else after


def _shown(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """A value in a sentence, with no secret in it."""
    if value is None or value in ([], MEMORY):
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
