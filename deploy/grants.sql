-- What bgconsole needs in PostgreSQL, and no more. Plain SQL: any client may run it, connected to
-- bgconsole's database as a role that may make roles and owns that database. docs/operations.md says when:
-- before `init`, which makes the tables, then after it and after every `upgrade`. As often as you
-- like: it ends in the same state.
--
--   bgconsole_owner  owns the tables: init, upgrade, recover. For people with both hands on it.
--   bgconsole_app    what servers and consoles connect as. It cannot change or remove a record of
--                    the audit log, nor make or alter a table, nor make itself an owner by recover.
--   bgconsole_audit  reads the log and nothing else.
--
-- They get no password here: psql's \password sets one without showing it to the server's log.

BEGIN;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bgconsole_owner', 'bgconsole_app', 'bgconsole_audit'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
    -- Nobody connects, or makes a table, who is not named here.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO bgconsole_owner, bgconsole_app, bgconsole_audit',
        current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC, bgconsole_app, bgconsole_audit;
GRANT USAGE, CREATE ON SCHEMA public TO bgconsole_owner;
GRANT USAGE ON SCHEMA public TO bgconsole_app, bgconsole_audit;

DO $$
BEGIN
    IF to_regclass('public.audit_event') IS NULL THEN
        RAISE NOTICE 'Run "bgconsole init" as bgconsole_owner now, then this once more';
        RETURN;
    END IF;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, bgconsole_app, bgconsole_audit;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, bgconsole_app, bgconsole_audit;

    -- The log is written once. The head is one row, which every event locks and leads on.
    GRANT SELECT, INSERT ON audit_event TO bgconsole_app;
    GRANT SELECT, UPDATE ON audit_head TO bgconsole_app;
    GRANT SELECT ON audit_event, audit_head, alembic_version TO bgconsole_audit;

    -- Written by init and upgrade alone.
    GRANT SELECT ON alembic_version, team TO bgconsole_app;

    -- An account is never removed: what it did stays under its name.
    GRANT SELECT, INSERT, UPDATE ON account TO bgconsole_app;
    GRANT SELECT, INSERT, UPDATE, DELETE
        ON membership, provider, entry, session, api_token, throttle, account_throttle,
           known_source, idempotency, sso_identity, sso_attempt, idp_probe
        TO bgconsole_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO bgconsole_app;
END
$$;

COMMIT;
