"""Everything there is to show of one decision, gathered from the store."""

from collections.abc import Mapping, Sequence

import numpy as np

from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.feedback import Feedback
from tidegauge.decisions.history import History
from tidegauge.decisions.incidents import incident_of, incidents_of
from tidegauge.pipeline.coverage import not_judged
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import later
from tidegauge.reports.report import BARS, HISTOGRAM, Cell, Panel, PastWindow, Point, Report
from tidegauge.stages import stage_named
from tidegauge.stages.decider import Decider
from tidegauge.stages.findings import band_of
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.statistics.signal_set import SignalSet

TIMELINE = 60  # past windows in the timeline
PANELS = 4
CATEGORIES = 25


def report_of(
    decision: Decision,
    decisions: Sequence[Decision],
    feedback: Sequence[Feedback],
    decider: Decider,
    profiles: StoredProfiles,
    zone: str,
) -> Report:
    """The report of one decision; `decisions` are all of its stage in order of time.

    Later ones are only asked whether there are any, so that a page says the same whenever it is written.
    """
    decider = decider.at(decision.window)
    before = [d for d in decisions if d.window <= decision.window]
    incidents = incidents_of(before, feedback, decider.tuning.decisions.incidents)
    past = before[-TIMELINE:]
    layouts = profiles.versions().followed(decision.window)
    shown = [f for f in decision.findings[:PANELS] if f.scores]
    history = decider.read(decider.history(decision.window)) if shown else None
    return Report(
        decision=decision,
        incident=incident_of(decision, incidents),
        monitor=decision.monitor,
        timeline=tuple(PastWindow(d.window, d.strength, d.verdict) for d in past),
        panels=tuple(
            _panel(f, decision.window, decider, history, profiles, layouts) for f in shown if history is not None
        ),
        zone=zone,
        ongoing=tuple(i for i in incidents if i.is_open),
        file=decider.monitor.path.name,
        not_judged=not_judged(decision, decider),
        title=stage_named(decision.stage).title,
        newest=decision.window >= decisions[-1].window,
    )


def _panel(
    finding: Finding,
    window: Window,
    decider: Decider,
    history: History,
    profiles: StoredProfiles,
    layouts: Mapping[str, Layout],
) -> Panel:
    score = finding.scores[0]
    name = later(finding.column, score.cells)
    layout = layouts.get(name)
    cells: tuple[Cell, ...] = ()
    named = [Window.parse(k) for k in score.windows] or list(history.windows[-7:])
    if decider.stage != FIRST_STAGE:
        shares = decider.observer.shares(finding, window, named)
        cells, layout = tuple(Cell(s.cell, None, None, s.expected, s.observed) for s in shares), None
    elif layout is not None:
        here = profiles.cells([window])[0].get(name)
        there = total([c[name] for c in profiles.cells(named) if name in c])
        if here is not None:
            cells = _cells(layout, there, here)
    return Panel(
        column=finding.column,
        segment=finding.segment,
        drawn=HISTOGRAM if layout is not None and layout.ordered else BARS,
        cells=cells,
        series=_series(finding, window, decider, history),
        statistic=score.statistic,
        since=_since(finding, window, decider, history),
    )


def _cells(layout: Layout, reference: Cells, current: Cells) -> tuple[Cell, ...]:
    codes = np.union1d(reference.codes, current.codes)
    shares = [np.zeros(len(codes)), np.zeros(len(codes))]
    for share, cells in zip(shares, (reference, current), strict=True):
        share[np.searchsorted(codes, cells.codes)] = cells.counts / max(cells.rows, 1)
    codes, (before, now) = layout.pooled(codes, shares)
    out = []
    for code, old, new in zip(codes.tolist(), before.tolist(), now.tolist(), strict=True):
        low, high = layout.ends(code) or (None, None)
        out.append(Cell(layout.label(code), low, high, old, new))
    if not layout.ordered:
        return tuple(sorted(out, key=lambda c: (-max(c.reference_share, c.current_share), c.label))[:CATEGORIES])
    return tuple(sorted(out, key=lambda c: c.low is None))


def _series(finding: Finding, window: Window, decider: Decider, history: History) -> tuple[Point, ...]:
    """The first score through the past windows, each with the band of its own expectation."""
    signal_set, score = decider.measure.signal_set, finding.scores[0]
    k = _signal(signal_set, score)
    if k is None or score.over:  # of averages no course is kept
        return ()
    signal = signal_set.signals[k]
    past = [(w, history.record(w)) for w in history.windows if w < window][-TIMELINE + 1 :]
    natural, levels, points = decider.measure.natural, len(signal_set.levels), []
    away = [abs(_expected(r.residuals[:, k], r.x[k])[1]) for _, r in past] if k < levels else []
    half = 3 * float(np.nanmedian(away)) * 1.4826 if away and not np.isnan(away).all() else 0.0
    for w, r in past:
        if k < levels:
            expected, _ = _expected(r.residuals[:, k], r.x[k])
            low = float("-inf") if signal.one_sided else expected - half
            band = band_of(decider.measure, signal, low, expected + half)
            points.append(Point(w.start, natural(signal, float(r.x[k])), natural(signal, expected), *band))
        else:
            column = r.distances[:, k - levels]
            value = float(np.nanmin(column)) if not np.isnan(column).all() else float("nan")
            points.append(Point(w.start, value, score.expected, score.low, score.high))
    points.append(Point(window.start, score.value, score.expected, score.low, score.high))
    return tuple(points)


def _signal(signal_set: SignalSet, score: Score) -> int | None:
    """Which signal of the signal set a score is of."""
    wanted = (score.column, score.statistic, score.segment, score.others, score.cells)
    signals = enumerate(signal_set.signals)
    return next((k for k, t in signals if (t.column, t.statistic, t.segment, t.others, t.cells) == wanted), None)


def _since(finding: Finding, window: Window, decider: Decider, history: History) -> Window | None:
    """The first of the windows in a row, up to this one, in which the first score was beyond its band."""
    score = finding.scores[0]
    k = _signal(decider.measure.signal_set, score)
    if k is None or not score.z > score.edge:
        return None
    first = window
    for w in reversed([w for w in history.windows if w < window][-TIMELINE:]):
        record = history.record(w)
        if not record.n:
            continue  # a window without rows says neither
        if not (record.slow_z if score.over else record.z)[k] > score.edge:
            break
        first = w
    return first


def _expected(residuals: np.ndarray, x: float) -> tuple[float, float]:
    """The prediction that came nearest, and how near."""
    if np.isnan(residuals).all():
        return float("nan"), float("nan")
    best = int(np.nanargmin(np.abs(residuals)))
    return float(x - residuals[best]), float(residuals[best])
