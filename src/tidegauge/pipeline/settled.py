"""Incidents that are settled: quiet, not answered, and not back. What they were about stands, and nobody is told again.

An incident is quiet when two windows in a row have not continued it. It is settled from then on if what it was about is
still at the new level (`tidegauge.pipeline.aftermath`), until somebody answers it, it comes back to its old level, or
no window like those from before it is within the look-back any more: then the new level is the only one that is known.
Each window says it as it was when it ended, so what is shown again later is the same.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from tidegauge.core.grid import containing
from tidegauge.core.incident import Incident
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Feedback, current
from tidegauge.decisions.history import History
from tidegauge.pipeline.aftermath import Aftermath, Beyond, by_part
from tidegauge.pipeline.deciding import Deciding
from tidegauge.references.candidates import KeptCandidates
from tidegauge.stages.decider import Decider
from tidegauge.stages.stored_past import DamagedRecords

SPARE = 50  # windows more than the longest look back: those of a clock change, and of a slow drift's average


class Settled:
    """Says of the incidents of a stage how long they are settled, for a stretch of windows that is shown."""

    def __init__(self, deciding: Deciding, stage: str, windows: Sequence[Window], first: Window, last: Window) -> None:
        """`windows`: all that are decided, oldest first; `first` and `last`: the stretch."""
        self._deciding, self._stage, self._windows = deciding, stage, windows
        self._first, self._last = first, last
        self._look_back = deciding.monitor.reference.look_back
        self._past: tuple[Decider, History] | None = None
        self._feedback: Sequence[Feedback] | None = None

    def windows(self, incident: Incident, since: Window) -> list[Window]:
        """Those from the one on that made it quiet, in a row, in which it is settled; none where it simply went by."""
        longest = self._look_back + SPARE * self._deciding.monitor.window.length
        if incident.first.start + longest < self._first.start or since > self._last:
            return []  # over before the stretch begins, or not quiet yet
        try:
            return list(self._in_a_row(incident, since))
        except DamagedRecords:  # they are made again by the next run
            return []

    def _in_a_row(self, incident: Incident, since: Window) -> Iterator[Window]:
        if (past := self._read()) is None:
            return
        alert = max(w for w in incident.windows if w < since)  # the last one by then: it may have come back since
        beyond, entered = Beyond(incident, alert, *past), False
        windows = self._windows[bisect_left(self._windows, since) : bisect_right(self._windows, self._last)]
        for window in windows:
            how = self._aftermath(incident, beyond, window)
            if how is Aftermath.BACK or (how is not Aftermath.STILL and not entered):
                return
            if not entered:
                past[1].records(windows)  # of all of them at once, where the row may be long
            entered = True
            yield window

    def _aftermath(self, incident: Incident, beyond: Beyond, window: Window) -> Aftermath:
        """How a window stands to it; one that was answered, or has nothing to lie beyond, ends it."""
        part = None if self._is_answered(incident, window) else beyond.part(window)
        return Aftermath.BACK if part is None else by_part(part)

    def _is_answered(self, incident: Incident, window: Window) -> bool:
        """Whether somebody had said anything of it when a window ended."""
        if self._feedback is None:
            self._feedback = self._deciding.store.feedback.of(self._deciding.monitor.name, self._stage)
        return incident.id in current(self._feedback, window.end)

    def _read(self) -> tuple[Decider, History] | None:
        """What decides the stage at the stretch's end, and a past that reaches twice as far back as it looks.

        From there an incident's own like windows are seen whenever it began.
        """
        decider = self._deciding.decider(self._stage) if self._past is None else None
        if decider is not None:
            rule = self._deciding.monitor.window
            decider = decider.at(self._last)
            began = bisect_left(
                self._windows, self._first.start - 2 * self._look_back - SPARE * rule.length, key=lambda w: w.start
            )
            most = bisect_right(self._windows, self._last) - began + SPARE
            after = containing(rule.every, rule.zone, self._last.end)
            history = decider.stored.history(after, most, decider.calendar, KeptCandidates())
            self._past = decider, decider.read(history)
        return self._past
