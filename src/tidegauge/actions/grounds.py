"""What is known beside a decision when it asks for a training: whether the data of late are to be learnt from.

A function of what is stored: the current decisions of both stages up to the window that asks, and the answers to them.
Later windows are not looked at, so that windows that come in another order are held for the same reasons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tidegauge.causes import CAUSES
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import STAGES, Window
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.feedback import current
from tidegauge.decisions.incidents import SETTLING, incidents_of
from tidegauge.monitor import Monitor
from tidegauge.store.store import Store
from tidegauge.tuning.tuning import Tuning
from tidegauge.wording.text import one_line, span

LONGEST = 200  # characters of a fault


@dataclass(frozen=True)
class Grounds:
    """What there is to know; read where it is asked for, and not before."""

    monitor: Monitor
    store: Store
    tuning: Tuning
    stage: str
    decided: Mapping[Window, Decision]  # every current decision of the stage, those on their way into the store too

    def fault(self, window: Window) -> str:
        """A clause on the newest fault of the data in the windows up to one, and its window; empty: there is none."""
        near = sorted(self._near(window), key=lambda d: (d.window, d.stage), reverse=True)
        for decision in near:
            said = fault_of(decision)
            if said and not self._is_settled(decision):
                when = span(decision.window, self.monitor.window.zone)
                return f"{one_line(said, LONGEST)} ({decision.stage} of {when})"
        return ""

    def _near(self, window: Window) -> Iterator[Decision]:
        """The bad decisions of either stage on the last windows up to one, whether people were told of them or not."""
        some = self.tuning.retraining.near[window.kind]
        for stage in STAGES:
            known = self._of(stage)
            yield from (known[w] for w in sorted(w for w in known if w <= window)[-some:] if known[w].verdict in BAD)

    def _of(self, stage: str) -> Mapping[Window, Decision]:
        if stage == self.stage:
            return self.decided
        return {d.window: d for d in self.store.decisions.outlines(self.monitor.name, stage)}

    def _is_settled(self, decision: Decision) -> bool:
        """Whether somebody has said of its incident that it is nothing, or the new normal."""
        feedback = self.store.feedback.of(self.monitor.name, decision.stage)
        said = {i for i, f in current(feedback).items() if f.answer in SETTLING}
        if not said:
            return False
        known, prediction = self._of(decision.stage), self.monitor.columns.prediction
        every = incidents_of((known[w] for w in sorted(known)), feedback, self.tuning.decisions.incidents, prediction)
        return any(i.id in said and decision.window in i.windows for i in every)


def fault_of(decision: Decision) -> str:
    """A clause on what is wrong with the data of a window; empty: nothing that is known to be."""
    if decision.verdict is Verdict.BROKEN:
        return f"the data are broken: {decision.sentence}"
    named = (c for c in decision.causes if c.name in CAUSES and CAUSES[c.name].is_fault)
    return next((c.clause for c in named), "") if decision.verdict is Verdict.ALERT else ""
