"""Windows whose rows were changed in place: values corrected, or a column retyped or dropped, after they were counted.

Values are found by a quick look, whose answer is noted beside what was counted; what is wrong with a window's columns
stands in its revision.
"""

from collections.abc import Iterator, Mapping, Sequence

from tidegauge.core.errors import ContractError
from tidegauge.core.grid import adjoining
from tidegauge.core.window import Window
from tidegauge.profiles.content import contents
from tidegauge.stages.checksums import of_problems, problems_in
from tidegauge.stages.contract import Contract
from tidegauge.stages.profiler import Profiler
from tidegauge.store.profiles import Revision

REFUSED = -1  # the content of a window with a value that the engine stops at: no digest is below 0
CONTENT = "content"  # kind of artefact: what was in a window's rows when they were counted


def changed_in_place(source: Profiler, stage: str, windows: Sequence[Window]) -> list[Window]:
    """Windows that are stored, and hold other rows or other columns now than were counted, as far as anybody knows.

    `windows`: of a look-back, oldest first; the last one is asked for, the others lie before it.
    """
    known, contract = source.store.profiles.revisions(source.profiles.source, stage), source.contract
    source.looked.clear()
    here = broken_here(source, windows)
    otherwise = set(_broken_otherwise(windows, known, contract, here))
    if not contract.problems:  # a digest of fewer columns says nothing of what was counted of all
        look = [w for w in windows if w not in here]
        for run in adjoining(look):
            source.looked.update(_looked(source, run))
    corrected = (w for w, now in source.looked.items() if w in known and not _is_noted(source, w, now, known[w]))
    return sorted(otherwise.union(corrected))


def _looked(source: Profiler, windows: Sequence[Window]) -> dict[Window, int]:
    """What is in adjoining windows; `REFUSED` of one with a value that the engine stops at."""
    contract = source.contract
    try:
        return dict(contents(source.warehouse, contract.kinds, contract.mapping, windows))
    except ContractError:
        if len(windows) == 1:
            return {windows[0]: REFUSED}
    half = len(windows) // 2
    return _looked(source, windows[:half]) | _looked(source, windows[half:])


def broken_here(source: Profiler, windows: Sequence[Window]) -> dict[Window, dict[str, str]]:
    """Window → column → what is wrong with it in this window, beyond what is wrong with the table."""
    if not source.contract.apart:
        return {}
    what = source.counting()
    found = (what.broken_in(run) for run in adjoining(windows))
    return {w: wrong for some in found for w, wrong in some.items()}


def _broken_otherwise(
    windows: Sequence[Window],
    known: Mapping[Window, Revision],
    contract: Contract,
    here: Mapping[Window, Mapping[str, str]],
) -> Iterator[Window]:
    """Windows that other columns are broken in than when they were counted.

    A column that the whole table lacks is said of the window that is asked for. In the windows before it was there
    when they were judged, and what was counted of it then is worth more than what is left without it.
    """
    for window in windows:
        if window not in known:
            continue
        then = problems_in(known[window].checksum)
        now = of_problems({**contract.problems, **here.get(window, {})})
        if contract.problems and window != windows[-1]:
            if not then and window in here:
                yield window
        elif then != now:
            yield window


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
