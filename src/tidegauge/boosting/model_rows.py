"""What a model reads of rows; `relations.coded.Coded` are such rows, and a test's few arrays are others."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bins: TypeAlias = NDArray[np.unsignedinteger[Any]]  # as narrow as holds them


class ModelColumns(Protocol):
    """Which columns there are, and the cells of each."""

    @property
    def edges(self) -> Mapping[str, Floats]:
        """The columns of numbers, [cells − 1] where their cells end."""

    @property
    def named(self) -> Mapping[str, int]:
        """The columns of categories."""

    def size(self, column: str) -> int:
        """Cells of a column."""


class ModelRows(Protocol):
    """Rows by column."""

    @property
    def coder(self) -> ModelColumns:
        """Their columns."""

    def __len__(self) -> int: ...

    def numbers(self, column: str) -> Floats:
        """[n] a number's values; NaN where missing."""

    def cells(self, column: str) -> Ints:
        """[n] each row's cell of a column."""
