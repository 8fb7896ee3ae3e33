"""Which labels had come by each cut-off of a window: one cheap statement says what is to be counted again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.errors import ContractError
from tidegauge.core.window import Window
from tidegauge.profiles.chunks import answers
from tidegauge.profiles.cut_offs import DUE, Places
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.query import Bound, Query, rows_view
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.dialect import Dialect

WRAP = 2**62  # marks are sums of hashes, kept below it


@dataclass(frozen=True, slots=True)
class Arrived:
    """What had come of a window's labels by a cut-off: how many, and a mark, which is another one where any differs."""

    cut_off: datetime
    labels: int
    mark: int


def arrivals_query(dialect: Dialect, log: LabelledLog, span: Places, windows: Sequence[Window]) -> Query:
    """The statement for adjoining windows (at most 256)."""
    if problems := log.problems:
        raise ContractError(" ".join(problems))
    bind, arrived = Bound(dialect), log.arrived(dialect)
    view = rows_view(dialect, log.kinds, log.mapping, windows, bind) | {"ingested": None, "columns": [], "segments": []}
    place, known = str(DUE), dialect.parameter("known")
    if arrived:
        bind("known", micros_of(span.until))
    if arrived and span.grid:  # else all came when they were due, and a parameter that nobody names is an error
        due = dialect.wholes(bind("due", [micros_of(span.firsts[w]) for w in windows]), "BIGINT")
        place = span.place(dialect, "truth.arrived", dialect.at(due, "CAST(tidegauge_log.window_index AS INTEGER)"))
    label = {**log.view(dialect), "arrived": arrived}
    return bind.query("label_arrivals.sql", q=view, label=label, place=place, known=known)


def arrivals(
    warehouse: Warehouse, log: LabelledLog, span: Places, windows: Sequence[Window]
) -> Iterator[tuple[Window, list[Arrived]]]:
    """Of adjoining windows the cut-offs by which anything more had come, and the first one whatever had."""

    def query(some: Sequence[Window]) -> Query:
        return arrivals_query(warehouse.dialect, log, span, some)

    for some, found in answers(warehouse, windows, query):
        come: list[list[tuple[int, int, int]]] = [[] for _ in some]
        columns = (found[name].tolist() for name in ("window_index", "place", "n", "mark"))
        for k, place, n, mark in zip(*columns, strict=True):
            come[int(k)].append((int(place), int(n), int(mark)))
        for window, places in zip(some, come, strict=True):
            yield window, _known(span, window, places)


def _known(span: Places, window: Window, places: Sequence[tuple[int, int, int]]) -> list[Arrived]:
    """What had come by each cut-off in turn, all that came before it included."""
    later = span.later(window) if len(places) > 1 or any(place >= 0 for place, *_ in places) else []
    by_order = {0: (0, 0)}
    for place, n, mark in places:
        order = span.order(later, place)
        if order is not None:
            labels, marks = by_order.get(order, (0, 0))
            by_order[order] = labels + n, marks + mark
    out, labels, marks = [], 0, 0
    for order in sorted(by_order):
        labels, marks = labels + by_order[order][0], (marks + by_order[order][1]) % WRAP
        out.append(Arrived(span.firsts[window] if order == 0 else later[order - 1], labels, marks))
    return out
