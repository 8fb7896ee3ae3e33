"""A judgement → what a person reads: columns ranked, each with its scores, bands and the cells that moved."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.decision import CellShift, Finding, Score
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import POOLS, PREDICTORS
from tidegauge.decisions.judge import Judgement
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.measures import Measure
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.statistics.statistic import Statistic
from tidegauge.tuning.decision_tuning import VerdictTuning
from tidegauge.tuning.tuning import SHIPPED
from tidegauge.wording.lookup import find
from tidegauge.wording.units import drift, gone

Floats = NDArray[np.float64]
MOST_COLUMNS, MOST_SCORES, MOST_SHIFTS = 8, 5, 6
LOOKED_AT = 12  # scores of a column, of which the plainest lead


def findings_of(
    judgement: Judgement, measure: Measure, tuning: VerdictTuning = SHIPPED.decisions.verdict
) -> tuple[Finding, ...]:
    """Columns by strength."""
    signals = measure.signal_set.signals
    strength = strengths(judgement, measure.signal_set, tuning)
    ranked = sorted((c for c, s in strength.items() if s > tuning.plain * 0.01), key=lambda c: (-strength[c], c))
    found = []
    surprise = surprise_of(judgement)
    for column in ranked[:MOST_COLUMNS]:
        mine = [k for k, t in enumerate(signals) if _is_about(t, column)]
        best = max(mine, key=lambda k: (float(surprise[k]), -k))
        told = sorted(mine, key=lambda k: (-float(surprise[k]), k))[:LOOKED_AT]
        made = [(score_of(judgement, measure, k), k) for k in told if surprise[k] > 0.3 or k == best]
        made = _plainest_first(_once(made), measure)[:MOST_SCORES]
        scores, best = tuple(score for score, _ in made), made[0][1]
        whole = float(judgement.columns[measure.signal_set.columns.index(column)])
        found.append(Finding(column, signals[best].segment, strength[column], scores, surprise=whole))
    return tuple(found)


def _once(made: Sequence[tuple[Score, int]]) -> list[tuple[Score, int]]:
    """Each statistic once: a column that was cut again has it in old and in new cells, and the stranger one is told."""
    first = {(s.column, s.statistic, s.segment, s.others, s.of): (s, k) for s, k in reversed(made)}
    return [pair for pair in made if pair in first.values()]


def _plainest_first(made: Sequence[tuple[Score, int]], measure: Measure) -> list[tuple[Score, int]]:
    """In the order in which a reader is told of them; those that are as plain stay in theirs."""
    signals, levels = measure.signal_set.signals, len(measure.signal_set.levels)
    plainly = [_plainly(score, signals[k], levels=levels > k) for score, k in made]
    facts = {(s.statistic, s.segment) for (s, _), rank in zip(made, plainly, strict=True) if rank == 0}
    late = [rank == 0 and _follows(s, facts) for (s, _), rank in zip(made, plainly, strict=True)]
    return [made[i] for i in sorted(range(len(made)), key=lambda i: (plainly[i], late[i]))]


def _follows(score: Score, facts: AbstractSet[tuple[str, str]]) -> bool:
    """Whether another fact of the column brings this one about, and says more of it."""
    known = find(score.statistic)
    return known is not None and not gone(score) and any((name, score.segment) in facts for name in known.after)


def _is_about(signal: Signal, column: str) -> bool:
    """Whether a column bears a signal, alone or with others."""
    return signal.column == column or (signal.shared and column in signal.others)


def _plainly(score: Score, signal: Signal, *, levels: bool) -> int:
    """What a reader is told first: a fact of the column itself that is beyond its band, before distances and relations.

    A share of values never seen says at once what the combinations with five other columns say too.
    """
    if gone(score):
        return 0  # within its band or not: there is nothing else to tell of
    beyond = score.z > score.edge and not signal.tied
    if not beyond:
        return 3
    if not levels:
        return 2
    known = find(signal.statistic)
    return 0 if known is None or known.leads(score.value) else 1


def surprise_of(judgement: Judgement) -> Floats:
    """[K + D] what a decision tells of: the window itself, or what has built up slowly where that alone alerts."""
    if not judgement.drifting:
        return judgement.surprise
    return np.append(judgement.slow.surprise, np.zeros(len(judgement.surprise) - len(judgement.slow.surprise)))


def strengths(
    judgement: Judgement, signal_set: SignalSet, tuning: VerdictTuning = SHIPPED.decisions.verdict
) -> dict[str, float]:
    """Column → how strongly a decision names it."""
    return explained(surprise_of(judgement), signal_set, tuning)


def explained(
    told: Floats, signal_set: SignalSet, tuning: VerdictTuning = SHIPPED.decisions.verdict
) -> dict[str, float]:
    """Column → how much of the surprise [K + D] a fault of that column would explain.

    A relation tells that something broke, seldom which of its columns. So every column is tried as the only culprit,
    and the one that explains most comes first: swapped codes break each pair that the code is in, and of each partner
    only the one that they share. To give each column its share of every break would often name a partner instead.

    Source: parsimonious covering, J. Reggia, D. Nau, P. Wang (1983), with one cause and weights.
    """
    whole = np.maximum(told - tuning.plain, 0) @ signal_set.blame
    trace = told @ signal_set.weights  # orders columns that are nothing to speak of
    return dict(zip(signal_set.columns, (whole + 1e-3 * trace).tolist(), strict=True))


def score_of(judgement: Judgement, measure: Measure, k: int) -> Score:
    """One signal of a judgement in the unit that a person reads, with the band in which it would be no alert alone."""
    signal_set = measure.signal_set
    signal, record = signal_set.signals[k], judgement.record
    levels = len(signal_set.levels)
    if judgement.drifting and k < levels:
        return slow_score_of(judgement, measure, k)
    pool, windows = _source(judgement, signal_set, k)
    if k < levels:
        value = float(record.x[k])
    else:
        column = record.distances[:, k - levels]
        value = float("nan")
        if not np.isnan(column).all():  # the nearest pool is the one that the value tells of
            nearest = int(np.nanargmin(column))
            value, pool = float(column[nearest]), POOLS[nearest]
            windows = judgement.expectation.pools.get(pool, ())
    expected, half = float(judgement.scored.expected[k]), float(judgement.reach[k] * judgement.scored.scale[k])
    low, high = expected - half, expected + half
    if k >= levels or signal.one_sided:
        low = float("-inf")  # nearer than usual is no news
    high = float("inf") if signal.only_falls else high
    score = _score(judgement, measure, signal, (value, expected, low, high), windows)
    edge = float(judgement.reach[k])
    return replace(score, z=float(record.z[k]), surprise=float(judgement.surprise[k]), pool=pool, edge=edge)


def slow_score_of(judgement: Judgement, measure: Measure, k: int) -> Score:
    """What one signal has come to over the last windows, against what was to be expected of them four weeks ago."""
    signal, slow = measure.signal_set.signals[k], judgement.slow
    nearest = int(slow.nearest[k])
    expected, half = float(slow.expected[k]), float(slow.reach[k])
    value = expected + float(slow.away[k])
    low = float("-inf") if signal.one_sided else expected - half
    high = float("inf") if signal.only_falls else expected + half
    windows = judgement.expectation.earlier[nearest] if judgement.expectation.earlier else ()
    score = _score(judgement, measure, signal, (value, expected, low, high), windows)
    z, edge, pool = float(slow.z[k]), float(slow.edge[k]), drift(int(slow.weeks[k]))
    surprise, over = float(slow.surprise[k]), int(slow.widths[k])
    return replace(score, z=z, surprise=surprise, pool=pool, edge=edge, over=over)


def _score(
    judgement: Judgement,
    measure: Measure,
    signal: Signal,
    amounts: tuple[float, float, float, float],
    windows: Sequence[Window],
) -> Score:
    """A value, what was expected and the band's ends, in the unit that a person reads."""
    value, expected, low, high = amounts
    low, high = band_of(measure, signal, low, high)
    return Score(
        column=signal.column,
        statistic=signal.statistic,
        segment=signal.segment,
        value=measure.natural(signal, value),
        expected=measure.natural(signal, expected),
        low=low,
        high=high,
        z=0.0,
        surprise=0.0,
        pool="",
        n=int(judgement.record.n),
        windows=tuple(w.key for w in judgement.normal.left(signal.column, signal.others, windows)),
        of=measure.about(signal),
        others=signal.others,
        cells=signal.cells,
    )


