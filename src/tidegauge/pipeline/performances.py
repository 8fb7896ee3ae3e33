"""How good a model was: the performance of a monitor's decided windows, as status, pages, JSON and Python show it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tidegauge.core.performance import Performance
from tidegauge.core.window import STAGES, WHOLE, Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.stages.performing import RUN, Performing, performing


def told_by(deciding: Deciding, last: Window | None = None, at: datetime | None = None) -> Performing | None:
    """What tells it, of the stage that has numbers of performance; None where no stage has, or nothing is decided.

    `at`: by what was known at a moment.
    """
    for stage in STAGES:
        if found := performing(deciding.decider(stage), last, at):
            return found
    return None


def newest(deciding: Deciding) -> Performance | None:
    """That of the newest decided window that has labels; of the newest at all, where the last ones have none."""
    found = lately(deciding, 1)
    return found[-1] if found else None


def lately(deciding: Deciding, most: int = RUN) -> list[Performance]:
    """The same with the windows before it, oldest first, `most` at the most."""
    found = told_by(deciding)
    if found is None:
        return []
    newest = reversed(found.windows[-RUN:])
    last = next((k for k, w in enumerate(newest) if found.figures.counted(w).labelled), 0)
    until = len(found.windows) - last
    return [found.of(w) for w in found.windows[max(until - most, 0) : until]]


def performances(
    deciding: Deciding,
    since: datetime | None = None,
    until: datetime | None = None,
    segments: Sequence[str] | None = (WHOLE,),
    at: datetime | None = None,
) -> list[Performance]:
    """That of every decided window inside [since, until), oldest first; of some segments, or of all (None).

    `at`: by what was known at a moment, of the windows that had ended by then.
    """
    found = told_by(deciding, at=at)
    if found is None:
        return []
    return [
        found.of(w, segment)
        for w in inside(found.windows, since, until, at)
        for segment in ([WHOLE, *found.figures.segments(w)] if segments is None else segments)
    ]


def inside(
    windows: Iterable[Window], since: datetime | None, until: datetime | None, at: datetime | None = None
) -> list[Window]:
    """Those inside [since, until) that had ended by a moment; None: no bound."""
    ends = [t for t in (until, at) if t is not None]
    return [w for w in windows if (since is None or w.start >= since) and all(w.end <= t for t in ends)]
