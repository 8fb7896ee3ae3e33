"""*Fleet*: every monitor that has windows of one length."""

from grafana.description import Dashboard, Panel, Query, Source
from grafana.looks import BAD, DOUBT, FINE, QUIET, bars, colored, colored_words, leads, number, rows, steps, unit
from grafana.promql import containing, latest, newest, standing, windows_of
from grafana.shared import AIRFLOW, KIND, KIND_STEP, REPORTS, info, merged

STRENGTH, ALERT = "tidegauge_decision_strength_ratio", "tidegauge_decision_alert"
SPENT = "tidegauge_decision_budget_spent_ratio"
OUTSIDE = "tidegauge_fairness_outside_number"
INCIDENT, END = "tidegauge_incident", "tidegauge_window_end_timestamp_seconds"
OF_KIND = f"and on (monitor, stage) {newest(info())}"  # the monitors that have such windows
DURING = f"and on (monitor, stage) {containing(info())}"
OPEN = f"({newest(INCIDENT)} == 1) {OF_KIND}"
SOME = ((None, FINE), (1, BAD))
STANDS = {"open": BAD, "settled": DOUBT, "over": FINE}
SAID = {"open": "1", "settled": "0.5", "over": "0"}  # by its series
TO_MONITOR = leads(
    "This monitor", "/d/tidegauge-monitor?var-monitor=${__data.fields.monitor}&var-stage=${__data.fields.stage}"
)


def _spent() -> str:
    """How much of its budget each monitor has spent by its newest window: its stages add up."""
    return f"sum by (monitor) ({newest(SPENT)} {OF_KIND})"


NOW = (
    Panel(
        "Monitors",
        "Monitors that have decided a window in the time shown.",
        number(decimals=0),
        5,
        4,
        (Query(f"count(count by (monitor) ({newest(info())}))", "monitors", instant=True),),
    ),
    Panel(
        "Alerts in the newest windows",
        "Stages of monitors whose newest window is an alert that no planned silence covers.",
        number(decimals=0, limits=SOME),
        5,
        4,
        (Query(f"sum({standing(newest(ALERT))} {OF_KIND})", "alerts", instant=True),),
    ),
    Panel(
        "Open incidents",
        "Incidents that are open after the newest window of their monitor.",
        number(decimals=0, limits=SOME),
        5,
        4,
        (Query(f"count({OPEN}) or vector(0)", "open", instant=True),),
    ),
    Panel(
        "Alerts in 30 days, each stage",
        "The mean of all stages of all monitors; compare it with their budgets.",
        number(decimals=1, limits=((None, FINE), (2, DOUBT), (5, BAD))),
        5,
        4,
        (Query(f"avg(sum_over_time({windows_of(ALERT)}) {OF_KIND})", "alerts", instant=True),),
    ),
    Panel(
        "Budgets spent",
        "Monitors of which more incidents have opened in the budget's period than it bears.",
        number(decimals=0, limits=((None, FINE), (1, DOUBT))),
        4,
        4,
        (Query(f"count({_spent()} > 1) or vector(0)", "budgets", instant=True),),
    ),
)
MONITORS = (
    Panel(
        "Monitors, newest window",
        "A row for each stage of a monitor; its name leads to its own page.",
        rows(
            {
                "monitor": [TO_MONITOR],
                "strength": [*unit("short", 2), *colored(((None, FINE), (1, BAD)))],
                "alerts in 30 days": [*unit("short", 0), *colored(((None, QUIET), (2, DOUBT), (5, BAD)))],
                "budget spent": [*unit("percentunit", 0), *colored(((None, FINE), (1.01, DOUBT)))],
                "rates outside fairness": [*unit("short", 0), *colored(((None, FINE), (1, DOUBT)))],
                "rows": unit("short", 0),
                "window ended": unit("dateTimeFromNow"),
            },
            sort="strength",
        ),
        24,
        10,
        (
            Query(f"{newest(STRENGTH)} {OF_KIND}", instant=True, table=True),
            Query(f"sum_over_time({windows_of(ALERT)}) {OF_KIND}", instant=True, table=True),
            Query(f"{newest(SPENT)} {OF_KIND}", instant=True, table=True),
            Query(f"{newest('tidegauge_window_rows')} {OF_KIND}", instant=True, table=True),
            Query(f"{latest(END)} * 1000 {OF_KIND}", instant=True, table=True),
            Query(f"sum by (monitor, stage) ({standing(newest(OUTSIDE))}) {OF_KIND}", instant=True, table=True),
        ),
        merged(
            monitor="monitor",
            stage="stage",
            A="strength",
            B="alerts in 30 days",
            C="budget spent",
            F="rates outside fairness",
            D="rows",
            E="window ended",
        ),
    ),
)
OVER_TIME = (
    Panel(
        "Alerts in each window",
        "How many monitors alerted at once: many at once are seldom many causes.",
        steps(low=0, fill=30),
        14,
        9,
        (Query(f"sum by (stage) ({standing(containing(ALERT))} {DURING})", "{{stage}}"),),
    ),
    Panel(
        "Strangest, newest window",
        "Strength of each monitor's newest window, the ten highest: an alert above 1.",
        bars(decimals=2, limits=SOME),
        10,
        9,
        (Query(f"topk(10, {standing(newest(STRENGTH))} {OF_KIND})", "{{monitor}} {{stage}}", instant=True),),
    ),
    Panel(
        "Incidents in the time shown",
        "Open; or settled: quiet, not back and not answered; or over.",
        rows({"monitor": [TO_MONITOR], "state": colored_words(STANDS, SAID)}, sort="state"),
        24,
        8,
        (Query(f"{newest(INCIDENT)} {OF_KIND}", instant=True, table=True),),
        merged(monitor="monitor", stage="stage", severity="severity", incident="incident", Value="state"),
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-fleet",
    "tidegauge: fleet",
    "All monitors with windows of one length: who alerts, who is strange, what is open.",
    Source.PROMETHEUS,
    (KIND, KIND_STEP, REPORTS, AIRFLOW),
    (*NOW, *MONITORS, *OVER_TIME),
)
