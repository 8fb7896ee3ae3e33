"""The demo: a delay model on a year of real flights from New York, watched by tidegauge through Airflow."""
