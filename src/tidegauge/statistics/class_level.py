"""What all facts of several classes share."""

import re
from abc import abstractmethod
from hashlib import md5

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.labelled import CLASSES, Labelled, LabelLevel
from tidegauge.statistics.statement import NoStatement, Question, Shown, Statement

NAN = float("nan")
SLUG, DIGITS = (
    40,
    6,
)  # characters of a class's name in a number's name; of its digest, where that is not the name itself


class ClassLevel(LabelLevel):
    """A fact of labels that are classes. NaN where they are none."""

    applies = CLASSES
    judged = False
    floor = 0.0  # no decision follows it, where a class does not say otherwise
    number: str  # the fact as SQL: see `sql/explain/classes.sql`

    def _level(self, labelled: Labelled) -> float:
        return NAN if labelled.classes is None else self._of(labelled.classes)

    def error(self, labelled: Labelled) -> float:
        """What `_error` says, where the level is a number."""
        counts = labelled.classes
        return NAN if counts is None or np.isnan(self.level(labelled)) else self._error(counts)

    @abstractmethod
    def _of(self, counts: ClassCounts) -> float:
        """The fact; NaN where nothing can be said."""

    @abstractmethod
    def _error(self, counts: ClassCounts) -> float:
        """Its standard error."""

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, *self.bounds)

    def sql(self, question: Question) -> Shown:
        return over_classes(question, self.number)


def over_classes(question: Question, number: str, of: str = "classes", *, only: str = "") -> Statement | NoStatement:
    """A number over one of four tables of labelled rows with a predicted class, which `of` names.

    `rows`: each with `n` and `right_`, 1 where it is the segment's and where it is right too, `all_n` and `all_right`.
    `classes`: each with its rows of the segment, `hits`, `ones` (the label is the class) and `yes` (it was said);
    `only`: the one class, by its name or by what a number calls it. `scores`: rows whose scores are all right, with
    `own`, that of the label, and its `place` among them. `curves`: of each class that has scores `auc`, `ones` and
    `others`.
    """
    dialect, scored = question.dialect, of in ("scores", "curves")
    if scored and not question.scores:
        return NoStatement("The monitor names no scores of classes, so no statement gives this number.")
    own = [(dialect.text(name), score) for name, score in question.scores.items()]
    parts = {
        "number": number,
        "of": of,
        "x": question.side.value,
        "classes": [dialect.text(name) for name in _classes_asked(question, only)],
        "scores": own if scored else [],
        **spelled_scores(question),
    }
    return Statement("classes", parts)


def _classes_asked(question: Question, only: str) -> list[str]:
    """The classes that a number is over: all that the labels have; or one, by its name where that is known."""
    names = [*question.sides[1].layout.named] if len(question.sides) > 1 else []
    if not only:
        return names
    return [name for name in names if slug(name) == slug(only)] or [only]


def spelled_scores(question: Question) -> dict[str, object]:
    """The bounds of a score, and its cell by the one that the profile counts it in."""
    from tidegauge.profiles.tasks.score_cells import SLACK, cell_sql, near_sql

    spelled = question.dialect.number
    near = near_sql(question.dialect, "score")
    return {
        "low": spelled(-SLACK),
        "high": spelled(1 + SLACK),
        "near": near,
        "cell": cell_sql(question.dialect, "score", "near"),
    }


def slug(name: str) -> str:
    """A class's name as a part of a number's: small letters, digits and hyphens, another one for each class.

    >>> slug("cat"), slug("Blue cat")
    ('cat', 'blue-cat-afe12a')
    """
    plain = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:SLUG].strip("-")
    if plain == name:
        return plain
    digest = md5(name.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:DIGITS]
    return f"{plain}-{digest}" if plain else digest
