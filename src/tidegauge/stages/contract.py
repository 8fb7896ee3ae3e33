"""What the monitor says of its table, held against what the table is."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tidegauge.core.errors import ContractError
from tidegauge.monitor import Monitor
from tidegauge.monitor.parts import Labels
from tidegauge.monitor.quantiles import of_quantiles
from tidegauge.profiles.cut_offs import CutOffs
from tidegauge.profiles.derived_values import not_worked_out, resting_on
from tidegauge.profiles.kinds import CLASS, KINDS, SCORE
from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit, Ranked, unit_of, unit_of_classes
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.log_mapping import LogMapping, check_columns
from tidegauge.stages.deriving import derive
from tidegauge.stages.types_apart import Apart, Fits, Parted, anything, parted
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.file_items import CSV, Reach
from tidegauge.warehouses.on_disk import look_at


@dataclass(frozen=True, slots=True)
class Contract:
    """The part of a monitor's mapping that holds, and a sentence for each column that does not."""

    mapping: LogMapping
    kinds: Mapping[str, str]
    problems: Mapping[str, str]  # column → what is wrong with it
    apart: Mapping[str, Apart] = field(default_factory=dict)  # columns that some files hold as another type

    def lacking(self, column: str, why: str) -> "Contract":
        """The same without a derived column and what rests on it, for `why` is wrong with it."""
        gone = resting_on(self.mapping, column, why)
        kept = self.mapping.counting(c for c in self.mapping.counted if c not in gone)
        return replace(self, mapping=kept, problems={**self.problems, **dict.fromkeys(gone, why)})

    def refused(self, warehouse: Warehouse, since: datetime, until: datetime) -> list[str]:
        """What the engine says of derived columns that it cannot work out for the rows of [since, until)."""
        time = str(self.mapping.time)
        micros = warehouse.dialect.micros(warehouse.dialect.quote(time), self.kinds[time], self.mapping.zone)
        return [str(error) for error in not_worked_out(warehouse, self.mapping, micros, since, until)]


def mapping_of(monitor: Monitor, warehouse: Warehouse) -> LogMapping:
    """The monitor's columns as a mapping on its warehouse."""
    columns, source = monitor.columns, monitor.source
    dialect = warehouse.dialect
    table = dialect.files(source.path) if source.path is not None else dialect.table(str(source.table))
    counted = dict(columns.counted)
    if columns.prediction and not any(columns.prediction in some for some in counted.values()):
        counted[SCORE] = (*counted.get(SCORE, ()), columns.prediction)
    return LogMapping(
        table=table,
        columns=counted,
        time=columns.time,
        zone=source.zone,
        id=columns.id,
        ingested=columns.ingested,
        prediction=columns.prediction,
        segments=columns.segments,
        scores=tuple(columns.scores.values()),
    )


def reach_of(monitor: Monitor) -> Reach:
    """The files that the monitor's warehouse may read: those it names."""
    source = monitor.source
    own = (source.path,) if source.path is not None else ()
    return Reach((*own, *source.paths), source.extensions)


def hold(monitor: Monitor, warehouse: Warehouse, fits: Fits = anything) -> Contract:
    """Look at the table. ContractError where nothing can be said at all: no table, no usable time column.

    `fits`: whether what is known of a column is spelled as a type spells it; asked of each file of a folder.
    """
    read, kinds = _read(monitor, warehouse, fits)
    made = derive(warehouse, read.table, kinds, monitor.columns)
    derived = {c: sql for c, sql in monitor.columns.derived.items() if c not in made.problems}
    mapping = replace(mapping_of(monitor, warehouse), table=made.table, derived=derived)
    mapping = _of_class(monitor, mapping, made.kinds)
    vital = replace(mapping, columns={}, segments=(), scores=(), prediction=None, id=None, ingested=None)
    if wrong := check_columns(vital, made.kinds):
        raise ContractError(f"{monitor.source.table or monitor.source.path}: {' '.join(wrong)}")
    underived = {c: why for c, why in made.problems.items() if c in mapping.all}
    problems = _problems(mapping, vital, made.kinds) | underived
    return Contract(_without(mapping, problems), made.kinds, problems, read.columns)


def _read(monitor: Monitor, warehouse: Warehouse, fits: Fits) -> tuple[Parted, Mapping[str, str]]:
    """How the source is read, and its own columns by type."""
    source, mapping = monitor.source, mapping_of(monitor, warehouse)
    if source.path is None:
        return Parted(mapping.table), warehouse.describe(str(source.table))
    look_at(source.path)
    kinds = warehouse.describe_item(mapping.table)
    own = _without(mapping, monitor.columns.made)
    if source.path.lower().endswith(CSV) and not check_columns(own, kinds):
        return Parted(mapping.table), kinds  # of CSV file by file: only where something is wrong
    read = parted(warehouse, own, source.path, fits)
    return read, warehouse.describe_item(read.table) if read.columns else kinds


