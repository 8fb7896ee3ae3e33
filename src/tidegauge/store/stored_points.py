"""Series and their points: what Prometheus, dashboards and SQL show of every window.

A point is of a current decision, and is written with it, in one transaction. Its revision says which decision of its
window that is: 0 is the first one, each that takes another's place is one more, and forgetting a window counts as one
too, since it changes what is shown. So a revision is never given twice, whatever becomes of a window.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isnan, nan
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from tidegauge.core.point import Series, SeriesPoint, Unit
from tidegauge.core.window import Window
from tidegauge.store.part import StorePart
from tidegauge.store.schema import decisions, points, series
from tidegauge.store.wire import window_of

_series, _point, _decision = series.c, points.c, decisions.c
_NUMBERS = (_point.value, _point.expected, _point.low, _point.high)


class Points(StorePart):
    """Finds series and their points; `put_points` writes them, with a decision."""

    def series(self, monitor: str, stage: str) -> tuple[Series, ...]:
        """The series of a stage, in their order; none before it was decided."""
        with self._db.reading() as connection:
            return tuple(_known(connection, monitor, stage).values())

    def of(
        self, monitor: str, stage: str, start: datetime | None = None, end: datetime | None = None
    ) -> list[SeriesPoint]:
        """The points of the windows inside [start, end), oldest first."""
        where = []
        if start is not None:  # the end as well, for the key has it first
            where += [_point.starts >= int(start.timestamp()), _point.ends > int(start.timestamp())]
        if end is not None:
            where.append(_point.ends <= int(end.timestamp()))
        with self._db.reading() as connection:
            known = _known(connection, monitor, stage)
            query = select(_point.series, _point.starts, _point.ends, _point.revision, *_NUMBERS)
            rows = connection.execute(query.where(_point.series.in_(known), *where)).all()
            kinds = _kinds(connection, monitor, stage)
        place = {number: k for k, number in enumerate(known)}
        rows = sorted(rows, key=lambda row: (row.starts, row.ends, place[row.series]))
        return [_read(row, known[row.series], kinds) for row in rows if (row.starts, row.ends) in kinds]

    def revision(self, monitor: str, stage: str, window: Window) -> int:
        """The revision of what stands of a window: of its decision, or of its having been forgotten."""
        with self._db.reading() as connection:
            last, stands = _last(connection, monitor, stage, window)
        return last if stands else last + 1


def put_points(
    connection: Connection, monitor: str, stage: str, window: Window, some: Sequence[SeriesPoint], number: int
) -> None:
    """Put the points of a window's new decision in the place of those that were there."""
    known = {one: number for number, one in _known(connection, monitor, stage).items()}
    drop_points(connection, known.values(), window)
    for one in (p.series for p in some if p.series not in known):
        what = {"column": one.column, "segment": one.segment, "statistic": one.statistic}
        row = what | {"monitor": monitor, "stage": stage, "place": len(known), "unit": one.unit.value}
        done = connection.execute(insert(series).values(row | {"banded": int(one.banded)}))
        assert done.inserted_primary_key is not None, "the row of one INSERT has a key"  # noqa: S101 - narrows a type
        known[one] = int(done.inserted_primary_key[0])
    if some:
        when = {"starts": int(window.start.timestamp()), "ends": int(window.end.timestamp()), "revision": number}
        connection.execute(insert(points), [when | _row(p, known[p.series]) for p in some])


def forget_points(connection: Connection, monitor: str, stage: str, window: Window) -> None:
    """Take away the points of a window that was forgotten."""
    drop_points(connection, _known(connection, monitor, stage), window)


def drop_points(connection: Connection, numbers: Iterable[int], window: Window) -> None:
    """Take away the points of some series in one window."""
    when = _point.starts == int(window.start.timestamp()), _point.ends == int(window.end.timestamp())
    connection.execute(delete(points).where(_point.series.in_(list(numbers)), *when))


def next_revision(connection: Connection, monitor: str, stage: str, window: Window) -> int:
    """The revision of a decision that is about to be made."""
    last, stands = _last(connection, monitor, stage, window)
    return last + 1 if stands or last < 0 else last + 2


def _last(connection: Connection, monitor: str, stage: str, window: Window) -> tuple[int, bool]:
    """The last decision's revision, −1 where there was none, and whether it stands."""
    place: tuple[ColumnElement[bool], ...]
    place = _decision.monitor == monitor, _decision.stage == str(stage), _decision.window == window.key
    query = select(func.max(_decision.revision), func.count(_decision.id) - func.count(_decision.superseded))
    last, standing = connection.execute(query.where(*place)).one()
    return (-1 if last is None else int(last)), bool(standing)


def _known(connection: Connection, monitor: str, stage: str) -> dict[int, Series]:
    where = _series.monitor == monitor, _series.stage == str(stage)
    query = select(_series.id, _series.column, _series.statistic, _series.segment, _series.unit, _series.banded)
    rows = connection.execute(query.where(*where).order_by(_series.place)).all()
    return {r.id: Series(r.column, r.statistic, r.segment, Unit(r.unit), bool(r.banded)) for r in rows}


def _kinds(connection: Connection, monitor: str, stage: str) -> dict[tuple[int, int], Window]:
    """Start and end → the window. A day may end with one of its hours, never begin with it too."""
    where = _decision.monitor == monitor, _decision.stage == str(stage), _decision.superseded.is_(None)
    windows = map(window_of, connection.execute(select(_decision.window).where(*where)).scalars())
    return {(int(w.start.timestamp()), int(w.end.timestamp())): w for w in windows}


def _row(point: SeriesPoint, number: int) -> dict[str, Any]:
    found = {"value": point.value, "expected": point.expected, "low": point.low, "high": point.high}
    return {"series": number, **{key: None if isnan(value) else value for key, value in found.items()}}


def _read(row: Any, one: Series, windows: dict[tuple[int, int], Window]) -> SeriesPoint:  # noqa: ANN401 - a row
    value, expected, low, high = (nan if n is None else float(n) for n in row[4:])
    return SeriesPoint(one, windows[row.starts, row.ends], value, expected, low, high, int(row.revision))
