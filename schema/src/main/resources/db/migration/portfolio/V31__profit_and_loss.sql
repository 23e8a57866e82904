-- Profit and loss by day. All of it is reckoned from trades after they were booked (progress says how far), so that nothing here is on an
-- order's way; deleted, it would be reckoned again, but for the snapshots.

-- How far an account's trades were reckoned. Its row is locked while they are: one node at a time.
CREATE TABLE portfolio.pnl_progress (
  account_id uuid PRIMARY KEY REFERENCES portfolio.accounts,
  -- Of the account's reports (accounts.event_sequence): trades up to this one are in the tables below.
  sequence   bigint      NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT pnl_progress_sequence_not_negative CHECK (sequence >= 0)
)
WITH (fillfactor = 50);
COMMENT ON INDEX portfolio.pnl_progress_pkey IS 'Locking an account''s reckoning: WHERE account_id = ? FOR UPDATE';

-- A position as the trades up to the progress left it, by both methods.
CREATE TABLE portfolio.pnl_books (
  account_id       uuid NOT NULL REFERENCES portfolio.accounts,
  symbol           text COLLATE "C" NOT NULL,
  product          text COLLATE "C" NOT NULL,
  quantity         bigint         NOT NULL,
  -- First in first out: the open lots, oldest first, and their cost; negative when short.
  lot_quantities   bigint[]       NOT NULL,
  lot_prices       numeric(14, 4)[] NOT NULL,
  fifo_cost        numeric(24, 4) NOT NULL,
  -- Average cost: the cost of the open shares; negative when short.
  average_cost     numeric(24, 4) NOT NULL,
  realised_fifo    numeric(24, 4) NOT NULL,
  realised_average numeric(24, 4) NOT NULL,
  CONSTRAINT pnl_books_pkey PRIMARY KEY (account_id, symbol, product),
  CONSTRAINT pnl_books_lots_paired CHECK (cardinality(lot_quantities) = cardinality(lot_prices)),
  CONSTRAINT pnl_books_lots_where_shares CHECK ((quantity = 0) = (cardinality(lot_quantities) = 0)),
  CONSTRAINT pnl_books_cost_has_sign_of_quantity CHECK (sign(fifo_cost) = sign(quantity)),
  CONSTRAINT pnl_books_flat_costs_nothing CHECK (quantity <> 0 OR average_cost = 0),
  CONSTRAINT pnl_books_methods_agree_when_flat CHECK (quantity <> 0 OR realised_fifo = realised_average)
)
WITH (fillfactor = 50);
COMMENT ON INDEX portfolio.pnl_books_pkey IS 'Reading and writing the books of an account: WHERE account_id = ?';

-- What an account's trades in one symbol and product came to on one day in India.
CREATE TABLE portfolio.daily_pnl (
  account_id       uuid   NOT NULL REFERENCES portfolio.accounts,
  day              date   NOT NULL,
  symbol           text COLLATE "C" NOT NULL,
  product          text COLLATE "C" NOT NULL,
  trades           bigint NOT NULL,
  -- Trades that closed shares, and those of them with a profit (first in first out, before charges).
  closing_trades   bigint NOT NULL,
  winning_trades   bigint NOT NULL,
  shares_bought    bigint NOT NULL,
  shares_sold      bigint NOT NULL,
  bought           numeric(24, 4) NOT NULL,
  sold             numeric(24, 4) NOT NULL,
  realised_fifo    numeric(24, 4) NOT NULL,
  realised_average numeric(24, 4) NOT NULL,
  -- Charges are exact: rates have more decimals than money.
  brokerage        numeric NOT NULL,
  stt              numeric NOT NULL,
  exchange_fee     numeric NOT NULL,
  ipft             numeric NOT NULL,
  sebi_fee         numeric NOT NULL,
  stamp_duty       numeric NOT NULL,
  gst              numeric NOT NULL,
  CONSTRAINT daily_pnl_pkey PRIMARY KEY (account_id, day, symbol, product),
  CONSTRAINT daily_pnl_trades_counted CHECK (winning_trades >= 0 AND winning_trades <= closing_trades AND closing_trades <= trades),
  CONSTRAINT daily_pnl_values_not_negative CHECK (shares_bought >= 0 AND shares_sold >= 0 AND bought >= 0 AND sold >= 0),
  CONSTRAINT daily_pnl_charges_not_negative
    CHECK (least(brokerage, stt, exchange_fee, ipft, sebi_fee, stamp_duty, gst) >= 0)
)
WITH (fillfactor = 70);
COMMENT ON INDEX portfolio.daily_pnl_pkey IS 'v_daily_pnl: the days of an account: WHERE account_id = ? ORDER BY day; adding to a day';

-- What accounts were worth at the end of a day in India; of the running day, when it was last looked. The whole equity, with what isn't realised.
CREATE TABLE portfolio.equity_snapshots (
  account_id             uuid NOT NULL REFERENCES portfolio.accounts,
  day                    date NOT NULL,
  settled_cash           numeric(24, 4) NOT NULL,
  funded_cash            numeric(24, 4) NOT NULL,
  -- Of all positions at the last prices; those without a quote at cost.
  market_value           numeric(24, 4) NOT NULL,
  cost                   numeric(24, 4) NOT NULL,
  positions              integer NOT NULL,
  positions_without_quote integer NOT NULL,
  taken_at               timestamptz NOT NULL,
  CONSTRAINT equity_snapshots_pkey PRIMARY KEY (account_id, day),
  CONSTRAINT equity_snapshots_positions_counted CHECK (positions_without_quote BETWEEN 0 AND positions)
)
WITH (fillfactor = 70);
COMMENT ON INDEX portfolio.equity_snapshots_pkey IS 'v_daily_pnl: the curve of an account: WHERE account_id = ? ORDER BY day';

-- When a day's snapshot was last taken: whoever moves this row on takes it, so that one of many nodes does.
CREATE TABLE portfolio.equity_rounds (
  day      date PRIMARY KEY,
  taken_at timestamptz NOT NULL,
  -- The market has closed: the day's snapshot stands.
  final    boolean NOT NULL
);
COMMENT ON INDEX portfolio.equity_rounds_pkey IS 'Taking a day''s snapshot once: WHERE day = ?';

-- One row an account and day: what was traded, and what the account was worth at the end of it.
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
  FULL JOIN portfolio.equity_snapshots s USING (account_id, day);
COMMENT ON VIEW portfolio.v_daily_pnl IS
  'By account and day in India: realised P&L by both methods, charges, equity at the end of the day. As far as trades were reckoned (pnl_progress).';