def _of_class(monitor: Monitor, mapping: LogMapping, kinds: Mapping[str, str]) -> LogMapping:
    """The mapping, with a prediction that is a class and not a score among the categories, and counted as these are."""
    prediction = mapping.prediction
    if prediction is None or prediction not in kinds or KINDS[SCORE].takes(kinds[prediction]):
        return mapping
    if any(prediction in some for some in monitor.columns.counted.values()):
        return mapping  # somebody has said what it is
    scores = tuple(c for c in mapping.columns[SCORE] if c != prediction)
    classes = (*mapping.columns.get(CLASS, ()), prediction)
    return replace(mapping, columns={**mapping.columns, CLASS: classes, SCORE: scores})


def _alone(vital: LogMapping, mapping: LogMapping, name: str) -> LogMapping:
    """What cannot be done without, and one more column of a mapping in its role."""
    if name == mapping.ingested:
        return replace(vital, ingested=name)
    if name in mapping.scores:
        return replace(vital, scores=(name,))
    kind = mapping.kind_of(name)
    return replace(vital, columns={kind: (name,)}) if kind else replace(vital, id=name)


def _without(mapping: LogMapping, problems: Container[str]) -> LogMapping:
    """The mapping without the columns that have a problem."""

    def sound(name: str | None) -> str | None:
        return None if name in problems else name

    return replace(
        mapping.counting(c for c in mapping.counted if c not in problems),
        segments=tuple(c for c in mapping.segments if c not in problems),
        scores=tuple(c for c in mapping.scores if c not in problems),
        id=sound(mapping.id),
        ingested=sound(mapping.ingested),
        prediction=sound(mapping.prediction),
    )


def label_key(labels: Labels) -> str:
    """What the layout of a labels table's column is kept under."""
    return f"{labels.table}/{labels.value}"


def says_class(kind: str | None) -> bool:
    """Whether a prediction that is counted as this kind is a class, so that labels are classes too."""
    return kind == CLASS


def compared_with(layout: Layout | None) -> Layout | None:
    """The layout of a prediction, if labels can be compared with it: it is a number, or a class."""
    return layout if layout is not None and (on_a_line(layout) or says_class(layout.kind)) else None


def label_unit_of(monitor: Monitor, layout: Layout | None, kind: str | None) -> LabelUnit:
    """The unit that a monitor's labels are counted in, by the layout of their first sample.

    `kind`: what the prediction is counted as; labels of a class are classes, whatever their type.
    """
    if monitor.labels is None:
        return TRUTHS
    labels = monitor.labels
    if labels.query is not None:
        unit = replace(TRUTHS, ranked=Ranked(labels.query, monitor.columns.id or "", labels.top))
    elif says_class(kind):
        unit = unit_of_classes(layout, monitor.columns.scores)
    else:
        unit = unit_of(on_a_line(layout), monitor.labels.thresholds)
    own = [m.counted(labels.thresholds) for m in monitor.metrics]
    return replace(unit, metrics=(*own, *(of_quantiles(labels.quantiles) if unit.layout is not None else ())))


def label_mapping_of(monitor: Monitor, warehouse: Warehouse, unit: LabelUnit = TRUTHS) -> LabelMapping | None:
    """The monitor's labels as a mapping on its warehouse, counted in a unit; None where it names none."""
    labels = monitor.labels
    if labels is None:
        return None
    return LabelMapping(
        table=warehouse.dialect.table(labels.table),
        id=labels.id,
        value=labels.value,
        arrived=labels.arrived,
        due=labels.delay + monitor.window.wait,
        unit=unit,
    )


def cut_offs_of(monitor: Monitor) -> CutOffs | None:
    """Up to when the labels of a monitor's windows count; None where it names none."""
    labels, window = monitor.labels, monitor.window
    if labels is None:
        return None
    return CutOffs(window.every, window.zone, window.wait, labels.delay + window.wait, labels.look_back)


def _problems(mapping: LogMapping, vital: LogMapping, kinds: Mapping[str, str]) -> dict[str, str]:
    """Column → the first thing that is wrong with it, of those that are not vital."""
    return {name: wrong[0] for name in mapping.all if (wrong := check_columns(_alone(vital, mapping, name), kinds))}
