"""Every column over the last windows: how much of each was strange, by what was known when the page's window came.

Nothing is learnt from later windows, and whether a window alerted is its own decision's to say: a cell only tells which
columns it was. So a page says the same whenever it is drawn.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import WHOLE
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.record import Record
from tidegauge.decisions.tail import Tail
from tidegauge.pipeline.panels import SeenPast
from tidegauge.reports.report import PastWindow, Stirred, Strip, StripRow
from tidegauge.statistics.signal_set import Signal, SignalSet

Floats = NDArray[np.float64]
WINDOWS = {"day": 42, "hour": 48, "week": 26}  # six weeks of days
FEW = 2  # so few columns are told segment by segment, as labels are
NEAR = 0.5  # of what alerts
NOTHING_SAID = frozenset({Verdict.LEARNING, Verdict.OUTAGE})


def strip_of(decision: Decision, past: Sequence[Decision], seen: SeenPast) -> Strip | None:
    """The strip of all columns up to a decision's window; None where nothing is known yet of how far is far."""
    decider, window = seen.decider, decision.window
    signal_set, rulings = decider.measure.signal_set, decider.rulings(window)
    recall = decider.stored.recall(seen.history, {}, keeps=False)
    tail = decider.judge.spreads(window, seen.history, Normal(rulings, signal_set), recall).tail
    shown = past[-WINDOWS[window.kind] :]
    if tail is None or len(shown) < 2:
        return None
    records = seen.history.records([d.window for d in shown])
    known = [bool(r.n) and d.verdict not in NOTHING_SAID for d, r in zip(shown, records, strict=True)]
    parts = _parts(signal_set)
    apart, whole = _strengths(records, signal_set, tail, parts)
    rows = [_row(part, shown, known, apart[:, i], whole[:, i], seen) for i, part in enumerate(parts)]
    return Strip(tuple(PastWindow(d.window, d.strength, d.verdict) for d in shown), tuple(rows))


def _row(
    part: tuple[str, str],
    shown: Sequence[Decision],
    known: Sequence[bool],
    apart: Floats,
    whole: Floats,
    seen: SeenPast,
) -> StripRow:
    """One column: by itself [T] and as a whole [T] so strong in each window."""
    bad, by_itself = [d.verdict in BAD for d in shown], (apart >= NEAR).tolist()
    leads = [_leads(d, *part, own, seen) for d, own in zip(shown, by_itself, strict=True)]
    cells = tuple(_cell(*of) for of in zip(whole.tolist(), known, bad, leads, strict=True))
    follows = bad[-1] and not leads[-1] and not by_itself[-1] and bool(whole[-1] >= NEAR)
    return StripRow(*part, cells, follows)


def _parts(signal_set: SignalSet) -> list[tuple[str, str]]:
    """What has a row: the columns, or where these are few each in each segment."""
    if len(signal_set.columns) > FEW:
        return [(column, WHOLE) for column in signal_set.columns]
    return list(dict.fromkeys((t.column, t.segment) for t in signal_set.signals))


def _leads(decision: Decision, column: str, segment: str, by_itself: bool, seen: SeenPast) -> bool:  # noqa: FBT001
    """Whether a window alerted for a column's own sake, and not for how it goes with the one that led."""
    if not seen.alerted(decision.window, column):
        return False
    first = decision.findings[0]
    mine = [f for f in decision.findings if f.column == column and segment in (WHOLE, f.segment)]
    return bool(mine) and (first in mine or by_itself or any(s.over for s in first.scores[:1]))


def _strengths(
    records: Sequence[Record], signal_set: SignalSet, tail: Tail, parts: Sequence[tuple[str, str]]
) -> tuple[Floats, Floats]:
    """[T, P] of each part its strength by its own numbers alone, and by those that it shares with others, too."""
    z = np.nan_to_num(np.array([r.z for r in records]))
    better = np.array([_better(r, signal_set) for r in records])
    surprise = np.where(better, 0.0, tail.surprise(z)) / tail.threshold
    groups = tail.corroborated(surprise * tail.threshold) / tail.threshold
    by_segment = len(signal_set.columns) <= FEW
    alone, with_others = [], []
    for column, segment in parts:
        mine = np.array([_is_about(t, column) and (t.segment == segment or not by_segment) for t in signal_set.signals])
        alone.append(surprise[:, mine & ~signal_set.tied].max(axis=1, initial=0.0))
        first = surprise[:, mine].max(axis=1, initial=0.0)
        group = first if by_segment else groups[:, signal_set.columns.index(column)]
        with_others.append((first + group) / 2)
    return np.array(alone).T, np.array(with_others).T


def _is_about(signal: Signal, column: str) -> bool:
    """Whether a column bears a signal, alone or with others."""
    return column == signal.column or (signal.shared and column in signal.others)


def _better(record: Record, signal_set: SignalSet) -> NDArray[np.bool_]:
    """[K + D] what rose against every prediction, where only a fall is bad."""
    if not len(record.residuals):
        return np.zeros(len(signal_set.signals), dtype=bool)
    rose = np.where(np.isnan(record.residuals), np.inf, record.residuals).min(axis=0) > 0
    return np.append(rose & signal_set.only_falls, np.zeros(len(signal_set.distances), dtype=bool))


def _cell(strength: float, known: bool, bad: bool, leads: bool) -> Stirred:  # noqa: FBT001 - four facts of one cell
    """What is told of a column in one window."""
    if leads:
        return Stirred.LED
    if not known:
        return Stirred.UNKNOWN
    if strength >= 1 and bad:
        return Stirred.STRANGE
    return Stirred.NEAR if strength >= NEAR else Stirred.QUIET
