"""*Column*: one number of one column, what like windows had, and its segments."""

from grafana.description import Dashboard, Panel, Query, Source, Variable
from grafana.looks import BAND, banded, rows, steps, unit
from grafana.promql import ONE, chosen, containing, label_values, newest, place_in_band, signal
from grafana.shared import AIRFLOW, INCIDENTS, MONITOR, REPORTS, SILENCES, STAGE, STEP, TO_AIRFLOW, TO_REPORTS, merged

LINKS = (TO_REPORTS, TO_AIRFLOW)
COLUMN, STATISTIC, WHOLE = chosen("column"), chosen("statistic"), 'segment="*"'
THAT_HAVE_A_BAND = 'statistic!="surprise", statistic!~"provisional-.*"'

PANELS = (
    Panel(
        "$column: $statistic",
        "The band is what like windows had before: Sundays for a Sunday.",
        banded(),
        24,
        10,
        tuple(Query(containing(signal(part, ONE, COLUMN, STATISTIC, WHOLE)), legend) for part, legend in BAND),
        links=LINKS,
    ),
    Panel(
        "How far outside of like windows",
        "In half-widths of their band, from its middle: beyond a dashed line the window lies outside of it.",
        steps(legend=False, limits=(-1, 1)),
        12,
        8,
        (Query(place_in_band("containing", ONE, COLUMN, STATISTIC, WHOLE), "half-widths"),),
        links=LINKS,
    ),
    Panel(
        "The whole (*) and its segments",
        "The same number of each segment that has a series.",
        steps(),
        12,
        8,
        (Query(containing(signal("", ONE, COLUMN, STATISTIC)), "{{segment}}"),),
        links=LINKS,
    ),
    Panel(
        "All numbers of $column, newest window",
        "Every number of this column that has a series, with the least, the middle and the most of like windows.",
        rows({name: unit("short", 3) for name in ("value", "least", "middle", "most")}),
        24,
        8,
        tuple(
            Query(newest(signal(part, ONE, COLUMN, THAT_HAVE_A_BAND)), instant=True, table=True)
            for part in ("", "low_", "expected_", "high_")
        ),
        merged(segment="segment", statistic="statistic", A="value", B="least", C="middle", D="most"),
        links=LINKS,
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-column",
    "tidegauge: column",
    "One number of one column: each window against like windows.",
    Source.PROMETHEUS,
    (
        MONITOR,
        STAGE,
        Variable("column", "Column", label_values(signal("", ONE, THAT_HAVE_A_BAND), "column")),
        Variable(
            "statistic",
            "Number",
            label_values(signal("", ONE, COLUMN, THAT_HAVE_A_BAND), "statistic"),
            first="location",
        ),
        STEP,
        REPORTS,
        AIRFLOW,
    ),
    PANELS,
    (INCIDENTS, SILENCES),
)
