"""The replay itself: decide the past, hold it against what people know, plant faults, try other ways, sum up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tidegauge.core.errors import WindowError
from tidegauge.core.grid import between, local_time
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.catalogue import Catalogue
from tidegauge.replay.course import Track, drive, open_track
from tidegauge.replay.events import Event
from tidegauge.replay.outcome import Replay
from tidegauge.replay.summing import Replayed, summed
from tidegauge.replay.trying import Tried, clean_windows, try_faults
from tidegauge.replay.ways import others
from tidegauge.stages import due

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much


def replay(
    pipeline: Pipeline,
    start: datetime,
    end: datetime,
    *,
    catalogue: Catalogue | None = None,
    events: Sequence[Event] | None = None,
    what_if: bool = True,
    tell: Progress = lambda _what, _done, _all: None,
) -> Replay:
    """Decide the windows inside [start, end) as their runs would have, and say what that amounts to.

    Windows that were never profiled are (once, and kept: they are the same profiles that a backfill makes). No
    decision, incident, notice or action is written; nothing of a window's future is looked at.
    """
    monitor = pipeline.monitor
    end = pipeline.clock.cut(start, end, wait=monitor.window.wait).end
    windows = _profiled(pipeline, start, end, tell)
    ways = others(monitor) if what_if else others(monitor)[:1]
    tracks = [track for stage in STAGES if (track := open_track(pipeline, stage, ways)) is not None]
    done = 0
    for track in tracks:

        def tick(some: int, track: Track = track) -> None:
            nonlocal done
            done += some
            tell(f"Deciding the past: {track.stage}", done, max(done, len(windows) * len(ways) * len(tracks)))

        drive(track, pipeline, windows[0].start, end, tick, keep=catalogue is not None)
    known = list(events or ())
    tried = Tried()
    if catalogue is not None and tracks:
        clean = clean_windows(tracks, known, set(windows))
        tried = try_faults(pipeline, tracks, clean, catalogue, lambda k, n: tell("Planting faults", k, n))
    return summed(Replayed(pipeline, windows, tracks, ways, events, catalogue is not None, tried))


def _profiled(pipeline: Pipeline, start: datetime, end: datetime, tell: Progress) -> list[Window]:
    """The windows of the replay, all windows before them profiled too, and the labels that are due by its end."""
    kind, name, zone = pipeline.kind, pipeline.monitor.name, pipeline.zone
    since, until = local_time(start, zone), local_time(end, zone)
    if end <= start:
        raise WindowError(
            f"The replay of {name} is to begin {since} and to end {until}, which is not later. "
            "Give the first day, and the day after the last."
        )
    first = pipeline.profiler.first_window().start
    past = between(kind, zone, first, end)
    windows = [w for w in past if w.start >= start]
    if not windows:
        raise WindowError(
            f"There is no whole {kind} of {name} between {since} and {until}, by the clock of {zone}; the first one "
            f"begins {local_time(first, zone)}. Give a {'later' if end <= first else 'longer'} time."
        )
    _read(pipeline, past, end, tell)
    return windows


def _read(pipeline: Pipeline, past: Sequence[Window], end: datetime, tell: Progress) -> None:
    """Profile what is not stored yet of some windows, and count the labels of those that are due by `end`."""
    known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, FIRST_STAGE)
    if lacking := [w for w in past if w not in known]:
        pipeline.profile(lacking, progress=lambda k, n: tell("Reading the past", k, n))
    for stage in due(pipeline.monitor)[1:]:
        wait = stage.wait(pipeline.monitor) or timedelta(0)
        counted = pipeline.store.profiles.revisions(pipeline.monitor.source_key, stage.name)
        stage.profile(pipeline.profiler, [w for w in past if w.end + wait <= end and w not in counted])
