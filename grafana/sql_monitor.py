"""*Monitor*, from the SQL views of a store on PostgreSQL: no server of series, but sentences and retrainings."""

from grafana.description import Annotation, Dashboard, Panel, Query, Source, Variable
from grafana.looks import BAD, DOUBT, FINE, QUIET, banded, colored_words, number, rows, steps, unit, width, wrapped
from grafana.shared import AIRFLOW, REPORTS, TO_AIRFLOW, TO_REPORTS
from grafana.statements import choices, statement

LINKS = (TO_REPORTS, TO_AIRFLOW)
POINTS = "tidegauge_points AS p"
CHOSEN = "p.monitor = '$monitor' AND p.stage = '$stage' AND p.\"column\" <> '' AND p.expected IS NOT NULL"
ROWS = "p.stage = '$stage' AND p.\"column\" = '' AND p.statistic = 'rows'"
NUMBER = "p.stage = '$stage' AND p.\"column\" = '$column' AND p.statistic = '$statistic' AND p.segment = '*'"
WHEN = [*unit("dateTimeAsIso"), width(170)]
OPEN = {"opened": BAD, "continued": BAD, "reopened": BAD, "resolved": FINE, "settled": DOUBT}
INCIDENTS = {
    "begins": WHEN,
    "ends": WHEN,
    "status": [*colored_words(OPEN), width(95)],
    "severity": [width(85)],
    "alerts": [*unit("short", 0), width(75)],
    "strength": [*unit("short", 2), width(90)],
}
VERDICTS = {"alert": BAD, "broken": "purple", "fine": FINE, "learning": QUIET, "outage": DOUBT}


def _one(title: str, help_: str, query: str, look: object, width: int) -> Panel:
    return Panel(title, help_, look, width, 4, (Query(query, table=True),), links=LINKS)  # type: ignore[arg-type]


PANELS = (
    _one(
        "Strength",
        "How strange the newest window is, over what the budget allows: an alert above 1.",
        statement("newest", what="d.strength"),
        number(decimals=2, limits=((None, FINE), (1, BAD))),
        5,
    ),
    _one(
        "Alerts in 30 days",
        "Windows that alerted and that no planned silence covers; compare it with the budget.",
        statement("alerts"),
        number(decimals=0, limits=((None, FINE), (2, DOUBT), (5, BAD))),
        5,
    ),
    _one(
        "Open incidents",
        "Incidents that stand, whatever time is shown.",
        statement("open"),
        number(decimals=0, limits=((None, FINE), (1, BAD))),
        4,
    ),
    _one("Rows", "Rows in the newest window.", statement("newest", what='d."rows"'), number(decimals=0), 4),
    _one(
        "Newest window ended",
        "More than a window and its wait ago, a run is missing.",
        statement("newest", what="extract(epoch FROM d.ends) * 1000 AS ended"),
        number(unit="dateTimeFromNow"),
        6,
    ),
    Panel(
        "How strange each window was",
        "Above the dashed line a window is an alert; incidents, silences and retrainings are marked.",
        steps(low=0, fill=30, legend=False, limits=(1,)),
        24,
        7,
        (Query(statement("strength")),),
        links=LINKS,
    ),
    Panel(
        "$column: $statistic",
        "The band is what like windows had before: Sundays for a Sunday.",
        banded(),
        14,
        8,
        (Query(statement("number", where=NUMBER)),),
        links=LINKS,
    ),
    Panel(
        "Rows in each window",
        "The band is what like windows had before.",
        banded(low=0),
        10,
        8,
        (Query(statement("number", where=ROWS)),),
        links=LINKS,
    ),
    Panel(
        "What each window was",
        "The newest first, each with its sentence.",
        rows(
            {
                "window": WHEN,
                "verdict": [*colored_words(VERDICTS), width(90)],
                "strength": [*unit("short", 2), width(90)],
                "rows": [*unit("short", 0), width(90)],
                "sentence": wrapped(),
            }
        ),
        24,
        9,
        (Query(statement("decisions"), table=True),),
        links=LINKS,
    ),
    Panel(
        "What alerts point at",
        "The columns of each alert, strongest first, with what like windows had.",
        rows({"window": WHEN, "place": [*unit("short", 0), width(70)]}),
        24,
        8,
        (Query(statement("findings"), table=True),),
        links=LINKS,
    ),
    Panel(
        "Incidents",
        "Those that touch the time shown, the newest first.",
        rows(INCIDENTS),
        14,
        7,
        (Query(statement("incidents"), table=True),),
        links=LINKS,
    ),
    Panel(
        "What was asked for",
        "Sinks and actions of this monitor by what became of them, with a note where there is one.",
        rows({"state": [width(90)], "number": [*unit("short", 0), width(80)], "last failed": WHEN}),
        10,
        7,
        (Query(statement("deliveries"), table=True),),
        links=LINKS,
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-sql-monitor",
    "tidegauge: monitor (SQL)",
    "One stage of one monitor, from the store's own views.",
    Source.POSTGRES,
    (
        Variable("monitor", "Monitor", choices("d.monitor", "tidegauge_decisions AS d")),
        Variable("stage", "Stage", choices("d.stage", "tidegauge_decisions AS d", "d.monitor = '$monitor'")),
        Variable("column", "Column", choices('p."column"', POINTS, CHOSEN)),
        Variable(
            "statistic",
            "Number",
            choices("p.statistic", POINTS, CHOSEN + " AND p.\"column\" = '$column'"),
            first="location",
        ),
        REPORTS,
        AIRFLOW,
    ),
    PANELS,
    (
        Annotation("Incidents", Query(statement("marks_incidents"), table=True), "red"),
        Annotation("Planned silences", Query(statement("marks_silences"), table=True), "purple"),
        Annotation("Retrainings", Query(statement("marks_retrainings"), table=True), "blue"),
        Annotation("Models that serve", Query(statement("marks_champions"), table=True), "green"),
        Annotation("Fallbacks", Query(statement("marks_fallbacks"), table=True), "orange"),
    ),
)
