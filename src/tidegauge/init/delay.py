"""How long labels take, where it is known when they arrived."""

import math

import numpy as np

from tidegauge.core.errors import TidegaugeError
from tidegauge.init.guess import Guess
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template

ROWS = 20_000
NEARLY_ALL = 0.99  # of the labels are there by then; the last ones may never come
HOUR, DAYS = 3_600_000_000, 48  # microseconds; hours from which on days are said


def measured_delay(warehouse: Warehouse, item: str, found: Guess) -> str:
    """A monitor's `labels.delay` by which nearly all labels had arrived; "" where that cannot be measured.

    It counts from the end of a window, and is measured from the prediction: no label of a window is missed for it.
    """
    labels, dialect = found.labels, warehouse.dialect
    if labels is None or labels.arrived is None or labels.table is None or found.time is None or found.id is None:
        return ""
    try:
        kinds, log = warehouse.describe(labels.table), warehouse.describe_item(item)
        sql = template("label_delay.sql").render(
            d=dialect,
            id=dialect.quote(found.id),
            happened=dialect.micros(dialect.quote(found.time), log[found.time], "UTC"),
            table=item,
            label_id=dialect.quote(labels.id),
            arrived=dialect.micros(dialect.quote(labels.arrived), kinds[labels.arrived], "UTC"),
            value=dialect.quote(labels.value),
            label_table=dialect.table(labels.table),
            rows=ROWS,
        )
        taken = np.asarray(warehouse.fetch(sql)["delay"], dtype=np.float64)
    except TidegaugeError:  # ids of two types, say: the check of the monitor says so
        return ""
    if not len(taken):
        return ""
    return in_words(float(np.quantile(taken, NEARLY_ALL)))


def in_words(micros: float) -> str:
    """Whole hours, or days from two on, never less than it took.

    >>> in_words(30 * 3.6e9), in_words(-5.0), in_words(49.5 * 3.6e9)
    ('30 hours', '1 hour', '3 days')
    """
    hours = max(1, math.ceil(micros / HOUR))
    if hours > DAYS:
        return f"{math.ceil(hours / 24)} days"
    return "1 hour" if hours == 1 else f"{hours} hours"
