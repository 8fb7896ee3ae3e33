"""What a run tells others: events of two assets, for their DAGs to follow.

`tidegauge://MONITOR/decided` for each decision, `tidegauge://MONITOR/alert` for each alert among them that no planned
silence covers: whoever follows those retrains, and in a silence nothing is to be started. An alias stands as the
task's outlet, because a task that names an asset itself tells of it whenever it ends well: also where nothing was
decided, and in a backfill.
"""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, AssetAlias

from tidegauge.core.decision import Decision, Verdict

DECIDED, ALERT = "decided", "alert"


def asset(monitor: str, what: str) -> Asset:
    """The asset of a monitor for `DECIDED` or `ALERT`."""
    uri = f"tidegauge://{monitor}/{what}"
    return Asset(name=uri, uri=uri, group="tidegauge")


def outlets(monitor: str) -> list[AssetAlias]:
    """What the task that decides stands as the source of."""
    return [_alias(monitor)]


def tell(outlet_events: Any, monitor: str, made: Sequence[Decision]) -> None:  # noqa: ANN401 - Airflow's own
    """Tell of decisions. It may come twice for a window: a task that is tried again tells again."""
    ours = outlet_events[_alias(monitor)]
    for decision in made:
        extra = {
            "window": decision.window.key,
            "stage": decision.stage,
            "verdict": decision.verdict.value,
            "evidence": decision.evidence,
        }
        ours.add(asset(monitor, DECIDED), extra=extra)
        if decision.verdict is Verdict.ALERT and decision.is_told:
            ours.add(asset(monitor, ALERT), extra=extra)


def _alias(monitor: str) -> AssetAlias:
    return AssetAlias(name=f"tidegauge://{monitor}", group="tidegauge")
