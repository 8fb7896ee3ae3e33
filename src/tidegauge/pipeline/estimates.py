"""How good a model is likely to have been where labels have not come: what status, JSON and Python show."""

from datetime import datetime

from tidegauge.core.estimate import Estimate
from tidegauge.core.window import FIRST_STAGE, STAGES
from tidegauge.pipeline.deciding import Deciding
from tidegauge.stages.estimating import Estimating, estimating


def estimating_by(deciding: Deciding) -> Estimating | None:
    """What tells them, of the stage that can; None where none can."""
    return next((found for stage in STAGES if (found := estimating(deciding.decider(stage))) is not None), None)


def estimates(deciding: Deciding, since: datetime | None = None, until: datetime | None = None) -> list[Estimate]:
    """Those of every window inside [since, until) whose rows are counted, oldest first."""
    found = estimating_by(deciding)
    if found is None:
        return []
    inside = [
        w for w in found.labels.predicted if (since is None or w.start >= since) and (until is None or w.end <= until)
    ]
    return [e for w in inside for e in found.of(w)]


def newest_estimates(deciding: Deciding) -> tuple[Estimate, ...]:
    """Those of the newest window that is decided: a replay counts rows of windows that no run has decided."""
    found = estimating_by(deciding)
    if found is None:
        return ()
    decided = deciding.store.decisions.evidences(deciding.monitor.name, FIRST_STAGE)
    told = [w for w in found.labels.predicted if w in decided]
    return found.of(told[-1]) if told else ()
