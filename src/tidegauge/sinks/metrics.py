"""A report as metrics: few names, few labels, few series, whatever the data holds.

A label's value is what a time series costs: one more category in a label is one more series for ever. So only columns
(at most `COLUMNS` of them) and their segments are labels, never values of data beyond a segment's name, and each is
bounded in length.

No name here is one of those in event time (`event_time.METRICS`): where both sinks end in one Prometheus, a query by
that name would find two series for one.
"""

from collections.abc import Iterable, Iterator
from math import isfinite

from prometheus_client import CollectorRegistry
from prometheus_client import Gauge as Family

from tidegauge.core.decision import Finding, Verdict
from tidegauge.core.incident import Severity
from tidegauge.core.parity import Fairness, Lies
from tidegauge.core.window import VOLUME
from tidegauge.reports.report import Report
from tidegauge.sinks.base import Gauge, Liveness
from tidegauge.wording.text import column_name, one_line

COLUMNS = 60  # findings that become series, strongest first
LENGTH = 120  # characters of a label's value

HELP = {
    "tidegauge_alert": "1 where the newest decision is an alert that no planned silence covers, else 0",
    "tidegauge_verdict": "1 for the newest decision's verdict, 0 for the others",
    "tidegauge_decision_strength": "Strength of the newest decision; an alert when above 1",
    "tidegauge_provisional": "1 while an earlier window is missing, so that the decision may change",
    "tidegauge_silenced": "1 where a planned silence covers the window, so that nobody is to be told",
    "tidegauge_incident_open": "1 while the incident that the decision belongs to is open",
    "tidegauge_open_incidents": "Incidents that are open after the newest decision, by severity",
    "tidegauge_rows": "Rows in the window",
    "tidegauge_decided_window_start_timestamp_seconds": "Where the newest decided window starts",
    "tidegauge_decided_window_end_timestamp_seconds": "Where it ends; its age tells a missing run",
    "tidegauge_column_strength": "What a column adds to the newest decision: its surprise beyond the plain",
    "tidegauge_column_surprise": "Surprise of a column's most telling score: minus log10 of its probability",
    "tidegauge_column_z": "Distance of that score from what was expected, in spreads between past windows",
    "tidegauge_column_value": "That score's value",
    "tidegauge_column_expected": "What was expected of it",
    "tidegauge_column_least": "The least that it was in like windows before",
    "tidegauge_column_most": "The most that it was in like windows before",
    "tidegauge_column_low": "Below this, the number alone would be an alert",
    "tidegauge_column_high": "Above this, the number alone would be an alert",
    "tidegauge_performance": "How good the model was in the newest decided window, by its labels; "
    "provisional-… while too few have come: as it is to be",
    "tidegauge_labels_come": "The share of the labels of the newest decided window that used to be there by its age",
    "tidegauge_performance_middle": "The middle of the same number in like windows before",
    "tidegauge_performance_least": "The least that it was in like windows before",
    "tidegauge_performance_most": "The most that it was in like windows before",
    "tidegauge_parity_ratio": "A group's rate as a multiple of the base group's, over the last weeks of labels",
    "tidegauge_parity_low": "Lower end of its 95 % interval",
    "tidegauge_parity_high": "Upper end of its 95 % interval",
    "tidegauge_parity_outside": "1 where that interval lies wholly outside the band that was declared fair, else 0",
    "tidegauge_undelivered": "What could not be delivered, by state: waits for its next try, or given up",
    "tidegauge_undelivered_since_timestamp_seconds": "Since when the oldest of what waits could not be delivered",
    "tidegauge_last_success_timestamp_seconds": "When a live window's decision was last delivered",
    "tidegauge_newest_window_end_timestamp_seconds": "Where the newest window ends of which a decision was delivered",
    "tidegauge_lag_seconds": "How long after that end it was delivered",
}


def gauges(report: Report) -> tuple[Gauge, ...]:
    """Every sample of a report; monitor and stage are not labels here but the group that they are pushed under."""
    found = report.decision.findings
    return (*_decision(report), *_columns(found), *_performance(report), *_fairness(report.fairness))


def _decision(report: Report) -> Iterator[Gauge]:
    decision, incident = report.decision, report.incident
    yield Gauge("tidegauge_alert", float(decision.verdict is Verdict.ALERT and decision.is_told))
    for verdict in Verdict:
        yield Gauge("tidegauge_verdict", float(decision.verdict is verdict), {"verdict": verdict.value})
    yield Gauge("tidegauge_decision_strength", decision.strength)
    yield Gauge("tidegauge_provisional", float(decision.provisional))
    yield Gauge("tidegauge_incident_open", float(incident is not None and incident.is_open))
    yield Gauge("tidegauge_silenced", float(bool(decision.silenced)))
    for severity in Severity:
        count = sum(i.severity is severity for i in report.ongoing)
        yield Gauge("tidegauge_open_incidents", float(count), {"severity": severity.value})
    yield Gauge("tidegauge_rows", float(decision.rows))
    yield Gauge("tidegauge_decided_window_start_timestamp_seconds", decision.window.start.timestamp())
    yield Gauge("tidegauge_decided_window_end_timestamp_seconds", decision.window.end.timestamp())


