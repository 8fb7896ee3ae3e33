"""DAGs of every kind of schedule, as people write them, around New York's clock changes of 2013.

Which window does Airflow give their runs? test_windows_of_runs.py asks.
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    DAG,
    Asset,
    CronDataIntervalTimetable,
    CronPartitionTimetable,
    CronTriggerTimetable,
    IdentityMapper,
    PartitionedAssetTimetable,
)

NEW_YORK = "America/New_York"
HOURS = {
    "cron_text": "0 * * * *",
    "delta": timedelta(hours=1),
    "trigger_hour": CronTriggerTimetable("0 * * * *", timezone="UTC", interval=timedelta(hours=1)),
    "interval_hour": CronDataIntervalTimetable("0 * * * *", timezone="UTC"),
}
DAYS = {
    "trigger_day": CronTriggerTimetable("0 0 * * *", timezone=NEW_YORK, interval=timedelta(days=1)),
    "interval_day": CronDataIntervalTimetable("0 0 * * *", timezone=NEW_YORK),
    "shifted_day": CronDataIntervalTimetable("30 2 * * *", timezone=NEW_YORK),
    "partition_day": CronPartitionTimetable("0 0 * * *", timezone=NEW_YORK, run_offset=-1),
}
EVENTS = {
    "asset": [Asset("landed", "tidegauge://landed")],
    "partitioned_asset": PartitionedAssetTimetable(
        assets=Asset("by_day", "tidegauge://by-day"), default_partition_mapper=IdentityMapper()
    ),
}
CHANGES = {"spring": (2013, 3, 10), "autumn": (2013, 11, 3)}


def probe(dag_id: str, **options: object) -> None:
    """A DAG that does nothing, in this module's names, where Airflow looks for it."""
    with DAG(dag_id, max_active_runs=100, **options) as dag:  # type: ignore[arg-type]  # noqa: AIR002 - a schedule is among them
        EmptyOperator(task_id="nothing")
    globals()[dag_id] = dag


for change, day in CHANGES.items():
    midnight = pendulum.datetime(*day, tz=NEW_YORK)
    for name, schedule in HOURS.items():
        probe(f"{name}.{change}", schedule=schedule, catchup=True, start_date=midnight, end_date=midnight.add(hours=3))
    for name, schedule in DAYS.items():
        start, end = midnight.subtract(days=1), midnight.add(days=2)
        probe(f"{name}.{change}", schedule=schedule, catchup=True, start_date=start, end_date=end)
    probe(f"backfilled.{change}", schedule=DAYS["interval_day"], start_date=midnight.subtract(days=9))
for name, schedule in EVENTS.items():
    probe(name, schedule=schedule)
probe("by_hand", schedule=DAYS["interval_day"], start_date=pendulum.datetime(2013, 1, 1, tz=NEW_YORK))
probe("by_hand_cron", schedule="0 0 * * *", start_date=pendulum.datetime(2013, 1, 1, tz=NEW_YORK))

with DAG("caller", schedule=None) as caller:
    TriggerDagRunOperator(task_id="with_conf", trigger_dag_id="by_hand_cron", conf={"window": "2013-04-01"})
    TriggerDagRunOperator(task_id="without", trigger_dag_id="by_hand_cron")
