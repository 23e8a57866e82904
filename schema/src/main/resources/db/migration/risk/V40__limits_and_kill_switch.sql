-- Limits, restricted symbols and the kill switch, and the one number every node compares before it trusts its copy of them.

-- One row. Moves on with every change below, in the change's own transaction; pre-trade checks read it once a batch.
CREATE TABLE risk.risk_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint  NOT NULL CHECK (version > 0)
) WITH (fillfactor = 10);
INSERT INTO risk.risk_version (version) VALUES (1);

CREATE FUNCTION risk.bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE risk.risk_version SET version = version + 1;
  RETURN NULL;
END
$$;

-- What an account may do. The row without an account holds the platform's defaults, for every account that has no row of its own.
CREATE TABLE risk.risk_limits (
  account_id            uuid,
  max_order_value       numeric(20,4) CHECK (max_order_value > 0 AND max_order_value <= 10000000000000),
  max_open_order_value  numeric(20,4) CHECK (max_open_order_value > 0 AND max_open_order_value <= 10000000000000),
  max_position_quantity bigint        CHECK (max_position_quantity BETWEEN 1 AND 1000000000),
  max_position_value    numeric(20,4) CHECK (max_position_value > 0 AND max_position_value <= 10000000000000),
  max_orders_per_second integer       NOT NULL CHECK (max_orders_per_second BETWEEN 1 AND 1000000),
  price_collar_pct      numeric(7,4)  CHECK (price_collar_pct > 0 AND price_collar_pct <= 100),
  look_alike_window_millis integer    CHECK (look_alike_window_millis BETWEEN 1 AND 60000),
  restricted_symbols    text[]        NOT NULL DEFAULT '{}',
  version               bigint        NOT NULL DEFAULT 1 CHECK (version >= 0),
  updated_by            text          NOT NULL,
  updated_at            timestamptz   NOT NULL,
  UNIQUE NULLS NOT DISTINCT (account_id)
);
COMMENT ON INDEX risk.risk_limits_account_id_key IS 'the limits of the accounts of a batch, and of one account for a reader';
COMMENT ON COLUMN risk.risk_limits.account_id IS 'null: the platform''s defaults';
COMMENT ON COLUMN risk.risk_limits.max_order_value IS 'rupees, one order; null: no limit';
COMMENT ON COLUMN risk.risk_limits.max_open_order_value IS 'rupees, all working orders together; null: no limit';
COMMENT ON COLUMN risk.risk_limits.max_position_quantity IS 'shares of one symbol and product, long or short, working orders included; null: no limit';
COMMENT ON COLUMN risk.risk_limits.max_position_value IS 'rupees of one symbol and product, working orders included; null: no limit';
COMMENT ON COLUMN risk.risk_limits.price_collar_pct IS 'how far a market order''s worst price may be from the last price; null: no collar';
COMMENT ON COLUMN risk.risk_limits.look_alike_window_millis IS 'null: the look-alike guard is off';

-- One order: half of the 10 crore above which no Indian exchange takes an order (SEBI CIR/MRD/DP/34/2012). The rest is wide enough for
-- an account of one crore to use its cash as it likes, and narrow enough to stop a slipped key. 1,000 orders a second suit an embedded
-- installation and its load tests; against an Indian exchange a retail account that isn't a registered algorithm gets 10.
INSERT INTO risk.risk_limits (max_order_value, max_open_order_value, max_position_quantity, max_position_value, max_orders_per_second,
    price_collar_pct, version, updated_by, updated_at)
VALUES (50000000, 500000000, 10000000, 1000000000, 1000, 5, 0, 'system', '2026-11-21T00:00:00Z');

CREATE TRIGGER risk_limits_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON risk.risk_limits
  FOR EACH STATEMENT EXECUTE FUNCTION risk.bump_version();

-- Symbols nobody may trade. Per account: risk_limits.restricted_symbols.
CREATE TABLE risk.restricted_symbols (
  symbol     text        PRIMARY KEY CHECK (length(symbol) BETWEEN 1 AND 32),
  reason     text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  updated_by text        NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TRIGGER restricted_symbols_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON risk.restricted_symbols
  FOR EACH STATEMENT EXECUTE FUNCTION risk.bump_version();

-- The kill switch: the row without an account is the platform's; an account without a row is NORMAL.
CREATE TABLE risk.trading_states (
  account_id     uuid,
  mode           text        NOT NULL CHECK (mode IN ('NORMAL', 'REDUCE_ONLY', 'HALTED')),
  reason         text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  alert_sequence bigint      NOT NULL DEFAULT 0 CHECK (alert_sequence >= 0),
  updated_by     text        NOT NULL,
  updated_at     timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (account_id)
);
COMMENT ON INDEX risk.trading_states_account_id_key IS 'the states of the accounts of a batch, and the row a change locks';
COMMENT ON COLUMN risk.trading_states.account_id IS 'null: the whole platform';
COMMENT ON COLUMN risk.trading_states.alert_sequence IS 'alerts sent for this scope: their sequence in the outbox';
INSERT INTO risk.trading_states (mode, reason, updated_by, updated_at) VALUES ('NORMAL', 'first start', 'system', '2026-11-21T00:00:00Z');
CREATE TRIGGER trading_states_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON risk.trading_states
  FOR EACH STATEMENT EXECUTE FUNCTION risk.bump_version();

-- What risk did and why; only grows.
CREATE TABLE risk.risk_events (
  id         uuid        PRIMARY KEY,
  at         timestamptz NOT NULL,
  kind       text        NOT NULL CHECK (kind IN ('KILL_SWITCH')),
  severity   text        NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'CRITICAL')),
  account_id uuid,
  actor      text        NOT NULL,
  detail     jsonb       NOT NULL
);
COMMENT ON COLUMN risk.risk_events.account_id IS 'null: the whole platform';
CREATE INDEX risk_events_at ON risk.risk_events (at DESC, id DESC);
COMMENT ON INDEX risk.risk_events_at IS 'risk events, newest first';
REVOKE UPDATE, DELETE, TRUNCATE ON risk.risk_events FROM tola_app;
-- The one version row is the triggers' alone, and can't be removed; the defaults and the platform's state can't either.
REVOKE INSERT, DELETE ON risk.risk_version FROM tola_app;
CREATE FUNCTION risk.keep_platform_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.account_id IS NULL AND (TG_OP = 'DELETE' OR NEW.account_id IS NOT NULL) THEN
    RAISE EXCEPTION 'the platform''s row of % stays', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep_platform_row BEFORE UPDATE OR DELETE ON risk.risk_limits FOR EACH ROW EXECUTE FUNCTION risk.keep_platform_row();
CREATE TRIGGER keep_platform_row BEFORE UPDATE OR DELETE ON risk.trading_states FOR EACH ROW EXECUTE FUNCTION risk.keep_platform_row();
