"""Rows that were corrected in place: found by a quick look, whose answer is noted beside what was counted."""

from collections.abc import Sequence

from tidegauge.core.grid import adjoining
from tidegauge.core.window import Window
from tidegauge.profiles.content import contents
from tidegauge.stages.profiler import Profiler
from tidegauge.store.profiles import Revision

CONTENT = "content"  # kind of artefact: what was in a window's rows when they were counted


def changed_in_place(source: Profiler, stage: str, windows: Sequence[Window]) -> list[Window]:
    """Windows that are stored, and of which nobody has noted that what is in their rows now is what was counted."""
    known, what = source.store.profiles.revisions(source.profiles.source, stage), source.contract
    if (
        what.problems or what.apart
    ):  # what was counted while a column was there is worth more than what is left without it
        return []
    source.looked.clear()
    for run in adjoining(windows):
        source.looked.update(contents(source.warehouse, what.kinds, what.mapping, run))
    return [w for w, now in source.looked.items() if w in known and not _is_noted(source, w, now, known[w])]


def remember_counted(source: Profiler, stage: str, windows: Sequence[Window]) -> None:
    """Note of windows that were looked at what their profiles were counted from.

    The look came first: rows that changed between the two are another content next time, and are counted again.
    """
    for window in windows:
        content = source.looked.pop(window, None)
        if content is None:
            continue
        revision = source.store.profiles.revision(source.profiles.source, stage, window)
        if revision is not None:
            inputs = _counted_from(window, content, revision)
            source.store.artefacts.put(source.profiles.source, CONTENT, window.start, inputs, b"")


def _is_noted(source: Profiler, window: Window, content: int, revision: Revision) -> bool:
    inputs = _counted_from(window, content, revision)
    return source.store.artefacts.get(source.profiles.source, CONTENT, window.start, inputs) is not None


def _counted_from(window: Window, content: int, revision: Revision) -> str:
    """What an artefact of the kind CONTENT is called: that a revision was counted from rows which hold this."""
    return f"{window.key} {content} {revision.rows} {revision.freshest} {revision.checksum}"
