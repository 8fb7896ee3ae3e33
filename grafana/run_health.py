"""*Run health*: whether monitors run at all, and whether what they say can be believed."""

from grafana.description import Dashboard, Panel, Query, Source
from grafana.fleet import DURING, END, OF_KIND, TO_MONITOR
from grafana.looks import DOUBT, FINE, QUIET, bars, colored, number, rows, steps, unit, width
from grafana.promql import containing, latest, newest, series, standing, windows_of
from grafana.shared import AIRFLOW, KIND, KIND_STEP, REPORTS, info, merged

INPUTS, LABELS = 'stage="inputs"', 'stage="labels"'
JUDGED = "tidegauge_decision_judged"
SOME = ((None, FINE), (1, DOUBT))
STATES = (
    ("not judged", f"1 - {containing(JUDGED)}"),
    ("contract broken", containing("tidegauge_decision_broken")),
    ("provisional", containing("tidegauge_decision_provisional")),
    ("planned silence", containing("tidegauge_decision_silenced")),
)
LATE = f"{latest(END)} * 1000"
LAG = "tidegauge_decision_outbox_lag_seconds"


def _now(title: str, help_: str, flag: str, *, off: bool = False) -> Panel:
    """How many stages have a flag on (or off) in their newest window."""
    asked = f"{newest(flag)} == bool 0" if off else newest(flag)
    query = Query(f"sum({standing(asked)} {OF_KIND})", title.lower(), instant=True)
    return Panel(title, help_, number(decimals=0, limits=SOME), 6, 4, (query,))


def _alive(metric: str, times: str = "") -> str:
    """What the Pushgateway says of monitors with such windows: it has no time but that of the scrape."""
    return f"max by (monitor) ({newest(metric)}{times}) and on (monitor) {newest(info())}"


PANELS = (
    _now(
        "Not judged",
        "Stages whose newest window was not judged: still learning, or the warehouse was away.",
        "tidegauge_decision_judged",
        off=True,
    ),
    _now(
        "Contracts broken",
        "Stages whose newest window breaks the contract with the log.",
        "tidegauge_decision_broken",
    ),
    _now(
        "Provisional",
        "Stages whose newest decision may change, for an earlier window is missing.",
        "tidegauge_decision_provisional",
    ),
    _now("Silenced", "Stages whose newest window a planned silence covers.", "tidegauge_decision_silenced"),
    Panel(
        "Monitors that decided each window",
        "A dip is a run that is missing; labels follow when they have come.",
        steps(low=0),
        12,
        8,
        (Query(f"count by (stage) ({standing(containing(info()))})", "{{stage}}"),),
    ),
    Panel(
        "What decisions are worth",
        "Stages in each window that were not judged, broke their contract, may change, or are silenced.",
        steps(low=0),
        12,
        8,
        tuple(Query(f"sum({standing(query)} {DURING})", name) for name, query in STATES),
    ),
    Panel(
        "Newest window of each monitor",
        "The oldest first: more than a window and its wait ago, a run is missing.",
        rows(
            {
                "monitor": [TO_MONITOR],
                "window ended": unit("dateTimeFromNow"),
                "ended at": [*unit("dateTimeAsIso"), width(180)],
                "windows in 30 days": unit("short", 0),
                "not judged in 30 days": [*unit("short", 0), *colored(SOME)],
            }
        ),
        24,
        9,
        (
            Query(f"sort({LATE} {OF_KIND})", instant=True, table=True),
            Query(f"{LATE} {OF_KIND}", instant=True, table=True),
            Query(f"count_over_time({windows_of(JUDGED)}) {OF_KIND}", instant=True, table=True),
            Query(
                f"(count_over_time({windows_of(JUDGED)}) - sum_over_time({windows_of(JUDGED)})) {OF_KIND}",
                instant=True,
                table=True,
            ),
        ),
        merged(
            monitor="monitor",
            stage="stage",
            A="window ended",
            B="ended at",
            C="windows in 30 days",
            D="not judged in 30 days",
        ),
    ),
    Panel(
        "Alive, by the Pushgateway",
        "When a decision was last delivered, how late that was, and what waits or was given up since.",
        rows(
            {
                "last delivered": unit("dateTimeFromNow"),
                "after its window": [*unit("s", 1), *colored(((None, QUIET),))],
                "waits": [*unit("short", 0), *colored(SOME)],
                "given up": [*unit("short", 0), *colored(SOME)],
            },
            sort="waits",
        ),
        12,
        8,
        (
            Query(_alive("tidegauge_last_success_timestamp_seconds", times=" * 1000"), instant=True, table=True),
            Query(_alive("tidegauge_lag_seconds"), instant=True, table=True),
            Query(_alive(series("tidegauge_undelivered", 'state="waiting"')), instant=True, table=True),
            Query(_alive(series("tidegauge_undelivered", 'state="given_up"')), instant=True, table=True),
        ),
        merged(monitor="monitor", A="last delivered", B="after its window", C="waits", D="given up"),
    ),
    Panel(
        "How far back deliveries wait",
        "How far before each window the oldest one lay of which something waited for its receiver; 0 where none did.",
        steps(unit="s", low=0),
        12,
        8,
        (Query(f"max by (monitor) ({containing(LAG)} {DURING})", "{{monitor}}"),),
    ),
    Panel(
        "How long labels are behind",
        "From the end of the newest window whose labels were judged to the end of the newest window.",
        bars(unit="s", decimals=1, limits=((None, FINE),)),
        10,
        8,
        (
            Query(
                f"topk(10, ({latest(series(END, INPUTS))} {OF_KIND}) - on (monitor) {latest(series(END, LABELS))})",
                "{{monitor}}",
                instant=True,
            ),
        ),
    ),
    Panel(
        "Rows, of what like windows had",
        "Each monitor's rows over the middle of like windows: 1 is as always.",
        steps(unit="percentunit", low=0),
        14,
        8,
        (
            Query(
                f"({containing(series('tidegauge_window_rows', INPUTS))} / "
                f"{containing(series('tidegauge_window_rows_expected', INPUTS))}) {DURING}",
                "{{monitor}}",
            ),
        ),
    ),
)

DASHBOARD = Dashboard(
    "tidegauge-run-health",
    "tidegauge: run health",
    "Whether monitors run, and whether what they say can be believed.",
    Source.PROMETHEUS,
    (KIND, KIND_STEP, REPORTS, AIRFLOW),
    PANELS,
)
