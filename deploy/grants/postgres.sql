-- What tidegauge may do on the warehouse: read one schema's tables, for a while, and nothing else. PostgreSQL.
--
-- RAN HERE: on PostgreSQL 15, by tests/deploy/test_postgres.py: a monitor reads, each kind of write is refused, a
-- statement that takes too long is ended, and so is one whose temporary files grow too large.
--
--   psql --set reader=tidegauge_reader --set log_database=warehouse --set log_schema=public \
--     --dbname warehouse --file deploy/grants/postgres.sql
--
-- (postgres-public.sql, beside this file, is about what everybody may do, and hence this role too)
-- as a superuser, or as the schema's owner who may alter the role, once it is there: CREATE ROLE tidegauge_reader LOGIN PASSWORD '…'.
\set ON_ERROR_STOP on

GRANT CONNECT ON DATABASE :"log_database" TO :"reader";
GRANT USAGE ON SCHEMA :"log_schema" TO :"reader";
GRANT SELECT ON ALL TABLES IN SCHEMA :"log_schema" TO :"reader";
-- and on tables that the role who runs this makes there later; run it again for those of another role
ALTER DEFAULT PRIVILEGES IN SCHEMA :"log_schema" GRANT SELECT ON TABLES TO :"reader";

-- These are defaults that a session could set otherwise; the grants above are what holds. They are for statements that
-- went wrong, not for a person who means harm.
ALTER ROLE :"reader" IN DATABASE :"log_database" SET default_transaction_read_only = on;
ALTER ROLE :"reader" IN DATABASE :"log_database" SET statement_timeout = '10min';
ALTER ROLE :"reader" IN DATABASE :"log_database" SET idle_in_transaction_session_timeout = '1min';
ALTER ROLE :"reader" IN DATABASE :"log_database" SET lock_timeout = '30s';

-- PostgreSQL has no cap on the rows of an answer. These two cap what stands behind one: how many sessions there are, and
-- what a statement sorts or hashes beyond its memory. The second is a superuser's to set, and to lift.
ALTER ROLE :"reader" CONNECTION LIMIT 8;
SELECT current_setting('is_superuser') AS superuser
\gset
\if :superuser
ALTER ROLE :"reader" IN DATABASE :"log_database" SET temp_file_limit = '20GB';
\endif
