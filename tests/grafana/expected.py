"""What each query that is more than a look at one window ought to answer, reckoned from the store without PromQL."""

from collections.abc import Callable, Mapping

from tests.grafana.truth import Truth
from tidegauge.core.window import STAGES, Window

Answer = list[float]
Reckon = Callable[[Truth, Window, Mapping[str, str]], Answer]
JUDGED, BROKEN = "tidegauge_decision_judged", "tidegauge_decision_broken"
PROVISIONAL, SILENCED = "tidegauge_decision_provisional", "tidegauge_decision_silenced"
ALERT, STRENGTH = "tidegauge_decision_alert", "tidegauge_decision_strength_ratio"
OUTSIDE = "tidegauge_fairness_outside_number"
SPENT, LAG = "tidegauge_decision_budget_spent_ratio", "tidegauge_decision_outbox_lag_seconds"
END, ROWS = "tidegauge_window_end_timestamp_seconds", "tidegauge_window_rows"


def _each(name: str, times: float = 1.0) -> Reckon:
    """A metric of every stage."""
    return lambda t, w, _: [times * v for v in t.of_metric(w, name).values()]


def _how_many(name: str, value: float = 1.0) -> Reckon:
    """In how many stages a flag has a value."""
    return lambda t, w, _: [sum(t.counted([w], name, stage, value) for stage in STAGES)]


def _in_a_month(name: str, value: float = 1.0) -> Reckon:
    """In how many windows of a month, for each stage."""
    return lambda t, w, _: [t.counted(t.midnights(w), name, stage, value) for stage in STAGES]


def _furthest(t: Truth, w: Window, chosen: Mapping[str, str]) -> Answer:
    far = t.outside(w, stage=chosen["stage"], segment="*").values()
    return sorted((abs(v) for v in far if v == v), reverse=True)[:8]  # noqa: PLR0124 - not NaN


def _of_column(t: Truth, w: Window, chosen: Mapping[str, str]) -> Answer:
    which = {"stage": chosen["stage"], "column": chosen["column"], "statistic": chosen["statistic"]}
    return list(t.outside(w, segment="*", **which).values())


def _flag(name: str) -> Reckon:
    """1 where a flag of the chosen stage is on, else nothing."""
    return lambda t, w, chosen: [1.0] * t.counted([w], name, chosen["stage"])


def _incidents(t: Truth, w: Window, chosen: Mapping[str, str]) -> Answer:
    return [1.0] * t.open_in(w, chosen["stage"])


def _rows(t: Truth, w: Window, _: Mapping[str, str]) -> Answer:
    return [t.one(w, ROWS, stage="inputs") / t.one(w, f"{ROWS}_expected", stage="inputs")]


def _one_each(number: float) -> Reckon:
    return lambda t, w, _: [number] * len(STAGES)


def _spent(t: Truth, w: Window, _: Mapping[str, str]) -> Answer:
    """1 where the stages of the one monitor have spent more than its budget, together."""
    return [float(sum(t.of_metric(w, SPENT).values()) > 1)]


def _alive(name: str, times: float = 1.0, **labels: str) -> Reckon:
    """What the Pushgateway says."""
    return lambda t, w, _: [times * t.alive[name, tuple(labels.items())]]


EXPECTED: dict[tuple[str, str, int], Reckon] = {
    ("monitor", "Incidents", 0): _incidents,
    ("column", "Incidents", 0): _incidents,
    ("monitor", "Planned silences", 0): _flag(SILENCED),
    ("column", "Planned silences", 0): _flag(SILENCED),
    ("monitor", "Alerts in 30 days", 0): lambda t, w, chosen: [t.counted(t.midnights(w), ALERT, chosen["stage"])],
    ("monitor", "Open incidents", 0): lambda t, w, chosen: [t.open_in(w, chosen["stage"])],
    ("monitor", "Newest window ended", 0): lambda t, w, _: [w.end.timestamp() * 1000],
    ("monitor", "Furthest outside, newest window", 0): _furthest,
    ("column", "How far outside of like windows", 0): _of_column,
    ("fleet", "Monitors", 0): lambda t, w, _: [1],
    ("fleet", "Alerts in the newest windows", 0): _how_many(ALERT),
    ("fleet", "Open incidents", 0): lambda t, w, _: [t.open_in(w, *STAGES)],
    ("fleet", "Alerts in 30 days, each stage", 0): lambda t, w, _: [
        sum(t.counted(t.midnights(w), ALERT, stage) for stage in STAGES) / len(STAGES)
    ],
    ("fleet", "Monitors, newest window", 0): _each(STRENGTH),
    ("fleet", "Monitors, newest window", 1): _in_a_month(ALERT),
    ("fleet", "Budgets spent", 0): _spent,
    ("fleet", "Monitors, newest window", 2): _each(SPENT),
    ("fleet", "Monitors, newest window", 3): _each(ROWS),
    ("fleet", "Monitors, newest window", 4): _each(END, 1000),
    ("fleet", "Monitors, newest window", 5): lambda t, w, _: [v for v in t.of_metric(w, OUTSIDE).values() if v >= 0],
    ("fleet", "Alerts in each window", 0): _each(ALERT),
    ("fleet", "Strangest, newest window", 0): _each(STRENGTH),
    ("run-health", "Not judged", 0): _how_many(JUDGED, 0),
    ("run-health", "Contracts broken", 0): _how_many(BROKEN),
    ("run-health", "Provisional", 0): _how_many(PROVISIONAL),
    ("run-health", "Silenced", 0): _how_many(SILENCED),
    ("run-health", "Monitors that decided each window", 0): _one_each(1),
    ("run-health", "What decisions are worth", 0): _how_many(JUDGED, 0),
    ("run-health", "What decisions are worth", 1): _how_many(BROKEN),
    ("run-health", "What decisions are worth", 2): _how_many(PROVISIONAL),
    ("run-health", "What decisions are worth", 3): _how_many(SILENCED),
    ("run-health", "Newest window of each monitor", 0): _each(END, 1000),
    ("run-health", "Newest window of each monitor", 1): _each(END, 1000),
    ("run-health", "Newest window of each monitor", 2): lambda t, w, _: [
        sum(bool(t.of_metric(each, JUDGED, stage=stage)) for each in t.midnights(w)) for stage in STAGES
    ],
    ("run-health", "Newest window of each monitor", 3): _in_a_month(JUDGED, 0),
    ("run-health", "Alive, by the Pushgateway", 0): _alive("tidegauge_last_success_timestamp_seconds", 1000),
    ("run-health", "Alive, by the Pushgateway", 1): _alive("tidegauge_lag_seconds"),
    ("run-health", "Alive, by the Pushgateway", 2): _alive("tidegauge_undelivered", state="waiting"),
    ("run-health", "Alive, by the Pushgateway", 3): _alive("tidegauge_undelivered", state="given_up"),
    ("run-health", "How far back deliveries wait", 0): lambda t, w, _: [max(t.of_metric(w, LAG).values())],
    ("run-health", "How long labels are behind", 0): lambda t, w, _: [0],
    ("run-health", "Rows, of what like windows had", 0): _rows,
}
