"""The most recent windows, whatever their season."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from tidegauge.core.window import Window
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates, past


@dataclass(frozen=True)
class Trailing:
    """The last windows before this one: the level of now. Best where there is no season but slow change.

    With `lag` it is the level of some weeks ago, which a slow ramp cannot have reached yet.
    """

    look_back: timedelta = timedelta(days=120)
    most: int = 8
    lag: timedelta = timedelta(0)

    name: ClassVar[str] = "trailing"
    anytime: ClassVar[bool] = False

    def applies(self, window: Window, calendar: Calendar) -> bool:
        """To every window."""
        del window, calendar
        return True

    def choose(self, window: Window, candidates: Sequence[Window], calendar: Calendar) -> tuple[Window, ...]:
        """The newest windows, holidays among them: they are recent too."""
        known = Candidates.of(candidates, calendar)
        return known.within(past(window, self.look_back, self.lag), self.most) if known.kind == window.kind else ()

    def reason(self, window: Window, calendar: Calendar) -> str:
        """What the chosen are, in words that follow a number."""
        del calendar
        return f"most recent {window.kind}s" + (f", {self.lag.days} days before" if self.lag else "")
