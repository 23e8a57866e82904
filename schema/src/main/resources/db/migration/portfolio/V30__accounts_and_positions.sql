-- Accounts, positions with their FIFO lots, and what working orders have set aside.
--
-- Everything of an account is changed only while its row in accounts is locked FOR UPDATE, on whatever node; the other tables need no
-- locks of their own. Money is numeric and exact. The constraints repeat what the code holds: a breach is a defect, and is refused.

CREATE TABLE portfolio.accounts (
  account_id       uuid PRIMARY KEY,
  name             text COLLATE "C" NOT NULL,
  open             boolean NOT NULL DEFAULT true,
  -- What was paid in, less what was paid out. settled_cash and the cost of all positions differ from it by realised P&L only.
  funded_cash      numeric(24, 4) NOT NULL,
  settled_cash     numeric(24, 4) NOT NULL,
  blocked_cash     numeric(24, 4) NOT NULL DEFAULT 0,
  open_order_value numeric(24, 4) NOT NULL DEFAULT 0,
  -- Orders counted in one second of the clock: here and not in memory, so that the pace is one over all nodes.
  pace_second      bigint NOT NULL DEFAULT 0,
  pace_count       integer NOT NULL DEFAULT 0,
  -- The last number given to a report of this account.
  event_sequence   bigint NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  CONSTRAINT accounts_name_unique UNIQUE (name),
  CONSTRAINT accounts_name_length CHECK (length(name) BETWEEN 1 AND 64),
  CONSTRAINT accounts_blocked_not_negative CHECK (blocked_cash >= 0),
  CONSTRAINT accounts_blocked_within_settled CHECK (settled_cash >= blocked_cash),
  CONSTRAINT accounts_open_order_value_not_negative CHECK (open_order_value >= 0),
  CONSTRAINT accounts_pace_not_negative CHECK (pace_count >= 0),
  CONSTRAINT accounts_event_sequence_not_negative CHECK (event_sequence >= 0)
)
-- Every batch rewrites its accounts' rows: room on the page keeps that a heap-only update.
WITH (fillfactor = 40);

COMMENT ON INDEX portfolio.accounts_pkey IS 'Locking the accounts of a batch: WHERE account_id = ANY (?) FOR UPDATE';
COMMENT ON INDEX portfolio.accounts_name_unique IS 'Opening an account twice finds the first one: WHERE name = ANY (?)';

CREATE TABLE portfolio.positions (
  position_id         uuid NOT NULL,
  account_id          uuid NOT NULL REFERENCES portfolio.accounts,
  symbol              text COLLATE "C" NOT NULL,
  product             text COLLATE "C" NOT NULL,
  -- Shares, negative when short.
  quantity            bigint NOT NULL,
  -- Exact cost of the open lots, negative when short.
  cost                numeric(24, 4) NOT NULL,
  realised_pnl        numeric(24, 4) NOT NULL,
  open_buy_quantity   bigint NOT NULL,
  open_sell_quantity  bigint NOT NULL,
  -- Short shares that working buy orders have spoken for; their collateral is with those orders (reservations.cover_cash).
  covering_quantity   bigint NOT NULL,
  -- Cash blocked for the short shares nobody has spoken for: their proceeds, and their margin.
  short_collateral    numeric(24, 4) NOT NULL,
  -- Cash blocked as margin for working sell orders of more shares than there are.
  sale_margin         numeric(24, 4) NOT NULL,
  -- Open lots are numbered without gaps: first_lot up to, not including, next_lot.
  first_lot           bigint NOT NULL,
  next_lot            bigint NOT NULL,
  opened_at           timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  CONSTRAINT positions_pkey PRIMARY KEY (account_id, symbol, product),
  CONSTRAINT positions_position_id_unique UNIQUE (position_id),
  CONSTRAINT positions_product_known CHECK (product IN ('CNC', 'MIS', 'NRML')),
  CONSTRAINT positions_cnc_never_short
    CHECK (product <> 'CNC' OR (quantity >= 0 AND covering_quantity = 0 AND short_collateral = 0 AND sale_margin = 0)),
  CONSTRAINT positions_cnc_sales_within_holding CHECK (product <> 'CNC' OR open_sell_quantity <= quantity),
  CONSTRAINT positions_cost_has_sign_of_quantity CHECK (sign(cost) = sign(quantity)),
  CONSTRAINT positions_open_quantities_not_negative CHECK (open_buy_quantity >= 0 AND open_sell_quantity >= 0),
  CONSTRAINT positions_covering_within_open_buys CHECK (covering_quantity BETWEEN 0 AND open_buy_quantity),
  CONSTRAINT positions_collateral_only_for_unclaimed_shorts
    CHECK (short_collateral >= 0 AND (short_collateral = 0 OR -quantity > covering_quantity)),
  CONSTRAINT positions_margin_only_for_uncovered_sales
    CHECK (sale_margin >= 0 AND (sale_margin = 0 OR open_sell_quantity > greatest(quantity, 0))),
  CONSTRAINT positions_lots_where_shares
    CHECK (first_lot >= 1 AND next_lot >= first_lot AND (quantity = 0) = (first_lot = next_lot))
)
-- Rewritten by every fill. No index may hold a column that changes: it would end heap-only updates.
WITH (fillfactor = 50);

