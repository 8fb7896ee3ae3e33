-- One server, three databases: Airflow's own, tidegauge's store, and an example of a log.
--
-- Run once by the image of PostgreSQL when its volume is empty, as its superuser. Needs psql 15 or newer (\getenv).
-- RAN HERE: on PostgreSQL 15, by tests/deploy/test_postgres.py, from an empty server.
\set ON_ERROR_STOP on
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv store_password STORE_DB_PASSWORD
\getenv viewer_password VIEWER_DB_PASSWORD

-- passwords are not to stand in the server's log, should it log statements or what fails
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE store LOGIN PASSWORD :'store_password';
CREATE ROLE viewer LOGIN PASSWORD :'viewer_password';  -- Grafana and BI: ../grants/store-views.sql

CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE store OWNER store;
CREATE DATABASE warehouse;

-- nobody looks into another one's database
REVOKE CONNECT, TEMPORARY ON DATABASE airflow, store, warehouse, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE store TO viewer;
