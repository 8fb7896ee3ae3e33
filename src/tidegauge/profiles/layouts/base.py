"""What every layout is: frozen, named by the hash of its content, written as JSON."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import StoreError
from tidegauge.warehouses.dialect import Dialect

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MISSING = 0  # the code of a NULL in every layout
UNSEEN = "(values not seen before)"  # what a person calls all values that a layout does not know


class Span(NamedTuple):
    """A run of cells that a reader sees as one: what it is called, where it lies on the number line if it does."""

    label: str
    low: float | None
    high: float | None
    codes: slice


class Layout(ABC):
    """The fixed cells that a column is counted in.

    A cell's number is its *code*; code 0 is always a missing value. Two profiles add when their layouts have the
    same `id`. A layout never changes: a new one is cut, and has another id.

    Who shows cells, or moves rows between them, asks the layout what its cells are like, never of which class it is:
    whether they lie on a line (`ordered`), how many are told apart (`known`), which hold no value (`absent`).
    """

    kind: ClassVar[str]
    ordered: ClassVar[bool] = False  # cells lie on a number line: more and less mean something; see `on_a_line`

    @property
    @abstractmethod
    def size(self) -> int:
        """How many codes there are, missing included."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """Everything that decides where a value is counted, as JSON values."""

    @classmethod
    @abstractmethod
    def from_content(cls, c: dict[str, Any]) -> Self:
        """The layout that `content` described."""

    @abstractmethod
    def label(self, code: int) -> str:
        """What a person calls the cell: "missing", "[3.5, 4.25)", "AA"."""

    @property
    def known(self) -> int:
        """Codes 1 … known are told apart; all beyond are one cell to a reader, values not seen before."""
        return self.size - 1

    @property
    def absent(self) -> frozenset[int]:
        """Codes of cells whose rows have no value."""
        return frozenset({MISSING})

    @property
    def named(self) -> Sequence[str]:
        """The values that have a cell of their own by name, in the order of their codes from 1; none for numbers."""
        return () if self.ordered else tuple(self.label(code) for code in range(1, self.known + 1))

    def placed(self, spreads: float) -> float:
        """A place told in spreads from the middle, in the column's own unit; as it is for a kind that has none."""
        return spreads

    # Fragments of the statements that show a finding on the warehouse. `value`: the column as SQL, by the names of its
    # cells where it has no order (see `Kind.shown`); `number`: the same as a float, where it is a column of numbers.

    def cell_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """The value's cell: equal for values of one cell, NULL for what is in none of those that shares are of."""
        del dialect, number
        return value

    def missing_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """Whether the value counts as missing in sampled rows."""
        del dialect, number
        return f"{value} IS NULL"

    def band_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """The value as a row or column of a small table, in words."""
        del dialect, number
        return value

    @property
    def text(self) -> str:
        """Canonical JSON; equal text, equal layout."""
        return json.dumps({"kind": self.kind, **self.content()}, sort_keys=True, separators=(",", ":"))

    @cached_property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the content's SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def cuts(self) -> "tuple[Layout, ...]":
        """The layouts whose cells these cells split, the column's first one first; one that was cut once: itself."""
        return (self,)

    def onto(self, cut: "Layout") -> Ints:
        """[size] of every code here the cell of `cut`, one of `cuts`, that it lies in: its counts are sums of these."""
        if cut.id != self.id:
            raise ValueError(f"the layout {self.id} splits no cells of {cut.id}")
        return np.arange(self.size, dtype=np.int64)

    def ends(self, code: int) -> tuple[float, float] | None:
        """Where a cell begins and ends on the number line; None for one that is not on it."""
        del code
        return None

    def pooled(self, codes: Ints, shares: Sequence[Floats]) -> tuple[Ints, list[Floats]]:
        """[cells], [cells] codes and shares, all cells of unknown values as one, under the first one's code."""
        unknown = codes > self.known
        if not unknown.any():
            return codes, list(shares)
        kept = np.append(codes[~unknown], self.known + 1)
        return kept, [np.append(s[~unknown], s[unknown].sum()) for s in shares]

    def spans(self, shares: Floats) -> list[Span]:
        """The cells as a picture shows them, missing ones last; `shares` [sides, size] says which have rows."""
        del shares
        spans = [Span(self.label(k), None, None, slice(k, k + 1)) for k in range(1, self.known + 1)]
        if self.known + 1 < self.size:
            spans.append(Span(UNSEEN, None, None, slice(self.known + 1, self.size)))
        return [*spans, Span(self.label(MISSING), None, None, slice(MISSING, MISSING + 1))]

    def ranges(self, share: Floats) -> list[Span]:
        """The cells as a reader is told of them: no more than can be read; `share` [size] is that of a reference."""
        return self.spans(share[None, :])


def broken(text: str, why: object) -> StoreError:
    """The error for a stored layout that does not read."""
    return StoreError(
        f"a stored layout does not read ({why}): {text[:80]!r}. Restore the store from a backup, "
        "or delete the layout's row and backfill."
    )
