"""The fall-back ladder: the narrowest season that has enough past windows, and why it was that one."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidegauge.core.window import Window
from tidegauge.references.base import CandidatePool
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Chosen:
    """The windows that were chosen, from which pool, on which rung (0 is the narrowest), and why in words."""

    pool: str
    windows: tuple[Window, ...]
    rung: int
    reason: str
    words: str = ""  # what they are, in the plural: "past Mondays"


@dataclass(frozen=True)
class Ladder:
    """Rungs from the narrowest pool to the widest; the first that holds `minimum` windows is used.

    When none does, the fullest is used, and the reason says that it is thin. A pool that has nothing to say of a
    window (holidays, of a plain Tuesday) is no rung for it and is not counted.
    """

    rungs: tuple[CandidatePool, ...]
    minimum: int = 4

    def choose(self, window: Window, candidates: Sequence[Window], calendar: Calendar) -> Chosen:
        """The reference of `window` among `candidates`."""
        known = Candidates.of(candidates, calendar)
        season = calendar.facts(window).spell(window.kind)
        thin: list[str] = []
        best = Chosen("", (), len(self.rungs), f"{season}: there is no past window to compare with")
        climbed = -1
        for pool in self.rungs:
            if not pool.applies(window, calendar):
                continue
            climbed += 1
            windows = pool.choose(window, known, calendar)
            words = pool.reason(window, calendar)
            if len(windows) >= self.minimum:
                reason = f"{season}: {len(windows)} {words}{_instead(thin)}"
                return Chosen(pool.name, windows, climbed, reason, words)
            if len(windows) > len(best.windows):
                best = Chosen(
                    pool.name,
                    windows,
                    climbed,
                    f"{season}: only {len(windows)} {words}, where {self.minimum} are asked for",
                    words,
                )
            thin.append(f"{words} ({len(windows)} of {self.minimum})")
        return best


def _instead(thin: list[str]) -> str:
    return f", for want of {' and '.join(thin)}" if thin else ""
