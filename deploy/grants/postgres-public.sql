-- What PostgreSQL lets everybody do in a database, and hence a reader too. Read it before you run it: it takes these from
-- every role that has no grant of its own, in this database.
--
-- RAN HERE: on PostgreSQL 15, by tests/deploy/test_postgres.py.
--
--   psql --dbname warehouse --file deploy/grants/postgres-public.sql        as a superuser
\set ON_ERROR_STOP on

-- large objects fill the disk, and up to PostgreSQL 15 a READ ONLY transaction may make them
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer),
    lo_put(oid, bigint, bytea), lowrite(integer, bytea) FROM PUBLIC;

-- PostgreSQL 14 and older let everybody make tables there
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- tables of a session's own
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database())
\gexec
