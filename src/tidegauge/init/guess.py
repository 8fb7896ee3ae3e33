"""Which column plays which role: guessed from names, types and counts of distinct values alone.

A guess is a start that a person corrects, so each one carries its reason, and what is left out is said, not hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tidegauge.init.answers import classes_of
from tidegauge.init.answers import prediction as prediction_among
from tidegauge.init.described import Described, is_number, is_time
from tidegauge.init.features import is_free_text, is_quantity, no_feature, segments
from tidegauge.init.numbered import is_code
from tidegauge.init.several_classes import SAID as CLASSES
from tidegauge.init.several_classes import class_label, says_class, scores_of
from tidegauge.init.words import (
    EVENT,
    EVENT_WEAK,
    IDS,
    INGEST,
    INGEST_WEAK,
    LABEL,
    LABEL_WORDS,
    MOST_SEGMENT_VALUES,
    NO_IDS,
    ROW_IDS,
    VERSION,
)
from tidegauge.warehouses.base import has_zone

WRITTEN = {*INGEST, *INGEST_WEAK}  # words for when a row was written


@dataclass(frozen=True, slots=True)
class GuessedLabels:
    """Where labels seem to be; without a table they stand in the source's own."""

    id: str
    value: str
    arrived: str | None = None
    table: str | None = None
    delay: str = ""  # as measured


@dataclass(frozen=True, slots=True)
class Guess:
    """Roles for a table's columns; `left_out` pairs a column with the reason why it plays none."""

    time: str | None = None
    ingested: str | None = None
    id: str | None = None
    version: str | None = None
    prediction: str | None = None
    scores: tuple[tuple[str, str], ...] = ()  # class → column
    of_class: bool = False  # whether labels are classes
    labels: GuessedLabels | None = None
    numeric: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def guess(columns: Sequence[Described]) -> Guess:
    """Roles for these columns. Pure: the same columns give the same guess, and every column is named once."""
    left = list(columns)

    def take(found: Described | None) -> str | None:
        if found is None:
            return None
        left.remove(found)
        return found.name

    events, label_times = _times(columns)
    time = take(_event_time(events))
    ingested = take(_first([c for c in events if c in left], (INGEST, INGEST_WEAK)))
    row_id = take(_row_id(left))
    version = take(_version(left))
    answer = prediction_among(left)
    prediction = take(answer)
    classes = list(classes_of(answer, left))
    scores = scores_of(answer, left)
    of_class = says_class(answer, scores)
    labels = None
    label = _label(left) or _class_label(left, of_class=of_class)
    if label is not None and row_id is not None:
        arrived = next((c for c in left if c in label_times), None)
        labels = GuessedLabels(row_id, str(take(label)), take(arrived))
    out = _aside(classes, prediction, label if labels is None else None)
    found = Guess(time, ingested, row_id, version, prediction, scores, of_class, labels)
    return _features(found, left, out, answer if of_class else None)


def _aside(classes: Iterable[Described], prediction: str | None, label: Described | None) -> dict[Described, str]:
    """What is no feature, with the reason: classes that the prediction was cut into, and a label without an id."""
    out = dict.fromkeys(classes, f"the class that {prediction} was cut into, which says more")
    if label is not None:
        out[label] = "looks like a label, and labels join by an id that this table seems to lack"
    return out


def _times(columns: Sequence[Described]) -> tuple[list[Described], list[Described]]:
    """The times of rows, and those that say when labels came."""
    times = [c for c in columns if is_time(c.kind) and c.filled]
    of_labels = [c for c in times if LABEL_WORDS & set(c.words)]
    return [c for c in times if c not in of_labels], of_labels


def _features(
    found: Guess, left: Iterable[Described], aside: Mapping[Described, str], answer: Described | None = None
) -> Guess:
    """The rest: features by kind, and what is none; `aside`: what is none already, with the reason.

    `answer`: the prediction, where it is a class; one that is written as a number has to be listed as a category.
    """
    numeric: list[Described] = []
    categorical: list[Described] = []
    texts: list[Described] = []
    coded = [answer.name] if answer is not None and is_number(answer.kind) else []
    out = [(column.name, reason) for column, reason in aside.items()]
    for column in left:
        if column in aside:
            continue
        if is_free_text(column):
            texts.append(column)
        elif reason := no_feature(column):
            out.append((column.name, reason))
        else:
            (numeric if is_quantity(column) else categorical).append(column)
    return replace(
        found,
        numeric=_names(numeric),
        categorical=(*coded, *_names(categorical)),
        segments=segments(categorical),
        text=_names(texts),
        left_out=tuple(out),
        notes=tuple(_notes(replace(found, left_out=tuple(out)), numeric)),
    )


