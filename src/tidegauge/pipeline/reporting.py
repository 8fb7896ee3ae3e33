"""Everything there is to show of one decision, gathered from the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from tidegauge.core.decision import Decision
from tidegauge.core.parity import Fairness
from tidegauge.core.performance import Performance
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.decisions.feedback import Feedback
from tidegauge.decisions.incidents import incident_of, incidents_of
from tidegauge.pipeline.cause_pictures import cause_pictures
from tidegauge.pipeline.coverage import not_judged
from tidegauge.pipeline.panels import TIMELINE, panels_of, seen_before
from tidegauge.pipeline.prediction_then import prediction_then
from tidegauge.pipeline.stirring import strip_of
from tidegauge.pipeline.where_it_lies import where_it_lies
from tidegauge.reports.report import PastWindow, Report
from tidegauge.stages import stage_named
from tidegauge.stages.decider import Decider
from tidegauge.stages.parities import parities
from tidegauge.stages.performing import performing
from tidegauge.stages.stored_labels import STAGE as LABELS
from tidegauge.stages.stored_profiles import StoredProfiles

AHEAD = 2 * TIMELINE  # windows: those of the timeline, and most that were like them


def report_of(
    decision: Decision,
    decisions: Sequence[Decision],
    feedback: Sequence[Feedback],
    decider: Decider,
    profiles: StoredProfiles,
    zone: str,
) -> Report:
    """The report of one decision; `decisions` are all of its stage in order of time.

    Later ones are only asked whether there are any, so that a page says the same whenever it is written.
    """
    decider = decider.at(decision.window)
    before = [d for d in decisions if d.window <= decision.window]
    prediction = decider.monitor.columns.prediction
    incidents = incidents_of(before, feedback, decider.tuning.decisions.incidents, prediction)
    past = before[-TIMELINE:]
    stage = stage_named(decision.stage)
    seen = seen_before(decision, past, decider)
    return Report(
        decision=decision,
        incident=incident_of(decision, incidents),
        monitor=decision.monitor,
        timeline=tuple(PastWindow(d.window, d.strength, d.verdict) for d in past),
        panels=() if seen is None else panels_of(decision, seen, profiles),
        zone=zone,
        ongoing=tuple(i for i in incidents if i.is_open),
        file=decider.monitor.path.name,
        not_judged=not_judged(decision, decider),
        title=stage.title,
        noun=stage.noun,
        newest=decision.window >= decisions[-1].window,
        **_performance(decider, [d.window for d in past]),
        where=where_it_lies(decision, decider, profiles),
        causes=cause_pictures(decision, decider, profiles),
        prediction=None if seen is None else prediction_then(decision, seen),
        strip=None if seen is None else strip_of(decision, past, seen),
        labels_due=_labels_due(decision, decider),
    )


def _labels_due(decision: Decision, decider: Decider) -> datetime | None:
    """When the labels of a window's rows are to be there, by the monitor's file."""
    wait = stage_named(LABELS).wait(decider.monitor) if decision.stage == FIRST_STAGE and decision.rows else None
    return None if wait is None else decision.window.end + wait


class _OfLabels(TypedDict):
    """What a report says of labels."""

    performance: tuple[Performance, ...]
    fairness: tuple[Fairness, ...]


def _performance(decider: Decider, windows: Sequence[Window]) -> _OfLabels:
    """How good the model was in some windows, of which the last is the page's own; nothing where a stage has none."""
    found = performing(decider, windows[-1])
    fair = parities(found)
    if found is not None:
        found.figures.read_ahead(found.windows[-AHEAD:])
    return {
        "performance": () if found is None else tuple(found.of(w) for w in windows),
        "fairness": () if fair is None else fair.of(windows[-1]),
    }
