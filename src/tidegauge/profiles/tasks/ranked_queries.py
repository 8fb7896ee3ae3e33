"""Queries of which rows were ranked: how well the order of scores puts the relevant ones first."""

from dataclasses import dataclass
from typing import NamedTuple


class Gained(NamedTuple):
    """A number that each query has, from 0 to 1."""

    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class RankedQueries:
    """Queries that have a relevant row, and what is added up over them; `top`: of how many rows at the head."""

    queries: float
    hopeless: float  # queries without a relevant row, which say nothing of the order
    top: int
    gain: Gained  # discounted, as a part of the best order's
    precision: Gained  # averaged over the relevant rows
    reciprocal: Gained  # of the place of the first relevant row
    hits: Gained  # 1 where a relevant row is among the first
