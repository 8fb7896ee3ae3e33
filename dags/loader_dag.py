"""A loader that says which day's rows have landed. Put its two lines into your own, which has the rows.

A monitor follows it with `schedule: {on: {asset: inference_log, partitioned: true}}`: each day gets a run of its
own, as soon as it is there, however many land at once.
"""

from airflow.sdk import DAG, Asset, Param, get_current_context, task

LANDED = Asset("inference_log")

with DAG(
    "load-inference-log",
    schedule=None,  # yours has a timetable of its own
    tags=["tidegauge", "example"],
    params={"day": Param("2013-04-01", type="string", format="date", title="Whose rows to load")},
) as dag:

    @task(outlets=[LANDED])
    def load() -> None:
        """Load a day, then say so. Only a task that ended well is believed."""
        context = get_current_context()
        day = context["params"]["day"]
        # … here the rows are written …
        context["outlet_events"][LANDED].add_partitions(day)

    load()
