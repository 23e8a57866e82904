-- How each strategy is set, what it said and when, and how it would have done.
CREATE SCHEMA IF NOT EXISTS strategy;
ALTER DEFAULT PRIVILEGES IN SCHEMA strategy GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tola_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA strategy GRANT USAGE, SELECT ON SEQUENCES TO tola_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA strategy GRANT SELECT ON TABLES TO tola_read;

-- A strategy's settings. Strategies themselves are code; one without a row has its defaults at version 0.
CREATE TABLE strategy.strategies (
  name             text        PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,23}$'),
  params           jsonb       NOT NULL CHECK (jsonb_typeof(params) = 'object'),
  interval         varchar(3)  NOT NULL CHECK (interval IN ('1m', '5m', '15m', '1h', '1d')),
  symbols          text[]      NOT NULL DEFAULT '{}' CHECK (cardinality(symbols) <= 500),
  enabled          boolean     NOT NULL,
  schedule_seconds integer     CHECK (schedule_seconds BETWEEN 10 AND 604800),
  last_run_at      timestamptz,
  version          bigint      NOT NULL CHECK (version > 0),
  updated_by       text        NOT NULL,
  updated_at       timestamptz NOT NULL
);
COMMENT ON COLUMN strategy.strategies.params IS 'the strategy''s own parameters by name; what is missing has its default';
COMMENT ON COLUMN strategy.strategies.symbols IS 'what the timer runs it on; empty: every instrument';
COMMENT ON COLUMN strategy.strategies.enabled IS 'false: the timer leaves it alone and it may not trade; it can be run and tested on demand';
COMMENT ON COLUMN strategy.strategies.schedule_seconds IS 'how often the timer runs it; null: on demand only';
COMMENT ON COLUMN strategy.strategies.last_run_at IS 'when the timer last claimed it, on whichever node';

-- What a strategy said at the close of one bar; said once, never changed. Without a foreign key: a signal outlives its strategy, and
-- the importer brings signals of strategies that were never here.
CREATE TABLE strategy.signals (
  id          uuid          PRIMARY KEY,
  strategy    text          NOT NULL CHECK (length(strategy) BETWEEN 1 AND 64),
  symbol      varchar(32)   NOT NULL,
  interval    varchar(3)    NOT NULL CHECK (interval IN ('1m', '5m', '15m', '1h', '1d')),
  bar_start   timestamptz   NOT NULL,
  version     bigint        NOT NULL CHECK (version >= 0),
  direction   varchar(4)    NOT NULL CHECK (direction IN ('BUY', 'SELL', 'HOLD')),
  confidence  numeric(7,6)  NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  close       numeric(13,4) NOT NULL CHECK (close > 0),
  reason      text          NOT NULL CHECK (length(reason) <= 500),
  features    jsonb         NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(features) = 'object'),
  source      varchar(16)   NOT NULL CHECK (source IN ('ON_DEMAND', 'TIMER', 'IMPORTED')),
  created_by  text          NOT NULL,
  created_at  timestamptz   NOT NULL,
  UNIQUE (strategy, symbol, interval, bar_start, version)
);
COMMENT ON COLUMN strategy.signals.bar_start IS 'first instant of the bar at whose close the signal was given';
COMMENT ON COLUMN strategy.signals.version IS 'of the settings it was worked out with; 0: the defaults';
COMMENT ON COLUMN strategy.signals.close IS 'rupees; close of the bar';
COMMENT ON COLUMN strategy.signals.features IS 'what the strategy saw, by name';
COMMENT ON INDEX strategy.signals_strategy_symbol_interval_bar_start_version_key IS
  'a bar''s signal is said once: INSERT … ON CONFLICT DO NOTHING, and the reading of what was there';
CREATE INDEX signals_by_strategy ON strategy.signals (strategy, bar_start DESC, id DESC);
COMMENT ON INDEX strategy.signals_by_strategy IS 'a strategy''s signals, newest bar first';
CREATE INDEX signals_by_symbol ON strategy.signals (strategy, symbol, bar_start DESC, id DESC);
COMMENT ON INDEX strategy.signals_by_symbol IS 'a strategy''s signals of one symbol, newest bar first';
REVOKE UPDATE, DELETE, TRUNCATE ON strategy.signals FROM tola_app;

