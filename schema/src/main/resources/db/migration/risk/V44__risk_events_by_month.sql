-- Risk events by month, so that old ones go by dropping a table, and of more kinds than the kill switch.
ALTER TABLE risk.risk_events RENAME TO risk_events_before;
ALTER INDEX risk.risk_events_pkey RENAME TO risk_events_before_pkey;
ALTER INDEX risk.risk_events_at RENAME TO risk_events_before_at;

CREATE TABLE risk.risk_events (
  id         uuid        NOT NULL,
  at         timestamptz NOT NULL,
  kind       text        NOT NULL CHECK (kind IN ('KILL_SWITCH', 'ORDERS_REFUSED', 'LIMITS_CHANGED', 'GUARD_TRIPPED', 'GUARD_REARMED',
                                                  'VAR_EXCEEDED', 'BREAK_OPEN', 'ORDER_TO_TRADE')),
  severity   text        NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'CRITICAL')),
  account_id uuid,
  actor      text        NOT NULL,
  detail     jsonb       NOT NULL,
  CONSTRAINT risk_events_pkey PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
COMMENT ON TABLE risk.risk_events IS 'what risk saw and did, by month of UTC; made ahead by ensure_event_months, dropped by drop_event_months_before; only grows otherwise';
COMMENT ON COLUMN risk.risk_events.account_id IS 'null: the whole platform';
COMMENT ON INDEX risk.risk_events_pkey IS 'GET /risk/events: newest first, page by page, for those who see every account';
CREATE INDEX risk_events_account ON risk.risk_events (account_id, at DESC, id DESC);
COMMENT ON INDEX risk.risk_events_account IS 'GET /risk/events of one account, newest first';
REVOKE UPDATE, DELETE, TRUNCATE ON risk.risk_events FROM tola_app;

-- Makes the monthly partitions (months of UTC) of risk events; returns how many it made.
CREATE FUNCTION risk.ensure_event_months(from_at timestamptz, until_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  month date := date_trunc('month', from_at AT TIME ZONE 'UTC')::date;
  last  date := date_trunc('month', until_at AT TIME ZONE 'UTC')::date;
  part  text;
  made  integer := 0;
BEGIN
  IF from_at IS NULL OR until_at IS NULL OR until_at < from_at OR last > month + interval '50 years' THEN
    RAISE EXCEPTION 'not a range of months: % to %', from_at, until_at;
  END IF;
  WHILE month <= last LOOP
    part := 'risk_events_' || to_char(month, '"y"YYYY"m"MM');
    IF to_regclass('risk.' || part) IS NULL THEN
      -- Two nodes may find the same month missing.
      PERFORM pg_advisory_xact_lock(hashtext('risk.ensure_event_months'));
      IF to_regclass('risk.' || part) IS NULL THEN
        EXECUTE format('CREATE TABLE risk.%I PARTITION OF risk.risk_events FOR VALUES FROM (%L) TO (%L)',
          part, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
        -- The schema's default privileges would let the application change a month that it may not change through the table.
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON risk.%I FROM tola_app', part);
        made := made + 1;
      END IF;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$$;
REVOKE ALL ON FUNCTION risk.ensure_event_months(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION risk.ensure_event_months(timestamptz, timestamptz) TO tola_app;

-- Drops the months that end at or before the given moment; returns their names. Nothing younger than five years goes, whatever the
-- application is told: that is how long records must be kept. Gives up after two seconds of waiting for readers; the next call goes on.
CREATE FUNCTION risk.drop_event_months_before(before_at timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  part    record;
  dropped text[] := '{}';
BEGIN
  IF before_at IS NULL OR before_at > now() - interval '5 years' THEN
    RAISE EXCEPTION 'risk events are kept for five years at least: % is too late', before_at USING ERRCODE = 'check_violation';
  END IF;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('risk.risk_events') AND c.relname ~ '^risk_events_y[0-9]{4}m[0-9]{2}$'
       AND to_date(right(c.relname, 8), '"y"YYYY"m"MM') + interval '1 month' <= before_at AT TIME ZONE 'UTC'
     ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE risk.%I', part.relname);
    dropped := dropped || part.relname::text;
  END LOOP;
  RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION risk.drop_event_months_before(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION risk.drop_event_months_before(timestamptz) TO tola_app;

DO $$
BEGIN
  IF EXISTS (SELECT FROM risk.risk_events_before) THEN
    PERFORM risk.ensure_event_months((SELECT min(at) FROM risk.risk_events_before), (SELECT max(at) FROM risk.risk_events_before));
  END IF;
END
$$;
INSERT INTO risk.risk_events (id, at, kind, severity, account_id, actor, detail)
SELECT id, at, kind, severity, account_id, actor, detail FROM risk.risk_events_before;
DROP TABLE risk.risk_events_before;

-- The number of the last alert of a scope ('platform', or an account's id): what orders its messages. Not the one in trading_states,
-- because changing that row would make every node read its rules anew.
CREATE TABLE risk.alert_sequences (
  scope    text   NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  CONSTRAINT alert_sequences_pkey PRIMARY KEY (scope)
) WITH (fillfactor = 50);
COMMENT ON INDEX risk.alert_sequences_pkey IS 'the next number of a scope''s alerts, taken under its lock';
REVOKE DELETE, TRUNCATE ON risk.alert_sequences FROM tola_app;
