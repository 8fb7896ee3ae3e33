"""*Fleet*, from the SQL views of a store on PostgreSQL that several monitors share."""

from grafana.description import Dashboard, Panel, Query, Source, Variable
from grafana.looks import BAD, DOUBT, FINE, colored, colored_words, leads, number, rows, steps, unit, width, wrapped
from grafana.shared import AIRFLOW, REPORTS
from grafana.sql_monitor import INCIDENTS, VERDICTS
from grafana.statements import choices, statement

NUMBER = [*unit("short", 0), width(100)]
SOME = ((None, FINE), (1, BAD))
TO_MONITOR = leads(
    "This monitor", "/d/tidegauge-sql-monitor?var-monitor=${__data.fields.monitor}&var-stage=${__data.fields.stage}"
)
ALERTS = "count(*) FILTER (WHERE n.verdict = 'alert' AND coalesce(n.silenced, '') = '') AS alerts"
UNJUDGED = "count(*) FILTER (WHERE n.verdict IN ('learning', 'outage', 'broken')) AS unjudged"
LISTED = 'n.monitor, n.stage, n.verdict, n.strength, n."rows", n.ends, n.sentence'


def _one(title: str, help_: str, query: str, limits: tuple[tuple[float | None, str], ...]) -> Panel:
    return Panel(title, help_, number(decimals=0, limits=limits), 6, 4, (Query(query, table=True),))


PANELS = (
    _one(
        "Monitors",
        "Monitors that have decided a window in the time shown.",
        statement("fleet_newest", what="count(DISTINCT n.monitor) AS monitors"),
        ((None, "text"),),
    ),
    _one(
        "Alerts in the newest windows",
        "Stages of monitors whose newest window is an alert that no planned silence covers.",
        statement("fleet_newest", what=ALERTS),
        SOME,
    ),
    _one("Open incidents", "Incidents that stand, whatever time is shown.", statement("fleet_open"), SOME),
    _one(
        "Not judged",
        "Stages whose newest window was not judged, or broke its contract.",
        statement("fleet_newest", what=UNJUDGED),
        ((None, FINE), (1, DOUBT)),
    ),
    Panel(
        "Monitors, newest window",
        "A row for each stage of a monitor, with its sentence; its name leads to its own page.",
        rows(
            {
                "monitor": [TO_MONITOR, width(150)],
                "stage": [width(80)],
                "verdict": [*colored_words(VERDICTS), width(90)],
                "strength": [*unit("short", 2), *colored(SOME), width(90)],
                "rows": [*unit("short", 0), width(90)],
                "ends": [*unit("dateTimeFromNow"), width(140)],
                "sentence": wrapped(),
            },
            sort="strength",
        ),
        24,
        10,
        (Query(statement("fleet_newest", what=LISTED), table=True),),
    ),
    Panel(
        "Alerts in each window",
        "How many monitors alerted at once: many at once are seldom many causes.",
        steps(low=0, fill=30),
        14,
        8,
        (Query(statement("fleet_alerts")),),
    ),
    Panel(
        "Alerts in each month",
        "Of all monitors, by stage and by where windows start in UTC; compare it with their budgets.",
        rows({"month": [width(110)], "stage": [width(110)], **dict.fromkeys(("judged", "alerts"), NUMBER)}),
        10,
        8,
        (Query(statement("fleet_months"), table=True),),
    ),
    Panel(
        "Incidents",
        "Those that touch the time shown, the ones that stand first.",
        rows(
            {
                "monitor": [TO_MONITOR, width(150)],
                "stage": [width(80)],
                **INCIDENTS,
            }
        ),
        24,
        9,
        (Query(statement("fleet_incidents"), table=True),),
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-sql-fleet",
    "tidegauge: fleet (SQL)",
    "All monitors of a store with windows of one length, from the store's own views.",
    Source.POSTGRES,
    (
        Variable("kind", "Windows", choices("split_part(d.\"window\", '/', 1)", "tidegauge_decisions AS d")),
        REPORTS,
        AIRFLOW,
    ),
    PANELS,
)