COMMENT ON INDEX portfolio.positions_pkey IS
  'Loading the positions of a batch by account, symbol and product; pages of an account''s positions in symbol order';
COMMENT ON INDEX portfolio.positions_position_id_unique IS 'Reading one position: WHERE position_id = ?';

-- Shares bought (or sold short) by one execution and not closed yet, consumed in order of lot_number. A consumed lot is deleted:
-- trading's executions tell the history. A lot is never updated; one consumed in part is deleted and inserted with what is left.
-- There is no foreign key to positions: it would cost a look-up per fill, and lots are written only with their position's row, in
-- one transaction; v_account_integrity compares the two.
CREATE TABLE portfolio.position_lots (
  position_id uuid NOT NULL,
  lot_number  bigint NOT NULL,
  -- The execution that opened it.
  lot_id      uuid NOT NULL,
  quantity    bigint NOT NULL,
  price       numeric(14, 4) NOT NULL,
  opened_at   timestamptz NOT NULL,
  CONSTRAINT position_lots_pkey PRIMARY KEY (position_id, lot_number),
  CONSTRAINT position_lots_not_empty CHECK (quantity <> 0),
  CONSTRAINT position_lots_price_positive CHECK (price > 0)
);

COMMENT ON INDEX portfolio.position_lots_pkey IS
  'The oldest lots of a position: WHERE position_id = ? AND lot_number >= ? ORDER BY lot_number';

-- What a working order has set aside. Only orders that rest have a row: one that is filled in the batch it came in with never has.
CREATE TABLE portfolio.reservations (
  order_id       uuid PRIMARY KEY,
  position_id    uuid NOT NULL REFERENCES portfolio.positions (position_id),
  side           text COLLATE "C" NOT NULL,
  -- Shares still to trade, and the worst price they can trade at.
  quantity       bigint NOT NULL,
  price          numeric(14, 4) NOT NULL,
  -- Cash blocked for the order; a sale's margin is pooled in positions.sale_margin.
  cash           numeric(24, 4) NOT NULL,
  -- Short shares a buy will close, and the part of its cash that came from their collateral.
  cover_quantity bigint NOT NULL,
  cover_cash     numeric(24, 4) NOT NULL,
  created_at     timestamptz NOT NULL,
  CONSTRAINT reservations_side_known CHECK (side IN ('BUY', 'SELL')),
  CONSTRAINT reservations_quantity_positive CHECK (quantity > 0),
  CONSTRAINT reservations_price_positive CHECK (price > 0),
  CONSTRAINT reservations_cover_within_quantity CHECK (cover_quantity BETWEEN 0 AND quantity),
  CONSTRAINT reservations_cover_cash_for_cover CHECK (cover_cash >= 0 AND (cover_cash = 0 OR cover_quantity > 0)),
  CONSTRAINT reservations_buy_has_its_cash CHECK (side <> 'BUY' OR cash = greatest(quantity * price, cover_cash)),
  CONSTRAINT reservations_sale_has_no_cash CHECK (side <> 'SELL' OR (cash = 0 AND cover_quantity = 0))
)
WITH (fillfactor = 80);

COMMENT ON INDEX portfolio.reservations_pkey IS 'Loading what resting orders of a batch have set aside: WHERE order_id = ?';

