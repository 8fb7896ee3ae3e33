"""Where and when the demo plays. Light on purpose: the DAG file reads it every time that Airflow reads the DAG file."""

from datetime import date

ZONE = "America/New_York"
FIRST_NIGHT = date(2013, 12, 12)
LAST_NIGHT = date(2013, 12, 21)
NIGHTS = (LAST_NIGHT - FIRST_NIGHT).days + 1
