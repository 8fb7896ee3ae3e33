"""What a decision could not judge, and why: silence about it means nothing."""

from collections.abc import Iterator

import numpy as np

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import FIRST_STAGE, VOLUME, WHOLE
from tidegauge.decisions.record import Record
from tidegauge.stages.decider import Decider
from tidegauge.wording.maturity_words import NEVER
from tidegauge.wording.units import listed

FEW = 50  # rows: in fewer, only a large change stands out
MOST = 12  # columns that are named


def not_judged(decision: Decision, decider: Decider) -> tuple[str, ...]:
    """A sentence for each thing that the decision says nothing of."""
    return tuple(_all(decision, decider))


def _all(decision: Decision, decider: Decider) -> Iterator[str]:
    decider = decider.at(decision.window)
    broken = tuple(f.column for f in decision.findings if not f.scores and f.column != VOLUME)
    if nothing := _nothing(decision, decider, broken):
        yield nothing
        return
    if decision.verdict is Verdict.BROKEN and broken:
        yield f"Not judged, for the table does not hold to its contract: {_names(broken)}."
    if 0 < decision.rows < FEW:
        yield f"With {decision.rows} rows only large changes can be told from chance."
    record = _record(decision, decider)
    if record is None:
        return
    yield from _columns(record, decider, broken)
    yield from decider.observer.not_judged(decision, record)


def _nothing(decision: Decision, decider: Decider, broken: tuple[str, ...]) -> str:
    """Why nothing at all was judged; empty where something was."""
    if decision.verdict is Verdict.BROKEN and broken and decider.stage != FIRST_STAGE:
        return f"Nothing of this window's labels was judged, because of {_names(broken)}."
    if decision.verdict is not Verdict.LEARNING:
        return ""
    if decision.sentence.startswith(NEVER):
        return "Nothing of this window was judged: its labels cannot say how good predictions are."
    return "Nothing of this window was judged: the monitor is still learning what is normal."


def _record(decision: Decision, decider: Decider) -> Record | None:
    """The window's stored numbers; None where they do not read, or are of other columns."""
    window = decision.window
    blob = decider.store.decisions.score_blobs(decision.monitor, decision.stage, [window]).get(window)
    try:
        record = Record.from_blob(blob) if blob else None
    except CorruptBlob:
        return None
    return record if record is not None and record.signal_set == decider.measure.signal_set.id else None


def _columns(record: Record, decider: Decider, broken: tuple[str, ...]) -> Iterator[str]:
    """Columns whose own numbers are not there, or have nothing to be compared with."""
    there = ~np.isnan(record.x)
    known = np.any(~np.isnan(record.residuals), axis=0)
    own = _own_levels(decider, broken)
    silent = tuple(c for c, ks in own.items() if not there[ks].any())
    unknown = tuple(c for c, ks in own.items() if there[ks].any() and not known[ks].any())
    if silent:
        yield f"Not judged, for the window holds too few of their values: {_names(silent)}."
    if unknown:
        yield f"Not judged, for there is no past window to compare them with: {_names(unknown)}."


def _names(columns: tuple[str, ...]) -> str:
    more = f" and {len(columns) - MOST} more" if len(columns) > MOST else ""
    return listed(columns[:MOST], '"') + more


def _own_levels(decider: Decider, broken: tuple[str, ...]) -> dict[str, list[int]]:
    """Where the levels of each column itself stand, of those that are not broken."""
    own: dict[str, list[int]] = {}
    for k, t in enumerate(decider.measure.signal_set.levels):
        if not t.tied and t.segment == WHOLE and t.column not in (VOLUME, *broken):
            own.setdefault(t.column, []).append(k)
    return own
