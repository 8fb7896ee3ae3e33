"""Dashboards as code: `python -m grafana.build` writes `v1/` and `v2/`, one description for both of Grafana's forms.

A dashboard is a file (`fleet.py`, `monitor.py`, `column.py`, `run_health.py`, and two that ask the SQL views). It names
panels; what a panel asks is spelled in `promql.py` and `statements.py`, how it looks in `looks.py`.
"""
