"""How good a model is likely to have been where labels have not come: what status, JSON and Python show."""

from datetime import datetime

from tidegauge.core.estimate import Estimate
from tidegauge.core.window import FIRST_STAGE, STAGES, Window
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.performances import inside
from tidegauge.stages.estimating import Estimating, estimating


def estimating_by(deciding: Deciding) -> Estimating | None:
    """What tells them, of the stage that can; None where none can."""
    return next((found for stage in STAGES if (found := estimating(deciding.decider(stage))) is not None), None)


def estimates(deciding: Deciding, since: datetime | None = None, until: datetime | None = None) -> list[Estimate]:
    """Those of every decided window inside [since, until), oldest first."""
    found = estimating_by(deciding)
    if found is None:
        return []
    return [e for w in inside(_decided(deciding), since, until) for e in found.of(w)]


def newest_estimates(deciding: Deciding) -> tuple[Estimate, ...]:
    """Those of the newest decided window."""
    found, decided = estimating_by(deciding), _decided(deciding)
    return found.of(decided[-1]) if found is not None and decided else ()


def until_labels_come(deciding: Deciding, stage: str, window: Window) -> tuple[Estimate, ...]:
    """Those of a window that only its rows are decided of; none of what is told of another stage."""
    found = estimating_by(deciding) if stage == FIRST_STAGE else None
    return found.of(window) if found is not None else ()


def _decided(deciding: Deciding) -> list[Window]:
    """The windows whose rows are decided, oldest first: a replay counts those of others, which nobody was told of."""
    return list(deciding.store.decisions.evidences(deciding.monitor.name, FIRST_STAGE))
