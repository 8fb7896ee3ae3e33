"""Stacks and verdicts → columns with their sentences, cells and moves."""

from collections.abc import Mapping

import numpy as np

from tidegauge.comparing.compared import Appearance, ComparedColumn
from tidegauge.comparing.comparison import written
from tidegauge.comparing.verdicts import SHAPE, Verdicts
from tidegauge.core.decision import CellShift
from tidegauge.profiles.layouts.base import UNSEEN, Layout, Span
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.sentinels import sentinels
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.reports.report import Cell
from tidegauge.statistics import LEVELS, STATISTICS
from tidegauge.statistics.far_outside import FarOutside
from tidegauge.statistics.missing import Missing
from tidegauge.statistics.new_categories import NewCategories
from tidegauge.statistics.not_finite import NotFinite
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.stack_quantile import quantile_of
from tidegauge.wording.text import is_sentinel, one_line

SHIFTS = 5
UNKNOWN = "values not in the reference"
WORDS = {  # of what is judged; where there is no season, "far" and "new" are against the reference
    Missing.name: Missing.title,
    NotFinite.name: NotFinite.title,
    FarOutside.name: "values far outside of the reference's range",
    NewCategories.name: UNKNOWN,
}


def tell(
    current: Stack,
    reference: Stack,
    verdicts: Verdicts,
    layouts: Mapping[str, Layout],
    states: tuple[Mapping[str, Cells], Mapping[str, Cells]],
) -> list[ComparedColumn]:
    """Every column of a pair of stacks; `states` are the cells (current, reference) that the stacks hold."""
    statistics = {s.name: s.between(current, reference) for s in STATISTICS.values() if current.kind in s.applies}
    now, before = appearance(current), appearance(reference)
    out = []
    for i, name in enumerate(current.columns):
        changed, strongest = _aspects(name, verdicts)
        shifts, cells = _cells(layouts[name], *(s.get(name, Cells.zero()) for s in states))
        out.append(
            ComparedColumn(
                name=name,
                kind=layouts[name].kind,
                ordered=current.ordered,
                verdict="changed" if changed else "same",
                sentence="; ".join(
                    [
                        _sentence(changed, i, current, reference, (now[i], before[i]), shifts),
                        *_sentinels(layouts[name], *(s.get(name, Cells.zero()) for s in states)),
                    ]
                ),
                strength=verdicts.strength.get((name, strongest), 0.0),
                aspects=tuple(changed),
                chance=verdicts.chance.get((name, strongest), float("nan")),
                statistics={s: float(v[i]) for s, v in statistics.items()},
                reference=before[i],
                current=now[i],
                shifts=shifts,
                cells=cells,
            )
        )
    return out


def _aspects(column: str, verdicts: Verdicts) -> tuple[list[str], str]:
    """The aspects in which a column changed, the strongest first; and the strongest of all, changed or not."""
    mine = {aspect: s for (name, aspect), s in verdicts.strength.items() if name == column}
    changed = sorted((a for a in mine if (column, a) in verdicts.changed), key=lambda a: (-mine[a], a))
    # without a change, the strength that noise alone reaches says little: the largest one is still shown
    return changed, changed[0] if changed else max(mine, key=lambda a: (mine[a], a), default="")


def _sentinels(layout: Layout, now: Cells, before: Cells) -> list[str]:
    """What looks like a sentinel on the current side, else on the reference's."""
    line = on_a_line(layout)
    if line is None:
        return []
    return [is_sentinel(*s) for s in sentinels(line, now) or sentinels(line, before)]


def appearance(stack: Stack) -> list[Appearance]:
    """A few numbers for each column of a stack."""
    missing = ratio(stack.missing, stack.rows).tolist()
    if not stack.ordered:
        return [Appearance(m) for m in missing]
    with np.errstate(over="ignore", invalid="ignore"):  # sums of values near 1e308
        mean = ratio(np.where(stack.counts > 0, stack.totals, 0.0).sum(axis=1), stack.finite)
    parts: list[Array] = [mean, quantile_of(stack, 0.5), stack.low, stack.high]
    return [Appearance(m, *(float(p[i]) for p in parts)) for i, m in enumerate(missing)]


def _sentence(
    changed: list[str],
    i: int,
    current: Stack,
    reference: Stack,
    pair: tuple[Appearance, Appearance],
    shifts: tuple[CellShift, ...],
) -> str:
    """What changed, the strongest first; one clause an aspect."""
    if not changed:
        return "no difference of a size that matters"
    now, before = pair
    clauses = []
    for aspect in changed:
        if aspect == SHAPE:
            told = {WORDS.get(a, a) for a in changed} | {a for a in changed if a == Missing.name}
            clauses.append(_shape(now, before, tuple(m for m in shifts if m.cell not in told)))
            continue
        level = LEVELS[aspect]
        old, new = (float(level.natural(level.level(s))[i]) for s in (reference, current))
        clauses.append(f"{WORDS[aspect]} went from {written(old, percent=True)} to {written(new, percent=True)}")
    return "; ".join(clauses)


def _shape(now: Appearance, before: Appearance, shifts: tuple[CellShift, ...]) -> str:
    """Where values went, in numbers that a person knows."""
    if written(before.median) != written(now.median):
        return f"the median went from {written(before.median)} to {written(now.median)}"
    if shifts:
        first = shifts[0]
        old, new = written(first.expected, percent=True), written(first.observed, percent=True)
        return f'the share of "{one_line(first.cell, 60)}" went from {old} to {new}'
    return "values are spread differently"


def _shares(layout: Layout, *states: Cells) -> Array:
    """[states, cells] of the rows of each state, the share in every cell of the layout."""
    shares = np.zeros((len(states), layout.size))
    for row, state in zip(shares, states, strict=True):
        row[state.codes] = state.counts / max(state.rows, 1)
    return shares


def _cells(layout: Layout, current: Cells, reference: Cells) -> tuple[tuple[CellShift, ...], tuple[Cell, ...]]:
    """The cells that moved most (numbers in twenty stripes), and all cells with rows for a picture."""
    shares = _shares(layout, reference, current)
    fine, coarse = ([_in_words(span) for span in spans] for spans in (layout.spans(shares), layout.ranges(shares[0])))
    cells = [
        Cell(label, low, high, float(shares[0, at].sum()), float(shares[1, at].sum())) for label, low, high, at in fine
    ]
    both = [CellShift(label, float(shares[0, at].sum()), float(shares[1, at].sum())) for label, _, _, at in coarse]
    shifts = sorted((m for m in both if m.expected != m.observed), key=lambda m: -abs(m.observed - m.expected))
    return tuple(shifts[:SHIFTS]), tuple(c for c in cells if c.reference_share or c.current_share)


def _in_words(span: Span) -> Span:
    """Without a past, what a layout has not seen is what the reference has not."""
    return span._replace(label=UNKNOWN) if span.label == UNSEEN else span
