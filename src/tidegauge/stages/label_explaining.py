"""For a finding about labels: a statement that joins them to their predictions and gives its number again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tidegauge.core.decision import Finding
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.window_index import micros_of
from tidegauge.stages.counting import Counting
from tidegauge.stages.explaining import head_of, in_segment, inside, rendered, shown_by
from tidegauge.stages.late_labels import log_of
from tidegauge.statistics.own_metric_level import own_level
from tidegauge.statistics.statement import Question, Shown, StatementSide
from tidegauge.tuning.tuning import SHIPPED, Tuning
from tidegauge.warehouses.dialect import Dialect


def label_statement(what: Counting, layout: Layout, finding: Finding, window: Window, tuning: Tuning = SHIPPED) -> str:
    """A statement with no parameters that gives the finding's first score again, by the labels that counted for it.

    `layout`: the prediction's.
    """
    mapping, labels, label_kinds = what.mapping, what.labels, what.label_kinds or {}
    if not finding.scores or mapping.prediction is None or mapping.id is None:
        return ""
    if labels is None or not _are_there(labels, label_kinds):
        return ""
    dialect, kinds, segments = what.warehouse.dialect, what.kinds, what.segments
    score = finding.scores[0]
    task = task_of(labels.unit)
    value = task.value(dialect, dialect.quote(labels.value), label_kinds[labels.value])
    asked = _asked(score.statistic, _question(what, mapping.prediction, layout, labels, value), labels.unit, tuning)
    plain = replace(mapping, segments=())
    time = str(mapping.time)
    shared: dict[str, object] = {
        "d": dialect,
        "table": mapping.table,
        "window": inside(dialect, kinds, plain, [window]),
        "id": dialect.quote(mapping.id),
        "micros": dialect.micros(dialect.quote(time), kinds[time], mapping.zone),
        "segment": "TRUE" if score.segment == WHOLE else in_segment(dialect, score.segment, segments),
        "segments": [dialect.as_text(dialect.quote(c)) for c in segments],
        "label_table": labels.table,
        "label_id": dialect.quote(labels.id),
        "label": task.shown(dialect, value),
        "own": task.own(dialect, task.shown(dialect, value)),
        **_arrival(dialect, labels, label_kinds, mapping.zone, what.cut_offs.get(window, window.end + labels.due)),
    }
    return rendered(dialect, asked, head_of(score, window), dialect.quote(score.statistic), shared)


def _asked(name: str, question: Question, unit: LabelUnit, tuning: Tuning) -> Shown:
    """What a number of this name shows; of a metric of the monitor's own the file says what it is."""
    own = {level.name: level for level in map(own_level, unit.metrics)}
    return own[name].sql(question) if name in own else shown_by(name, question, tuning)


def _question(what: Counting, prediction: str, layout: Layout, labels: LabelMapping, value: str) -> Question:
    """What a statement is asked of: the prediction, labels that have cells of their own, the classes' scores."""
    dialect, kinds, unit = what.warehouse.dialect, what.kinds, labels.unit
    shown = KINDS[layout.kind].shown(dialect, prediction, kinds[prediction], layout)
    sides = [StatementSide(prediction, layout, *shown)]
    if unit.own is not None:
        sides.append(StatementSide(labels.value, unit.own, dialect.quote(labels.value), value))
    scores = {name: dialect.as_number(dialect.quote(c), kinds[c]) for name, c in unit.scores if c in kinds}
    types = log_of(what, unit).types if unit.metrics else {}
    return Question(dialect, sides, scores=scores, kinds=kinds, types=types)


def _are_there(labels: LabelMapping, kinds: Mapping[str, str]) -> bool:
    """Whether the labels' table still has all columns that the monitor names."""
    return {labels.value, labels.id, labels.arrived or labels.id} <= kinds.keys()


def _arrival(
    dialect: Dialect, labels: LabelMapping, kinds: Mapping[str, str], zone: str, due: datetime
) -> dict[str, str]:
    """When a label came and when it was due, in microseconds; where no column says so, every label counts."""
    known = labels.arrived
    if not known:
        return {"arrived": "0", "due": ""}
    return {
        "arrived": dialect.micros(dialect.quote(known), kinds[known], zone),
        "due": str(micros_of(due)),
    }
