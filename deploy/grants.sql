-- What bgconsole needs in PostgreSQL, and no more. As a role that may make roles and the database:
--
--   psql --dbname postgres --command 'CREATE DATABASE bgconsole'
--   psql --dbname bgconsole --single-transaction --set ON_ERROR_STOP=1 --file deploy/grants.sql
--   bgconsole --database postgresql+psycopg://bgconsole_owner@HOST/bgconsole init …
--   psql --dbname bgconsole --single-transaction --set ON_ERROR_STOP=1 --file deploy/grants.sql
--
-- Run it before `init`, which makes the tables, and again after it and after every `bgconsole
-- upgrade`: as often as you like, it ends in the same state. Passwords are not its business:
-- psql's \password sets one.
--
--   bgconsole_owner  owns the tables: init, upgrade, recover. For people with both hands on it.
--   bgconsole_app    what servers and consoles connect as. It cannot change or remove a record of
--                    the audit log, nor make or alter a table, nor call itself an owner by recover.
--   bgconsole_audit  reads the log and nothing else.

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', name)
FROM unnest(ARRAY['bgconsole_owner', 'bgconsole_app', 'bgconsole_audit']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Nobody connects to this database, or makes a table in it, who is not named here.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())
UNION ALL SELECT format(
    'GRANT CONNECT ON DATABASE %I TO bgconsole_owner, bgconsole_app, bgconsole_audit',
    current_database())
\gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO bgconsole_owner;
GRANT USAGE ON SCHEMA public TO bgconsole_app, bgconsole_audit;

-- From here on there is something to grant only once `init` has made the tables.
SELECT to_regclass('public.audit_event') IS NOT NULL AS made
\gset
\if :made

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, bgconsole_app, bgconsole_audit;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, bgconsole_app, bgconsole_audit;

-- The log: written once, read by both. The head is one row, locked and led on by every event.
GRANT SELECT, INSERT ON audit_event TO bgconsole_app;
GRANT SELECT, UPDATE ON audit_head TO bgconsole_app;
GRANT SELECT ON audit_event, audit_head, alembic_version TO bgconsole_audit;

-- Made by init and upgrade alone.
GRANT SELECT ON alembic_version, team TO bgconsole_app;

-- An account is never removed: what it did stays under its name.
GRANT SELECT, INSERT, UPDATE ON account TO bgconsole_app;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON membership, provider, entry, session, api_token TO bgconsole_app;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON throttle, account_throttle, known_source, idempotency TO bgconsole_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO bgconsole_app;

\endif
