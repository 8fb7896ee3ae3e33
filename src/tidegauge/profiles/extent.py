"""How far a log reaches in time, where its rows are in earnest, and which rows stand apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import ContractError
from tidegauge.core.grid import EARLIEST, LATEST, instant_of
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.sql import template

Ints = NDArray[np.int64]
DAY = timedelta(days=1)
UNTIMED, OUTSIDE = -2, -1  # in the place of a day: rows without a time, rows with one that no window can hold
THIN = 0.01  # a day with a smaller part of the usual day's rows is not meant in earnest
FEW = 0.02  # of the rows, at most, stand apart before the others begin
LONE, LONE_DAYS, OTHER_DAYS = 0.2, 2, 10  # or so many, where a default date made one day or two of them
PAUSE, USUAL_GAPS = 7, 10  # days without rows that part two stretches; or so many usual gaps of a log that is seldom
LAST_PAUSE = 35  # days: longer than any pause that we know of a log that went on
LAST_THIN = 0.1  # a last day with a smaller part of the usual day's rows, after such a pause, is no new beginning


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows a table has, and from when to when it has them in earnest.

    One row of 1970 before a log of 2024 is no beginning: layouts would be cut from it, and fifty years of empty windows
    would follow. So a log begins with the first days that hold rows as its days do, and what stands apart is said.
    """

    rows: int
    first: datetime
    last: datetime
    outside: int = 0  # rows whose time no window can hold
    untimed: int = 0  # rows without a time
    before: int = 0  # rows that stand apart before `first`
    earliest: datetime | None = None  # the first of these
    after: int = 0  # rows that stand apart after `last`, or come from the future
    latest: datetime | None = None  # the last of these

    @property
    def days(self) -> float:
        """From the first to the last row, one day at least."""
        return max(1.0, (self.last - self.first) / DAY)

    @property
    def held(self) -> int:
        """Rows from the first to the last."""
        return self.rows - self.outside - self.untimed - self.before - self.after

    def strays(self, time: str) -> list[str]:
        """A sentence for each kind of row that is left out, which names the time column."""
        said = [*self._apart()]
        if self.untimed:
            said.append(f"{_rows(self.untimed, 'has', 'have')} no time, so no window holds them: they are left out.")
        if self.outside:
            said.append(
                f"{_rows(self.outside, 'has', 'have')} a time outside of the years {EARLIEST.year} to "
                f"{LATEST.year - 1}, or infinite. No window holds such rows, so they are left out; correct their time "
                "if they are meant to count."
            )
        return [f'column "{time}": {sentence}' for sentence in said]

    def _apart(self) -> Iterator[str]:
        if self.before and self.earliest is not None:
            yield (
                f"{_rows(self.before, 'lies', 'lie')} before the others begin ({_day(self.first)}), from "
                f"{_day(self.earliest)} on, {_long(self.first - self.earliest)} before. Left out: the log is taken to "
                f"begin {_day(self.first)}. window.start says so of another day."
            )
        if self.after and self.latest is not None:
            yield (
                f"{_rows(self.after, 'lies', 'lie')} after the others end ({_day(self.last)}), up to "
                f"{_day(self.latest)}, {_long(self.latest - self.last)} after. They say nothing of how far the log "
                "reaches; correct their time if they are meant to count now."
            )


