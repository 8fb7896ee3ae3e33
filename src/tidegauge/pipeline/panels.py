"""What there is to see of a decision's first columns, gathered from the store: cells, courses, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tidegauge.core.decision import Decision, Finding, Score
from tidegauge.core.window import Window
from tidegauge.decisions.blame import BAD, blamed
from tidegauge.decisions.history import History
from tidegauge.decisions.record import Record
from tidegauge.pipeline.where_it_lies import counted_in
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import later
from tidegauge.reports.report import BARS, HISTOGRAM, Cell, Panel, Point
from tidegauge.stages.decider import Decider
from tidegauge.stages.like_windows import place_of, value_of
from tidegauge.stages.liked import Liked
from tidegauge.stages.stored_profiles import StoredProfiles

TIMELINE = 60  # past windows in the timeline
PANELS = 4
CATEGORIES = 25


@dataclass(frozen=True)
class SeenPast(Liked):
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


def seen_before(decision: Decision, past: Sequence[Decision], decider: Decider) -> SeenPast | None:
    """The past of a page; None where no finding has a number, so that there is nothing to see of it."""
    if not any(f.scores for f in decision.findings[:PANELS]):
        return None
    return SeenPast(decider, decider.read(decider.history(decision.window)), decisions={d.window: d for d in past})


def panels_of(decision: Decision, seen: SeenPast, profiles: StoredProfiles) -> tuple[Panel, ...]:
    """A panel for each of the first findings that have a number."""
    layouts = profiles.versions().followed(decision.window)
    shown = [f for f in decision.findings[:PANELS] if f.scores]
    return tuple(_panel(f, decision.window, seen, profiles, layouts) for f in shown)


def _panel(
    finding: Finding,
    window: Window,
    seen: SeenPast,
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


def _series(finding: Finding, window: Window, seen: SeenPast) -> tuple[Point, ...]:
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
