"""*Monitor*: one stage of one monitor, window by window."""

from grafana.description import Dashboard, Panel, Query, Source, Variable
from grafana.looks import BAD, BAND, DOUBT, FINE, FORETOLD, banded, bars, foretold, number, rows, steps, unit
from grafana.promql import (
    ONE,
    chosen,
    containing,
    label_values,
    latest,
    newest,
    place_in_band,
    series,
    signal,
    windows_of,
)
from grafana.shared import AIRFLOW, INCIDENTS, MONITOR, REPORTS, SILENCES, STAGE, STEP, TO_AIRFLOW, TO_REPORTS, merged

LINKS = (TO_REPORTS, TO_AIRFLOW)
STRENGTH = series("tidegauge_decision_strength_ratio", ONE)
ALERT = series("tidegauge_decision_alert", ONE)
INPUTS = f'{chosen("monitor")},stage="inputs"'
LABELS = f'{chosen("monitor")},stage="labels"'
OWN = 'segment="*"'
WHOLE = chosen("monitor")
MEASURE = Variable(
    "measure",
    "Of labels",
    label_values(signal("", LABELS, 'statistic!="labelled-share", statistic!~"provisional-.*"'), "statistic"),
    first="auc",
)

NOW = (
    Panel(
        "Strength",
        "How strange the newest window is, over what the budget allows: an alert above 1.",
        number(decimals=2, limits=((None, FINE), (1, BAD))),
        5,
        4,
        (Query(newest(STRENGTH), "strength", instant=True),),
        links=LINKS,
    ),
    Panel(
        "Alerts in 30 days",
        "Windows that alerted, each counted once whatever was corrected; compare it with the budget.",
        number(decimals=0, limits=((None, FINE), (2, DOUBT), (5, BAD))),
        5,
        4,
        (Query(f"sum_over_time({windows_of(ALERT)})", "alerts", instant=True),),
        links=LINKS,
    ),
    Panel(
        "Open incidents",
        "Incidents that are open after the newest window.",
        number(decimals=0, limits=((None, FINE), (1, BAD))),
        4,
        4,
        (Query(f"count({newest(series('tidegauge_incident', ONE))} == 1) or vector(0)", "open", instant=True),),
        links=LINKS,
    ),
    Panel(
        "Rows",
        "Rows in the newest window.",
        number(decimals=0),
        4,
        4,
        (Query(newest(series("tidegauge_window_rows", ONE)), "rows", instant=True),),
        links=LINKS,
    ),
    Panel(
        "Newest window ended",
        "More than a window and its wait ago, a run is missing.",
        number(unit="dateTimeFromNow"),
        6,
        4,
        (Query(f"{latest(series('tidegauge_window_end_timestamp_seconds', ONE))} * 1000", "ended", instant=True),),
        links=LINKS,
    ),
)
OVER_TIME = (
    Panel(
        "How strange each window was",
        "Above the dashed line a window is an alert; incidents and planned silences are marked.",
        steps(low=0, fill=30, legend=False, limits=(1,)),
        24,
        7,
        (Query(containing(STRENGTH), "strength"),),
        links=LINKS,
    ),
    Panel(
        "Rows in each window",
        "The band is what like windows had before: Sundays for a Sunday.",
        banded(low=0),
        8,
        8,
        tuple(
            Query(containing(series(f"tidegauge_window_rows_{part}".rstrip("_"), ONE)), legend) for part, legend in BAND
        ),
        links=LINKS,
    ),
    Panel(
        "Labels that have come",
        "The share of each window's predictions that has its label by now, whatever stage is shown.",
        banded(unit="percentunit", low=0),
        8,
        8,
        tuple(Query(containing(signal(part, LABELS, 'statistic="labelled-share"')), legend) for part, legend in BAND),
        links=LINKS,
    ),
    Panel(
        "Predictions and labels: $measure",
        "How well each window's predictions fitted their labels, whatever stage is shown.",
        banded(),
        8,
        8,
        tuple(Query(containing(signal(part, LABELS, chosen(statistic="measure"))), legend) for part, legend in BAND),
        links=LINKS,
    ),
    *(
        Panel(
            f"{title}, estimated until labels come",
            "From each window's own scores, by the labels that were known then; nothing where that is worth nothing.",
            foretold(),
            12,
            7,
            (
                *(
                    Query(containing(series(f"tidegauge_estimate{part}_{unit}", WHOLE, of)), legend)
                    for part, legend in FORETOLD
                ),
                Query(containing(signal("", LABELS, of)), "by its labels"),
            ),
            links=LINKS,
        )
        for title, unit, of in (
            ("Accuracy", "ratio", 'statistic="accuracy"'),
            ("AUC", "number", 'statistic="auc"'),
        )
    ),
)
COLUMNS = (
    Panel(
        "Furthest outside, newest window",
        "Distance from the middle of like windows, in half-widths of their band: beyond 1 it is outside of it.",
        bars(limits=((None, FINE), (1, DOUBT), (2, BAD))),
        12,
        9,
        (
            Query(
                f"topk(8, abs({place_in_band('newest', ONE, OWN)}))",
                "{{column}} {{statistic}}",
                instant=True,
            ),
        ),
        links=LINKS,
    ),
    Panel(
        "Surprise of each column",
        "Inputs, whatever stage is shown: minus the logarithm of the chance of so much strangeness at once.",
        steps(low=0),
        12,
        9,
        (Query(containing(series("tidegauge_signal_number", INPUTS, 'statistic="surprise"')), "{{column}}"),),
        links=LINKS,
    ),
    Panel(
        "Numbers of the newest window",
        "Every number that has a series, with the least, the middle and the most of like windows.",
        rows({name: unit("short", 3) for name in ("value", "least", "middle", "most")}),
        24,
        9,
        tuple(
            Query(newest(signal(part, ONE)), instant=True, table=True) for part in ("", "low_", "expected_", "high_")
        ),
        merged(column="column", segment="segment", statistic="statistic", A="value", B="least", C="middle", D="most"),
        links=LINKS,
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-monitor",
    "tidegauge: monitor",
    "One stage of one monitor: what each window was, and what lies outside of what like windows were.",
    Source.PROMETHEUS,
    (MONITOR, STAGE, MEASURE, STEP, REPORTS, AIRFLOW),
    (*NOW, *OVER_TIME, *COLUMNS),
    (INCIDENTS, SILENCES),
)
