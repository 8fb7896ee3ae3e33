"""Labels that say how relevant a row of a query is, against the score that the rows were ranked by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2
from typing import ClassVar

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Ints
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks.base import LogColumn, RowSum, Some, Step, Task
from tidegauge.profiles.tasks.ranked_queries import Gained, RankedQueries
from tidegauge.warehouses.dialect import Dialect

BITS = 30  # of a discount, and of a query's number
MOST = 32768.0  # relevance from which on a label is none: gains of a query are whole numbers that a float holds exactly
NUMBERS = ("gain", "average", "reciprocal", "hit")


class Ranking(Task):
    """Labels that say how relevant a row is among those of its query: 0 is not at all.

    Of each window's queries the labelled rows with a score are put in order. What a query comes to is worked out whole,
    in the statement that counts, from whole numbers, and added up with the query's first row; a segment has the queries
    whose first row is its own. Rows of equal scores share their places in the discounted gain; for the other numbers
    they stand in the order of a digest of their ids.
    """

    name: ClassVar[str] = "ranking"
    says: ClassVar[str] = "labels are how relevant the rows of a query are"
    none: ClassVar[str] = f"no relevance from 0 to below {MOST:,.0f}"
    sides: ClassVar[tuple[str, str]] = ("relevant", "not relevant")
    apart: ClassVar[bool] = True

    @classmethod
    def takes(cls, unit: LabelUnit) -> bool:
        return unit.ranked is not None

    @property
    def counted(self) -> str:
        ranked = self.unit.ranked
        return f"ranked {ranked.top} {ranked.query}" if ranked else ""

    @property
    def binds(self) -> Mapping[str, object]:
        """The discounts of the first places, added up, in whole units."""
        added = np.cumsum([0.0, *(1 / log2(place + 1) for place in range(1, self._top + 1))])
        return {"discounts": [int(x) for x in np.floor(added * 2.0**BITS)]}

    @property
    def _top(self) -> int:
        return self.unit.ranked.top if self.unit.ranked else 0

    def own(self, dialect: Dialect, label: str) -> str:
        return f"({label} >= {dialect.number(0.0)} AND {label} < {dialect.number(MOST)})"

    def truth(self, dialect: Dialect) -> str:
        return f"label > 0 AND {self.own(dialect, 'label')}"

    def carried(self, dialect: Dialect, kinds: Mapping[str, str]) -> Sequence[LogColumn]:
        del kinds
        ranked = self.unit.ranked
        named = {"query_": ranked.query, "row_": ranked.id} if ranked else {}
        return [LogColumn(x, dialect.quote(column)) for x, column in named.items()]

    def steps(self, dialect: Dialect) -> Sequence[Step]:
        """What each row's query comes to: rows that take no part in it are partitions of their own."""
        fit = f"{self.own(dialect, 'label')} AND {dialect.is_finite('prediction')} AND query_ IS NOT NULL"
        mine = "PARTITION BY window_index, query_, newest, fit_"
        tie = dialect.digest(dialect.as_text("row_"))
        top, parts = self._top, dialect.real("parts_")

        def over(what: str, order: str = "") -> str:
            return f"CAST({what} OVER ({mine}{order and f' ORDER BY {order}'}) AS BIGINT)"

        return [
            {"fit_": f"CASE WHEN {fit} THEN 1 ELSE 0 END"},
            {
                "above_": f"{over('rank()', 'prediction DESC')} - 1",
                "alike_": f"CAST(count(*) OVER ({mine}, prediction) AS BIGINT)",
                "best_": over("row_number()", "label DESC"),
                "place_": over("row_number()", f"prediction DESC, {tie}"),
                "relevant_": "CASE WHEN label > 0 THEN 1 ELSE 0 END",
            },
            {
                "gain_": self._gained(dialect, "above_", "above_ + alike_", "alike_"),
                "ideal_": self._gained(dialect, "best_ - 1", "best_", "1"),
                "found_": over("sum(relevant_)", "place_ ROWS UNBOUNDED PRECEDING"),
            },
            {"part_": self._where(f"relevant_ = 1 AND place_ <= {top}", self._whole(dialect, "found_", "place_"))},
            {
                "gains_": over("sum(gain_)"),
                "ideals_": over("sum(ideal_)"),
                "parts_": over("sum(part_)"),
                "goods_": over("sum(relevant_)"),
                "reached_": over(f"min(CASE WHEN relevant_ = 1 AND place_ <= {top} THEN place_ END)"),
            },
            {
                "head_": "CASE WHEN fit_ = 1 AND place_ = 1 THEN CASE WHEN ideals_ > 0 THEN 1 ELSE 0 END ELSE -1 END",
                "gain_of_": f"CASE WHEN ideals_ > 0 THEN {self._whole(dialect, 'gains_', 'ideals_')} END",
                "average_of_": f"CASE WHEN goods_ > 0 THEN floor({parts} / least(goods_, {top})) END",
                "reciprocal_of_": f"CASE WHEN reached_ > 0 THEN {self._whole(dialect, '1', 'reached_')} ELSE 0 END",
                "hit_of_": f"CASE WHEN reached_ > 0 THEN {dialect.number(2.0**BITS)} ELSE 0 END",
            },
        ]

    def _gained(self, dialect: Dialect, before: str, last: str, rows: str) -> str:
        """A row's relevance times its discount, the mean of those of its places, in whole units."""
        listed = dialect.wholes(dialect.parameter("discounts"), "BIGINT")
        ends = [dialect.at(listed, f"CAST(least({x}, {self._top}) AS INTEGER)") for x in (last, before)]
        discount = dialect.real(f"({ends[0]} - {ends[1]})")
        return self._where("label > 0", f"CAST(floor(label * {discount} / {rows}) AS BIGINT)")

    @staticmethod
    def _where(condition: str, number: str) -> str:
        """A number of the rows that take part, where a condition holds; else 0."""
        return f"CASE WHEN fit_ = 1 AND {condition} THEN {number} ELSE 0 END"

    @staticmethod
    def _whole(dialect: Dialect, a: str, b: str) -> str:
        """A quotient from 0 to 1 in whole units."""
        return f"CAST(floor({dialect.times(f'({dialect.real(a)} / {dialect.real(b)})', 2.0**BITS)}) AS BIGINT)"

    def sums(self, dialect: Dialect) -> Sequence[RowSum]:
        out = [
            RowSum("queries", "CASE WHEN head_ = 1 THEN 1 ELSE 0 END"),
            RowSum("hopeless", "CASE WHEN head_ = 0 THEN 1 ELSE 0 END"),
        ]
        for name in NUMBERS:
            value = f"{name}_of_"
            part = dialect.times(dialect.real(value), 2.0**-BITS)
            square = f"floor({dialect.times(f'(({part}) * ({part}))', 2.0**BITS)})"
            out.append(RowSum(name, f"CASE WHEN head_ = 1 THEN CAST({value} AS BIGINT) ELSE 0 END"))
            out.append(RowSum(f"{name} squares", f"CASE WHEN head_ = 1 THEN CAST({square} AS BIGINT) ELSE 0 END"))
        return out

    def queries(self, sums: Mapping[str, int]) -> RankedQueries | None:
        if not sums.get("queries", 0) + sums.get("hopeless", 0):
            return None
        found = [Gained(*(sums.get(f"{name}{more}", 0) / 2.0**BITS for more in ("", " squares"))) for name in NUMBERS]
        return RankedQueries(sums.get("queries", 0), sums.get("hopeless", 0), self._top, *found)

    def note(self, cells: LabelCells) -> str:
        hopeless, queries = cells.sums.get("hopeless", 0), cells.sums.get("queries", 0)
        if not hopeless:
            return ""
        return f"{hopeless:,} of {hopeless + queries:,} queries have no relevant row, and none of them is in a number."

    def unanswerable(self, cells: LabelCells) -> str:
        """That no query of it has a relevant row."""
        hopeless = cells.sums.get("hopeless", 0)
        if not hopeless or cells.sums.get("queries", 0):
            return ""
        return f"None of its {hopeless:,} queries has a relevant row, and without one no order is better than another."

    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] the sums of relevance."""
        del counts
        return np.asarray(labels / self.unit.scale, dtype=np.float64)

    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows that are relevant."""
        return cells.truths

    def binary(self, cells: LabelCells) -> bool:
        del cells
        return False

    def turned(self, dialect: Dialect, value: str) -> str:
        """What was relevant is not, and the other way."""
        zero, one = dialect.number(0.0), dialect.number(1.0)
        return f"CASE WHEN {value} > 0 THEN {zero} WHEN {value} = 0 THEN {one} ELSE {value} END"

    def worse(self, cells: LabelCells, some: Some, *, up: bool) -> LabelCells:
        """A share of the queries finds nothing."""
        del up  # no order is better than what it was
        rows = int(cells.counts.sum())
        left = 1 - int(some(np.array([rows]))[0]) / max(rows, 1)
        names = {f"{name}{more}" for name in NUMBERS for more in ("", " squares")}
        return replace(cells, sums={k: int(n * left) if k in names else n for k, n in cells.sums.items()})
