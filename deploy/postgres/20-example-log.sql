-- An example of a log, and the role that tidegauge reads it by. Your own log replaces it; ../grants/postgres.sql stays.
-- RAN HERE: on PostgreSQL 15, by tests/deploy/test_postgres.py: a monitor reads it, and no write gets through.
\set ON_ERROR_STOP on
\connect warehouse
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\getenv reader_password READER_DB_PASSWORD

CREATE SCHEMA shop;
CREATE TABLE shop.predictions (
    row_id BIGINT NOT NULL,             -- unique per prediction; labels join by it
    event_at TIMESTAMPTZ NOT NULL,      -- event time: decides the window, never changes
    logged_at TIMESTAMPTZ NOT NULL,     -- when the row landed here: late rows are told by it
    model_version TEXT NOT NULL,
    amount DOUBLE PRECISION,
    items DOUBLE PRECISION,
    country TEXT,
    prediction DOUBLE PRECISION
);
CREATE INDEX ON shop.predictions USING brin (event_at);

CREATE TABLE shop.labels (
    row_id BIGINT NOT NULL,
    label DOUBLE PRECISION NOT NULL,
    arrived_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ON shop.labels (row_id);

CREATE ROLE reader LOGIN PASSWORD :'reader_password';
\set reader reader
\set log_database warehouse
\set log_schema shop
\getenv grants TIDEGAUGE_GRANTS
\if :{?grants}
\else
  \set grants /opt/grants
\endif
\cd :grants
\i postgres-public.sql
\i postgres.sql
