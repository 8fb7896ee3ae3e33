"""Everything there is to show of one decision, gathered from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np

from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.parity import Fairness
from tidegauge.core.performance import Performance
from tidegauge.core.window import Window
from tidegauge.decisions.blame import BAD, blamed
from tidegauge.decisions.feedback import Feedback
from tidegauge.decisions.history import History
from tidegauge.decisions.incidents import incident_of, incidents_of
from tidegauge.decisions.record import Record
from tidegauge.pipeline.cause_pictures import cause_pictures
from tidegauge.pipeline.coverage import not_judged
from tidegauge.pipeline.where_it_lies import counted_in, where_it_lies
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import later
from tidegauge.reports.report import BARS, HISTOGRAM, Cell, Panel, PastWindow, Point, Report
from tidegauge.stages import stage_named
from tidegauge.stages.decider import Decider
from tidegauge.stages.like_windows import place_of, value_of
from tidegauge.stages.liked import Liked
from tidegauge.stages.parities import parities
from tidegauge.stages.performing import performing
from tidegauge.stages.stored_profiles import StoredProfiles

TIMELINE = 60  # past windows in the timeline
AHEAD = 2 * TIMELINE  # windows: those of the timeline, and most that were like them
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
    prediction = decider.monitor.columns.prediction
    incidents = incidents_of(before, feedback, decider.tuning.decisions.incidents, prediction)
    past = before[-TIMELINE:]
    stage = stage_named(decision.stage)
    return Report(
        decision=decision,
        incident=incident_of(decision, incidents),
        monitor=decision.monitor,
        timeline=tuple(PastWindow(d.window, d.strength, d.verdict) for d in past),
        panels=_panels(decision, past, decider, profiles),
        zone=zone,
        ongoing=tuple(i for i in incidents if i.is_open),
        file=decider.monitor.path.name,
        not_judged=not_judged(decision, decider),
        title=stage.title,
        noun=stage.noun,
        newest=decision.window >= decisions[-1].window,
        **_performance(decider, [d.window for d in past]),
        where=where_it_lies(decision, decider, profiles),
        causes=cause_pictures(decision, decider, profiles),
    )


class _OfLabels(TypedDict):
    """What a report says of labels."""

    performance: tuple[Performance, ...]
    fairness: tuple[Fairness, ...]


def _performance(decider: Decider, windows: Sequence[Window]) -> _OfLabels:
    """How good the model was in some windows, of which the last is the page's own; nothing where a stage has none."""
    found = performing(decider, windows[-1])
    fair = parities(found)
    if found is not None:
        found.figures.read_ahead(found.windows[-AHEAD:])
    return {
        "performance": () if found is None else tuple(found.of(w) for w in windows),
        "fairness": () if fair is None else fair.of(windows[-1]),
    }


@dataclass(frozen=True)
class _Seen(Liked):
    """The past of a page: what every window before was, and what was known to be like it before it came."""

    decisions: Mapping[Window, Decision] = field(default_factory=dict)

    def alerted(self, window: Window, column: str) -> bool:
        """Whether a window was an alert that a column led."""
        decision = self.decisions.get(window)
        return (
            decision is not None
            and decision.verdict in BAD
            and column in blamed(decision, self.decider.tuning.decisions.incidents)
        )


def _panels(
    decision: Decision, past: Sequence[Decision], decider: Decider, profiles: StoredProfiles
) -> tuple[Panel, ...]:
    """A panel for each of the first findings that have a number; without any the history is not read."""
    layouts = profiles.versions().followed(decision.window)
    shown = [f for f in decision.findings[:PANELS] if f.scores]
    if not shown:
        return ()
    history = decider.read(decider.history(decision.window))
    seen = _Seen(decider, history, decisions={d.window: d for d in past})
    return tuple(_panel(f, decision.window, seen, profiles, layouts) for f in shown)


def _panel(
    finding: Finding,
    window: Window,
    seen: _Seen,
    profiles: StoredProfiles,
    layouts: Mapping[str, Layout],
) -> Panel:
    score = finding.scores[0]
    name = later(finding.column, score.cells)
    layout = layouts.get(name) if seen.decider.observer.in_cells(finding.column) else None
    earlier = [w for w in seen.history.windows if w < window]
    named = [Window.parse(k) for k in score.windows] or earlier[-7:]
    if layout is None:
        shares = seen.decider.observer.shares(finding, window, named)
        cells = tuple(Cell(s.cell, None, None, s.expected, s.observed) for s in shares)
    else:
        cells = _cells_of(name, layout, profiles, named, counted_in(score, window, earlier))
    return Panel(
        column=finding.column,
        segment=finding.segment,
        drawn=HISTOGRAM if layout is not None and layout.ordered else BARS,
        cells=cells,
        series=_series(finding, window, seen),
        statistic=score.statistic,
        over=score.over,
        since=_since(finding, window, seen.decider, seen.history),
    )


def _cells_of(
    name: str, layout: Layout, profiles: StoredProfiles, before: Sequence[Window], now: Sequence[Window]
) -> tuple[Cell, ...]:
    """The cells that a column was counted in, in some windows and before; none where it was not counted in them."""
    here, there = ([c[name] for c in profiles.cells(some) if name in c] for some in (now, before))
    return _cells(layout, total(there), total(here)) if here else ()


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


def _series(finding: Finding, window: Window, seen: _Seen) -> tuple[Point, ...]:
    """The first score through the past windows, each with what like windows before it were.

    The same for all of them, the page's own too: the range that was known before the window came. Predictions and
    edges of alerts are chosen by what came, or are those of one window alone.
    """
    measure, score = seen.decider.measure, finding.scores[0]
    k = place_of(measure.signal_set, score)
    if k is None or score.over:  # of averages no course is kept
        return ()
    signal, points = measure.signal_set.signals[k], []
    past = [w for w in seen.history.windows if w < window][-TIMELINE + 1 :]
    for w in past:
        value = measure.natural(signal, value_of(seen.history.record(w), measure.signal_set, k))
        like = seen.like(w).range(k)
        points.append(Point(w.start, value, like.middle, like.least, like.most, seen.alerted(w, finding.column)))
    like = seen.like(window).range(k)
    alerted = seen.alerted(window, finding.column)
    return (*points, Point(window.start, score.value, like.middle, like.least, like.most, alerted))


def _since(finding: Finding, window: Window, decider: Decider, history: History) -> Window | None:
    """The first of the windows in a row, up to this one, in which the first score alone would have alerted."""
    score = finding.scores[0]
    k = place_of(decider.measure.signal_set, score)
    if k is None or not score.z > score.edge:
        return None
    first = window
    for w in reversed([w for w in history.windows if w < window][-TIMELINE:]):
        record = history.record(w)
        if not record.n:
            continue  # a window without rows says neither
        if not _beyond(record, score, k, decider.judge.pace.width):
            break
        first = w
    return first


def _beyond(record: Record, score: Score, k: int, width: int) -> bool:
    """Whether a window's number alone would have alerted; of a walk's longer average, whether anything slow would."""
    if score.over > width:
        return record.slow_strength > 1
    return bool((record.slow_z if score.over else record.z)[k] > score.edge)
