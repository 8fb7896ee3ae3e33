"""The part of a monitor about metrics of its own: an expression over a labelled row, or what outcomes are worth."""

import ast
import re
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from tidegauge.core.own_metric import OwnMetric, Worth
from tidegauge.monitor import fields
from tidegauge.monitor.parts import Labels, Part, repeated
from tidegauge.monitor.quantiles import of_quantiles
from tidegauge.monitor.texts import Wrong, refuse
from tidegauge.warehouses.expressions import fault_in

OUTCOMES = ("hits", "false_alarms", "missed", "rest")
LONGEST = 40  # characters of a name
_NAME = re.compile("[a-z][a-z0-9]*([_-][a-z0-9]+)*")


class MetricOfOnesOwn(Part):
    """One number of labelled rows: the mean of an expression, or of what outcomes are worth."""

    name: fields.Text = Field(description="Its name: a-z, 0-9, _ and -.")
    sql: fields.Text | None = Field(
        default=None,
        description="An expression over a row, in the SQL of the warehouse, such as fare * 0.1: it may name the log's "
        "columns, `label` and `prediction`. A condition counts as 1 where it holds. It is code, as a view is.",
    )
    value: fields.Text | None = Field(
        default=None,
        description='What outcomes are worth, such as "-40 * missed - 5 * false_alarms", for labels 0 and 1: numbers '
        "times hits, false_alarms, missed, rest.",
    )
    threshold: float | None = Field(
        default=None, description="Of `value`: one of labels.thresholds. Default: the first of them."
    )
    unit: fields.Text | None = Field(
        default=None, description='What it is in, for a reader, such as "$"; "share": a share of rows, in per cent.'
    )
    better: Literal["higher", "lower"] | None = Field(
        default=None, description="Which way is good: only the other one alerts. Default: both alert."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        wrong: list[Wrong] = []
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST:
            most = f"1 to {LONGEST} small letters and digits"
            wrong.append((("name",), f"must be {most}, with single _ or - between them"))
        if (self.sql is None) == (self.value is None):
            wrong.append(((), "needs either sql, an expression over a row, or value, what outcomes are worth"))
        if self.threshold is not None and self.value is None:
            wrong.append((("threshold",), "is for value only. Write it into the expression"))
        wrong += self._expressions_wrong()
        if wrong:
            raise refuse(*wrong)
        return self

    def _expressions_wrong(self) -> Iterator[Wrong]:
        if self.sql is not None and (why := fault_in(self.sql)):
            yield ("sql",), why
        try:
            _worths(self.value or "0")
        except ValueError as error:
            yield ("value",), str(error)

    def counted(self, thresholds: Sequence[float]) -> OwnMetric:
        """What is counted and followed of it."""
        worth = None
        if self.value is not None:
            parts = _worths(self.value)
            at = thresholds[0] if self.threshold is None else self.threshold
            worth = Worth(at, *(parts.get(name, 0.0) for name in (*OUTCOMES, "")))
        return OwnMetric(self.name, self.sql or "", worth, self.unit or "", self.better or "")


Metrics = Annotated[tuple[MetricOfOnesOwn, ...], BeforeValidator(fields.many)]


def unfit_metrics(some: Sequence[MetricOfOnesOwn], labels: Labels | None) -> Iterator[Wrong]:
    """What does not fit the rest of the monitor, each with its place."""
    if some and labels is None:
        yield ("metrics",), "needs labels: they are means over labelled rows"
    yield from _of_one_name([_dashed(m.name) for m in some], of_quantiles(labels.quantiles) if labels else ())
    for k, one in enumerate(some):
        if labels is not None and one.threshold is not None and one.threshold not in labels.thresholds:
            yield ("metrics", k, "threshold"), f"{one.threshold} is none of labels.thresholds. List it there"


def _of_one_name(given: Sequence[str], quantiles: Sequence[OwnMetric]) -> Iterator[Wrong]:
    """Names that two have, of the metrics and of what predicted quantiles make."""
    for name, _ in repeated(given):
        yield ("metrics",), f'has "{name}" more than once. Give each a name of its own'
    made = [_dashed(m.name) for m in quantiles]
    for name in sorted({*given} & {*made}):
        yield ("metrics",), f'has "{name}", which labels.quantiles makes too. Give it another name'
    for name, _ in repeated(name for name in made if name.startswith("up-to-")):
        yield ("labels", "quantiles"), f'makes "{name}" more than once: two are too near each other. Leave one out'


def _dashed(name: str) -> str:
    """A name as a statistic's name has it."""
    return name.replace("_", "-")


def _worths(text: str) -> dict[str, float]:
    """What each outcome is worth, and under "" what any row is; ValueError, with a sentence, for anything else.

    >>> _worths("-40 * missed - 5 * (false_alarms + 1)")
    {'missed': -40.0, 'false_alarms': -5.0, '': -5.0}
    """
    try:
        parts = {name: n for name, n in _linear(ast.parse(text.strip(), mode="eval").body).items() if n}
        if all(map(isfinite, parts.values())):
            return parts
        raise ValueError("must be of finite numbers")
    except (SyntaxError, RecursionError, MemoryError, OverflowError, ZeroDivisionError):
        raise ValueError(f"must be numbers times {', '.join(OUTCOMES)}, added up") from None


def _linear(node: ast.expr) -> dict[str, float]:
    """A sum of numbers times outcomes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return {"": float(node.value)}
    if isinstance(node, ast.Name):
        if node.id not in OUTCOMES:
            raise ValueError(f'names "{node.id}". Outcomes are {", ".join(OUTCOMES)}')
        return {node.id: 1.0}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _times(_linear(node.operand), -1.0 if isinstance(node.op, ast.USub) else 1.0)
    if isinstance(node, ast.BinOp):
        return _of_two(node.op, _linear(node.left), _linear(node.right))
    raise SyntaxError


def _of_two(op: ast.operator, left: dict[str, float], right: dict[str, float]) -> dict[str, float]:
    if isinstance(op, ast.Add | ast.Sub):
        added = _times(right, 1.0 if isinstance(op, ast.Add) else -1.0)
        return {name: left.get(name, 0.0) + added.get(name, 0.0) for name in {**left, **added}}
    if isinstance(op, ast.Mult) and not (right.keys() - {""}):
        return _times(left, right.get("", 0.0))
    if isinstance(op, ast.Mult) and not (left.keys() - {""}):
        return _times(right, left.get("", 0.0))
    if isinstance(op, ast.Div) and not (right.keys() - {""}):
        return _times(left, 1 / right.get("", 0.0))
    raise SyntaxError


def _times(parts: dict[str, float], by: float) -> dict[str, float]:
    return {name: n * by for name, n in parts.items()}
