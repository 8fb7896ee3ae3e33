"""A question about many windows, in as many statements as it takes."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tidegauge.core.window import Window
from tidegauge.profiles.query import Query
from tidegauge.profiles.window_index import MOST_WINDOWS
from tidegauge.warehouses.base import Rows, Warehouse


def chunks(
    windows: Sequence[Window], most: int = MOST_WINDOWS, *, even_of_none: bool = False
) -> Iterator[Sequence[Window]]:
    """Adjoining windows, as many at once as one statement is asked about.

    `even_of_none`: once without windows, where there are none: a table without a time is asked about.
    """
    for at in range(0, max(len(windows), even_of_none), most):
        yield windows[at : at + most]


def answers(
    warehouse: Warehouse, windows: Sequence[Window], query: Callable[[Sequence[Window]], Query]
) -> Iterator[tuple[Sequence[Window], Rows]]:
    """Some adjoining windows, and what the warehouse says of them; `query` writes the statement for them."""
    for some in chunks(windows):
        asked = query(some)
        yield some, warehouse.fetch(asked.sql, asked.parameters)


def one_answer(warehouse: Warehouse, queries: Sequence[Query]) -> Rows:
    """What several statements say that give the same columns, one behind the other: of the same state of the rows.

    Columns that only the first one gives are as long as it is.
    """
    if len(queries) == 1:
        return warehouse.fetch(queries[0].sql, queries[0].parameters)
    with warehouse.together():
        found = [warehouse.fetch(q.sql, q.parameters) for q in queries]
    return {name: np.concatenate([f[name] for f in found if name in f]) for name in found[0]}
