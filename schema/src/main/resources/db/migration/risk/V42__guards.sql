-- Guards: what watches accounts and the market and acts by itself. The state of each, the peaks of accounts, and which node looks.

-- A guard over one scope (an account, a symbol, or the market). No row: normal, and never tripped.
CREATE TABLE risk.guard_states (
  guard          text        COLLATE "C" NOT NULL CHECK (guard IN ('DRAWDOWN', 'VOLATILITY', 'GAP', 'SPREAD', 'STALE_QUOTES', 'MARKET_MOVE')),
  scope          text        COLLATE "C" NOT NULL CHECK (length(scope) BETWEEN 1 AND 64),
  level          text        NOT NULL CHECK (level IN ('NORMAL', 'WARNING', 'CRITICAL')),
  -- Of a guard that has several: 10, 15, 20 per cent of a market-wide move. 0 below the first.
  stage          integer     NOT NULL DEFAULT 0 CHECK (stage >= 0),
  -- Per cent, as it was when the level last changed.
  value          numeric     NOT NULL,
  since          timestamptz NOT NULL,
  -- It has acted, and does not act again until a person re-arms it.
  tripped        boolean     NOT NULL DEFAULT false,
  tripped_at     timestamptz,
  action_taken   text        CHECK (action_taken IN ('REDUCE_ONLY', 'HALT')),
  rearmed_by     text,
  rearmed_at     timestamptz,
  CONSTRAINT guard_states_pkey PRIMARY KEY (guard, scope),
  CONSTRAINT guard_states_tripped CHECK (NOT tripped OR (tripped_at IS NOT NULL AND action_taken IS NOT NULL))
);
COMMENT ON INDEX risk.guard_states_pkey IS 'the row that a change of a guard locks; all of them are read once a look';

-- The best profit and loss an account ever had, and what it has now. In profit and loss and not in equity, so that cash and shares paid
-- in or out are neither a peak nor a loss.
CREATE TABLE risk.equity_peaks (
  account_id  uuid        PRIMARY KEY,
  peak_pnl    numeric     NOT NULL,
  peak_at     timestamptz NOT NULL,
  pnl         numeric     NOT NULL,
  equity      numeric     NOT NULL,
  -- Per cent of the peak's equity, 0 to 100.
  drawdown    numeric     NOT NULL CHECK (drawdown BETWEEN 0 AND 100),
  measured_at timestamptz NOT NULL,
  CONSTRAINT equity_peaks_peak_is_highest CHECK (peak_pnl >= pnl)
) WITH (fillfactor = 60);
COMMENT ON INDEX risk.equity_peaks_pkey IS 'the peaks of the accounts of a look';

-- The one node that looks, until when.
CREATE TABLE risk.guard_lease (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  node     text        NOT NULL,
  until    timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO risk.guard_lease (node, until) VALUES ('nobody', '-infinity');
REVOKE INSERT, DELETE, TRUNCATE ON risk.guard_lease FROM tola_app;
