-- What value at risk foretold for each account each day, what came, and which of Basel's zones that makes.

-- One forecast: the positions as they were when the day made_on was over, and what they were worth by its closes.
CREATE TABLE risk.var_forecasts (
  account_id uuid          NOT NULL,
  made_on    date          NOT NULL,
  method     text          NOT NULL CHECK (method IN ('historical', 'age_weighted', 'filtered_historical', 'parametric', 'monte_carlo', 'monte_carlo_t')),
  confidence numeric(9,8)  NOT NULL CHECK (confidence > 0.5 AND confidence < 1),
  sessions   integer       NOT NULL CHECK (sessions > 0),
  var        numeric(24,2) NOT NULL,
  es         numeric(24,2) NOT NULL CHECK (es >= var),
  symbols    text[]        NOT NULL CHECK (cardinality(symbols) > 0),
  amounts    numeric[]     NOT NULL CHECK (cardinality(amounts) = cardinality(symbols)),
  made_at    timestamptz   NOT NULL,
  session    date          CHECK (session > made_on),
  profit     numeric(24,2),
  judged_at  timestamptz,
  CONSTRAINT var_forecasts_pkey PRIMARY KEY (account_id, made_on),
  CONSTRAINT var_forecasts_judged_whole CHECK (num_nulls(session, profit, judged_at) IN (0, 3))
);
COMMENT ON INDEX risk.var_forecasts_pkey IS 'the last forecasts of an account: those to be judged, and those a backtest counts';
COMMENT ON COLUMN risk.var_forecasts.amounts IS 'rupees by symbol, negative when short';
COMMENT ON COLUMN risk.var_forecasts.session IS 'the session after made_on, against which it was judged; null until then';
COMMENT ON COLUMN risk.var_forecasts.profit IS 'what these positions made in that session, held unchanged';

-- What is foretold and judged stays as it is.
REVOKE UPDATE, DELETE, TRUNCATE ON risk.var_forecasts FROM tola_app;
GRANT UPDATE (session, profit, judged_at) ON risk.var_forecasts TO tola_app;
CREATE FUNCTION risk.judge_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.judged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the forecast of % for % was judged already', OLD.account_id, OLD.made_on USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER var_forecasts_judge_once BEFORE UPDATE ON risk.var_forecasts FOR EACH ROW EXECUTE FUNCTION risk.judge_once();

-- The zone of an account; no row: green, and never judged.
CREATE TABLE risk.var_zones (
  account_id     uuid        PRIMARY KEY,
  zone           text        NOT NULL CHECK (zone IN ('GREEN', 'YELLOW', 'RED')),
  days           integer     NOT NULL DEFAULT 0 CHECK (days >= 0),
  exceedances    integer     NOT NULL DEFAULT 0 CHECK (exceedances BETWEEN 0 AND days),
  since          timestamptz NOT NULL,
  alert_sequence bigint      NOT NULL DEFAULT 0 CHECK (alert_sequence >= 0)
);
COMMENT ON INDEX risk.var_zones_pkey IS 'the row that judging an account locks';
COMMENT ON COLUMN risk.var_zones.alert_sequence IS 'alerts sent about this account''s zone: their sequence in the outbox';
