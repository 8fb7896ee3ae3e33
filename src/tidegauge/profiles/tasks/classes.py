"""Labels that are one of several classes, against a predicted class."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.kinds.base import as_text
from tidegauge.profiles.layouts.base import Floats, Ints, Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout, cut_categorical
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.states.label_cells import PLANES, LabelCells
from tidegauge.profiles.tasks.base import CodePlane, LogColumn, Order, RowSum, Some, Step, Task
from tidegauge.profiles.tasks.class_counts import ClassCounts, Curve
from tidegauge.profiles.tasks.class_pairs import OTHER, renamed
from tidegauge.profiles.tasks.logarithm import loss_steps
from tidegauge.profiles.tasks.score_cells import CELLS, SLACK, cell_sql, near_sql
from tidegauge.warehouses.base import is_number
from tidegauge.warehouses.dialect import Dialect

MOST_CLASSES = 20  # are told apart, the commonest labels; all others are one
HIGHEST = (2, 3, 5)  # of so many highest scores it is counted whether the label's is among them
LOSS_BITS, SQUARE_BITS = 20, 16


class Classes(Task):
    """Labels that are one of several classes: texts, or whatever has a text, against a predicted class.

    A cell is a pair of classes, the predicted and the true one: from them follows all that a confusion matrix says,
    exactly. Where the monitor names a score for each class, the loss of a row and the rank of its label's score are
    added up beside that, and rows are counted a second time by cells of each class's score, of the whole alone.
    """

    name: ClassVar[str] = "multi-class"
    says: ClassVar[str] = "labels are classes"
    sides: ClassVar[tuple[str, str]] = ("right", "wrong")
    written: ClassVar[str] = "VARCHAR"
    apart: ClassVar[bool] = True

    @classmethod
    def takes(cls, unit: LabelUnit) -> bool:
        return unit.classes is not None

    @property
    def names(self) -> tuple[str, ...]:
        """The classes that are told apart."""
        return () if self.unit.classes is None else self.unit.classes.values

    @property
    def counted(self) -> str:
        return "scores " + ",".join(f"{name}={column}" for name, column in self.unit.scores) if self.unit.scores else ""

    @property
    def binds(self) -> Mapping[str, object]:
        return {"classes": list(self.names)}

    @property
    def highest(self) -> tuple[int, ...]:
        """Of how many highest scores something can be said that is not always so."""
        return tuple(k for k in HIGHEST if k < len(self.unit.scores))

    def value(self, dialect: Dialect, quoted: str, kind: str) -> str:
        return as_text(dialect, quoted, kind)

    def shown(self, dialect: Dialect, value: str) -> str:
        del dialect
        return value

    def real(self, dialect: Dialect, shown: str) -> str:
        del dialect
        return f"{shown} IS NOT NULL"

    def sampled(self, values: NDArray[Any]) -> NDArray[Any]:
        """[n] texts as they are."""
        return values

    def cut(self, values: NDArray[Any], predicted: Sequence[str], scores: Mapping[str, str]) -> Layout:
        told = dict.fromkeys((*scores, *cut_categorical(values).values, *predicted))
        return CategoricalLayout(tuple(told)[:MOST_CLASSES])

    def wrong_type(self, column: str, kind: str) -> str:
        if is_number(kind) and kind.upper().startswith(("FLOAT", "DOUBLE", "REAL", "DECIMAL", "NUMERIC")):
            return (
                f'the label column "{column}" holds {kind}, and the prediction is a class: they are compared as text, '
                "and 1 is not 1.0. Cast it in a view."
            )
        return ""

    def order(self, dialect: Dialect, label: str, prediction: str) -> Order:
        # texts are in another order on every engine; their digests are not
        return Order("", dialect.digest(label), dialect.digest(prediction))

    def truth(self, dialect: Dialect) -> str:
        del dialect
        return "label = prediction"

    def carried(self, dialect: Dialect, kinds: Mapping[str, str]) -> Sequence[LogColumn]:
        return [
            LogColumn(f"score_{k}", dialect.as_number(dialect.quote(column), kinds[column]))
            for k, (_, column) in enumerate(self.unit.scores)
        ]

    def steps(self, dialect: Dialect) -> Sequence[Step]:
        listed = dialect.texts(dialect.parameter("classes"))
        gone = wide = len(self.names) + 1
        answer = f"coalesce({dialect.rank(listed, 'prediction')}, {OTHER})"
        return [
            {
                "true_": f"coalesce({dialect.rank(listed, 'label')}, {OTHER})",
                "answer_": f"CASE WHEN prediction IS NULL THEN {gone} ELSE {answer} END",
            },
            {"pair_": f"answer_ * {wide} + true_", **self._own(dialect)},
            *(self._of_scores(dialect) if self.unit.scores else ()),
        ]

    def _own(self, dialect: Dialect) -> Step:
        """`own_`, the score of the label, of rows whose scores are all right, and its place among the scores."""
        all_ = range(len(self.unit.scores))
        if not all_:
            return {}
        low, high = dialect.number(-SLACK), dialect.number(1 + SLACK)
        right = " AND ".join(f"score_{k} >= {low} AND score_{k} <= {high}" for k in all_)
        own = " ".join(f"WHEN {self._number(k)} THEN score_{k}" for k in all_)
        place = " ".join(f"WHEN {self._number(k)} THEN {k}" for k in all_)
        return {"own_": f"CASE WHEN {right} THEN CASE true_ {own} END END", "place_": f"CASE true_ {place} END"}

    def _of_scores(self, dialect: Dialect) -> Sequence[Step]:
        """The rank of the label's score, the loss, the cells of all scores."""
        all_ = range(len(self.unit.scores))
        # of equal scores the class that is named later comes first, as scikit-learn has it
        above = " + ".join(
            f"CASE WHEN score_{k} > own_ OR (score_{k} = own_ AND place_ < {k}) THEN 1 ELSE 0 END" for k in all_
        )
        cells = {k: cell_sql(dialect, f"score_{k}", f"near_{k}") for k in all_}
        near = {f"near_{k}": near_sql(dialect, f"score_{k}") for k in all_}
        first, *rest = loss_steps(dialect, "own_")
        last = {"rank_": f"CASE WHEN own_ IS NOT NULL THEN 1 + {above} END"}
        last |= {f"plane_{k}": f"CASE WHEN own_ IS NOT NULL THEN {PLANES - k * CELLS} - ({cells[k]}) END" for k in all_}
        return [first | near, rest[0] | last, *rest[1:]]

    def _number(self, k: int) -> int:
        """The number of the class that the k-th score is of."""
        return 1 + self.names.index(self.unit.scores[k][0])

    @property
    def code(self) -> str:
        return "pair_"

    @property
    def planes(self) -> Sequence[CodePlane]:
        return [CodePlane(f"plane_{k}", f"true_ = {self._number(k)}") for k in range(len(self.unit.scores))]

    def sums(self, dialect: Dialect) -> Sequence[RowSum]:
        if not self.unit.scores:
            return []
        loss = f"CAST(floor({dialect.times('loss', 2.0**LOSS_BITS)}) AS BIGINT)"
        squares = f"CAST(floor({dialect.times('loss * loss', 2.0**SQUARE_BITS)}) AS BIGINT)"
        there = "own_ IS NULL"
        return [
            RowSum("scored", f"CASE WHEN {there} THEN 0 ELSE 1 END"),
            RowSum("loss", f"CASE WHEN {there} THEN 0 ELSE {loss} END"),
            RowSum("squares", f"CASE WHEN {there} THEN 0 ELSE {squares} END"),
            *(RowSum(f"within {k}", f"CASE WHEN rank_ <= {k} THEN 1 ELSE 0 END") for k in self.highest),
        ]

    # --- what the counts are worth ---

    def classes(self, cells: LabelCells) -> ClassCounts:
        wide = len(self.names) + 1
        table = np.zeros((wide + 1, wide), dtype=np.float64)  # [answer, true], what is not told apart first
        pairs = cells.codes >= 0
        np.add.at(table, np.divmod(cells.codes[pairs], wide), cells.counts[pairs])
        half = 0.5 * cells.sums.get("scored", 0)  # each row's part was rounded down
        return ClassCounts(
            names=self.names,
            table=np.roll(table[:wide], -1, axis=(0, 1)).T,
            right=float(cells.truths[pairs].sum()),
            scored=float(cells.sums.get("scored", 0)),
            loss=(cells.sums.get("loss", 0) + half) * 2.0**-LOSS_BITS,
            squares=(cells.sums.get("squares", 0) + half) * 2.0**-SQUARE_BITS,
            within={k: float(cells.sums.get(f"within {k}", 0)) for k in self.highest},
            curves=self._curves(cells),
        )

    def _curves(self, cells: LabelCells) -> list[Curve]:
        """Of each class that has scores; of a segment all are empty."""
        number = PLANES - cells.codes
        out = []
        for k in range(len(self.unit.scores)):
            mine = (number >= k * CELLS) & (number < (k + 1) * CELLS)
            rows, hits = (f[mine][::-1].astype(np.float64) for f in (cells.counts, cells.truths))
            out.append(Curve(rows, hits))
        return out

    def note(self, cells: LabelCells) -> str:
        lacking = cells.rows - cells.sums.get("scored", 0)
        if not self.unit.scores or not lacking:
            return ""
        return (
            f"{lacking:,} of {cells.rows:,} labelled rows lack a score between 0 and 1 of a class or of their label: "
            "log loss, top-k accuracy and the order of scores leave them out."
        )

    def named(self, cells: LabelCells) -> Mapping[str, int]:
        wide, told = len(self.names) + 1, ("another", *self.names)
        return {
            f"label {told[code % wide]}, predicted {told[code // wide]}": n
            for code, n in zip(cells.codes.tolist(), cells.counts.tolist(), strict=True)
            if 0 <= code < wide * wide
        }

    def brought(self, cells: LabelCells, counted: LabelUnit = TRUTHS) -> LabelCells:
        """Pairs of other classes: those that are not told apart here are one; nothing where labels were none."""
        if counted.classes is None:
            return LabelCells.zero()
        return renamed(cells, counted.classes.values, self.names, scored=counted.scores == self.unit.scores)

    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] nothing: classes are not summed."""
        del labels
        return np.zeros(len(counts))

    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows that were right."""
        return cells.truths

    def binary(self, cells: LabelCells) -> bool:
        del cells
        return False

    # --- what would have shown ---

    def turned(self, dialect: Dialect, value: str) -> str:
        after = zip(self.names, (*self.names[1:], *self.names[:1]), strict=True)
        cases = " ".join(f"WHEN {dialect.text(one)} THEN {dialect.text(next_)}" for one, next_ in after)
        return f"CASE {value} {cases} ELSE {value} END" if cases else value

    def worse(self, cells: LabelCells, some: Some, *, up: bool) -> LabelCells:
        """Labels of which some have become the next class; what the scores say of those nobody knows."""
        del up  # no class is above another
        pairs = cells.codes >= 0
        codes, counts, truths = (f[pairs] for f in (cells.codes, cells.counts, cells.truths))
        gone, wide = some(counts), len(self.names) + 1
        left = np.where(truths > 0, truths - gone, 0)
        answer, true = np.divmod(codes, wide)
        turned = answer * wide + np.where(true > 0, true % max(wide - 1, 1) + 1, true)
        none, right = np.zeros_like(counts), np.where(turned == answer * wide + answer, gone, 0)
        return LabelCells(codes, counts - gone, none, none, left) + LabelCells(turned, gone, none, none, right)
