"""Show a past that is decided already, at its own time: asked for anew, whatever was shown before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from tidegauge.actions.asking import past
from tidegauge.core.intent import PAST, Intent
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import STAGES, Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.samples import samples_between
from tidegauge.sinks.event_time import ESTIMATE
from tidegauge.stages.profiler import Profiler

MOST = 20_000  # samples that one intent carries: well within the time that a worker has for it


def ask_for_past(profiler: Profiler, start: datetime | None, end: datetime | None) -> list[Intent]:
    """Intents that show every decided window inside [start, end), oldest first: stored, and not carried out."""
    asked: list[Intent] = []
    for stage, windows in decided(profiler, start, end).items():
        series = profiler.store.points.series(profiler.monitor.name, stage)
        many = max(MOST // max(sum(one.cost for one in series), 1), 1)
        for k in range(0, len(windows), many):
            asked += past(profiler.monitor, stage, windows[k : k + many], uuid4().hex)
    profiler.store.outbox.ask(asked)
    return asked


def decided(profiler: Profiler, start: datetime | None, end: datetime | None) -> dict[str, list[Window]]:
    """By stage the decided windows inside [start, end), oldest first."""
    found = {stage: profiler.store.decisions.evidences(profiler.monitor.name, stage) for stage in STAGES}
    return {
        stage: [w for w in windows if (start is None or w.start >= start) and (end is None or w.end <= end)]
        for stage, windows in found.items()
    }


def waiting(profiler: Profiler) -> list[str]:
    """The keys of what waits to be shown of the past."""
    return [i.key for i in profiler.store.outbox.pending(profiler.monitor.name) if i.action == PAST]


def exported(deciding: Deciding, start: datetime | None, end: datetime | None) -> Iterator[SeriesSample]:
    """The samples of every decided window inside [start, end), stage by stage: an estimate, of two, comes once."""
    told: set[SeriesSample] = set()
    for stage, windows in decided(deciding.profiler, start, end).items():
        for one in samples_between(deciding, stage, windows[0], windows[-1]) if windows else ():
            if one.name.startswith(ESTIMATE):
                again = replace(one, value=0.0)  # nan equals nothing
                if again in told:
                    continue
                told.add(again)
            yield one
