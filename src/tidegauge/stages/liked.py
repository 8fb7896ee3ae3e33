"""The past of one stage up to a window, and what was known to be like each of its windows before it came."""

from dataclasses import dataclass, field

from tidegauge.core.window import Window
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.history import History
from tidegauge.stages.decider import Decider
from tidegauge.stages.like_windows import LikeWindows


@dataclass(frozen=True)
class Liked:
    """A decider's past, window by window; what it has found it remembers."""

    decider: Decider
    history: History
    known: dict[Window, LikeWindows] = field(default_factory=dict)

    def like(self, window: Window) -> LikeWindows:
        """What like windows were, by the rule that decides: by the calendar and by what people had said by then."""
        if window not in self.known:
            self.known[window] = self._like(window)
        return self.known[window]

    def _like(self, window: Window) -> LikeWindows:
        decider, rulings = self.decider, self.decider.rulings(window)
        choice = decider.ladder.choose(window, self.history.candidates_but(rulings.excluded), decider.calendar)
        normal = Normal(rulings, decider.measure.signal_set)
        return LikeWindows.of(choice, decider.measure, self.history, normal, decider.observer.figures_at(window))
