-- What tidegauge may do on the warehouse: read one schema's tables, for a while, at a known cost. Snowflake.
--
-- NOT RUN: no Snowflake was at hand, and nothing else reads its words. tests/deploy/test_grants.py only looks that it
-- grants reading and nothing more. tidegauge has no engine for it yet: it reads Parquet that is unloaded to s3:// or
-- gs://. Written for a role with ACCOUNTADMIN or the like. Put your names in the place of WAREHOUSE_DB, ML and
-- TIDEGAUGE_PUBLIC_KEY.
CREATE ROLE IF NOT EXISTS tidegauge_reader;
GRANT USAGE ON DATABASE warehouse_db TO ROLE tidegauge_reader;
GRANT USAGE ON SCHEMA warehouse_db.ml TO ROLE tidegauge_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA warehouse_db.ml TO ROLE tidegauge_reader;
GRANT SELECT ON FUTURE TABLES IN SCHEMA warehouse_db.ml TO ROLE tidegauge_reader;
GRANT SELECT ON ALL VIEWS IN SCHEMA warehouse_db.ml TO ROLE tidegauge_reader;
GRANT SELECT ON FUTURE VIEWS IN SCHEMA warehouse_db.ml TO ROLE tidegauge_reader;

-- a warehouse of its own: the smallest, asleep between nights, with an end for each statement and a cap for a month
CREATE WAREHOUSE IF NOT EXISTS tidegauge_wh
    WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE
    STATEMENT_TIMEOUT_IN_SECONDS = 600 STATEMENT_QUEUED_TIMEOUT_IN_SECONDS = 300;
GRANT USAGE ON WAREHOUSE tidegauge_wh TO ROLE tidegauge_reader;
CREATE RESOURCE MONITOR IF NOT EXISTS tidegauge_month WITH CREDIT_QUOTA = 20 FREQUENCY = MONTHLY
    START_TIMESTAMP = IMMEDIATELY TRIGGERS ON 100 PERCENT DO SUSPEND;
ALTER WAREHOUSE tidegauge_wh SET RESOURCE_MONITOR = tidegauge_month;

-- a key, and no password
CREATE USER IF NOT EXISTS tidegauge DEFAULT_ROLE = tidegauge_reader DEFAULT_WAREHOUSE = tidegauge_wh
    RSA_PUBLIC_KEY = 'TIDEGAUGE_PUBLIC_KEY';
GRANT ROLE tidegauge_reader TO USER tidegauge;
-- the cap on the rows of an answer: tidegauge asks for counts, and for 1,000 sampled rows a window
ALTER USER tidegauge SET ROWS_PER_RESULTSET = 1000000;
