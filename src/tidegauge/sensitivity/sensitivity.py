"""What a window could have seen: changes planted in the normal windows before it, until the engine alerts.

A formula on one number would be wrong by far: relations between columns show much smaller changes than a column's own
numbers do. So nothing is computed that the engine does not compute itself. It is worked out once a week, after a
run or where it is asked for, never while a window is decided or somebody is told; and kept as an artefact that follows
from the windows before. It is dear beside a night, so the weeks of different monitors begin at different moments.
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
from tidegauge.decisions.history import History
from tidegauge.sensitivity.own_week import own_moment, week_begun
from tidegauge.sensitivity.stage_changes import Changes
from tidegauge.sensitivity.working import few
from tidegauge.stages.decider import VERSION, Decider
from tidegauge.stages.stored_past import DamagedRecords

FORM = Form[dict[str, Any]]("what a window would have seen")
METHOD = 3  # another one works everything out again
LATER = (
    "Not worked out yet: a run does that once a week when everybody has been told, and then writes the page anew. "
    "So does `tidegauge report`."
)


def sensitivity_of(decider: Decider, window: Window, *, work: bool = True) -> Sensitivity | None:
    """What a window could have seen, by the windows before the monitor's week; None for a stage that plants no changes.

    Without `work` only what has been worked out before, for this week or the last one, and None where it has not.
    """
    decider = decider.at(window)
    changes = Changes.of(decider)
    if changes is None:
        return None
    rows = changes.rows(window)
    if not rows:
        return Sensitivity(note=changes.nothing)
    try:
        stored = _stored(changes, window, work=work)
    except DamagedRecords as damaged:
        return Sensitivity(note=f"Not to be said: the stored scores of {damaged} do not read; the next run mends them.")
    usual, found = stored or (0.0, Sensitivity(note=LATER))
    thin = float(np.sqrt(max(1.0, usual / rows)))  # as the judge allows a thin window more
    return replace(found, columns=tuple(changes.scaled(d, thin, window) for d in found.columns))


def _stored(changes: Changes[Any], window: Window, *, work: bool) -> tuple[float, Sensitivity] | None:
    """The rows of a usual window and what it would have shown: as stored, or worked out and stored."""
    decider, tuning = changes.decider, changes.tuning
    history = decider.read(decider.history(window))
    for since in _begun(decider, window, work=work):
        past = _past(decider, history, since)
        if len(past) < tuning.least:
            return 0.0, Sensitivity(note=few(decider.kind, len(past), tuning.least))
        rests_on = decider.store.decisions.evidence(decider.monitor.name, decider.stage, past[-1])
        inputs = hashlib.sha256(f"{METHOD}\x1f{VERSION}\x1f{rests_on}".encode()).hexdigest()[:32]
        place = decider.monitor.name, f"detectable-{decider.stage}", since, inputs
        blob = decider.store.artefacts.get(*place) if rests_on else None
        if blob is None and work:
            usual, found = changes.work_out(history, past)
            blob = json.dumps(marked(FORM, {"rows": usual, **asdict(found)})).encode()
            if rests_on and not decider.foreign(past[-1]):  # not of a what-if on a past that nobody has decided so
                decider.store.artefacts.put(*place, blob)
        if blob is not None:
            return _read(read_marked(FORM, json.loads(blob)))
    return None


def _past(decider: Decider, history: History, since: datetime) -> list[Window]:
    """The windows before the monitor's week that may be asked: within reach, and followed in the same cells."""
    reach = decider.tuning.sensitivity.reach[decider.kind]
    near = [w for w in history.windows if w.end <= since and w.start >= since - reach]
    return [w for w in near if decider.observer.measure_at(w) is decider.measure]


def _begun(decider: Decider, window: Window, *, work: bool) -> dict[datetime, None]:
    """When the weeks began whose statement may be given, the first that there is: the monitor's own week.

    What is only looked for may be that of the week before, or of a Monday: older stores have those of Mondays.
    """
    own = own_moment(decider.monitor.name, decider.stage, decider.kind)
    places = [(own, 0)] if work else [(own, 0), (own, 1), (timedelta(0), 0), (timedelta(0), 1)]
    monday = decider.calendar.facts(window).monday
    return dict.fromkeys(week_begun(window, monday, moment, back) for moment, back in places)


def _read(stored: dict[str, Any]) -> tuple[float, Sensitivity]:
    columns = tuple(Detectable(**c) for c in stored["columns"])
    return float(stored["rows"]), Sensitivity(columns, int(stored["windows"]), str(stored["note"]))
