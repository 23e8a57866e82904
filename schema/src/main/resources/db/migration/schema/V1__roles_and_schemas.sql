-- Roles, one schema per module, and what the roles may do with every table that a later migration creates there.
-- The role that runs the migrations owns everything. Passwords and LOGIN are not a migration's business: io.tola.schema.Migrations
-- (or the administrator) sets them. A role that exists already is left as it is, so that an administrator may create it beforehand.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['tola_app', 'tola_read'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE', role_name);
      EXCEPTION
        -- Roles belong to the whole cluster: another database's migration may have created it a moment ago.
        WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS market;
CREATE SCHEMA IF NOT EXISTS trading;
CREATE SCHEMA IF NOT EXISTS portfolio;
CREATE SCHEMA IF NOT EXISTS risk;
CREATE SCHEMA IF NOT EXISTS audit;
CREATE SCHEMA IF NOT EXISTS gateway;

-- Tables made from here on. An append-only table outside the audit schema takes UPDATE and DELETE back in its own migration:
-- REVOKE UPDATE, DELETE, TRUNCATE ON trading.executions FROM tola_app.
ALTER DEFAULT PRIVILEGES IN SCHEMA market, trading, portfolio, risk, gateway
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tola_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA market, trading, portfolio, risk, gateway
  GRANT USAGE, SELECT ON SEQUENCES TO tola_app;
-- Nothing by default for tola_app in the audit schema: the audit module's own migrations grant SELECT and INSERT, table by table.
ALTER DEFAULT PRIVILEGES IN SCHEMA market, trading, portfolio, risk, audit
  GRANT SELECT ON TABLES TO tola_read;
