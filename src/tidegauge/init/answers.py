"""Which column is the model's answer, where several look like one: a score says more than the class cut out of it."""

from collections.abc import Iterator, Sequence
from itertools import chain

from tidegauge.init.described import Described, is_number
from tidegauge.init.words import PREDICTION, SCORES

FEW = 20  # values: a number with more is no class
_BEGINS, _ENDS = {"predicted", "pred", "forecast"}, {"predicted", "pred", "prediction", "forecast", "yhat"}
_POSITIVE = {"1", "true", "yes", "pos", "positive"}


def prediction(columns: Sequence[Described]) -> Described | None:
    """The column that is called a model's answer; beside a class, the score that it was cut out of.

    A score among other words ("fraud_score") counts only where it lies between 0 and 1.
    """
    exact = _called_so(columns)
    shares = [c for c in columns if is_share(c)]
    found = next(chain(exact, _called_alike(shares), filter(_is_begun, columns)), None)
    if found is None or not is_class(found):
        return found
    return _cut_into(found, exact, shares) or found


def _cut_into(answer: Described, exact: Sequence[Described], shares: Sequence[Described]) -> Described | None:
    """What a class was cut out of: a column with an answer's name, or a score of it; None where there is neither."""
    values = next((c for c in exact if not is_class(c)), None)
    return values or score_of(answer, [c for c in shares if not is_class(c) and _is_score(c)])


def _called_so(columns: Sequence[Described]) -> list[Described]:
    """Columns of just the names that an answer has, the surest first."""
    by_name = {c.plain: c for c in columns if c.filled}
    return [by_name[name] for name in PREDICTION if name in by_name]


def _is_begun(column: Described) -> bool:
    """Whether a column's name begins as an answer's does, or ends so and is a number."""
    if not column.filled:
        return False
    return bool(_BEGINS & {*column.words[:1]}) or (bool(_ENDS & {*column.words[-1:]}) and _counts(column))


def _called_alike(shares: Sequence[Described]) -> Iterator[Described]:
    """Those with a word for an answer among the words of their name, by how much the word says."""
    return (c for word in (*PREDICTION, *SCORES) for c in shares if word in c.words)


def score_of(answer: Described, scores: Sequence[Described]) -> Described | None:
    """The score of a class. One score of several classes is none of them all, so then the class stays."""
    if len(scores) <= 1:
        return next(iter(scores), None)
    named = _named_after(answer, scores) or list(scores)
    if len(named) == 1:
        return named[0]
    positive = [c for c in named if c.words[-1] in _POSITIVE]
    of_two = len(named) == 2 and answer.distinct <= 2
    return positive[0] if of_two and len(positive) == 1 else None


def _named_after(answer: Described, scores: Sequence[Described]) -> list[Described]:
    """The scores whose names hold the whole name of a class, and more."""
    return [c for c in scores if set(answer.words) < set(c.words)]


def classes_of(score: Described | None, columns: Sequence[Described]) -> Iterator[Described]:
    """The classes beside a score that was taken: the same answer, cut."""
    if score is None or is_class(score):
        return
    for column in columns:
        named = column.plain in PREDICTION or _BEGINS & {*column.words[:1]}
        if named and is_class(column):
            yield column


def is_class(column: Described) -> bool:
    """Whether an answer is one of a few: a text, a flag, a number that has few values, all of them whole."""
    if not is_number(column.kind) or column.kind.upper().startswith("BOOL") or column.distinct <= 2:
        return True
    return column.whole and column.distinct <= FEW


def _counts(column: Described) -> bool:
    return is_number(column.kind) and not is_class(column)


def is_share(column: Described) -> bool:
    """Whether all its values lie between 0 and 1."""
    return is_number(column.kind) and column.low is not None and column.low >= 0 and (column.high or 0) <= 1


def _is_score(column: Described) -> bool:
    return bool({*PREDICTION, *SCORES} & set(column.words))
