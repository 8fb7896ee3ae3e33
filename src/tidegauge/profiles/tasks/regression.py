"""Labels that are numbers, against a predicted number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import ClassVar

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Ints
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks.base import RowSum, Step, Task
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.warehouses.dialect import Dialect

FAR = 2.0**28  # of the labels' smallest unit, a thousand times their body: what lies farther out is counted, not summed
BITS = 53  # of a row's part: FAR is 2⁵³ of its units, and whole numbers up to there are exact as floats
LOW = 26  # bits of the lower limb: sums of either limb hold for 2³⁶ rows
TIMES = 2.0**20  # an error that many times its label is none to be told as a part of it
RATIO_BITS = BITS - 20
NEGLIGIBLE = 2.0**-80  # of FAR: its square is 0 on every engine, and an underflow on none
QUANTITIES = ("error", "absolute", "squared", "label", "label_squared", "relative")


class Regression(Task):
    """Labels that are numbers.

    Beside label and prediction by cell, the error of each row is summed in whole numbers, in two limbs: the same bytes
    on every engine and in any order, to thirteen digits of a body's width. A label or an error a thousand bodies wide
    is left out and told of by `label-bias`, which counts it at the end: 1e308 overflows nothing.
    """

    name: ClassVar[str] = "regression"
    says: ClassVar[str] = "labels are numbers"
    sides: ClassVar[tuple[str, str]] = ("label above its prediction", "label not above it")

    @classmethod
    def takes(cls, unit: LabelUnit) -> bool:
        return unit.layout is not None

    @property
    def far(self) -> float:
        """Of labels, from their start, and of errors: what lies beyond is left out of the sums of errors."""
        return FAR / self.unit.scale

    @property
    def counted(self) -> str:
        return "errors"

    def truth(self, dialect: Dialect) -> str:
        return f"label > prediction AND {dialect.is_finite('label')}"

    def steps(self, dialect: Dialect) -> Sequence[Step]:
        far, number = self.far, dialect.number
        bounds = {"label": far, "prediction": 2 * far}
        near = " AND ".join(
            f"{x} > {number(self.unit.start - by)} AND {x} < {number(self.unit.start + by)}" for x, by in bounds.items()
        )
        small = f"abs(gap) < {dialect.times('abs(label)', TIMES)}"
        nothing = f"abs(gap) < {dialect.times('abs(label)', 1 / TIMES**2)}"
        share = f"CASE WHEN {nothing} THEN 0 ELSE abs(gap) / abs(label) END"
        kept = f"gap > {number(-far)} AND gap < {number(far)}"
        return (
            {"gap": f"CASE WHEN {near} THEN label - prediction END"},
            {
                "error": f"CASE WHEN {kept} THEN gap END",
                "place": f"CASE WHEN {kept} THEN label - {number(self.unit.start)} END",
                "ratio": f"CASE WHEN {kept} THEN CASE WHEN {small} THEN {share} END END",
            },
            {"e": dialect.times("error", 1 / far), "y": dialect.times("place", 1 / far)},
            {"ee": dialect.times(f"({_square(dialect, 'e')})", 2.0**BITS)},
            {
                "error_": _whole(dialect, "e"),
                "absolute_": _whole(dialect, "abs(e)"),
                "squared_": "floor(ee)",
                "fine": _whole(dialect, "ee - floor(ee)", LOW),
                "label_": _whole(dialect, "y"),
                "label_squared_": _whole(dialect, _square(dialect, "y")),
                "relative_": _whole(dialect, "ratio", RATIO_BITS),
            },
        )

    def sums(self, dialect: Dialect) -> Sequence[RowSum]:
        limbs = [RowSum("rows", "CASE WHEN error IS NULL THEN 0 ELSE 1 END")]
        limbs += [RowSum("relative_rows", "CASE WHEN ratio IS NULL THEN 0 ELSE 1 END")]
        limbs += [RowSum("squared fine", "CAST(fine AS BIGINT)")]  # small errors beside labels that reach far
        for name in QUANTITIES:
            upper = f"floor({dialect.times(f'{name}_', 2.0**-LOW)})"
            lower = f"{name}_ - {dialect.times(upper, 2.0**LOW)}"
            limbs += [RowSum(f"{name} {k}", f"CAST({x} AS BIGINT)") for k, x in (("upper", upper), ("lower", lower))]
        return limbs

    def errors(self, sums: Mapping[str, int]) -> Errors | None:
        rows, relative_rows = sums.get("rows", 0), sums.get("relative_rows", 0)
        if not rows:
            return None
        ratio = self.far / self.unit.spread

        def mean(name: str, n: int, unit: float) -> float:
            return (
                (float(_total(sums, name)) + sums.get(f"{name} fine", 0) * 2.0**-LOW) * unit / n if n else float("nan")
            )

        one, two = 2.0**-BITS * ratio, 2.0**-BITS * ratio**2
        return Errors(
            rows=rows,
            error=mean("error", rows, one),
            absolute=mean("absolute", rows, one),
            squared=mean("squared", rows, two),
            label=mean("label", rows, one),
            label_squared=mean("label_squared", rows, two),
            relative=mean("relative", relative_rows, 2.0**-RATIO_BITS),
            relative_rows=relative_rows,
        )

    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] sums of labels, those beyond the ends of their layout counted at the ends."""
        n = counts.astype(np.float64)
        return np.asarray(n * self.unit.start + (labels + 0.5 * n) / self.unit.scale, dtype=np.float64)

    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows whose label lies above its prediction."""
        return cells.truths

    def brought(self, cells: LabelCells, counted: LabelUnit = TRUTHS) -> LabelCells:
        """Numbers of another unit, to its resolution; of labels that were taken for 0 and 1, without their errors."""
        if counted.classes is not None:
            return LabelCells.zero()
        if counted.own == self.unit.own:
            return cells
        unit, n = self.unit, cells.counts
        if counted.layout is None:
            sums = np.floor((cells.labels / TRUTHS.scale - n * unit.start) * unit.scale)
            return replace(cells, labels=sums.astype(np.int64), truths=np.zeros_like(cells.truths), sums={})
        mean = counted.start + (cells.labels / np.maximum(n, 1) + 0.5) / counted.scale
        mean = np.clip(mean, unit.lowest, unit.highest)
        sums = np.where(cells.codes >= 0, np.rint(((mean - unit.start) * unit.scale - 0.5) * n), 0)
        return replace(cells, labels=sums.astype(np.int64), sums=self._in_unit(cells.sums, counted))

    def _in_unit(self, sums: Mapping[str, int], counted: LabelUnit) -> dict[str, int]:
        """The sums of errors in another unit as they are in this one; what was left out as too far away stays out.

        Nothing where this one reaches less far: which rows it would have left out is not known, and a number
        that they are in would be news beside those before it.
        """
        if self.unit.scale > counted.scale:
            return {}
        ratio = Fraction(self.unit.scale) / Fraction(counted.scale)
        place = (Fraction(counted.start) - Fraction(self.unit.start)) / Fraction(self.far)
        rows, of = sums.get("rows", 0), {name: Fraction(_total(sums, name)) for name in QUANTITIES}
        of["squared"] += Fraction(sums.get("squared fine", 0), 2**LOW)
        wide = {name: of[name] * ratio for name in ("error", "absolute")} | {"squared": of["squared"] * ratio**2}
        wide["label"] = of["label"] * ratio + rows * place * 2**BITS
        wide["label_squared"] = (
            of["label_squared"] * ratio**2 + 2 * place * of["label"] * ratio + rows * place**2 * 2**BITS
        )
        wide["relative"] = of["relative"]
        out = {name: sums[name] for name in ("rows", "relative_rows") if name in sums}
        for name, total in wide.items():
            out |= _limbs(name, floor(total))
        out["squared fine"] = floor((wide["squared"] - floor(wide["squared"])) * 2**LOW)
        return {name: n for name, n in out.items() if n}

    def turned(self, dialect: Dialect, value: str) -> str:
        """Numbers stay, but for those that are 0 and 1."""
        one = dialect.number(1.0)
        return f"CASE WHEN {value} = 0 OR {value} = 1 THEN {one} - {value} ELSE {value} END"

    def binary(self, cells: LabelCells) -> bool:
        del cells
        return False


def _total(sums: Mapping[str, int], name: str) -> int:
    return (sums.get(f"{name} upper", 0) << LOW) + sums.get(f"{name} lower", 0)


def _limbs(name: str, total: int) -> dict[str, int]:
    return {f"{name} upper": total >> LOW, f"{name} lower": total & ((1 << LOW) - 1)}


def _whole(dialect: Dialect, x: str, bits: int = BITS) -> str:
    """The nearest whole number of units of 2⁻ᵇⁱᵗˢ, as a float: floor, for engines round halves each in its own way."""
    return f"floor({dialect.times(f'({x})', 2.0**bits)} + 0.5)"


def _square(dialect: Dialect, x: str) -> str:
    return f"CASE WHEN abs({x}) < {dialect.number(NEGLIGIBLE)} THEN {dialect.real('0')} ELSE {x} * {x} END"
