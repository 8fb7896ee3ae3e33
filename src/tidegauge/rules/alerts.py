"""What somebody is told, how urgently, and where it says what to do: one list, which rules and runbooks are held to.

`page` wakes somebody, once an incident. `ticket` is for the morning. `reminder` is of what stands and was told, and
comes rarely. `info` is there for whoever looks, and sent to nobody.
"""

from dataclasses import dataclass
from enum import StrEnum

from tidegauge.core.window import FIRST_STAGE

STRANGE = 3  # the surprise from which on a column is named beside its incident: once in a thousand windows
PATIENCE = 6 * 3600  # seconds that a delivery may wait: longer than a restart of its receiver


class Urgency(StrEnum):
    """Whom a notice goes to: the label `severity`, by which Alertmanager routes."""

    PAGE = "page"
    TICKET = "ticket"
    REMINDER = "reminder"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alert of Prometheus. `holds`: for how long its expression must be true, so that nothing half-done is told."""

    name: str
    runbook: str  # a page of docs/runbooks
    expression: str
    urgency: Urgency
    summary: str
    holds: str = "5m"


_END = "max by (monitor, stage) (tidegauge:window_end:seconds{{{stages}}})"
_AGE = f"time() - {_END} > on (monitor, stage) tidegauge:late_after:seconds"
_FIRST, _FOLLOWING = f'stage="{FIRST_STAGE}"', f'stage!="{FIRST_STAGE}"'
_OPEN = "(tidegauge:incident:state == 1)"
_MINE = "and on (monitor) tidegauge:late_after:seconds"  # a gateway forgets no monitor, though its file is gone
_WHO = "{{ $labels.monitor }} ({{ $labels.stage }})"

ALERTS = (
    # a backfill arrives in batches: in between, an incident of its past may look open
    AlertRule(
        "TidegaugeIncident",
        "incident",
        "tidegauge:incident:state == 1",
        Urgency.PAGE,
        f"{_WHO}: something has changed; incident {{{{ $labels.incident }}}}, {{{{ $labels.incident_severity }}}}",
        "2m",
    ),
    AlertRule(
        "TidegaugeIncidentSettled",
        "incident-settled",
        "tidegauge:incident:state == 0.5",
        Urgency.REMINDER,
        f"{_WHO}: incident {{{{ $labels.incident }}}} is quiet, not back, and nobody has answered it",
        "2m",
    ),
    AlertRule(
        "TidegaugeColumn",
        "column",
        f"tidegauge:column:surprise > {STRANGE} and on (monitor, stage) {_OPEN}",
        Urgency.INFO,
        "{{ $labels.column }} of {{ $labels.monitor }} is a part of an incident",
        "2m",
    ),
    # a broken window opens an incident, which pages: this is for one that a backfill or a silence kept quiet
    AlertRule(
        "TidegaugeContractBroken",
        "contract-broken",
        f"tidegauge:decision:broken == 1 unless on (monitor, stage) {_OPEN}",
        Urgency.TICKET,
        f"{_WHO}: the newest window's data break the contract",
    ),
    AlertRule(
        "TidegaugeRunLate",
        "run-late",
        _AGE.format(stages=_FIRST),
        Urgency.TICKET,
        f"{_WHO}: the newest decided window ended {{{{ $value | humanizeDuration }}}} ago",
    ),
    AlertRule(
        "TidegaugeLabelsLate",
        "labels-late",
        _AGE.format(stages=_FOLLOWING),
        Urgency.TICKET,
        "{{ $labels.monitor }}: the newest window with judged {{ $labels.stage }} "
        "ended {{ $value | humanizeDuration }} ago",
    ),
    AlertRule(
        "TidegaugeSilent",
        "silent",
        f"tidegauge:late_after:seconds{{{_FIRST}}} unless on (monitor, stage) tidegauge:window_end:seconds",
        Urgency.TICKET,
        "{{ $labels.monitor }}: Prometheus has no window of it at all",
        "1d",
    ),
    AlertRule(
        "TidegaugeWindowMissing",
        "window-missing",
        "tidegauge:decision:provisional == 1",
        Urgency.TICKET,
        f"{_WHO}: a window before the newest one was never run",
    ),
    AlertRule(
        "TidegaugeDeliveryLate",
        "delivery-late",
        f"(time() - min by (monitor) (tidegauge_undelivered_since_timestamp_seconds) > {PATIENCE}"
        f" or max by (monitor) (tidegauge:outbox_lag:seconds) > {PATIENCE}) {_MINE}",
        Urgency.TICKET,
        "{{ $labels.monitor }}: something could not be delivered for {{ $value | humanizeDuration }}",
    ),
    AlertRule(
        "TidegaugeGivenUp",
        "given-up",
        f'(max by (monitor) (tidegauge_undelivered{{state="given_up"}}) > 0) {_MINE}',
        Urgency.TICKET,
        "{{ $labels.monitor }}: {{ $value }} deliveries were given up",
    ),
    AlertRule(
        "TidegaugeUnfair",
        "unfair",
        "(max by (monitor, column, group, rate) (tidegauge_parity_outside) == 1"
        " or max by (monitor, column) (tidegauge:fairness:outside) > 0"
        f" unless on (monitor, column) tidegauge_parity_outside) {_MINE}",
        Urgency.TICKET,
        "{{ $labels.monitor }}: {{ if $labels.group }}{{ $labels.rate }} of {{ $labels.column }} {{ $labels.group }} is"
        "{{ else }}{{ $value }} rates of groups of {{ $labels.column }} are{{ end }} outside the band declared fair",
    ),
    AlertRule(
        "TidegaugeBudgetSpent",
        "budget-spent",
        "sum by (monitor) (tidegauge:budget_spent:ratio) > 1",
        Urgency.TICKET,
        "{{ $labels.monitor }}: {{ $value | humanize }} times as many incidents as its budget bears",
    ),
)
