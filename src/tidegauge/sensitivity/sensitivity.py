"""What a window could have seen: changes planted in the normal windows before it, until the engine alerts.

A formula on one number would be wrong by far: relations between columns show much smaller changes than a column's own
numbers do. So nothing is computed that the engine does not compute itself. It is worked out once a week, after a
run or where it is asked for, never while a window is decided or somebody is told; and kept as an artefact that follows
from the windows before.
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.core.forms import Form, marked, read_marked
from tidegauge.core.window import Window
from tidegauge.sensitivity.label_changes import scaled_labels, work_out_labels
from tidegauge.sensitivity.working import few, scaled, work_out
from tidegauge.stages.decider import VERSION, Decider
from tidegauge.stages.input_observer import InputObserver
from tidegauge.stages.label_observer import LabelObserver
from tidegauge.stages.stored_past import DamagedRecords

KINDS = {"inputs": "detectable-inputs", "labels": "detectable-labels"}  # of artefact, by stage
FORM = Form[dict[str, Any]]("what a window would have seen")
METHOD = 3  # another one works everything out again
LATER = (
    "Not worked out yet: the first run of a week does that once everybody has been told, and then writes the page "
    "anew. So does `tidegauge report`."
)


def sensitivity_of(decider: Decider, window: Window, *, work: bool = True) -> Sensitivity | None:
    """What a window could have seen, by the windows before its week; None for a stage that plants no changes.

    Without `work` only what has been worked out before, for this week or the last one, and None where it has not.
    """
    room = decider.observer
    if not isinstance(room, InputObserver | LabelObserver):
        return None
    decider = decider.at(window)
    rows = room.profiles.rows(window) if isinstance(room, InputObserver) else room.observe(window).rows
    if not rows:
        what = "rows shows nothing of a column" if isinstance(room, InputObserver) else "labels shows nothing of them"
        return Sensitivity(note=f"A window without {what}.")
    try:
        stored = _stored(decider, room, window, work=work)
    except DamagedRecords as damaged:
        return Sensitivity(note=f"Not to be said: the stored scores of {damaged} do not read; the next run mends them.")
    usual, found = stored or (0.0, Sensitivity(note=LATER))
    if not found.columns:
        return found
    thin = float(np.sqrt(max(1.0, usual / rows)))  # as the judge allows a thin window more
    if isinstance(room, LabelObserver):
        return replace(found, columns=tuple(scaled_labels(d, thin) for d in found.columns))
    layouts, newest = room.measure_at(window).layouts, room.profiles.versions().newest(window)
    return replace(found, columns=tuple(scaled(d, thin, layouts[newest[d.column]]) for d in found.columns))


def _stored(
    decider: Decider, room: InputObserver | LabelObserver, window: Window, *, work: bool
) -> tuple[float, Sensitivity] | None:
    """The rows of a usual window and what it would have seen: as stored, or worked out and stored."""
    store, name, history = decider.store, decider.monitor.name, decider.read(decider.history(window))
    tuning, kind = decider.tuning.sensitivity, KINDS[room.stage]
    for back in (0,) if work else (0, 1):
        since = _since(decider, window, back)
        past = [w for w in history.windows if w.end <= since and w.start >= since - tuning.reach[decider.kind]]
        past = [w for w in past if room.measure_at(w) is decider.measure]  # that were followed in the same cells
        if len(past) < tuning.least:
            return 0.0, Sensitivity(note=few(decider.kind, len(past), tuning.least))
        rests_on = store.decisions.evidence(name, decider.stage, past[-1])
        inputs = hashlib.sha256(f"{METHOD}\x1f{VERSION}\x1f{rests_on}".encode()).hexdigest()[:32]
        blob = store.artefacts.get(name, kind, since, inputs) if rests_on else None
        if blob is None and work:
            usual, found = (
                work_out(decider, room, history, past)
                if isinstance(room, InputObserver)
                else work_out_labels(decider, room, history, past)
            )
            blob = json.dumps(marked(FORM, {"rows": usual, **asdict(found)})).encode()
            if rests_on and not decider.foreign(past[-1]):  # not of a what-if on a past that nobody has decided so
                store.artefacts.put(name, kind, since, inputs, blob)
        if blob is not None:
            return _read(read_marked(FORM, json.loads(blob)))
    return None


def _since(decider: Decider, window: Window, back: int) -> datetime:
    """The Monday before which windows are asked, this week's or an earlier one: one statement a week."""
    monday = decider.calendar.facts(window).monday
    return min((monday - timedelta(days=7 * back)).replace(fold=0), window.start)


def _read(stored: dict[str, Any]) -> tuple[float, Sensitivity]:
    columns = tuple(Detectable(**c) for c in stored["columns"])
    return float(stored["rows"]), Sensitivity(columns, int(stored["windows"]), str(stored["note"]))
