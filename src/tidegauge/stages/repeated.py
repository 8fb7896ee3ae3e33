"""Whether a window holds the rows of an earlier one, by what is stored of both."""

from collections.abc import Callable, Mapping, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import Finding, Score
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.record import Record
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.structural import FactGrounds, finding_of
from tidegauge.statistics.sent_again import SentAgain
from tidegauge.wording.headline import day_of

Ints = NDArray[np.int64]
ReadCells = Callable[[Window], Mapping[str, Cells]]
DIGITS = 9  # of a level: the last ones may differ from one release of NumPy to the next


def sent_again(known: FactGrounds, cells_of: ReadCells, rows_of: Mapping[Window, int]) -> Finding | None:
    """The earlier window whose rows these are; None where there is none, and where a log repeats itself.

    `rows_of`: windows' number of rows, where it is known without a look at their records.
    """
    rows, t = known.rows, known.tuning
    past = known.history.before(known.window.start, known.judge.memory) if rows >= t.rows else []
    if len(past) < t.differed:
        return None
    places = _own(known)
    near = [w for w in past if rows_of.get(w, rows) == rows]
    same = [w for w in _alike(known, near, places) if are_same(known.cells, cells_of(w))]
    if not same or _repeats(known, past, places):
        return None
    limit = known.limit(len(past))
    chance = min(improbable(known.cells), t.most)
    if chance <= limit:
        return None
    of, key = day_of(same[-1], known.calendar), (same[-1].key,)
    no = nan
    score = Score(VOLUME, SentAgain.name, WHOLE, float(rows), 0.0, no, 0.0, no, chance, "", rows, key, of=of)
    return finding_of(score, chance, limit)


def _alike(known: FactGrounds, windows: Sequence[Window], places: Ints) -> list[Window]:
    """Those of some windows whose levels are this one's."""
    mine, records = _key(known.judgement.record, places), known.history.records(windows)
    return [w for w, r in zip(windows, records, strict=True) if _key(r, places) == mine]


def are_same(these: Mapping[str, Cells], those: Mapping[str, Cells]) -> bool:
    """Whether two windows' columns were counted the same: cell by cell, with sums and extremes."""
    return bool(these) and these.keys() == those.keys() and all(these[c] == those[c] for c in these)


def improbable(cells: Mapping[str, Cells]) -> float:
    """−log10 of the chance that as many other rows fall into the very same cells, by the column that says most.

    Of c rows in a cell another draw has c again with a chance of 1/√(4πc), and one cell follows from the others. Only
    one column counts, as columns may go together.

    >>> round(improbable({"flag": Cells(np.array([1, 2]), np.array([50, 50]))}), 2)  # one of 25
    1.4
    """
    return max((_column(c.counts) for c in cells.values()), default=0.0)


def _column(counts: Ints) -> float:
    """−log10 of the chance for one column's counts [cells]."""
    return float(0.5 * np.log10(4 * np.pi * np.sort(counts)[:-1]).sum())


def _own(known: FactGrounds) -> Ints:
    """[*] the places of levels of columns by themselves: times of rows and ids may be new."""
    levels = known.measure.signal_set.levels
    return np.flatnonzero([t.column != VOLUME and not t.tied and t.segment == WHOLE for t in levels])


def _key(record: Record, places: Ints) -> bytes:
    """What two windows with the same rows have in common."""
    return np.append(record.n, np.round(record.x[places], DIGITS) + 0.0).tobytes()


def _repeats(known: FactGrounds, past: Sequence[Window], places: Ints) -> bool:
    """Whether windows have repeated earlier ones before, and nobody was told of it: then it is the log's way."""
    told, seen = known.told_before(VOLUME, SentAgain.name), set[bytes]()
    for window, record in zip(past, known.history.records(past), strict=True):
        key = _key(record, places)
        if key in seen and window not in told and record.n >= known.tuning.rows:
            return True
        seen.add(key)
    return False