def _names(columns: Iterable[Described]) -> tuple[str, ...]:
    return tuple(c.name for c in columns)


def guess_labels(
    row_id: str, table: str, columns: Sequence[Described], *, of_class: bool = False
) -> GuessedLabels | None:
    """Labels in a table of their own, if it has the row's id and something that can be a label; a text `of_class`."""
    if not any(c.name == row_id for c in columns):
        return None
    rest = [c for c in columns if c.name != row_id]
    value = _number_label(rest) or _class_label(rest, of_class=of_class, alone=True)
    return GuessedLabels(row_id, value.name, _arrived(rest), table) if value else None


def _arrived(columns: Sequence[Described]) -> str | None:
    """The name of the column that says when a label came."""
    times = [c for c in columns if is_time(c.kind)]
    found = _first(times, (("arrived", "labelled", "labeled", *INGEST), EVENT_WEAK))
    return found.name if found else None


def _first(columns: Sequence[Described], ranks: Iterable[Iterable[str]]) -> Described | None:
    """The column whose name holds the strongest word."""
    for words in ranks:
        for word in words:
            for column in columns:
                if word in column.words:
                    return column
    return None


def _event_time(times: Sequence[Described]) -> Described | None:
    """When a row happened: named so, an instant rather than a date, filled everywhere, and not when it was written."""
    own = [c for c in times if not WRITTEN & set(c.words)] or list(times)
    grades = [(c.nulls > 0, c.kind.upper() == "DATE") for c in own]
    best = [c for c, grade in zip(own, grades, strict=True) if grade == min(grades)]
    best.sort(key=lambda c: not has_zone(c.kind))
    return _first(best, (EVENT,)) or _first(best, (EVENT_WEAK,)) or next(iter(best), None)


def _row_id(columns: Sequence[Described]) -> Described | None:
    """What identifies a row: unique and filled, and called an id, or else made like one."""
    unique = [c for c in columns if c.unique and not is_time(c.kind)]
    for is_one in (_is_row_id, _is_id, _ends_in_id, _is_made_as_one, lambda c: c.counter):
        if found := next(filter(is_one, unique), None):
            return found
    return None


def _is_id(column: Described) -> bool:
    return bool(IDS & set(column.words)) or column.kind.upper() == "UUID"


def _is_row_id(column: Described) -> bool:
    return _is_id(column) and bool(column.words) and column.words[0] in ROW_IDS


def _ends_in_id(column: Described) -> bool:
    return column.plain.endswith("id") and column.plain not in NO_IDS and (column.whole or is_code(column))


def _is_made_as_one(column: Described) -> bool:
    return is_code(column) and not is_number(column.kind)


def _version(columns: Sequence[Described]) -> Described | None:
    by_name = {c.plain: c for c in columns if 0 < c.distinct <= MOST_SEGMENT_VALUES and not is_time(c.kind)}
    return next((by_name[name] for name in VERSION if name in by_name), None)


def _label(columns: Sequence[Described]) -> Described | None:
    by_name = {c.plain: c for c in columns if is_number(c.kind) and c.filled}
    if exact := next((by_name[name] for name in LABEL if name in by_name), None):
        return exact
    return next((c for c in by_name.values() if LABEL_WORDS & set(c.words)), None)


def _number_label(columns: Sequence[Described]) -> Described | None:
    """The number that is a label in a table of labels: by its name, or for it is the only one there."""
    numbers = [c for c in columns if is_number(c.kind)]
    return _label(numbers) or (numbers[0] if len(numbers) == 1 else None)


def _class_label(columns: Sequence[Described], *, of_class: bool, alone: bool = False) -> Described | None:
    """The text that is a label, where labels are classes."""
    return class_label(columns, alone=alone) if of_class else None


def _notes(found: Guess, numeric: Sequence[Described]) -> Iterable[str]:
    """What a person should look at."""
    if found.prediction is None:
        yield "No column looks like the model's prediction. If there is one, name it in columns: prediction."
    if found.labels is None and not any(reason == CLASSES for _, reason in found.left_out):
        yield "No labels were found. With labels, accuracy and calibration are watched too: see the section labels."
    counted = [c.name for c in numeric if c.distinct <= 10 and c.distinct < c.filled]
    if counted:
        yield "Some numbers have few values. If a column is a code rather than a quantity, move it to categorical."
