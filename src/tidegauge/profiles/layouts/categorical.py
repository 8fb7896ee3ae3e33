"""Cells for categories: known values by name, all others in sixteen hash buckets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5
from typing import Any, ClassVar

import numpy as np

from tidegauge.profiles.layouts.base import MISSING, UNSEEN, Ints, Layout
from tidegauge.warehouses.dialect import Dialect

BUCKETS = 16
VOCABULARY = 1000  # known values at most


@dataclass(frozen=True)
class CategoricalLayout(Layout):
    """The vocabulary of a column: code 0 missing, then the known values, then the buckets of unknown ones.

    A value that the layout does not know is counted in the bucket of its MD5's first digit, which every engine
    computes alike; so profiles add exactly however many new values turn up.
    """

    values: tuple[str, ...]

    kind: ClassVar[str] = "categorical"

    @property
    def size(self) -> int:
        return 1 + len(self.values) + BUCKETS

    @property
    def known(self) -> int:
        return len(self.values)

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {v: k for k, v in enumerate(self.values, start=1)}

    def code(self, value: str | None) -> int:
        """The code of one value.

        >>> CategoricalLayout(("AA", "UA")).code("UA")
        2
        """
        if value is None:
            return MISSING
        known = self._codes.get(value)
        if known is not None:
            return known
        digest = md5(value.encode(), usedforsecurity=False).hexdigest()
        return 1 + len(self.values) + int(digest[0], 16)

    def label(self, code: int) -> str:
        if code == MISSING:
            return "missing"
        known = len(self.values)
        return self.values[code - 1] if code <= known else UNSEEN

    @property
    def named(self) -> tuple[str, ...]:
        return self.values

    def cell_sql(self, dialect: Dialect, value: str, number: str) -> str:
        del number
        text, known = dialect.as_text(value), ", ".join(dialect.text(v) for v in self.values) or "NULL"
        bucket = f"'unknown ' || substr({dialect.digest(text)}, 1, 1)"
        return f"CASE WHEN {value} IS NULL THEN NULL WHEN {text} IN ({known}) THEN {text} ELSE {bucket} END"

    def band_sql(self, dialect: Dialect, value: str, number: str) -> str:
        del number
        return dialect.as_text(value)

    def content(self) -> dict[str, Any]:
        return {"values": list(self.values)}

    @classmethod
    def from_content(cls, c: dict[str, Any]) -> "CategoricalLayout":
        return cls(tuple(str(v) for v in c["values"]))


@dataclass(frozen=True)
class JoinedCategories(CategoricalLayout):
    """The values that any of several layouts names, those of the first one first."""

    named_by: tuple[CategoricalLayout, ...]

    @classmethod
    def of(cls, cuts: Sequence[CategoricalLayout]) -> "JoinedCategories":
        """What splits all of these, the newest last."""
        return cls(tuple(dict.fromkeys(v for c in cuts for v in c.values)), tuple(cuts))

    @property
    def cuts(self) -> tuple[CategoricalLayout, ...]:
        return self.named_by

    def onto(self, cut: Layout) -> Ints:
        mine = next((c for c in self.named_by if c.id == cut.id), None)
        if mine is None:
            return super().onto(cut)
        # a value in a bucket here is none that any cut knows, and lies in the same bucket there
        buckets = range(1 + mine.known, mine.size)
        return np.array([MISSING, *(mine.code(v) for v in self.values), *buckets], dtype=np.int64)

    def content(self) -> dict[str, Any]:
        return {"cuts": [c.content() for c in self.named_by]}

    @classmethod
    def from_content(cls, c: dict[str, Any]) -> "JoinedCategories":
        return cls.of([CategoricalLayout.from_content(each) for each in c["cuts"]])


def cut_categorical(values: Iterable[str | None]) -> CategoricalLayout:
    """The vocabulary of a sample: its values, the most frequent first, at most a thousand.

    >>> cut_categorical(["b", "a", "b", None]).values
    ('b', 'a')
    """
    known = [v for v in values if v is not None]
    ranked = sorted(Counter(str(v) for v in known).items(), key=lambda p: (-p[1], p[0]))
    return CategoricalLayout(tuple(v for v, _ in ranked[:VOCABULARY]))
