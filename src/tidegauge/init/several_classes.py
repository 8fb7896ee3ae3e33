"""A model that names one of several classes: its classes' scores, and the labels that say which class it was."""

from collections.abc import Collection, Iterable, Sequence

from tidegauge.init.answers import FEW, is_class, is_share
from tidegauge.init.described import Described, is_number, words_in
from tidegauge.init.words import LABEL, LABEL_WORDS
from tidegauge.warehouses.base import is_category

SAID = (
    "holds text, and the prediction is a number: name the predicted class as prediction, or make 0 and 1 of it in a "
    "view (docs/classes.md)"
)


def note(table: str, column: str) -> str:
    """A sentence for a person whose labels are words while the prediction is a number."""
    return f'"{column}" of {table} looks like a label, but it {SAID}.'


def says_class(answer: Described | None, scores: Sequence[tuple[str, str]]) -> bool:
    """Whether labels are classes: the answer is a text; or a number that is one of a few, each of which has a score."""
    return answer is not None and (not is_number(answer.kind) or bool(scores))


def scores_of(answer: Described | None, columns: Sequence[Described]) -> tuple[tuple[str, str], ...]:
    """Class → the column of its score: shares whose names end in the classes of an answer, one for each of them."""
    if answer is None or not _is_of_few_classes(answer):
        return ()
    shares = {c.plain: c.name for c in columns if is_share(c)}
    ends = {value: "_".join(words_in(value)) for value in answer.values}
    begins = _before_ends(shares, ends.values())
    for begin in sorted(begins, key=lambda b: (not b.startswith(answer.plain), b)):
        found = {value: shares[begin + end] for value, end in ends.items() if begin + end in shares}
        if len(found) == len(ends) == len(set(found.values())):
            return tuple(sorted(found.items()))
    return ()


def _is_of_few_classes(answer: Described) -> bool:
    """Whether an answer is one of a few classes, all of which are known."""
    return is_class(answer) and 2 <= len(answer.values) <= FEW


def _before_ends(names: Iterable[str], ends: Collection[str]) -> set[str]:
    """What stands before the end, in those names that have one of these."""
    return {name.removesuffix(end) for name in names for end in ends if end and name.endswith(f"_{end}")}


def class_label(columns: Sequence[Described], *, alone: bool = False) -> Described | None:
    """The text that says which class it was: by its name, or, in a table of labels, for it is the only one there."""
    texts = [c for c in columns if _is_text(c)]
    only = texts[0] if alone and len(texts) == 1 else None
    return _called_a_label(texts) or next((c for c in texts if LABEL_WORDS & set(c.words)), only)


def _called_a_label(columns: Sequence[Described]) -> Described | None:
    """The column whose whole name is a label's; the likeliest name first."""
    named = {c.plain: c for c in columns}
    return next((named[name] for name in LABEL if name in named), None)


def _is_text(column: Described) -> bool:
    """Whether a column holds texts, and any."""
    return column.filled > 0 and is_category(column.kind)
