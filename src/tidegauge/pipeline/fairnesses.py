"""Whether a monitor's model treats groups alike: what status, JSON and Python show."""

from datetime import datetime

from tidegauge.core.parity import Fairness
from tidegauge.pipeline.deciding import Deciding
from tidegauge.pipeline.performances import inside, told_by
from tidegauge.stages.parities import parities


def newest_fairness(deciding: Deciding) -> tuple[Fairness, ...]:
    """Up to the newest decided window that has labels (the newest at all, where none has): one of each column."""
    performing = told_by(deciding) if deciding.monitor.fairness else None
    found = parities(performing)
    if found is None or performing is None:
        return ()
    newest = performing.windows[-1]
    return found.of(next((w for w in reversed(performing.windows) if performing.figures.counted(w).labelled), newest))


def fairness_of(
    deciding: Deciding, since: datetime | None = None, until: datetime | None = None, at: datetime | None = None
) -> list[Fairness]:
    """That of every decided window inside [since, until), oldest first; `at`: by what was known at a moment."""
    performing = told_by(deciding, at=at) if deciding.monitor.fairness else None
    found = parities(performing)
    if found is None or performing is None:
        return []
    return [one for w in inside(performing.windows, since, until, at) for one in found.of(w)]
