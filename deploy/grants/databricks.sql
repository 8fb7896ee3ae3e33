-- What tidegauge may do on the warehouse: read one schema's tables. Databricks, with Unity Catalog.
--
-- NOT RUN: no Databricks was at hand, and nothing else reads its words. tests/deploy/test_grants.py only looks that it
-- grants reading and nothing more. tidegauge has no engine for it yet: it reads the Parquet of an external location at
-- s3:// or gs://. Put your names in the place of `main`, `ml` and the service principal `tidegauge`.
GRANT USE CATALOG ON CATALOG main TO `tidegauge`;
GRANT USE SCHEMA ON SCHEMA main.ml TO `tidegauge`;
GRANT SELECT ON SCHEMA main.ml TO `tidegauge`;
-- The end of a statement belongs to a session, or to the warehouse's own parameters (Settings → SQL configuration), where
-- it holds for whoever asks. A cap on rows is the warehouse's as well.
SET STATEMENT_TIMEOUT = 600;
