"""Event time is off by hours."""

from typing import ClassVar

from tidegauge.core.window import VOLUME
from tidegauge.replay.faults.base import Change, Columns, Fault, Ground

HOURS = (1, 5, 12)


class ClockShifted(Fault):
    """Every row says that it happened hours later: a time zone that was forgotten. Rows change windows with it."""

    name: ClassVar[str] = "clock-shifted"
    sizes: ClassVar[tuple[str, str, str]] = ("by 1 hour", "by 5 hours", "by 12 hours")

    def targets(self, ground: Ground) -> list[Columns]:
        time = ground.mapping.time
        return [(time,)] if time and ground.kinds[time].upper() != "DATE" else []

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        del ground, columns
        return Change(hours=HOURS[size])

    def blames(self, ground: Ground, columns: Columns) -> Columns:
        del ground
        return (*columns, VOLUME)
