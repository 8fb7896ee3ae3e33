-- What Grafana and BI may read of a store in PostgreSQL: its views, and none of the tables behind them, which hold
-- profiles and sampled rows.
--
-- RAN HERE: on PostgreSQL 15, by tests/deploy/test_postgres.py, on a store that a monitor had begun.
--
--   psql --set viewer=viewer --dbname store --file deploy/grants/store-views.sql
--
-- as the role that the store belongs to, after the first `tidegauge backfill`. An upgrade that makes views anew grants it again.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO :"viewer";
GRANT SELECT ON tidegauge_points, tidegauge_decisions, tidegauge_findings, tidegauge_incidents, tidegauge_deliveries,
    tidegauge_alerts_by_month, tidegauge_champions TO :"viewer";
