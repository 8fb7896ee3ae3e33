"""Some labels of a stretch of the log: what their unit, or the list of their classes, is taken from."""

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template

SAMPLED = 20_000


def sampled_labels(
    warehouse: Warehouse,
    log: LabelledLog,
    since: datetime,
    until: datetime,
    known: datetime | None = None,
) -> NDArray[Any]:
    """[n] labels of some rows of [since, until), always of the same ones: numbers, or the texts of classes.

    `known`: a moment by which they had come; all that have, where none is given, or where labels do not say when.
    """
    dialect, mapping = warehouse.dialect, log.mapping
    if mapping.id is None or log.problems:
        return np.zeros(0)
    time, task = str(mapping.time), task_of(log.labels.unit)
    view, arrived = log.view(dialect, "truth."), None if known is None else log.arrived(dialect)
    sql = template("label_sample.sql").render(
        d=dialect,
        label=view,
        real=task.real(dialect, view["shown"]),
        id=dialect.quote(mapping.id),
        table=mapping.table,
        micros=dialect.micros(dialect.quote(time), log.kinds[time], mapping.zone),
        since=dialect.parameter("since"),
        until=dialect.parameter("until"),
        most=dialect.parameter("most"),
        arrived=arrived,
        known=dialect.parameter("known"),
    )
    bound = {"since": micros_of(since), "until": micros_of(until), "most": SAMPLED}
    found = warehouse.fetch(sql, bound if known is None or arrived is None else bound | {"known": micros_of(known)})
    return task.sampled(found["label"])