CREATE INDEX reservations_position ON portfolio.reservations (position_id);
COMMENT ON INDEX portfolio.reservations_position IS 'v_account_integrity: reservations of a position''s account; never changed by an update';

-- The store writes updated_at with the platform's clock; this is for everybody else who updates a row.
CREATE FUNCTION portfolio.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER accounts_updated_at BEFORE UPDATE ON portfolio.accounts
  FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at) EXECUTE FUNCTION portfolio.touch_updated_at();
CREATE TRIGGER positions_updated_at BEFORE UPDATE ON portfolio.positions
  FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at) EXECUTE FUNCTION portfolio.touch_updated_at();

-- Lots come and go with every fill: let statistics and dead rows be looked after by count, not by share of the table.
ALTER TABLE portfolio.position_lots SET
  (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

CREATE VIEW portfolio.v_active_positions AS
SELECT p.position_id,
       p.account_id,
       a.name AS account_name,
       p.symbol,
       p.product,
       CASE WHEN p.quantity > 0 THEN 'LONG' ELSE 'SHORT' END AS side,
       p.quantity,
       round(p.cost / p.quantity, 6) AS average_price,
       p.cost,
       p.realised_pnl,
       least(p.open_sell_quantity, greatest(p.quantity, 0)) AS blocked_quantity,
       p.open_buy_quantity,
       p.open_sell_quantity,
       p.opened_at,
       p.updated_at
  FROM portfolio.positions p
  JOIN portfolio.accounts a USING (account_id)
 WHERE p.quantity <> 0;
COMMENT ON VIEW portfolio.v_active_positions IS 'Positions with shares in them.';

-- One row an account. Every *_difference is zero in sound books, at every moment.
CREATE VIEW portfolio.v_account_integrity AS
WITH lot_sums AS (
  SELECT position_id, sum(quantity) AS quantity, sum(quantity * price) AS cost, count(*) AS lots
    FROM portfolio.position_lots
   GROUP BY position_id
), reservation_sums AS (
  SELECT position_id,
         sum(cash) AS cash,
         sum(quantity * price) AS value,
         coalesce(sum(quantity) FILTER (WHERE side = 'BUY'), 0) AS buys,
         coalesce(sum(quantity) FILTER (WHERE side = 'SELL'), 0) AS sells,
         sum(cover_quantity) AS covering
    FROM portfolio.reservations
   GROUP BY position_id
), per_account AS (
  SELECT p.account_id,
         sum(p.cost) AS cost,
         sum(p.realised_pnl) AS realised_pnl,
         sum(p.short_collateral + p.sale_margin + coalesce(r.cash, 0)) AS blocked,
         sum(coalesce(r.value, 0)) AS open_order_value,
         sum(abs(p.quantity - coalesce(l.quantity, 0)) + abs(p.next_lot - p.first_lot - coalesce(l.lots, 0)))
           AS lot_quantity_difference,
         sum(abs(p.cost - coalesce(l.cost, 0))) AS lot_cost_difference,
         sum(abs(p.open_buy_quantity - coalesce(r.buys, 0)) + abs(p.open_sell_quantity - coalesce(r.sells, 0))
           + abs(p.covering_quantity - coalesce(r.covering, 0))) AS open_quantity_difference
    FROM portfolio.positions p
    LEFT JOIN lot_sums l USING (position_id)
    LEFT JOIN reservation_sums r USING (position_id)
   GROUP BY p.account_id
)
SELECT a.account_id,
       a.name,
       a.settled_cash + coalesce(s.cost, 0) - a.funded_cash - coalesce(s.realised_pnl, 0) AS cash_difference,
       a.blocked_cash - coalesce(s.blocked, 0) AS blocked_difference,
       a.open_order_value - coalesce(s.open_order_value, 0) AS open_order_value_difference,
       coalesce(s.lot_quantity_difference, 0) AS lot_quantity_difference,
       coalesce(s.lot_cost_difference, 0) AS lot_cost_difference,
       coalesce(s.open_quantity_difference, 0) AS open_quantity_difference
  FROM portfolio.accounts a
  LEFT JOIN per_account s USING (account_id);
COMMENT ON VIEW portfolio.v_account_integrity IS
  'Cash against cost and realised P&L, blocked cash against its reasons, positions against lots and reservations: all differences are zero.';
