"""Everything that Airflow does with a monitor, in one process: its database and imports cost seconds once."""
