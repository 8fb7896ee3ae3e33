"""What every layout is: frozen, named by the hash of its content, written as JSON."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from tidegauge.errors import StoreError
from tidegauge.warehouses.base import Dialect

MISSING = 0  # the code of a NULL in every layout


class Layout(ABC):
    """The fixed cells that a column is counted in.

    A cell's number is its *code*; code 0 is always a missing value. Two profiles add when their layouts have the
    same `id`. A layout never changes: a new one is cut, and has another id.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def size(self) -> int:
        """How many codes there are, missing included."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """Everything that decides where a value is counted, as JSON values."""

    @abstractmethod
    def label(self, code: int) -> str:
        """What a person calls the cell: "missing", "[3.5, 4.25)", "AA"."""

    @property
    def named(self) -> Sequence[str]:
        """The values that have a cell of their own by name, in the order of their codes from 1; none for numbers."""
        return ()

    def placed(self, spreads: float) -> float:
        """A place told in spreads from the middle, in the column's own unit; as it is for a kind that has none."""
        return spreads

    # Fragments of the statements that show a finding on the warehouse. `value`: the column as SQL; `number`: the same
    # as a float, where it is a column of numbers.

    @abstractmethod
    def cell_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """The value's cell: equal for values of one cell, NULL for what is in none of those that shares are of."""

    @abstractmethod
    def missing_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """Whether the value counts as missing in sampled rows."""

    @abstractmethod
    def band_sql(self, dialect: Dialect, value: str, number: str) -> str:
        """The value as a row or column of a small table, in words."""

    @property
    def text(self) -> str:
        """Canonical JSON; equal text, equal layout."""
        return json.dumps({"kind": self.kind, **self.content()}, sort_keys=True, separators=(",", ":"))

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the content's SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def broken(text: str, why: object) -> StoreError:
    """The error for a stored layout that does not read."""
    return StoreError(
        f"a stored layout does not read ({why}): {text[:80]!r}. Restore the store from a backup, "
        "or delete the layout's row and backfill."
    )
