"""What several dashboards share: variables, links, marks of incidents and silences, and tables made of answers."""

from grafana.description import Annotation, Link, Query, Reshape, Variable
from grafana.promql import LETTER, ONE, chosen, containing, label_values, series

INFO = "tidegauge_monitor_info"
MONITOR = Variable("monitor", "Monitor", label_values(INFO, "monitor"))
STAGE = Variable("stage", "Stage", label_values(series(INFO, chosen("monitor")), "stage"))
# of one monitor
STEP = Variable("step", "Window", label_values(series(INFO, ONE), "window"), regex=LETTER, hidden=True)
# of a fleet, which shows windows of one length at a time
KIND = Variable("kind", "Windows", label_values(INFO, "window"))
KIND_STEP = Variable(
    "step", "Window", label_values(series(INFO, chosen(window="kind")), "window"), regex=LETTER, hidden=True
)
# Where the reports lie and where Airflow answers: `python -m grafana.build --reports URL --airflow URL`.
REPORTS = Variable("reports", "Reports", "http://127.0.0.1:8000", kind="constant", hidden=True)
AIRFLOW = Variable("airflow", "Airflow", "http://127.0.0.1:8080", kind="constant", hidden=True)

TO_REPORTS = Link("Reports of this monitor", "${reports}/${monitor}/index.html")
TO_AIRFLOW = Link("Its runs in Airflow", "${airflow}/dags/${monitor}")

INCIDENTS = Annotation(
    "Incidents",
    Query(f"{containing(series('tidegauge_incident', ONE))} == 1", legend="incident, {{severity}}"),
    "red",
    "{{incident}}",
)
SILENCES = Annotation(
    "Planned silences",
    Query(f"{containing(series('tidegauge_decision_silenced', ONE))} == 1", legend="planned silence"),
    "purple",
)


def info() -> str:
    """1 for each stage of a monitor that has windows of the kind that is shown."""
    return series(INFO, chosen(window="kind"))


def merged(**names: str) -> tuple[Reshape, ...]:
    """One row for each set of labels, from queries that are tables; names gives columns theirs, in order.

    A label, or `A`, `B`, … for the value of a query; what is not named is left out.
    """
    shown = {f"Value #{key}" if len(key) == 1 else key: title for key, title in names.items()}
    return (
        Reshape("merge", {}),
        Reshape("filterFieldsByName", {"include": {"names": list(shown)}}),
        Reshape(
            "organize",
            {
                "excludeByName": {},
                "indexByName": {name: place for place, name in enumerate(shown)},
                "renameByName": shown,
            },
        ),
    )
