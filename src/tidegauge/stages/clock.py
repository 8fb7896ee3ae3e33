"""Which windows may be judged: those that have ended, of a log that lives, by the earlier of two clocks.

Everything else in the house means the same whenever it runs. Here alone somebody asks what time it is, and only to
refuse: a window that has not ended has rows still to come, and judged it would be a false alert that stands in front
of all real ones. A clock can be wrong, too. Two have to say that a window is over, the host's and the warehouse's; and
where no row is less than five weeks older than the window, somebody has to say that they are right. The times of
events never move the clock on: a log may hold any date.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tidegauge.core.errors import ClockError, NotEnded, WarehouseError
from tidegauge.core.grid import containing, local_time, previous
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor import Monitor
from tidegauge.profiles.extent import LAST_PAUSE, extent, newest
from tidegauge.stages.contract import Contract
from tidegauge.store.profiles import Revision
from tidegauge.store.store import Store
from tidegauge.warehouses.base import Warehouse

DOUBT = timedelta(days=LAST_PAUSE)  # a wrong clock is off by more
Ask = Callable[[], datetime]


class Reading(NamedTuple):
    """What time it is, and who says so."""

    at: datetime
    whose: str


class CutEnd(NamedTuple):
    """The end of a past, and whether that is earlier than was asked for."""

    end: datetime
    is_cut: bool


class Clock:
    """Asks both clocks; refuses windows that have not ended. `ask` takes the place of both, in tests."""

    def __init__(
        self,
        monitor: Monitor,
        warehouse: Warehouse,
        store: Store,
        contract: Callable[[], Contract],
        ask: Ask | None = None,
        *,
        is_right: bool = False,
    ) -> None:
        self.monitor, self.warehouse, self.store, self.contract, self.ask = monitor, warehouse, store, contract, ask
        self._is_right = is_right  # whether somebody has said so
        self._zone = monitor.window.zone
        self._latest: datetime | None = None  # that both clocks have shown
        self._passed: Window | None = None  # the last one that was held and not refused
        self._is_away = False

    def read(self) -> Reading:
        """The earlier of the host's clock and the warehouse's; WarehouseError where that one does not answer."""
        if self.ask is not None:
            reading = Reading(self.ask(), "the given clock")
        else:
            reading = min(Reading(datetime.now(UTC), "this host"), Reading(self.warehouse.now(), "the warehouse"))
        self._latest = reading.at if self._latest is None else max(self._latest, reading.at)
        return reading

    def now(self) -> datetime:
        """What time it is; by the host's clock alone where the warehouse does not answer. Nothing is refused by it."""
        if not self._is_away:
            try:
                return self.read().at
            except WarehouseError:
                self._is_away = True  # a server that does not answer costs a time-out each time
        return datetime.now(UTC)

    def by(self, at: datetime) -> datetime:
        """`at`, or what time it is where that is earlier."""
        return at if self._latest is not None and at <= self._latest else min(at, self.now())

    def last(self, *, wait: timedelta = timedelta(0)) -> Window:
        """The newest window that has ended, and that has had so long for its late rows."""
        here = containing(self.monitor.window.every, self._zone, self.now() - wait)
        return previous(here, self._zone)

    def cut(self, start: datetime, end: datetime, *, wait: timedelta = timedelta(0)) -> CutEnd:
        """Where a past that is asked for ends: with the newest window that has ended, at the latest.

        `wait`: and that has had so long for its late rows. NotEnded if nothing is left of it.
        """
        if end <= start or (self._latest is not None and end <= self._latest - wait):
            return CutEnd(end, is_cut=False)
        if end <= (until := self.last(wait=wait).end):
            return CutEnd(end, is_cut=False)
        if until <= start:
            first = containing(self.monitor.window.every, self._zone, start)
            self.hold([first])
            raise NotEnded(
                f"{first.key} ended {local_time(first.end, self._zone)}, and its rows may still arrive until "
                f"{local_time(first.end + wait, self._zone)} (window.wait). Ask again then.",
                first.end + wait - self.now(),
            )
        return CutEnd(until, is_cut=True)

    def hold(self, windows: Sequence[Window]) -> None:
        """Refuse windows that may not be judged: one has not ended, or the log may have stopped long before.

        What has passed once passes again unasked, with all that lies before it: it stays ended.
        """
        last = max(windows, key=lambda w: w.end, default=None)
        if last is None or (self._passed is not None and last <= self._passed):
            return
        reading = self.read()
        refuse(last, reading, self._zone)
        if not self._is_right:
            self._doubt(last, reading.at)
        self._passed = last

    def _doubt(self, last: Window, now: datetime) -> None:
        """Refuse a window far behind the newest row; where the store holds rows near enough, nobody asks the table."""
        known = self.store.profiles.revisions(self.monitor.source_key, FIRST_STAGE)
        since = last.start - DOUBT
        seen = _last_with_rows(known, now)
        if seen is not None and seen >= since:
            return
        event, arrived = self._newest(now)
        times = [t for t in (event, arrived, seen) if t is not None]
        if not times or max(times) >= since:
            return
        named = containing(last.kind, self._zone, event or max(times))
        day = local_time(named.start, self._zone)[:10]
        days = math.floor((last.start - max(times)) / timedelta(days=1))
        raise ClockError(
            f"The newest row is from {day}. Name the window: --window {day}. {last.key} lies {days:,} days after it: "
            f"if the log has stopped for so long and the clock is right ({local_time(now, self._zone)}), say so: "
            '--clock-is-right, or {"clock_is_right": true} in the conf of an Airflow run.',
            max(times) + DOUBT,
        )

    def newest_event(self) -> datetime:
        """The newest event that the clock allows, rows that stand apart left out; without any, the clock's time."""
        now = self.now()
        event = self._newest(now)[0]
        if event is None:
            return now
        held = self.contract()
        earnest = extent(self.warehouse, held.kinds, held.mapping, until=now).last
        return earnest if event - earnest > DOUBT else event

    def _newest(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        held = self.contract()
        return newest(self.warehouse, held.kinds, held.mapping, now)


def refuse(window: Window, reading: Reading, zone: str) -> None:
    """Refuse a window that has not ended by what a clock says."""
    if reading.at < window.end:
        ends, now = local_time(window.end, zone), local_time(reading.at, zone)
        raise NotEnded(
            f"{window.key} has not ended yet, so there is nothing to judge: it ends {ends}, and by the clock of "
            f"{reading.whose} it is {now}. Run it again after its end.",
            window.end - reading.at,
        )


def _last_with_rows(known: dict[Window, Revision], now: datetime) -> datetime | None:
    """The end of the latest of some windows, oldest first, that has ended and holds rows."""
    return next((w.end for w in reversed(known) if known[w].rows and w.end <= now), None)
