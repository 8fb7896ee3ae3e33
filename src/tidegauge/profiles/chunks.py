"""A question about many windows, in as many statements as it takes."""

from collections.abc import Callable, Iterator, Sequence

from tidegauge.core.window import Window
from tidegauge.profiles.query import Query
from tidegauge.profiles.window_index import MOST_WINDOWS
from tidegauge.warehouses.base import Rows, Warehouse


def answers(
    warehouse: Warehouse,
    windows: Sequence[Window],
    query: Callable[[Sequence[Window]], Query],
    most: int = MOST_WINDOWS,
    *,
    even_of_none: bool = False,
) -> Iterator[tuple[Sequence[Window], Rows]]:
    """Some adjoining windows, and what the warehouse says of them; `query` writes the statement for them.

    `even_of_none`: a statement without windows is asked too, where there are none: it is about a table without a time.
    """
    for chunk in range(0, max(len(windows), even_of_none), most):
        some = windows[chunk : chunk + most]
        asked = query(some)
        yield some, warehouse.fetch(asked.sql, asked.parameters)
