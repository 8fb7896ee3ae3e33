"""What there is to show of a decision, without changing one: its report, and what its window would have seen."""

from dataclasses import replace

from tidegauge.actions.delivering import sentence_of
from tidegauge.actions.holding import held_of
from tidegauge.core.addresses.hidden import harmless_traceback
from tidegauge.core.decision import Decision, Sensitivity
from tidegauge.core.errors import WindowError
from tidegauge.core.unseen import logger
from tidegauge.core.window import Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.due_windows import how_to_get
from tidegauge.pipeline.estimates import until_labels_come
from tidegauge.pipeline.reporting import report_of
from tidegauge.pipeline.samples import samples_in
from tidegauge.reports.report import Report
from tidegauge.sensitivity.sensitivity import sensitivity_of

_log = logger(__name__)


def explain(deciding: Deciding, stage: str, window: Window) -> Decision:
    """The stored decision on a window; WindowError where there is none, with what to do about it."""
    name = deciding.monitor.name
    found = deciding.store.decisions.get(name, stage, window)
    if found is None:
        raise WindowError(
            f"{name} has no decision on the {stage} of {window.key}. {how_to_get(deciding.profiler, window, stage)}"
        )
    return found


def report(deciding: Deciding, stage: str, window: Window, *, work: bool) -> Report | None:
    """All that a sink may show of the current decision on a window; None where there is none."""
    monitor, store, profiler = deciding.monitor, deciding.store, deciding.profiler
    decider = deciding.decider(stage)
    decisions = store.decisions.of(monitor.name, stage)
    decision = next((d for d in decisions if d.window == window), None)
    if decider is None or decision is None:
        return None
    feedback = store.feedback.of(monitor.name, stage)
    shown = report_of(decision, decisions, feedback, decider, profiler.profiles, profiler.zone)
    samples = tuple(samples_in(deciding, stage, window))
    estimates = until_labels_come(deciding, stage, window) if shown.newest else ()  # no page says anything of them
    seen = sensitivity(deciding, stage, window, work=work)
    return replace(shown, sensitivity=seen, samples=samples, estimates=estimates, held=_held(deciding, decision))


def _held(deciding: Deciding, decision: Decision) -> str:
    """Why a retraining that a decision has asked for is not started."""
    some = held_of(deciding.monitor, deciding.store, [decision.window]) if decision.is_told else []
    return "; ".join(dict.fromkeys(c.note for c in some if c.intent.payload.get("stage") == decision.stage))


def sensitivity(deciding: Deciding, stage: str, window: Window, *, work: bool) -> Sensitivity | None:
    """What a window would have seen; without `work`, only what is known of it already.

    It stands beside an answer, and must not eat it: whatever fails here is logged, and said in the place of it.
    """
    try:
        decider = deciding.decider(stage)
        work = work and not deciding.store.database.is_read_only
        return None if decider is None else sensitivity_of(decider, window, work=work)
    except Exception as error:  # noqa: BLE001 - a bug of ours in here is still no reason to keep the answer back
        _log.debug("The sensitivity of %s failed:", window.key)
        for line in harmless_traceback(error).splitlines():
            _log.debug("| %s", line)
        note = f"The smallest detectable change could not be worked out: {sentence_of(error)}"
        _log.error("%s: %s", window.key, note)
        return Sensitivity(note=note)
