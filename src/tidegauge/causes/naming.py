"""The one judge of causes: which one fits a column's change, if it is one alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from tidegauge.causes import CAUSES
from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.label_change import LabelChange
from tidegauge.causes.rows_change import RowsChange
from tidegauge.tuning.cause_tuning import CauseTuning


def named(column: ColumnChange, tuning: CauseTuning) -> Candidate | None:
    """The cause of a column's change; None where none fits, or two fit alike."""
    if len(column.past) < tuning.windows or column.rows < tuning.rows:
        return None
    found = [z for cause in CAUSES.values() for z in cause.candidates(column, tuning) if fits(z, column, tuning)]
    if not found:
        return None
    best, *others = sorted(found, key=lambda z: (z.cost, z.left, z.key))
    return None if any(_alike(best, z, column, tuning) for z in others) else best


def fits(z: Candidate, column: ColumnChange, tuning: CauseTuning) -> bool:
    """Whether a candidate leaves no more than lies between normal windows, and enough of the change is gone."""
    typical = column.typical(tuning.typical)
    enough, is_most = max(typical, column.noise), z.left <= z.most_left * z.gone
    if z.proved:
        return is_most or z.displaced or z.left <= enough
    usual = typical if typical < z.steady else 0.0  # what is another each day explains nothing
    if z.counted and z.gain >= z.most_left * (z.gone - usual):
        return True
    return column.stands_out(tuning) and typical < z.steady and is_most and z.left <= enough


def _alike(best: Candidate, other: Candidate, column: ColumnChange, tuning: CauseTuning) -> bool:
    """Whether nobody could tell two causes apart: of the same cost, with about as much left."""
    if other.cost > best.cost or (best.cause is other.cause and not best.cause.is_map):
        return False
    if best.factor > 0 and other.factor > 0 and abs(log(best.factor / other.factor)) > tuning.near:
        return False
    return other.left < tuning.alike * best.left + column.noise / 10


@dataclass(frozen=True)
class NamedCause:
    """A cause, and the columns that it holds for."""

    candidate: Candidate
    columns: tuple[str, ...]
    clause: str


def causes_of_rows(rows: RowsChange, tuning: CauseTuning) -> list[tuple[Cause, str]]:
    """What came over the rows themselves; nothing where two would do, or there is too little to say so."""
    if len(rows.before) < tuning.windows or rows.now < tuning.rows:
        return []
    found = [(cause, clause) for cause in CAUSES.values() if (clause := cause.of_rows(rows, tuning))]
    return found if len(found) == 1 else []


def causes_of_labels(labels: Sequence[LabelChange], tuning: CauseTuning) -> list[tuple[Cause, str]]:
    """What came over the labels: the cheapest; of all rows before one of a segment; nothing where two would do."""
    found = [(c.cost, bool(x.segment), c, clause) for x in labels for c, clause in _of_labels(x, tuning)]
    best = [one for one in found if one[:2] == min(other[:2] for other in found)]
    return [(cause, clause) for *_, cause, clause in best] if len(best) == 1 else []


def _of_labels(labels: LabelChange, tuning: CauseTuning) -> list[tuple[Cause, str]]:
    """The causes that may have come over some labels; none where these are too few to say."""
    if len(labels.order.before) < tuning.windows or labels.rows < tuning.label_rows:
        return []
    return [(c, clause) for c in CAUSES.values() if (clause := c.of_labels(labels, tuning))]


def causes_of(columns: Sequence[ColumnChange], tuning: CauseTuning) -> list[NamedCause]:
    """Of some columns, in their order, those that have a cause; what is told of several columns is told once."""
    made = [(c, z) for c in columns if (z := named(c, tuning)) is not None]
    out: list[NamedCause] = []
    for column, z in made:
        if not any(column.name in n.columns and n.candidate.cause is z.cause for n in out):
            loose = made if not z.cause.joins else [(c, x) for c in columns for x in z.cause.candidates(c, tuning)]
            out.append(_of_all(column, z, loose, tuning))
    return out


def _of_all(
    column: ColumnChange, z: Candidate, made: Sequence[tuple[ColumnChange, Candidate]], tuning: CauseTuning
) -> NamedCause:
    """A column's cause, with all columns that it holds for."""
    alike = [(c, other) for c, other in made if other.cause is z.cause]
    names = tuple(c.name for c, other in alike if z.cause.goes_with(column, z, c, other, tuning))
    return NamedCause(z, names, z.cause.clause_for(z, names))
