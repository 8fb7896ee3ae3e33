"""What a monitor's own metrics add up over labelled rows: exact whole numbers, whatever the size of the values.

A value is cut in four limbs of thirty bits, from 2⁶⁰ down to 2⁻⁶⁰, and its square in six, by scaling with powers of two
and floor: every step is exact in a float, so the sums are the same on every engine and in any order. A value that is
NULL, NaN or infinite, or 2⁶⁰ and more, is left out; one that is nearer to 0 than 2⁻⁶⁰ is 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tidegauge.core.own_metric import OwnMetric
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.tasks.base import LogColumn, RowSum, Step
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.own_expression import columns_of, spelled

LIMB = 30  # bits: sums of a limb hold for 2³³ rows
END = 60  # of values: from 2⁶⁰ down to 2⁻⁶⁰


class OwnTotals(NamedTuple):
    """One metric's rows, and the sums of its values and of their squares."""

    rows: float
    total: float
    squares: float


def expressions(unit: LabelUnit) -> list[OwnMetric]:
    """The metrics that have an expression, each expression once."""
    return list({m.sql: m for m in unit.metrics if m.sql}.values())


def own_columns(unit: LabelUnit, dialect: Dialect, kinds: Mapping[str, str]) -> list[LogColumn]:
    """The columns of the log that expressions name."""
    named = dict.fromkeys(c for m in expressions(unit) for c in columns_of(m.sql, kinds))
    return [LogColumn(carried(c, kinds), dialect.quote(c)) for c in named]


def carried(column: str, kinds: Mapping[str, str]) -> str:
    """What a column of the log is called where expressions are worked out."""
    return f"metric_column_{list(kinds).index(column)}"


def own_steps(
    unit: LabelUnit, dialect: Dialect, kinds: Mapping[str, str], types: Mapping[str, str], own: str
) -> list[Step]:
    """The values of a row, and their sizes; `types`: of each expression; `own`: which labels are some."""
    asked = expressions(unit)
    places = {c: carried(c, kinds) for c in kinds}
    raw = {
        f"metric_raw_{k}": f"CASE WHEN {own} THEN ({dialect.written(spelled(m.sql, places))}) END"
        for k, m in enumerate(asked)
    }
    values = {f"metric_value_{k}": dialect.as_number(f"metric_raw_{k}", types[m.sql]) for k, m in enumerate(asked)}
    sizes = {f"metric_size_{k}": _size(dialect, f"metric_value_{k}") for k in range(len(asked))}
    return [raw, values, sizes] if asked else []


def _size(dialect: Dialect, v: str) -> str:
    """The size of a value; NULL where it is left out."""
    far, least = dialect.number(2.0**END), dialect.number(2.0**-END)
    size = f"CASE WHEN abs({v}) < {least} THEN {dialect.number(0.0)} ELSE abs({v}) END"
    return f"CASE WHEN {v} > -{far} AND {v} < {far} THEN {size} END"


def own_sums(unit: LabelUnit, dialect: Dialect, types: Mapping[str, str]) -> Iterator[RowSum]:
    """What is added up of each expression; of a condition the rows for which it holds, which is both of its sums."""
    for k, m in enumerate(expressions(unit)):
        value, size = f"metric_value_{k}", f"metric_size_{k}"
        yield RowSum(f"{m.key} rows", f"CASE WHEN {size} IS NULL THEN 0 ELSE 1 END")
        if types[m.sql].upper().startswith("BOOL"):
            yield RowSum(f"{m.key} sum", f"CASE WHEN metric_raw_{k} THEN 1 ELSE 0 END", END)
            continue
        for bits, limb in _limbs(dialect, size, END):
            yield RowSum(f"{m.key} sum", f"CASE WHEN {value} < 0 THEN -{limb} ELSE {limb} END", bits)
        for bits, limb in _limbs(dialect, f"({size} * {size})", 2 * END):
            yield RowSum(f"{m.key} squares", limb, bits)


def _limbs(dialect: Dialect, x: str, top: int) -> Iterator[tuple[int, str]]:
    """The limbs of a number below 2ᵗᵒᵖ that is not negative, and how many bits above 2⁻⁶⁰ each stands."""
    above = ""
    for low in range(top - LIMB, -END - 1, -LIMB):
        whole = f"floor({dialect.times(x, 2.0**-low)})"
        rest = f" - {dialect.times(above, 2.0**LIMB)}" if above else ""
        yield low + END, f"CAST({whole}{rest} AS BIGINT)"
        above = whole


def own_of(metric: OwnMetric, sums: Mapping[str, int]) -> OwnTotals | None:
    """What a state has of a metric with an expression; None where it was not counted."""
    rows = sums.get(f"{metric.key} rows", 0)
    if not metric.sql or not rows:
        return None
    total = sums.get(f"{metric.key} sum", 0)
    squares = sums.get(f"{metric.key} squares", total)
    return OwnTotals(rows, total / 2**END, squares / 2**END)


def own_only(sums: Mapping[str, int]) -> dict[str, int]:
    """Of a state's sums those of metrics: no unit of labels changes them."""
    return {name: n for name, n in sums.items() if name.startswith("own ")}


def totals(sums: Sequence[RowSum], added: Sequence[int]) -> dict[str, int]:
    """What was added up, by name, each limb in its place; what adds up to nothing is left out."""
    out: dict[str, int] = {}
    for one, n in zip(sums, added, strict=True):
        out[one.name] = out.get(one.name, 0) + (n << one.bits)
    return {name: n for name, n in out.items() if n}