-- A strategy tried on stored bars.
CREATE TABLE strategy.backtests (
  id             uuid          PRIMARY KEY,
  strategy       text          NOT NULL CHECK (length(strategy) BETWEEN 1 AND 64),
  symbol         varchar(32)   NOT NULL,
  interval       varchar(3)    NOT NULL CHECK (interval IN ('1m', '5m', '15m', '1h', '1d')),
  from_at        timestamptz   NOT NULL,
  to_at          timestamptz   NOT NULL CHECK (to_at > from_at),
  version        bigint        NOT NULL CHECK (version >= 0),
  params         jsonb         NOT NULL CHECK (jsonb_typeof(params) = 'object'),
  bars           integer       NOT NULL CHECK (bars >= 2),
  initial_cash   numeric(20,4) NOT NULL CHECK (initial_cash > 0),
  final_equity   numeric(20,4) NOT NULL CHECK (final_equity >= 0),
  costs_bps      numeric(9,4)  NOT NULL CHECK (costs_bps BETWEEN 0 AND 1000),
  costs          numeric(20,4) NOT NULL CHECK (costs >= 0),
  total_return   numeric(20,8) NOT NULL CHECK (total_return >= -1),
  max_drawdown   numeric(10,8) NOT NULL CHECK (max_drawdown BETWEEN 0 AND 1),
  sharpe         numeric(20,6),
  win_rate       numeric(10,8) CHECK (win_rate BETWEEN 0 AND 1),
  closed_trades  integer       NOT NULL CHECK (closed_trades >= 0),
  winning_trades integer       NOT NULL CHECK (winning_trades BETWEEN 0 AND closed_trades),
  created_by     text          NOT NULL,
  created_at     timestamptz   NOT NULL
);
COMMENT ON COLUMN strategy.backtests.total_return IS 'share of the initial cash: 0.1 is ten per cent';
COMMENT ON COLUMN strategy.backtests.max_drawdown IS 'largest fall of equity from its highest point before, as a share of that point';
COMMENT ON COLUMN strategy.backtests.sharpe IS 'yearly, risk-free rate 0, sample standard deviation; null where equity never moved';
COMMENT ON COLUMN strategy.backtests.win_rate IS 'closed trades that earned more than their costs; null where none closed';
CREATE INDEX backtests_newest ON strategy.backtests (strategy, symbol, interval, created_at DESC, id DESC);
COMMENT ON INDEX strategy.backtests_newest IS 'the newest backtest of each strategy, symbol and interval: v_strategy_performance';
REVOKE UPDATE, DELETE, TRUNCATE ON strategy.backtests FROM tola_app;

-- A row for each strategy, symbol and interval that was tried: its newest backtest, and how much it has said since the beginning.
CREATE VIEW strategy.v_strategy_performance AS
SELECT b.strategy, b.symbol, b.interval, b.id AS backtest_id, b.from_at, b.to_at, b.version, b.bars, b.initial_cash, b.final_equity,
       b.costs, b.total_return, b.max_drawdown, b.sharpe, b.win_rate, b.closed_trades, b.winning_trades, b.created_by, b.created_at,
       s.signals, s.last_signal_at
FROM (SELECT DISTINCT ON (strategy, symbol, interval) * FROM strategy.backtests
      ORDER BY strategy, symbol, interval, created_at DESC, id DESC) b
CROSS JOIN LATERAL (
  SELECT count(*) AS signals, max(bar_start) AS last_signal_at FROM strategy.signals g
  WHERE g.strategy = b.strategy AND g.symbol = b.symbol AND g.interval = b.interval AND g.direction <> 'HOLD') s;
COMMENT ON VIEW strategy.v_strategy_performance IS 'how each strategy did in its newest backtest, by symbol and interval';
