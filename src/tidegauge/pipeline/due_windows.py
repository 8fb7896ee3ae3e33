"""Which windows of a monitor may be run, which were missed, and what to do about one that nothing is known of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from tidegauge.core.errors import WarehouseError, WindowError
from tidegauge.core.grid import between, containing, local_time
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.stages import due
from tidegauge.stages.left_out import left_out
from tidegauge.stages.profiler import Profiler

LATE = 3  # windows before a live one whose rows may still have changed


def hold_to_grid(profiler: Profiler, window: Window) -> None:
    """Refuse what is no window of the monitor."""
    right = containing(profiler.kind, profiler.zone, window.start)
    if right != window:
        raise WindowError(
            f"{window.key} is not a window of {profiler.monitor.name}: the {profiler.kind} there is {right.key}."
        )


def hold_to_beginning(profiler: Profiler, window: Window) -> None:
    """Refuse a window from before the monitor's time: a mistyped year would leave a gap of years behind it."""
    monitor = profiler.monitor
    known = profiler.store.profiles.revisions(monitor.source_key, FIRST_STAGE)
    if monitor.window.start is None and (not known or window >= next(iter(known))):
        return  # nobody has to look how far the rows reach
    first = profiler.first_window()
    if window < first:
        raise WindowError(
            f"{window.key} lies before the first {profiler.kind} of {monitor.name}, {first.key}: "
            f"{'there are no rows yet' if monitor.window.start is None else 'see window.start'}."
        )


def past_windows(profiler: Profiler, start: datetime, end: datetime) -> tuple[list[Window], datetime]:
    """Every window inside [start, end) that has ended, oldest first, and up to when; WindowError for none."""
    monitor, zone = profiler.monitor, profiler.zone
    first = max(start, profiler.first_window().start)
    end = profiler.clock.cut(first, end).end
    windows = between(profiler.kind, zone, first, end)
    if not windows:
        begins = f", where {monitor.name} begins," if start < first else ""
        raise WindowError(
            f"There is no whole {profiler.kind} to read between {local_time(first, zone)}{begins} and "
            f"{local_time(end, zone)}. Give an earlier first day, or a later day after the last."
        )
    return windows, end


def due_lately(profiler: Profiler, as_of: datetime) -> list[tuple[str, Window]]:
    """The decided windows of later stages that came due by `as_of`, not so long ago that nobody is told of them."""
    monitor, found = profiler.monitor, list[tuple[str, Window]]()
    for one in due(monitor)[1:]:
        wait, since = one.wait(monitor) or timedelta(0), as_of - LATE * monitor.window.length
        known = profiler.store.decisions.evidences(monitor.name, one.name)
        found += [(one.name, w) for w in known if since < w.end + wait <= as_of]
    return found


@contextmanager
def noting_outages(profiler: Profiler, window: Window, as_of: datetime) -> Iterator[None]:
    """Note in the log of runs that the warehouse did not answer, where that ends one before it has begun."""
    try:
        yield
    except WarehouseError as e:
        runs = profiler.store.runs
        runs.end(runs.begin(profiler.monitor.name, window, FIRST_STAGE, as_of), as_of, "outage", str(e))
        raise


def how_to_get(profiler: Profiler, window: Window, stage: str) -> str:
    """A decision that is not there: what to do about it."""
    known = profiler.store.profiles.revisions(profiler.monitor.source_key, stage)
    if window not in known and (at := _forgotten(profiler, window, stage)):
        return f"It was forgotten, on {at}. To have it again, run it: {_run(profiler, window)}"
    try:
        hold_to_beginning(profiler, window)
    except WindowError as refused:
        return f"There will be none: {refused}"
    except WarehouseError:  # it may not be there to be asked how far the rows reach
        first = next(iter(profiler.store.profiles.revisions(profiler.monitor.source_key, FIRST_STAGE)))
        return f"It lies before the first {profiler.kind} that was ever looked at, {first.key}."
    if profiler.clock.now() < window.end:
        return "It has not ended yet."
    return f"Run it: {_run(profiler, window)}"


def _run(profiler: Profiler, window: Window) -> str:
    return f"tidegauge run {profiler.monitor.path} --window {window.key}"


def _forgotten(profiler: Profiler, window: Window, stage: str) -> str | None:
    """When a stage of a window was last forgotten, by the monitor's clock."""
    stones = profiler.store.tombstones.of(profiler.monitor.source_key)
    at = [t.at for t in stones if (t.window, t.stage) == (window, stage)]
    return local_time(at[-1], profiler.zone) if at else None


def newest_ended(profiler: Profiler, stage: str) -> Window | None:
    """The newest window with a decision on a stage that has ended."""
    now = profiler.clock.now()
    known = profiler.store.decisions.evidences(profiler.monitor.name, stage)
    return next((w for w in reversed(known) if w.end <= now), None)


def gaps(profiler: Profiler, until: datetime) -> list[Window]:
    """Windows that ended by `until` and were never decided, since the first that was looked at: from the store.

    Not those that a person left out: they were forgotten when they were over.
    """
    seen = next(iter(profiler.store.profiles.revisions(profiler.monitor.source_key, FIRST_STAGE)), None)
    first = profiler.first_window() if profiler.monitor.window.start else seen
    return [] if first is None else _undecided(profiler, first, until)


def missing(profiler: Profiler, until: datetime) -> list[Window]:
    """Windows that ended by `until` and were never decided, nor left out: what a sweep starts runs for."""
    return _undecided(profiler, profiler.first_window(), min(until, profiler.clock.now()))


def _undecided(profiler: Profiler, first: Window, until: datetime) -> list[Window]:
    out = left_out(profiler, FIRST_STAGE)
    known = out.union(profiler.store.decisions.evidences(profiler.monitor.name, FIRST_STAGE))
    return [w for w in between(profiler.kind, profiler.zone, first.start, until) if w not in known]
