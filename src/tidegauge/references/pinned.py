"""A fixed past: the training period, a golden set, another version of the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tidegauge.core.errors import MonitorError
from tidegauge.core.window import Window
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates


@dataclass(frozen=True)
class Pinned:
    """All past windows from `start` to `end`, however long ago: it does not drift along with the data.

    With `version` only the rows of that model version count. The calendar cannot see rows, so the windows are the
    same, and `version` tells whoever profiles them to filter.
    """

    start: datetime | None = None
    end: datetime | None = None
    version: str | None = None

    name: ClassVar[str] = "pinned"
    anytime: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.start is None and self.end is None and self.version is None:
            raise MonitorError(
                "reference.pools: pinned needs from and to, or version, "
                "such as {pinned: {from: 2013-01-01, to: 2013-04-01}}."
            )
        if self.start and self.end and self.start >= self.end:
            raise MonitorError(
                f"reference.pools: pinned goes from {self.start} to {self.end}, which is no time at all."
            )

    def applies(self, window: Window, calendar: Calendar) -> bool:
        """To every window that starts after the pinned time began."""
        del calendar
        return self.start is None or self.start < window.start

    def choose(self, window: Window, candidates: Sequence[Window], calendar: Calendar) -> tuple[Window, ...]:
        """Every window of the pinned time that had ended, newest first."""
        known = Candidates.of(candidates, calendar)
        if not len(known) or known.kind != window.kind:
            return ()
        end = min(self.end, window.start) if self.end else window.start
        return known.within((self.start or known[0].start, end))

    def reason(self, window: Window, calendar: Calendar) -> str:
        """What the chosen are, in words that follow a number."""
        del window
        zone = calendar.zone_info
        parts = [
            f"{word} {when.astimezone(zone):%Y-%m-%d}"
            for word, when in (("from", self.start), ("to", self.end))
            if when
        ]
        return "windows pinned " + " ".join(parts + ([f"to version {self.version}"] if self.version else []))