def _columns(findings: tuple[Finding, ...]) -> Iterator[Gauge]:
    """A column is told once: names that become equal once cut would be one series with two values."""
    told: set[tuple[str, str]] = set()
    for finding in findings:
        if len(told) == COLUMNS:
            return
        column = column_name(VOLUME) if finding.column == VOLUME else one_line(finding.column, LENGTH)
        where = (column, one_line(finding.segment, LENGTH))
        if where in told:
            continue
        told.add(where)
        labels = {"column": where[0], "segment": where[1]}
        yield Gauge("tidegauge_column_strength", finding.strength, labels)
        for score in finding.scores[:1]:
            for key in ("surprise", "z"):
                if isfinite(getattr(score, key)):  # of a window without rows there is neither
                    yield Gauge(f"tidegauge_column_{key}", getattr(score, key), labels)
            telling = {**labels, "statistic": one_line(score.statistic, LENGTH)}
            for key in ("value", "expected", "least", "most", "low", "high"):
                amount = float(getattr(score, key))
                if isfinite(amount):  # what only rises has one edge, and a first window no like ones
                    yield Gauge(f"tidegauge_column_{key}", amount, telling)


def _performance(report: Report) -> Iterator[Gauge]:
    """How good the model was in the window, on a fine day too; what cannot be said is no sample."""
    told = report.performance[-1] if report.performance else None
    if told is not None and isfinite(told.come):
        yield Gauge("tidegauge_labels_come", told.come)
    for figure in told.figures if told else ():
        labels = {
            "statistic": ("provisional-" if told and told.provisional else "") + one_line(figure.statistic, LENGTH)
        }
        numbers = {"": figure.value, "_middle": figure.middle, "_least": figure.least, "_most": figure.most}
        for part, amount in numbers.items():
            if isfinite(amount):
                yield Gauge(f"tidegauge_performance{part}", amount, labels)


def _fairness(some: Iterable[Fairness]) -> Iterator[Gauge]:
    """How groups are treated beside the base group; what cannot be said is no sample."""
    told: set[tuple[str, ...]] = set()
    for one in (p for each in some for p in each.parities):
        where = one_line(one.column, LENGTH), one_line(one.group, LENGTH), one.rate
        if where in told or one.lies is Lies.FEW:
            continue
        told.add(where)
        labels = dict(zip(("column", "group", "rate"), where, strict=True))
        yield Gauge("tidegauge_parity_outside", float(one.lies is Lies.OUTSIDE), labels)
        for name, amount in {"ratio": one.ratio, "low": one.low, "high": one.high}.items():
            if isfinite(amount):
                yield Gauge(f"tidegauge_parity_{name}", amount, labels)


def registry(report: Report) -> CollectorRegistry:
    """The same samples for prometheus-client, in a registry of their own."""
    return _registry(gauges(report))


def alive(liveness: Liveness) -> CollectorRegistry:
    """Whether a monitor runs, and how much it could not deliver. Of what is not known there is no sample."""
    counts = {"waiting": liveness.waiting, "given_up": liveness.given_up}
    told = [Gauge("tidegauge_undelivered", float(n), {"state": state}) for state, n in counts.items()]
    moments = {
        "tidegauge_undelivered_since_timestamp_seconds": liveness.since,
        "tidegauge_last_success_timestamp_seconds": liveness.success,
        "tidegauge_newest_window_end_timestamp_seconds": liveness.newest,
    }
    told += [Gauge(name, moment.timestamp()) for name, moment in moments.items() if moment is not None]
    if liveness.lag is not None:
        told.append(Gauge("tidegauge_lag_seconds", liveness.lag.total_seconds()))
    return _registry(told)


def _registry(samples: Iterable[Gauge]) -> CollectorRegistry:
    out = CollectorRegistry()
    families: dict[str, Family] = {}
    for gauge in samples:
        names = tuple(gauge.labels)
        if gauge.name not in families:
            families[gauge.name] = Family(gauge.name, HELP[gauge.name], names, registry=out)
        family = families[gauge.name]
        (family.labels(**gauge.labels) if names else family).set(gauge.value)
    return out
