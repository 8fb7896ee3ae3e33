"""Airflow runs a monitor: DAGs, timetables, the window that a run means. The only room that imports Airflow.

`build_dag` in `tidegauge.airflow.dag` is where to start.
"""
