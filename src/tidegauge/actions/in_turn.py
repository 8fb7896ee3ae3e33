"""Windows go to a server in order of time: an earlier one that waits, or that another worker is at, comes first.

A server without room for what comes out of order loses the older one for good. What shows a stretch of the past is none
of these: it comes late in any case.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tidegauge.core.intent import ABOUT, EVENT_TIME, PAST, Intent
from tidegauge.core.window import Window
from tidegauge.store.outbox import OPEN, Outbox

Place = tuple[str, str]  # a monitor, and who gets it


class _Held(NamedTuple):
    window: Window
    key: str


class Turns:
    """Whose turn it is in one walk through what is due. `who`: the receiver of an intent."""

    def __init__(self, outbox: Outbox, due: Sequence[Intent], who: Callable[[Intent], str]) -> None:
        self._outbox, self._who = outbox, who
        self._waiting = self._not_now(due)
        self._held: dict[Place, _Held] = {}

    def is_early(self, intent: Intent) -> bool:
        """Whether an earlier window waits that is not to be tried in this walk, or what it follows still waits."""
        if about := intent.payload.get(ABOUT):
            return self._outbox.is_open(about) or any(
                c.state in OPEN and c.intent.window < intent.window
                for c in self._outbox.following(intent.monitor, about)
            )
        first = self._waiting.get(self._place(intent)) if _is_in_turn(intent) else None
        return first is not None and first < intent.window

    def is_behind(self, intent: Intent) -> bool:
        """Whether another worker is still at an earlier window that this one has found taken."""
        held = self._held.get(self._place(intent)) if _is_in_turn(intent) else None
        return held is not None and held.window < intent.window and self._outbox.is_open(held.key)

    def note_taken(self, intent: Intent) -> None:
        """Another worker has taken it since the walk began, and has carried it out perhaps."""
        if _is_in_turn(intent):
            self._held[self._place(intent)] = _Held(intent.window, intent.key)

    def _not_now(self, due: Sequence[Intent]) -> dict[Place, Window]:
        """The earliest window that is not to be tried now, by monitor and receiver."""
        here = {i.key for i in due}
        waiting = [i for m in {i.monitor for i in due if _is_in_turn(i)} for i in self._outbox.pending(m)]
        first: dict[Place, Window] = {}
        for intent in waiting:
            if intent.key not in here and _is_in_turn(intent):
                place = self._place(intent)
                first[place] = min(first.get(place, intent.window), intent.window)
        return first

    def _place(self, intent: Intent) -> Place:
        return intent.monitor, self._who(intent)


def _is_in_turn(intent: Intent) -> bool:
    """Whether a server takes it in order of time only."""
    return EVENT_TIME in intent.payload and intent.action != PAST
