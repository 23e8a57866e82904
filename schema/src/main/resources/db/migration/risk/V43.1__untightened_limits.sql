-- What limits were before a worse zone tightened them. Without it each tightening would go by what the one before left, and limits
-- that a zone comes back to would shrink to nothing.
CREATE TABLE risk.var_tightenings (
  account_id  uuid        NOT NULL,
  limit_name  text        NOT NULL CHECK (limit_name IN ('max_order_value', 'max_open_order_value', 'max_position_value')),
  untightened numeric     NOT NULL CHECK (untightened > 0),
  tightened   numeric     NOT NULL CHECK (tightened > 0 AND tightened <= untightened),
  since       timestamptz NOT NULL,
  CONSTRAINT var_tightenings_pkey PRIMARY KEY (account_id, limit_name)
);
COMMENT ON INDEX risk.var_tightenings_pkey IS 'the limits of an account that its zone has tightened';
COMMENT ON COLUMN risk.var_tightenings.tightened IS 'what it was set to; a limit that is another now was changed by a person since, and untightened is outdated';

-- Alerts about zones are those of risk_events, with their sequence.
ALTER TABLE risk.var_zones DROP COLUMN alert_sequence;
