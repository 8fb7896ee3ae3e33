"""Which windows a training may learn from, and why not from the others: from the store alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.decisions.feedback import Answer, Feedback, current
from tidegauge.decisions.incidents import SETTLING
from tidegauge.pipeline.deciding import Deciding
from tidegauge.stages import stage_named
from tidegauge.stages.maturity import Ripening, ripening_of

LABELS = STAGES[1]


@dataclass(frozen=True, slots=True)
class Learnable:
    """A window; `why_not` is empty where it may be learnt from."""

    window: Window
    why_not: str


def learnable(deciding: Deciding, start: datetime, until: datetime) -> list[Learnable]:
    """The decided windows inside [start, until), oldest first: by what stands of them now, and labels due by `until`.

    What a person called nothing, or the new normal, may be learnt from though it alerted; what was confirmed may not,
    nor what a planned silence covers.
    """
    monitor, store = deciding.monitor, deciding.store
    made = {stage: {d.window: d for d in store.decisions.outlines(monitor.name, stage)} for stage in STAGES}
    answers = {stage: list(current(store.feedback.of(monitor.name, stage)).values()) for stage in STAGES}
    silences, labels = monitor.silenced(), _labels(deciding, made[LABELS], until)

    def why_not(window: Window) -> str:
        if window in silences:
            return f"in a planned silence: {silences[window]}"
        return _verdict(window, made, answers) or (labels.why_not(window) if labels else "")

    inside = (w for w in sorted(made[FIRST_STAGE]) if start <= w.start and w.end <= until)
    return [Learnable(w, why_not(w)) for w in inside]


def _labels(deciding: Deciding, made: Mapping[Window, Decision], until: datetime) -> "_Labels | None":
    """What is known of labels; None where the monitor has none."""
    wait = stage_named(LABELS).wait(deciding.monitor)
    return None if wait is None else _Labels(made, wait, until, ripening_of(deciding.profiler, until))


def _verdict(
    window: Window, made: Mapping[str, Mapping[Window, Decision]], answers: Mapping[str, list[Feedback]]
) -> str:
    """What either stage's verdict, or an answer to it, says against a window."""
    for stage in STAGES:
        said = {f.answer for f in answers[stage] if window in f.windows}
        if Answer.CONFIRM in said:
            return f"its {stage} were confirmed to be bad"
        found = made[stage].get(window)
        if found is None or (found.verdict is Verdict.ALERT and said & SETTLING):
            continue
        if found.verdict in (Verdict.ALERT, Verdict.BROKEN, Verdict.OUTAGE):
            return f"{found.verdict.value} of its {stage}"
    return ""


@dataclass(frozen=True)
class _Labels:
    """What labels say against a window, of a monitor that has some."""

    made: Mapping[Window, Decision]
    wait: timedelta
    until: datetime
    ripening: Ripening | None

    def why_not(self, window: Window) -> str:
        if window.end + self.wait > self.until:
            return "its labels were not due by then"
        if window not in self.made:
            return "its labels are not decided"
        if self.ripening is not None and not self.ripening.of(window).is_mature:
            return "too few of its labels had come by then"
        return ""
