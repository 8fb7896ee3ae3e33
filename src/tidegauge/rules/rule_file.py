"""Monitors' rules as the YAML that Prometheus reads: one group, recorded series first, then the alerts.

Rules of a group are evaluated in their order, so an alert reads what was recorded in the same round.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from tidegauge.core.window import FIRST_STAGE
from tidegauge.rules.alerts import ALERTS, AlertRule
from tidegauge.rules.limits import Limits, look_back

RUNBOOKS = "docs/runbooks"  # where the pages lie in the tree
_MINE = "and on (monitor, stage) tidegauge:late_after:seconds"  # a monitor whose file is gone is nobody's any more

# what is recorded → the series that it is the newest value of, and how that is asked. A window that was forgotten is
# NaN: the end of the newest one that stands is the greatest, which passes over it.
ENDS, ALIVE = "tidegauge:window_end:seconds", "tidegauge_newest_window_end_timestamp_seconds"
NEWEST = {
    ENDS: ("max_over_time", "tidegauge_window_end_timestamp_seconds", ""),
    "tidegauge:decision:broken": ("last_over_time", "tidegauge_decision_broken", ""),
    "tidegauge:decision:provisional": ("last_over_time", "tidegauge_decision_provisional", ""),
    "tidegauge:budget_spent:ratio": ("last_over_time", "tidegauge_decision_budget_spent_ratio", ""),
    "tidegauge:outbox_lag:seconds": ("last_over_time", "tidegauge_decision_outbox_lag_seconds", ""),
    "tidegauge:fairness:outside": ("last_over_time", "tidegauge_fairness_outside_number", ""),
    "tidegauge:column:surprise": ("last_over_time", "tidegauge_signal_number", 'statistic="surprise", '),
}


def rules_text(limits: Sequence[Limits], runbooks: str = RUNBOOKS) -> str:
    """The file. `runbooks`: the address under which docs/runbooks is served, as `make site` builds it."""
    group = {"name": "tidegauge", "interval": "1m", "rules": [*_recorded(limits), *_alerts(runbooks)]}
    head = (
        "# Written by `tidegauge rules`; write it anew when a monitor comes, goes or changes its window or its delay.\n"
    )
    return head + yaml.safe_dump({"groups": [group]}, sort_keys=False, width=1000, allow_unicode=True)


def _recorded(limits: Sequence[Limits]) -> Iterator[dict[str, Any]]:
    for one in limits:
        for stage, age in one.late.items():
            yield _constant("tidegauge:late_after:seconds", age.total_seconds(), monitor=one.name, stage=stage)
    stages = list(look_back(limits)) or [(FIRST_STAGE, "1h")]  # of no monitor: what is asked is well written
    for name, (function, series, where) in NEWEST.items():
        asked = [f'{function}({series}{{{where}stage="{s}"}}[{b}])' for s, b in stages]
        yield {"record": name, "expr": _any(asked + (_alive(stages) if name == ENDS else []))}
    state = _any(f'last_over_time(tidegauge_incident{{stage="{s}"}}[{b}])' for s, b in stages)
    # `severity` is what Alertmanager routes by; the incident's own keeps its word under another name
    kept = f'label_replace({state}, "incident_severity", "$1", "severity", "(.*)")'
    yield {"record": "tidegauge:incident:state", "expr": f"max without (severity) ({kept})"}


def _constant(name: str, value: float, **labels: str) -> dict[str, Any]:
    return {"record": name, "expr": f"vector({value:.10g})", "labels": labels}


def _alive(stages: Sequence[tuple[str, str]]) -> list[str]:
    """The end of the newest window by the Pushgateway: of a run whose series wait for their receiver it knows too.

    It speaks of what was decided first of a window. So a receiver that is away is no late run, and told as what it is.
    """
    asked = (f"max_over_time({ALIVE}[{back}])" for stage, back in stages if stage == FIRST_STAGE)
    return [f'label_replace({one}, "stage", "{FIRST_STAGE}", "", "")' for one in asked]


def _any(queries: Iterable[str]) -> str:
    return f"({' or '.join(queries)}) {_MINE}"


def _alerts(runbooks: str) -> Iterator[dict[str, Any]]:
    for one in ALERTS:
        yield {
            "alert": one.name,
            "expr": one.expression,
            "for": one.holds,
            "labels": {"severity": one.urgency.value},
            "annotations": {"summary": one.summary, "runbook_url": page_of(one, runbooks)},
        }


def page_of(one: AlertRule, runbooks: str = RUNBOOKS) -> str:
    """Where an alert's page is: a file of the tree, or its address on the site."""
    return f"{runbooks.rstrip('/')}/{one.runbook}.{'html' if '://' in runbooks else 'md'}"
