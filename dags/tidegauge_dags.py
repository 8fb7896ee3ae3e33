"""The Airflow DAGs of all monitors in the folder TIDEGAUGE_MONITORS: with a sweep, a form for answers, and retraining.

TIDEGAUGE_RETRAINING   retraining DAGs as dag_id=module:function, with commas between
TIDEGAUGE_CANDIDATES   the folder for records of candidates (default: `candidates` beside the monitors)
"""

import os

from tidegauge.airflow.monitors_folder import build_dags

globals().update(
    build_dags(
        os.environ.get("TIDEGAUGE_MONITORS", ""),
        os.environ.get("TIDEGAUGE_RETRAINING", ""),
        os.environ.get("TIDEGAUGE_CANDIDATES", ""),
    )
)