def band_of(measure: Measure, signal: Signal, low: float, high: float) -> tuple[float, float]:
    """A band in the unit that a person reads; where that falls as the level rises, its ends change places."""
    return band(find(signal.statistic), partial(measure.natural, signal), low, high)


def band(known: Statistic | None, natural: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """The same of a statistic, by what brings it to a reader's unit."""
    far = np.inf if known is None else known.far
    down, up = (natural(v) if abs(v) < far else v * np.inf for v in (low, high))
    if known is None:
        return down, up
    down, up = _within(down, known.bounds), _within(up, known.bounds)
    if not known.falls:
        return down, up
    return (-up if np.isinf(up) else up), (-down if np.isinf(down) else down)


def _within(limit: float, bounds: tuple[float, float]) -> float:
    """A limit that lies past what there can be is none: the end of what can be is as far."""
    return min(max(limit, bounds[0]), bounds[1]) if np.isfinite(limit) else limit


def _source(judgement: Judgement, signal_set: SignalSet, k: int) -> tuple[str, Sequence[Window]]:
    """The pool that an expectation came from, and its windows."""
    e, chosen = judgement.expectation, int(judgement.scored.chosen[k])
    if k >= len(signal_set.levels):
        name = POOLS[chosen]
        return name, e.pools.get(name, ())
    if chosen >= len(PREDICTORS):
        return "holidays and weekends", e.special
    name = PREDICTORS[chosen]
    source = {"same-season, moved by the last week": "same-season", "the last window": "trailing"}.get(name, name)
    windows = e.pools.get(source, ())
    return name, windows[:1] if name == "the last window" else windows


def shifts_of(
    layout: Layout, current: Cells, reference: Sequence[Mapping[str, Cells]], column: str
) -> tuple[CellShift, ...]:
    """The cells whose share moved most, missing values included."""
    past = total([r[column] for r in reference if column in r])
    if not past.rows or not current.rows:
        return ()
    codes = np.union1d(past.codes, current.codes)
    share = [np.zeros(len(codes)), np.zeros(len(codes))]
    for out, cells in zip(share, (past, current), strict=True):
        out[np.searchsorted(codes, cells.codes)] = cells.counts / cells.rows
    codes, share = layout.pooled(codes, share)
    order = np.argsort(-np.abs(share[1] - share[0]), kind="stable")[:MOST_SHIFTS]
    return tuple(
        CellShift(layout.label(int(codes[i])), float(share[0][i]), float(share[1][i]))
        for i in order
        if share[0][i] != share[1][i]
    )
