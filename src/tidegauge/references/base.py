"""What a pool of reference windows is, and the pools that ask for windows alike in one trait."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

from tidegauge.core.window import Window
from tidegauge.references.calendar import Calendar, Season
from tidegauge.references.candidates import Candidates, past

KINDS = frozenset({"hour", "day", "week"})


class CandidatePool(Protocol):
    """Names past windows that a window may be compared with. It sees the calendar, never data."""

    name: ClassVar[str]
    anytime: ClassVar[bool]  # whether its windows may lie any time ago, and not in the look-back alone

    def applies(self, window: Window, calendar: Calendar) -> bool:
        """Whether it has anything to say of such a window: a pool of holidays is silent on a plain Tuesday."""

    def choose(self, window: Window, candidates: Sequence[Window], calendar: Calendar) -> tuple[Window, ...]:
        """At most a handful of `candidates` that had ended when `window` started, newest first."""

    def reason(self, window: Window, calendar: Calendar) -> str:
        """What the chosen are, in words that follow a number: "past Sundays 08:00"."""


@dataclass(frozen=True)
class Alike(ABC):
    """A pool of windows that share one trait of the season.

    A holiday, or a day beside one, never serves an ordinary window: it is no sign of what is normal. The other way
    round is allowed, since a holiday on a Monday is still a little like a Monday. `lag` keeps the newest windows out,
    for a reference that a slow drift cannot follow.
    """

    look_back: timedelta = timedelta(days=120)
    most: int = 8
    lag: timedelta = timedelta(0)

    name: ClassVar[str]
    anytime: ClassVar[bool] = False
    kinds: ClassVar[frozenset[str]] = KINDS  # kinds of window of which it says something that no narrower pool says

    @staticmethod
    @abstractmethod
    def trait(season: Season) -> Hashable | None:
        """What a candidate offers."""

    def wanted(self, season: Season) -> Hashable | None:
        """What a window asks for; None when the pool has nothing to say of it."""
        return self.trait(season)

    @abstractmethod
    def describe(self, season: Season, kind: str) -> str:
        """What the chosen are, in the plural."""

    def applies(self, window: Window, calendar: Calendar) -> bool:
        """Whether the window asks for anything here."""
        return window.kind in self.kinds and self.wanted(calendar.facts(window)) is not None

    def choose(self, window: Window, candidates: Sequence[Window], calendar: Calendar) -> tuple[Window, ...]:
        """The newest of the windows that are alike."""
        known = Candidates.of(candidates, calendar)
        season = calendar.facts(window)
        value = self.wanted(season)
        if value is None or window.kind not in self.kinds or known.kind != window.kind:
            return ()
        newest = known.newest if season.special else known.newest_ordinary
        return newest(type(self).trait, value, past(window, self.look_back, self.lag), self.most)

    def reason(self, window: Window, calendar: Calendar) -> str:
        """What the chosen are, in words that follow a number."""
        return self.describe(calendar.facts(window), window.kind)
