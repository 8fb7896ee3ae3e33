"""Which columns are features, of what kind, and which are worth segments; why the others are none."""

from collections.abc import Sequence

from tidegauge.init.answers import FEW
from tidegauge.init.described import Described, is_number, is_time
from tidegauge.init.numbered import is_row_number
from tidegauge.init.several_classes import SAID as CLASSES
from tidegauge.init.words import (
    CODES,
    IDS,
    LABEL,
    MOST_CODES,
    MOST_SEGMENT_VALUES,
    PART_VALUES,
    PARTS,
    SEGMENTS,
)
from tidegauge.warehouses.base import is_category

LONG = 30  # characters that a free text has on average, at least: short questions have about 40, names and titles fewer


def is_quantity(column: Described) -> bool:
    """Whether more and less mean something: a number that is not a flag and not a code."""
    if not is_number(column.kind) or column.kind.upper().startswith("BOOL"):
        return False
    return not (column.distinct <= 2 or ((CODES | IDS) & set(column.words) and column.distinct <= MOST_CODES))


def no_feature(column: Described) -> str | None:
    """Why a column is not worth watching, if it is not."""
    text, uuid = _is_text(column), column.kind.upper() == "UUID"
    many = column.distinct > max(MOST_CODES, 0.05 * column.filled)
    counted = text or uuid or is_number(column.kind)
    reasons = [
        (is_time(column.kind), "another time; one is enough"),
        (not counted, f"its type {column.kind} is not counted; take a part of it out in a view to watch that"),
        (column.rows > 0 and not column.filled, "has no values in the sample"),
        (column.distinct == 1 and not column.nulls, _always(column)),
        (text and _is_part(column), "says which part of the data a row is in, not what the model saw"),
        (is_row_number(column), "numbers the rows"),
        (bool(column.follows), f"follows from {column.follows}, and alike times are compared with each other"),
        (_is_an_id(column, many=many), "looks like an identifier: most values are seldom seen"),
    ]
    if text:
        reasons += _reasons_of_text(column, many=many)
    return next((reason for holds, reason in reasons if holds), None)


def _reasons_of_text(column: Described, *, many: bool) -> list[tuple[bool, str]]:
    """More reasons why a text is not worth watching, each with whether it holds."""
    once = column.distinct > 0.3 * column.filled and column.filled >= 40
    return [
        (column.plain in LABEL, CLASSES),
        (column.length > 50 and many, "looks like free text"),
        (once, "looks like an identifier or free text: most values are seen once or twice"),
    ]


def is_free_text(column: Described) -> bool:
    """Whether its values are texts that people or models write: long, of several words, and seldom seen twice."""
    if not _is_text(column) or column.length <= LONG or column.filled < 40 or column.distinct <= 0.5 * column.filled:
        return False
    several = sum(" " in e.strip() for e in column.examples)
    return column.plain not in LABEL and not (IDS & set(column.words)) and 2 * several > len(column.examples)


def _always(column: Described) -> str:
    """What is said of a column that never changes."""
    return f"is always {column.examples[0]}" if column.examples else "never changes"


def _is_an_id(column: Described, *, many: bool) -> bool:
    """Whether type or name say that it tells things apart; `many`: it has values enough for that."""
    named = bool((IDS - {"number", "no", "nr"}) & set(column.words))
    return (named and many) or column.kind.upper() == "UUID"


def _is_text(column: Described) -> bool:
    return is_category(column.kind)


def _is_part(column: Described) -> bool:
    """Whether a text names parts of the data, such as train and test."""
    values = {e.strip().lower() for e in column.examples}
    return column.distinct <= FEW and (column.plain in PARTS or (bool(values) and values <= PART_VALUES))


def segments(categorical: Sequence[Described]) -> tuple[str, ...]:
    """One or two columns with few values whose own story is worth a look."""
    fit = [c for c in categorical if _makes_segments(c)]
    named = [c for word in SEGMENTS for c in fit if word in c.words]
    several = [c for c in fit if c.distinct >= 3]
    return tuple(dict.fromkeys(c.name for c in (named[:2] or several[:1])))


def _makes_segments(column: Described) -> bool:
    """Whether it parts the rows, nearly all of them, into a handful of groups."""
    return 2 <= column.distinct <= MOST_SEGMENT_VALUES and column.nulls <= 0.05 * column.rows
