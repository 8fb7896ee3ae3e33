"""The demo's DAG folder: the same DAGs as in dags/, held to the nights that the demo lives through.

Airflow's clock cannot be turned back to 2013, so the monitor's DAG is given an end and told to catch up: the scheduler
then makes the run of each night by the DAG's own timetable, one after the other, as if it had been down since the
first. Nothing else differs from production, where a DAG never catches up by itself.
"""

import os
from datetime import datetime, time
from zoneinfo import ZoneInfo

from examples.flights.when import FIRST_NIGHT, LAST_NIGHT, ZONE
from tidegauge.airflow.monitors_folder import build_dags

dags = build_dags(
    os.environ["TIDEGAUGE_MONITORS"], os.environ["TIDEGAUGE_RETRAINING"], os.environ["TIDEGAUGE_CANDIDATES"]
)
nightly = dags["flights-delay"]
first, last = (datetime.combine(night, time(), ZoneInfo(ZONE)) for night in (FIRST_NIGHT, LAST_NIGHT))
for part in (nightly, *nightly.tasks):  # Airflow catches up from the earliest start of all of them
    part.start_date, part.end_date = first, last
nightly.catchup = True
globals().update(dags)
