-- Splits, bonuses and dividends, and what they did to positions. Both tables only grow.

CREATE TABLE portfolio.corporate_actions (
  action_id         uuid PRIMARY KEY,
  symbol            text COLLATE "C" NOT NULL,
  ex_date           date NOT NULL,
  kind              text COLLATE "C" NOT NULL,
  -- So many shares before become so many: 1 and 5, 2 and 3; both 0 for a dividend.
  old_shares        bigint NOT NULL,
  new_shares        bigint NOT NULL,
  per_share         numeric(14, 4),
  cash_for_fraction numeric(14, 4),
  source            text NOT NULL,
  recorded_by       text NOT NULL,
  recorded_at       timestamptz NOT NULL,
  CONSTRAINT corporate_actions_once UNIQUE (symbol, ex_date, kind),
  CONSTRAINT corporate_actions_kind_known CHECK (kind IN ('SPLIT', 'BONUS', 'DIVIDEND')),
  CONSTRAINT corporate_actions_dividend_is_cash
    CHECK (CASE WHEN kind = 'DIVIDEND' THEN old_shares = 0 AND new_shares = 0 AND per_share > 0 AND cash_for_fraction IS NULL
                ELSE old_shares > 0 AND new_shares > 0 AND old_shares <> new_shares AND per_share IS NULL END),
  CONSTRAINT corporate_actions_bonus_gives CHECK (kind <> 'BONUS' OR new_shares > old_shares),
  CONSTRAINT corporate_actions_fraction_positive CHECK (cash_for_fraction > 0),
  CONSTRAINT corporate_actions_source_length CHECK (length(source) BETWEEN 1 AND 500)
);
COMMENT ON INDEX portfolio.corporate_actions_pkey IS 'The action to apply: WHERE action_id = ?';
COMMENT ON INDEX portfolio.corporate_actions_once IS 'Recording one twice finds the first; the actions of symbols: WHERE symbol = ANY (?) ORDER BY symbol, ex_date';
REVOKE UPDATE, DELETE, TRUNCATE ON portfolio.corporate_actions FROM tola_app;

CREATE TABLE portfolio.corporate_action_effects (
  action_id       uuid NOT NULL REFERENCES portfolio.corporate_actions,
  position_id     uuid NOT NULL REFERENCES portfolio.positions (position_id),
  account_id      uuid NOT NULL REFERENCES portfolio.accounts,
  -- The day in India on which it was applied: the cash is in that day's profit.
  day             date NOT NULL,
  quantity_before bigint NOT NULL,
  quantity_after  bigint NOT NULL,
  -- Paid into the account; negative when a short position owed it.
  cash            numeric(24, 4) NOT NULL,
  applied_by      text NOT NULL,
  applied_at      timestamptz NOT NULL,
  CONSTRAINT corporate_action_effects_pkey PRIMARY KEY (action_id, position_id)
);
COMMENT ON TABLE portfolio.corporate_action_effects IS 'What an action did to a position, once; cash is part of positions.realised_pnl.';
COMMENT ON INDEX portfolio.corporate_action_effects_pkey IS 'An action is applied to a position once';
CREATE INDEX corporate_action_effects_days ON portfolio.corporate_action_effects (account_id, day);
COMMENT ON INDEX portfolio.corporate_action_effects_days IS 'v_daily_pnl: dividends of an account: WHERE account_id = ?';
REVOKE UPDATE, DELETE, TRUNCATE ON portfolio.corporate_action_effects FROM tola_app;

CREATE INDEX positions_symbol ON portfolio.positions (symbol);
COMMENT ON INDEX portfolio.positions_symbol IS 'Who holds a symbol: WHERE symbol = ? (corporate actions); holds no column that changes';

DROP VIEW portfolio.v_daily_pnl;
CREATE VIEW portfolio.v_daily_pnl AS
SELECT account_id,
       day,
       coalesce(t.trades, 0)           AS trades,
       coalesce(t.closing_trades, 0)   AS closing_trades,
       coalesce(t.winning_trades, 0)   AS winning_trades,
       coalesce(t.bought, 0)           AS bought,
       coalesce(t.sold, 0)             AS sold,
       coalesce(t.realised_fifo, 0)    AS realised_fifo,
       coalesce(t.realised_average, 0) AS realised_average,
       coalesce(c.cash, 0)             AS dividends,
       coalesce(t.brokerage, 0)        AS brokerage,
       coalesce(t.stt, 0)              AS stt,
       coalesce(t.exchange_fee, 0)     AS exchange_fee,
       coalesce(t.ipft, 0)             AS ipft,
       coalesce(t.sebi_fee, 0)         AS sebi_fee,
       coalesce(t.stamp_duty, 0)       AS stamp_duty,
       coalesce(t.gst, 0)              AS gst,
       s.settled_cash + s.market_value AS equity,
       s.market_value - s.cost         AS unrealised,
       s.funded_cash,
       s.taken_at
  FROM (SELECT account_id, day,
               sum(trades)::bigint AS trades, sum(closing_trades)::bigint AS closing_trades, sum(winning_trades)::bigint AS winning_trades,
               sum(bought) AS bought, sum(sold) AS sold,
               sum(realised_fifo) AS realised_fifo, sum(realised_average) AS realised_average,
               sum(brokerage) AS brokerage, sum(stt) AS stt, sum(exchange_fee) AS exchange_fee, sum(ipft) AS ipft,
               sum(sebi_fee) AS sebi_fee, sum(stamp_duty) AS stamp_duty, sum(gst) AS gst
          FROM portfolio.daily_pnl
         GROUP BY account_id, day) t
  FULL JOIN portfolio.equity_snapshots s USING (account_id, day)
  FULL JOIN (SELECT account_id, day, sum(cash) AS cash
               FROM portfolio.corporate_action_effects
              WHERE cash <> 0
              GROUP BY account_id, day) c USING (account_id, day);
COMMENT ON VIEW portfolio.v_daily_pnl IS
  'By account and day in India: realised P&L by both methods, dividends, charges, equity at the end of the day. As far as trades were reckoned (pnl_progress).';
