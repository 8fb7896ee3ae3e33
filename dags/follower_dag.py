"""A DAG that follows a monitor's alerts: what others do when one comes. A backfill's alerts start nothing.

An event says which window it is about. A burst of events may give one run, so it is a hint to look, not a list.
"""

from airflow.sdk import DAG, Asset, get_current_context, task

with DAG(
    "after-an-alert",
    schedule=[Asset(name="tidegauge://flights-delay/alert", uri="tidegauge://flights-delay/alert")],
    tags=["tidegauge", "example"],
) as dag:

    @task
    def alerted() -> list[str]:
        """The windows that alerted."""
        events = get_current_context()["triggering_asset_events"]
        return [event.extra["window"] for asset in events for event in events[asset]]

    alerted()
