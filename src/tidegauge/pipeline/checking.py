"""What of a monitor does not hold, a sentence each: of its log, of each stage, of where its series go."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from tidegauge.actions.asking import actions_of, sinks_of
from tidegauge.actions.base import Action
from tidegauge.core.errors import ContractError
from tidegauge.core.window import FIRST_STAGE
from tidegauge.monitor import Monitor
from tidegauge.pipeline.due_windows import LATE
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.stages import due, every
from tidegauge.stages.limit_segments import without_rows
from tidegauge.stages.performance_limits import unknown_limits
from tidegauge.stages.profiler import Profiler
from tidegauge.statistics.label_levels import of_a_class, of_task


def problems(profiler: Profiler, as_of: datetime | None) -> list[str]:
    """All of it; empty when all is well. Where nothing can be said of the log, that alone."""
    try:
        of_log = profiler.problems(as_of)
    except ContractError as e:
        return [str(e)]
    of_stages = [sentence for stage in every() for sentence in stage.check(profiler)]
    return [*of_log, *of_stages, *_of_limits(profiler), *_of_outlets(profiler)]


def _of_limits(profiler: Profiler) -> list[str]:
    """Limits of numbers that labels of this kind do not have, and of segments that no row has."""
    limits = profiler.monitor.limits
    wrong = unknown_limits(_numbers(profiler), [x for x in limits if not _may_be(profiler, x.performance)])
    return [*wrong, *without_rows(limits, profiler.profiles.layouts()[1])]


def _numbers(profiler: Profiler) -> list[str]:
    """What may be said of the labels. Before any came: what the kind of the prediction leaves open."""
    units = [profiler.label_unit()]
    if not profiler.knows_labels and units[0].truths:
        units.append(profiler.label_unit(cut_numeric(np.array([0.0, 2.5]))))  # or numbers
    return list(dict.fromkeys(level.name for unit in units for level in of_task(unit)))


def _may_be(profiler: Profiler, name: str | None) -> bool:
    """Whether nobody knows yet if there is such a number: one of a class, of which none has come."""
    if name is None or profiler.knows_labels:
        return False
    return profiler.label_unit().classes is not None and of_a_class(name) is not None


def _of_outlets(profiler: Profiler) -> list[str]:
    """Whom notices would not reach, what would not be shown, and what of its series receivers would lose.

    By what they say of themselves; nobody is told anything.
    """
    monitor = profiler.monitor
    sinks = sinks_of(monitor).values()
    of_actions = list(_twins(monitor))
    of_actions += [_whose(action, sentence) for action in actions_of(monitor) for sentence in action.problems()]
    if not sinks:
        return of_actions
    known = profiler.store.decisions.evidences(monitor.name, FIRST_STAGE)
    reach = profiler.clock.now() - min(known).start if known else timedelta(0)
    waits = [stage.wait(monitor) or timedelta(0) for stage in due(monitor)]
    late = max(waits) + LATE * monitor.window.length
    return of_actions + [sentence for sink in sinks for sentence in sink.problems(monitor.name, reach, late)]


def _whose(action: Action, sentence: str) -> str:
    """The sentence, with the name of the receiver where it has one, as `tidegauge status` writes it."""
    return f"{action.name} ({action.target}): {sentence}" if action.tells_ends and action.target else sentence


def _twins(monitor: Monitor) -> Iterator[str]:
    """Receivers of notices that are called the same: the second one would never hear of anything."""
    counts = Counter((a.name, a.target) for a in actions_of(monitor) if a.tells_ends)
    for (name, called), count in counts.items():
        if count > 1:
            who = f'called "{called}"' if called else "without a name"
            yield f"actions: {count} of the kind {name} are {who}, and one of them alone is told. Give each a `called`."
