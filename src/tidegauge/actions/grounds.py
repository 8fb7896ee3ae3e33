"""What is known beside a decision when it asks for a training: whether the data of late are to be learnt from.

A function of what is stored: the current decisions of both stages up to the window that asks, and the answers to them.
Later windows are not looked at, so that windows that come in another order are held for the same reasons.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidegauge.actions.base import blamed_columns
from tidegauge.actions.mattering import explained
from tidegauge.causes import CAUSES
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.intent import Intent
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.decisions.blame import BAD
from tidegauge.decisions.feedback import current
from tidegauge.decisions.incidents import SETTLING, incidents_of
from tidegauge.monitor import Monitor
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.stages import stage_named
from tidegauge.stages.stored_labels import STAGE as LABELS
from tidegauge.stages.stored_labels import labelled_by
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.outbox import DISMISSED, GIVEN_UP
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
    profiles: StoredProfiles | None = None  # where labels were counted

    def fault(self, window: Window) -> str:
        """A clause on the newest fault of the data in the windows up to one, and its window; empty: there is none."""
        near = sorted(self._near(window), key=lambda d: (d.window, d.stage), reverse=True)
        for decision in near:
            said = fault_of(decision)
            if said and not self._is_settled(decision):
                when = span(decision.window, self.monitor.window.zone)
                return f"{one_line(said, LONGEST)} ({decision.stage} of {when})"
        return ""

    def new_labels(self, decision: Decision, asked: Sequence[Intent]) -> int:
        """Labelled rows of the windows up to one since what the champion was trained on, and since who `asked` last.

        As they were known when that window was due: what comes late changes nothing of it.
        """
        if self.profiles is None:
            return 0
        last, since = decision.window, self._learnt_until(decision.window, asked)
        some = [w for w in self._of(LABELS) if w <= last and (since is None or w.start >= since)]
        wait = stage_named(self.stage).wait(self.monitor) or timedelta(0)
        return labelled_by(self.profiles, some, last.end + wait)

    def _learnt_until(self, window: Window, asked: Sequence[Intent]) -> datetime | None:
        """Up to when rows are known to a model, or to a training that an earlier window has asked for."""
        ends = [i.window.end for i in asked if i.window < window]
        serving = self.store.models.champions(self.monitor.name)
        if serving and (told := serving[-1].facts.get("trained_until")):
            ends.append(datetime.fromisoformat(str(told)))
        return max(ends, default=None)

    def running(self, asked: Sequence[Intent], window: Window, lasts: timedelta) -> Intent | None:
        """The newest training that was asked for by a window so near, and is thought to run still.

        It does not once its candidate was entered, once nobody could start it, and once it has had its time. A later
        window may have asked: labels come after the inputs of the next day.
        """
        near = [i for i in asked if abs(window.end - i.window.end) < lasts]
        over = self._over(near)
        return max((i for i in near if i.key not in over), key=lambda i: i.window, default=None)

    def _over(self, asked: Sequence[Intent]) -> frozenset[str]:
        """The keys of those whose candidate was entered, or that nobody could start."""
        if not asked:
            return frozenset()
        name = self.monitor.name
        carried = self.store.outbox.carried(name, sorted({i.window for i in asked}))
        ended = {c.intent.key for c in carried if c.state in (GIVEN_UP, DISMISSED)}
        return frozenset({*self.store.models.of(name), *ended})

    def lacking_evidence(self, decision: Decision, *, drift: bool) -> str:
        """Why an alert is no evidence that the model has become worse: a clause; empty where it is.

        Labels that alert in one of the last windows are; with `drift` also a prediction that moves, or a column that it
        rests on.
        """
        near = (d for d in self._near(decision.window) if (d.stage, d.verdict) == (LABELS, Verdict.ALERT))
        if decision.stage == LABELS or not all(self._is_settled(d) for d in near):
            return ""
        return self._unmoved(decision) if drift else "no labels alert"

    def _unmoved(self, decision: Decision) -> str:
        """That what an alert points at hardly matters to the prediction; where no sampled rows tell, anything may."""
        prediction, blamed = self.monitor.columns.prediction, blamed_columns(decision)
        if prediction is None or prediction in blamed:
            return ""
        least, samples = self.tuning.retraining.matters, self._samples(decision.window)
        rests = {column: explained(samples, column, prediction) for column in blamed}
        if not rests or not all(share < least for share in rests.values()):
            return ""
        told = " and ".join(f'"{one_line(c, 80)}" ({share:.1%})' for c, share in rests.items())
        return f"the prediction does not move and hardly rests on {told}"

    def _samples(self, window: Window) -> list[SampledRows]:
        """Sampled rows of the last windows before one whose inputs were fine."""
        if self.profiles is None:
            return []
        known = self._of(FIRST_STAGE)
        fine = sorted(w for w in known if w < window and known[w].verdict is Verdict.FINE)
        some = fine[-self.tuning.retraining.sampled[window.kind] :]
        return [s for s in self.profiles.samples(some) if s is not None]

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
