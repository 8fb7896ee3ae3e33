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
from zoneinfo import ZoneInfo

from tidegauge.contract import Contract
from tidegauge.cutting import newest
from tidegauge.errors import ClockError, NotEnded
from tidegauge.monitor import Monitor
from tidegauge.nouns import FIRST_STAGE, Window
from tidegauge.store.store import Store
from tidegauge.warehouses.base import Warehouse
from tidegauge.windows import containing, previous

DOUBT = timedelta(days=35)  # longer than any pause that we know of a log that went on; a wrong clock is off by more
Ask = Callable[[], datetime]


class Reading(NamedTuple):
    """What time it is, and who says so."""

    at: datetime
    whose: str


class Clock:
    """Asks both clocks; refuses windows that have not ended. `ask` takes the place of both, in tests."""

    def __init__(
        self,
        monitor: Monitor,
        warehouse: Warehouse,
        store: Store,
        contract: Callable[[], Contract],
        ask: Ask | None = None,
    ) -> None:
        self.monitor, self.warehouse, self.store, self.contract, self.ask = monitor, warehouse, store, contract, ask
        self.is_right = False  # whether somebody has said so
        self._zone = monitor.window.zone

    def read(self) -> Reading:
        """The earlier of the host's clock and the warehouse's."""
        if self.ask is not None:
            return Reading(self.ask(), "the given clock")
        return min(Reading(datetime.now(UTC), "this host"), Reading(self.warehouse.now(), "the warehouse"))

    def now(self) -> datetime:
        """What time it is."""
        return self.read().at

    def last(self, *, wait: timedelta = timedelta(0)) -> Window:
        """The newest window that has ended, and that has had so long for its late rows."""
        here = containing(self.monitor.window.every, self._zone, self.now() - wait)
        return previous(here, self._zone)

    def cut(self, start: datetime, end: datetime) -> datetime:
        """`end`, or the end of the newest window that has ended where that is earlier; NotEnded if none is left."""
        if end <= (until := self.last().end):
            return end
        if until <= start:
            self.hold([containing(self.monitor.window.every, self._zone, start)])
        return until

    def hold(self, windows: Sequence[Window]) -> None:
        """Refuse windows that may not be judged: one has not ended, or the log may have stopped long before."""
        if not windows:
            return
        reading, last = self.read(), max(windows, key=lambda w: w.end)
        refuse(last, reading, self._zone)
        if not self.is_right:
            self._doubt(last, reading.at)

    def _doubt(self, last: Window, now: datetime) -> None:
        """Refuse a window far behind the newest row; where the store holds rows near enough, nobody asks the table."""
        known = self.store.revisions(self.monitor.source_key, FIRST_STAGE)
        since = last.start - DOUBT
        seen = next((w.end for w in reversed(known) if known[w].rows and w.end <= now), None)
        if seen is not None and seen >= since:
            return
        event, arrived = self._newest(now)
        times = [t for t in (event, arrived, seen) if t is not None]
        if not times or max(times) >= since:
            return
        named = containing(last.kind, self._zone, event or max(times))
        day = said(named.start, self._zone)[:10]
        days = math.floor((last.start - max(times)) / timedelta(days=1))
        raise ClockError(
            f"The newest row is from {day}. Name the window: --window {day}. {last.key} lies {days:,} days after it: "
            f"if the log has stopped for so long and the clock is right ({said(now, self._zone)}), say so: "
            '--clock-is-right, or {"clock_is_right": true} in the conf of an Airflow run.',
            max(times) + DOUBT,
        )

    def newest_event(self) -> datetime:
        """The newest event that the clock allows; the clock's own time, where there is none."""
        now = self.now()
        return self._newest(now)[0] or now

    def _newest(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        held = self.contract()
        return newest(self.warehouse, held.kinds, held.mapping, now)


def refuse(window: Window, reading: Reading, zone: str) -> None:
    """Refuse a window that has not ended by what a clock says."""
    if reading.at < window.end:
        raise NotEnded(
            f"{window.key} has not ended yet, so there is nothing to judge: it ends {said(window.end, zone)}, and by "
            f"the clock of {reading.whose} it is {said(reading.at, zone)}. Run it again after its end.",
            window.end - reading.at,
        )


def said(at: datetime, zone: str) -> str:
    """An instant by the monitor's clock."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
