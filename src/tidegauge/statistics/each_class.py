"""A number that each class has: told of one class, and as a mean over all."""

from abc import abstractmethod
from typing import Self

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import NAN, SLUG, ClassLevel, over_classes, slug
from tidegauge.statistics.statement import Question, Shown

OF = "-of-"


class EachClass(ClassLevel):
    """A mean over classes of a number that each of them has, and that is told of each class too."""

    of_one: str  # what the number of one class is called by
    title_of_one: str  # with {of}
    says_of_one: str
    number_of_one: str  # as SQL, of the one class
    only: str = ""  # the class that it is about; empty: the mean over all

    def __init__(self, only: str = "") -> None:
        if not only:
            return
        self.only, self.judged, self.name = only, False, f"{self.of_one}{OF}{slug(only)}"
        shown = "".join(c if c.isprintable() and c not in "{}" else "?" for c in only)[:SLUG]
        self.title, self.says = self.title_of_one.format(shown), self.says_of_one.format(shown, value="{value}")
        self.number = self.number_of_one

    def of_class(self, name: str) -> Self:
        """The same of one class, shown and not judged: `recall-of-cat`."""
        return type(self)(name).tuned(self.tuning)

    def _of(self, counts: ClassCounts) -> float:
        each = self._each(counts)
        if self.only:
            at = list(counts.names).index(self.only) if self.only in counts.names else -1
            return NAN if at < 0 else float(each[at])
        there = each[~np.isnan(each)]
        return float(there.mean()) if len(there) else NAN

    def _error(self, counts: ClassCounts) -> float:
        each, n = self._each(counts), self._rows(counts)
        if self.only:
            at = list(counts.names).index(self.only)
            each, n = each[at : at + 1], n[at : at + 1]
        there = ~np.isnan(each)
        p = np.clip(each[there], 0.05, 0.95)
        return float(np.sqrt((p * (1 - p) / np.maximum(n[there], 1)).sum()) / max(there.sum(), 1))

    @abstractmethod
    def _each(self, counts: ClassCounts) -> Floats:
        """[classes] the number of each; NaN of a class that takes no part."""

    @abstractmethod
    def _rows(self, counts: ClassCounts) -> Floats:
        """[classes] the rows that it rests on."""

    def sql(self, question: Question) -> Shown:
        return over_classes(question, self.number, only=self.only)
