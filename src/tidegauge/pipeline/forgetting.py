"""Forget a window: as if it had never been run, for everything that is decided, shown or told from now on.

Two halves, in this order, and each may be cut off. `forget` puts up tombstones. `end_forgetting` withdraws what a
monitor has decided of windows that were forgotten since, whoever forgot them; `Pipeline.decide` begins with it, so it
is also how a monitor that shares the profiles hears of a tombstone, and how what was cut off comes to its end.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tidegauge.actions.asking import mends
from tidegauge.core.decision import Decision
from tidegauge.core.errors import WarehouseError, WindowError
from tidegauge.core.incident import Incident
from tidegauge.core.intent import DELIVER, SHOWN, Intent
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.stages import due
from tidegauge.stages.clock import DOUBT
from tidegauge.stages.profiler import Profiler
from tidegauge.store.outbox import FORGOTTEN, WITHDRAWN, Carried
from tidegauge.store.tombstones import Tombstone

if TYPE_CHECKING:
    from tidegauge.pipeline.pipeline import Pipeline


Place = tuple[str | None, Window]  # a stage and a window


@dataclass(frozen=True, slots=True)
class Forgot:
    """What became of a window that was to be forgotten."""

    window: Window
    stages: tuple[str, ...]  # of which something was known; empty where it had been forgotten before
    labels: tuple[Window, ...] = ()  # whose labels were forgotten with it, as they had been judged before they were due
    decided: tuple[Decision, ...] = ()  # later windows that were decided again
    gone: tuple[Incident, ...] = ()  # incidents in which there was no other window
    unheard: tuple[Incident, ...] = ()  # open ones that may have been taken for a part of its event: nobody was told
    left: tuple[str, ...] = ()  # what needs the warehouse, which did not answer: a sentence each


def forget(
    pipeline: "Pipeline", window: Window, stages: Sequence[str] = tuple(STAGES), *, at: datetime | None = None
) -> Forgot:
    """Forget a window, and decide again what comes after it; nobody is told, and what is shown is shown again.

    As if it had never been run, so that it can be run again: then it is new. What was known before stays readable, as
    history. `stages`: both, or the labels alone. Again, or after it was cut off, it ends in the same. Rows are needed
    for little of it: while the warehouse is away the window is forgotten all the same, and what is left is said.
    """
    known = _known(pipeline, window, stages)
    at = at or pipeline.clock.now()
    alone = _alone(pipeline, window, stages)
    ahead = FIRST_STAGE in stages and at < window.end
    early, left = _judged_early(pipeline, at) if ahead else ([], [])
    places = [place for place in early if place[1] != window]
    _bury(pipeline.profiler, places + [(s, window) for s in reversed(stages)], at)
    decided = [d for stage in STAGES for d in pipeline.decide(stage, first=())]
    gone = _no_more(pipeline, alone)
    labels = tuple(w for _, w in early)
    return Forgot(window, known, labels, tuple(decided), gone, _unheard(pipeline, window), tuple(left))


def _alone(pipeline: "Pipeline", window: Window, stages: Sequence[str]) -> list[Incident]:
    """The incidents of some stages in which there is no other window."""
    incidents, name = pipeline.store.incidents, pipeline.monitor.name
    return [i for s in stages for i in incidents.of(name, s) if i.windows == (window,)]


def _no_more(pipeline: "Pipeline", were: Sequence[Incident]) -> tuple[Incident, ...]:
    """Those of some incidents that the store does not have any more."""
    after = {i.id for i in pipeline.store.incidents.of(pipeline.monitor.name)}
    return tuple(i for i in were if i.id not in after)


def _known(pipeline: "Pipeline", window: Window, stages: Sequence[str]) -> tuple[str, ...]:
    """The stages of which something is known of a window; WindowError where there never was anything."""
    known = tuple(s for s in stages if window in pipeline.known(s))
    if not known and all(t.window != window for t in pipeline.tombstones()):
        raise WindowError(
            f"{pipeline.monitor.name} knows nothing of {window.key}, so there is nothing to forget. "
            "What it has seen: tidegauge status"
        )
    return known


def end_forgetting(profiler: Profiler, stage: str, stones: Sequence[Tombstone], profiled: Collection[Window]) -> None:
    """Withdraw decisions on windows that were forgotten since, whether they were run again meanwhile or not.

    A decision keeps the number of the last tombstone that was there when it was made, so that a new life is told from
    an old one whoever began it. `profiled`: the windows that have a profile, as seen after `stones`.
    """
    newest = {t.window: t for t in stones}
    made = profiler.store.decisions.stones(profiler.monitor.name, stage)
    for window in sorted(newest.keys() & made.keys()):
        if made[window] < newest[window].number or window not in profiled:
            _withdraw(profiler, stage, window, newest[window].at, whatever=window not in profiled)


def _bury(profiler: Profiler, places: Sequence[tuple[str, Window]], at: datetime) -> None:
    """Put up tombstones, then withdraw the decisions. Labels first: without their rows they are nothing."""
    store, monitor = profiler.store, profiler.monitor
    for stage, window in places:
        if profiler.pinned is not None and stage == FIRST_STAGE:
            store.tombstones.bury(profiler.pinned.source, stage, window, at=at)
        decided = store.decisions.evidence(monitor.name, stage, window) is not None
        store.tombstones.bury(monitor.source_key, stage, window, at=at, force=decided)
    for stage, window in places:
        _withdraw(profiler, stage, window, at)
    profiler.profiles.forget([window for _, window in places])


def _withdraw(profiler: Profiler, stage: str, window: Window, at: datetime, *, whatever: bool = False) -> None:
    """`whatever`: also a decision that was made knowing the last tombstone, for it has no profile."""
    every = profiler.store.tombstones.of(profiler.monitor.source_key)
    stones = [t for t in every if (t.stage, t.window) == (stage, window)]
    asked = mends(profiler.monitor, stage, window, len(stones))
    last = None if whatever else stones[-1].number if stones else 0
    profiler.store.tombstones.withdraw(profiler.monitor.name, stage, window, asked, as_of=at, stone=last)


def _judged_early(pipeline: "Pipeline", at: datetime) -> tuple[list[tuple[str, Window]], list[str]]:
    """What followed windows before it was due: who ran a window of the future judged their labels with it.

    Those whose time has come since are counted again; a sentence for each stage of which they could not be.
    """
    early, left = [], []
    for one in due(pipeline.monitor)[1:]:
        wait = one.wait(pipeline.monitor) or timedelta(0)
        known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, one.name)
        some = [w for w in known if at - DOUBT < w.end + wait <= at]
        try:
            if some:
                one.profile(pipeline.profiler, some, again=True)
        except WarehouseError as error:
            left.append(
                f"The {one.title} of windows up to {some[-1].key} may have been counted too early, and could not be "
                f"counted again: forget the window once more when the warehouse answers. {error}"
            )
        early += [(one.name, w) for w in known if w.end + wait > at]
    return early, left


def _unheard(pipeline: "Pipeline", window: Window) -> tuple[Incident, ...]:
    """Open incidents that were shown live and told to nobody, where the forgotten window had been told of.

    They may have been taken for a part of its event; whoever takes that back should hear of them.
    """
    store, name = pipeline.store, pipeline.monitor.name
    if not any(_was_told(c) for c in store.outbox.carried(name, [window])):
        return ()
    still_open = [i for i in store.incidents.of(name) if i.is_open]
    shown, told = _places(store.outbox.carried(name, {w for i in still_open for w in i.windows}))
    return tuple(i for i in still_open if _is_among(i, shown) and not _is_among(i, told))


def _places(carried: Sequence[Carried]) -> tuple[set[Place], set[Place]]:
    """Of which stages and windows people were shown something that stands, and of which they were told."""
    stands = [c.intent for c in carried if not _is_former(c)]
    shown = {_place(i) for i in stands if i.action == DELIVER}
    return shown, {_place(i) for i in stands if i.action not in SHOWN}


def _was_told(carried: Carried) -> bool:
    """Whether people were told by it, more than shown, before its window was forgotten."""
    return _is_former(carried) and carried.intent.action not in SHOWN


def _is_former(carried: Carried) -> bool:
    """Whether it was caused by a window that was forgotten since."""
    return carried.state in (WITHDRAWN, FORGOTTEN)


def _place(intent: Intent) -> Place:
    return intent.payload.get("stage"), intent.window


def _is_among(incident: Incident, places: Collection[Place]) -> bool:
    """Whether a window of an incident is in one of some places."""
    return any((incident.stage, w) in places for w in incident.windows)
