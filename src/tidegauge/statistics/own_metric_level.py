"""Numbers that a monitor's file defines: means over labelled rows, of an expression or of what outcomes are worth."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np

from tidegauge.core.own_metric import OwnMetric
from tidegauge.core.window import WHOLE
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks import EVERY
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.profiles.tasks.own_sums import OwnTotals
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.signal_set import Signal
from tidegauge.statistics.statement import NoStatement, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads
from tidegauge.warehouses.own_expression import columns_of, spelled

NAN = float("nan")
LEAST = 1e-6  # of a mean: no row is believed to scatter by less
NOT_KNOWN = NoStatement("The monitor's file no longer has this metric, so no statement gives it again.")


class OwnMean(LabelLevel):
    """Mean of a metric that the monitor's file defines, over its labelled rows; on its own scale."""

    title = "{of}"
    says = "{of} is {value}"
    reads = Reads.NUMBER
    applies = EVERY
    light = False
    floor = 0.0
    by_segment = True
    quoted = False
    begins: ClassVar[str] = "mean-of-"

    def __init__(self, called: str, metric: OwnMetric | None = None) -> None:
        self.name, self.metric = f"{self.begins}{called}", metric
        if metric is not None:
            self.better, self.judged = metric.better, metric.judged
            self.title, self.says = f"{metric.called}", f"{metric.called} is {{value}}"

    def signal(self, column: str, segment: str = WHOLE) -> Signal:
        out = replace(super().signal(column, segment), steady=self.is_share)
        return replace(out, only_falls=self.better == "higher", one_sided=self.better == "lower")

    def there(self, unit: LabelUnit) -> bool:
        worth = self.metric.worth if self.metric else None
        return worth is None or (unit.truths and worth.threshold in unit.thresholds)

    def _level(self, labelled: Labelled) -> float:
        found = self._found(labelled)
        return NAN if found is None else found.total / found.rows

    def error(self, labelled: Labelled) -> float:
        """The rows' own scatter by √rows."""
        found = self._found(labelled) if labelled.rows >= self.least else None
        if found is None:
            return NAN
        mean = found.total / found.rows
        variance = max(found.squares / found.rows - mean**2, (LEAST * mean) ** 2, 2.0**-100)
        return float(np.sqrt(variance / found.rows))

    def _found(self, labelled: Labelled) -> OwnTotals | None:
        """Rows, sum and sum of squares of its values; None where there are too few, or none was counted."""
        if self.metric is None:
            return None
        if self.metric.worth is None:
            found = labelled.own.get(self.metric.name)
        else:
            worth = self.metric.worth
            found = _of_outcomes(labelled.confusion(worth.threshold), self.metric) if labelled.binary else None
        return found if found is not None and found.rows >= self.least else None

    def sql(self, question: Question) -> Shown:
        if self.metric is None:
            return NOT_KNOWN
        if self.metric.worth is not None:
            return over_labels(question, _worth_sql(self.metric), threshold=self.metric.worth.threshold)
        dialect, side = question.dialect, question.side
        places = {c: f"metric_column_{k}" for k, c in enumerate(columns_of(self.metric.sql, question.kinds))}
        parts = {
            "expression": dialect.written(spelled(self.metric.sql, places)),
            "columns": {place: dialect.quote(c) for c, place in places.items()},
            "x": side.number if side.layout.ordered else dialect.as_text(side.value),
            "classes": not side.layout.ordered,
            "number": dialect.as_number("raw", question.types.get(self.metric.sql, "DOUBLE PRECISION")),
        }
        return Statement("own_metric", parts)


class OwnShare(OwnMean):
    """Share of labelled rows for which a condition of the monitor's file holds, as arcsin √p."""

    reads = Reads.SHARE
    unit = "angle"
    bounds = (0.0, 1.0)
    light = True
    floor = 0.02
    begins = "share-of-"

    def _level(self, labelled: Labelled) -> float:
        return float(np.arcsin(np.sqrt(np.clip(super()._level(labelled), 0, 1))))

    def error(self, labelled: Labelled) -> float:
        """½/√rows."""
        found = self._found(labelled) if labelled.rows >= self.least else None
        return NAN if found is None else float(0.5 / np.sqrt(found.rows))

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)


OWN: dict[str, Callable[[str], OwnMean]] = {kind.begins: kind for kind in (OwnMean, OwnShare)}


def own_level(metric: OwnMetric) -> OwnMean:
    """What is followed of a metric."""
    kind = OwnShare if metric.is_share else OwnMean
    return kind(metric.name.lower().replace("_", "-"), metric)


def named_own(name: str) -> OwnMean | None:
    """The number of a metric by its name alone, as a stored decision tells of it; None where it is of none."""
    return next((kind(name.removeprefix(begins)) for begins, kind in OWN.items() if name.startswith(begins)), None)


def _of_outcomes(found: Confusion, metric: OwnMetric) -> OwnTotals:
    worth = metric.worth
    assert worth is not None, "asked of metrics of outcomes alone"  # noqa: S101 - narrows a type
    parts = (
        (found.hits, worth.hits),
        (found.false, worth.false_alarms),
        (found.missed, worth.missed),
        (found.rest, worth.rest),
    )
    values = [(n, value + worth.each) for n, value in parts]
    rows = sum(n for n, _ in values)
    return OwnTotals(rows, sum(n * v for n, v in values), sum(n * v * v for n, v in values))


def _worth_sql(metric: OwnMetric) -> str:
    worth = metric.worth
    assert worth is not None, "asked of metrics of outcomes alone"  # noqa: S101 - narrows a type
    parts = {
        "sum(hits)": worth.hits,
        "(sum(yes) - sum(hits))": worth.false_alarms,
        "(sum(label) - sum(hits))": worth.missed,
        "(sum(n) - sum(yes) - sum(label) + sum(hits))": worth.rest,
    }
    terms = " + ".join(f"({value!r}) * {count}" for count, value in parts.items())
    return f"({terms}) / nullif(sum(n), 0) + ({worth.each!r})"