def extent(
    warehouse: Warehouse,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    *,
    since: datetime = EARLIEST,
    until: datetime | None = None,
) -> Extent:
    """How far a log reaches; ContractError where no row of it says when.

    `since`: nothing before is looked at. `until`: days that begin later are the future, which is not believed.
    """
    dialect, time = warehouse.dialect, str(mapping.time)
    sql = template("extent.sql").render(
        d=dialect,
        time=dialect.quote(time),
        micros=dialect.micros(dialect.quote(time), kinds[time], mapping.zone),
        table=mapping.table,
        since=dialect.parameter("since"),
        until=dialect.parameter("until"),
    )
    found = warehouse.fetch(sql, {"since": micros_of(since), "until": micros_of(LATEST)})
    days, n, first, last = (found[name].astype(np.int64) for name in ("day", "n", "first", "last"))
    rows, untimed, outside = int(n.sum()), int(n[days == UNTIMED].sum()), int(n[days == OUTSIDE].sum())
    if not rows:
        raise ContractError(f"the table {mapping.table} has no rows yet; there is nothing to cut layouts from.")
    if rows == untimed + outside:
        raise ContractError(
            f'column "{time}" of {mapping.table} says of none of its {rows:,} rows when they happened: '
            f"{untimed:,} have no time, {outside:,} one outside of the years {EARLIEST.year} to {LATEST.year - 1}, "
            "or infinite."
        )
    order = np.argsort(days, kind="stable")[int((days < 0).sum()) :]
    days, n, first, last = days[order], n[order], first[order], last[order]
    by_now = len(days) if until is None else int(np.searchsorted(days, (until - since) // DAY, side="right"))
    end = (by_now or len(days)) - _apart_behind(days[:by_now] if by_now else days, n[:by_now] if by_now else n)
    start = _apart_before(days[:end], n[:end])
    return Extent(
        rows,
        instant_of(int(first[start])),
        instant_of(int(last[end - 1])),
        outside,
        untimed,
        before=int(n[:start].sum()),
        earliest=instant_of(int(first[0])) if start else None,
        after=int(n[end:].sum()),
        latest=instant_of(int(last[-1])) if end < len(days) else None,
    )


def newest(
    warehouse: Warehouse, kinds: Mapping[str, str], mapping: LogMapping, until: datetime
) -> tuple[datetime | None, datetime | None]:
    """The newest event and the newest arrival by `until`; None where there is none. Without arrivals: events alone."""
    dialect = warehouse.dialect
    event, ingest = (
        dialect.micros(dialect.quote(c), kinds[c], mapping.zone) if c else ""
        for c in (str(mapping.time), mapping.ingested)
    )
    sql = template("newest.sql").render(
        event=event,
        ingest=ingest,
        table=mapping.table,
        since=dialect.parameter("since"),
        until=dialect.parameter("until"),
    )
    found = warehouse.fetch(sql, {"since": micros_of(EARLIEST), "until": micros_of(until)})
    times = (found[name][0] for name in ("event", "ingest"))
    event_at, ingest_at = (None if t is None else instant_of(int(t)) for t in times)
    return event_at, ingest_at


def _apart_before(days: Ints, n: Ints) -> int:
    """How many of the first days (ascending, each with its rows) stand apart from the others.

    >>> import numpy as np
    >>> dense = np.arange(20_000, 20_060)
    >>> _apart_before(np.array([0, 18_000, *dense]), np.array([1, 1, *[200] * 60]))
    2
    >>> _apart_before(dense, np.arange(60) * 10 + 1)
    1
    """
    real = np.flatnonzero(n >= THIN * _usual(n))
    gaps = np.diff(days[real])
    pause = max(PAUSE, USUAL_GAPS * float(np.median(gaps))) if len(gaps) else np.inf
    begin = int(real[0])
    for at in np.flatnonzero(gaps > pause) + 1:
        before = int(n[: real[at]].sum())
        island = real[int(np.searchsorted(real, begin)) : at]
        lone = len(island) <= LONE_DAYS and len(real) - at >= OTHER_DAYS and before <= LONE * n.sum()
        if before > FEW * n.sum() and not lone:
            break
        begin = int(real[at])
    few = n[:begin].sum() <= FEW * n.sum() or begin > int(real[0])
    return begin if few else 0


def _apart_behind(days: Ints, n: Ints) -> int:
    """How many of the last days stand apart: a row or two, long after the others. A full day may be a new beginning."""
    real = np.flatnonzero(n >= LAST_THIN * _usual(n))
    last = int(real[-1])
    behind = np.flatnonzero(np.diff(days[last:]) > LAST_PAUSE)
    return len(days) - 1 - last - int(behind[0]) if len(behind) else 0


def _usual(n: Ints) -> int:
    """How many rows the day has that the median row lies in: a thousand days with one row each do not count for it."""
    sizes = np.sort(n)
    return int(sizes[np.searchsorted(np.cumsum(sizes), n.sum() / 2)])


def _rows(n: int, one: str, many: str) -> str:
    return f"{n:,} row {one}" if n == 1 else f"{n:,} rows {many}"


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _long(span: timedelta) -> str:
    """A span as people say it.

    >>> _long(timedelta(days=19_724)), _long(timedelta(days=40))
    ('54 years', '40 days')
    """
    years = round(span.days / 365.25)
    return f"{years} years" if years > 1 else f"{span.days} days"
