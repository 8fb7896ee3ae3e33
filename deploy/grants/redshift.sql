-- What tidegauge may do on the warehouse: read one schema's tables, for a while. Amazon Redshift.
--
-- NOT RUN: no Redshift was at hand, and nothing else reads its words. tests/deploy/test_grants.py only looks that it
-- grants reading and nothing more. tidegauge has no engine for it yet: it reads Parquet that is unloaded to s3://. Put
-- your names in the place of `warehouse` and `ml`.
CREATE USER tidegauge PASSWORD DISABLE CONNECTION LIMIT 8;  -- it signs in by IAM
GRANT USAGE ON SCHEMA ml TO tidegauge;
GRANT SELECT ON ALL TABLES IN SCHEMA ml TO tidegauge;
-- on tables that this user makes there later
ALTER DEFAULT PRIVILEGES IN SCHEMA ml GRANT SELECT ON TABLES TO tidegauge;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE warehouse FROM PUBLIC;
ALTER USER tidegauge SET statement_timeout TO 600000;
-- A cap on the rows of an answer is a rule of the queue (WLM: return_row_count > 1000000, action abort), and has no form
-- in SQL.
