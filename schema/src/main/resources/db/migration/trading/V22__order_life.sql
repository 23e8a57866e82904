-- The rest of an order's life: stop orders and their triggers, replaces, halts of a symbol, trading modes of an account.

-- PENDING_NEW is a working state, too (a venue that answers later); a generated column's expression can't be changed in place.
DROP INDEX trading.orders_working;
ALTER TABLE trading.orders
  DROP COLUMN working,
  ADD COLUMN working boolean NOT NULL GENERATED ALWAYS AS
    (status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'REPLACED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'SUSPENDED')) STORED,
  -- A column for the sake of its index: one on status itself would end heap-only updates of partial fills.
  ADD COLUMN suspended boolean NOT NULL GENERATED ALWAYS AS (status = 'SUSPENDED') STORED,
  ADD COLUMN triggered_at timestamptz,
  -- What the client asked for first, kept only when a replace changed it: a repeated client_order_id is compared with what was placed.
  ADD COLUMN placed_quantity bigint,
  ADD COLUMN placed_price numeric,
  ADD COLUMN placed_trigger_price numeric,
  DROP CONSTRAINT orders_status_known,
  ADD CONSTRAINT orders_status_known CHECK (status IN ('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REPLACED',
                                                       'PENDING_CANCEL', 'PENDING_REPLACE', 'REJECTED', 'EXPIRED', 'SUSPENDED')),
  -- FIX gives a pending request precedence over FILLED, so an order may have nothing left and still wait for the venue's word.
  DROP CONSTRAINT orders_filled_means_all,
  ADD CONSTRAINT orders_filled_means_all CHECK ((status <> 'FILLED' OR cum_qty = quantity)
                                                AND (cum_qty < quantity OR status IN ('FILLED', 'PENDING_CANCEL', 'PENDING_REPLACE'))),
  ADD CONSTRAINT orders_trigger_where_stop CHECK ((order_type IN ('SL', 'SL-M')) = (trigger_price IS NOT NULL)
                                                  AND (triggered_at IS NULL OR trigger_price IS NOT NULL)),
  ADD CONSTRAINT orders_untriggered_trades_nothing CHECK (cum_qty = 0 OR trigger_price IS NULL OR triggered_at IS NOT NULL),
  ADD CONSTRAINT orders_placed_positive CHECK (placed_quantity > 0 AND placed_price > 0 AND placed_trigger_price > 0);

COMMENT ON COLUMN trading.orders.quantity IS 'OrderQty now; placed_quantity has what was placed, if a replace changed the order.';
COMMENT ON COLUMN trading.orders.triggered_at IS 'When the trigger of a stop order (SL, SL-M) was reached; before, it rests and trades nothing.';
COMMENT ON COLUMN trading.orders.version IS 'Number of steps of this order so far.';

CREATE INDEX orders_working ON trading.orders (symbol, side, worst_price) WHERE working;
COMMENT ON INDEX trading.orders_working IS 'Resting orders that a new quote crosses (OrderStore.crossedBy), those of a halted symbol (OrderStore.touchedByHalts), and those to expire at the end of the session.';

CREATE INDEX orders_suspended ON trading.orders (symbol) WHERE suspended;
COMMENT ON INDEX trading.orders_suspended IS 'Orders whose symbol is no longer halted (OrderStore.touchedByHalts).';

CREATE INDEX orders_stops ON trading.orders (symbol, side, trigger_price) WHERE working AND trigger_price IS NOT NULL AND triggered_at IS NULL;
COMMENT ON INDEX trading.orders_stops IS 'Stop orders that a last price triggers (OrderStore.crossedBy).';

CREATE INDEX orders_working_of_account ON trading.orders (account_id, order_id) WHERE working;
COMMENT ON INDEX trading.orders_working_of_account IS 'DELETE /orders: the working orders of an account (OrderStore.workingOf).';

DROP FUNCTION trading.move_orders(uuid[], integer[], text[], bigint[], bigint[], numeric[], integer[], timestamptz[], timestamptz[]);

-- Writes the orders of one batch that moved on; returns how many still had the version they were read with.
-- A function for its SET: joined by id, a plan kept from when the table was small would read all of it on every call later on.
CREATE FUNCTION trading.move_orders(
  order_ids uuid[], versions_before integer[], statuses text[], cum_qtys bigint[], leaves_qtys bigint[], cum_values numeric[],
  versions integer[], seen_ats timestamptz[], updated_ats timestamptz[], triggered_ats timestamptz[],
  quantities bigint[], prices numeric[], trigger_prices numeric[], worst_prices numeric[],
  placed_quantities bigint[], placed_prices numeric[], placed_trigger_prices numeric[]) RETURNS integer LANGUAGE plpgsql
  SET enable_seqscan = off AS $$
DECLARE
  written integer;
BEGIN
  UPDATE trading.orders o
  SET status = u.status, cum_qty = u.cum_qty, leaves_qty = u.leaves_qty, cum_value = u.cum_value, version = u.version,
      seen_at = u.seen_at, updated_at = u.updated_at, triggered_at = u.triggered_at,
      quantity = u.quantity, price = u.price, trigger_price = u.trigger_price, worst_price = u.worst_price,
      placed_quantity = u.placed_quantity, placed_price = u.placed_price, placed_trigger_price = u.placed_trigger_price
  FROM unnest(order_ids, versions_before, statuses, cum_qtys, leaves_qtys, cum_values, versions, seen_ats, updated_ats, triggered_ats,
              quantities, prices, trigger_prices, worst_prices, placed_quantities, placed_prices, placed_trigger_prices)
    AS u(order_id, version_before, status, cum_qty, leaves_qty, cum_value, version, seen_at, updated_at, triggered_at,
         quantity, price, trigger_price, worst_price, placed_quantity, placed_price, placed_trigger_price)
  WHERE o.order_id = u.order_id AND o.version = u.version_before;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$$;

ALTER TABLE trading.executions
  DROP CONSTRAINT executions_type_known,
  ADD CONSTRAINT executions_type_known CHECK (exec_type IN ('PENDING_NEW', 'NEW', 'TRADE', 'CANCELED', 'REPLACED', 'PENDING_CANCEL',
                                                            'PENDING_REPLACE', 'REJECTED', 'EXPIRED', 'SUSPENDED', 'RESTATED', 'TRIGGERED'));

-- Replaces that were done, by the client_order_id of the request: what makes a replace idempotent. A refused one has no row.
CREATE TABLE trading.replacements (
  account_id      uuid        NOT NULL,
  client_order_id text        NOT NULL,
  order_id        uuid        NOT NULL,
  replaced_at     timestamptz NOT NULL,
  -- As requested: null is what was left as it was.
  quantity        bigint,
  price           numeric,
  trigger_price   numeric,
  entered_by      text        NOT NULL,
  CONSTRAINT replacements_pkey PRIMARY KEY (account_id, client_order_id),
  CONSTRAINT replacements_something_asked CHECK (quantity IS NOT NULL OR price IS NOT NULL OR trigger_price IS NOT NULL),
  CONSTRAINT replacements_positive CHECK (quantity > 0 AND price > 0 AND trigger_price > 0)
);
COMMENT ON TABLE trading.replacements IS 'Replaces that were done, by the client_order_id of the request; append-only.';
COMMENT ON INDEX trading.replacements_pkey IS 'A repeated replace finds the first one (ReplacementStore.find).';
REVOKE UPDATE, DELETE, TRUNCATE ON trading.replacements FROM tola_app;

-- Where the orders of an account go. No row means paper.
CREATE TABLE trading.trading_modes (
  account_id uuid        NOT NULL,
  mode       text        NOT NULL,
  set_by     text        NOT NULL,
  set_at     timestamptz NOT NULL,
  CONSTRAINT trading_modes_pkey PRIMARY KEY (account_id),
  CONSTRAINT trading_modes_known CHECK (mode IN ('PAPER', 'LIVE', 'HALTED'))
);
COMMENT ON TABLE trading.trading_modes IS 'Where the orders of an account go: the paper venue (also when there is no row), the live venue, nowhere. Changed under the account''s lock.';
COMMENT ON INDEX trading.trading_modes_pkey IS 'The modes of a batch''s accounts (OrderStore.read), GET /trading-modes.';
REVOKE DELETE, TRUNCATE ON trading.trading_modes FROM tola_app;

-- Symbols in which nothing trades now.
CREATE TABLE trading.symbol_halts (
  symbol    text        NOT NULL,
  reason    text        NOT NULL,
  halted_by text        NOT NULL,
  halted_at timestamptz NOT NULL,
  CONSTRAINT symbol_halts_pkey PRIMARY KEY (symbol),
  CONSTRAINT symbol_halts_reason_length CHECK (length(reason) BETWEEN 1 AND 500)
);
COMMENT ON TABLE trading.symbol_halts IS 'Symbols that are halted; every batch reads all of it, it is nearly always empty.';

-- What follows are functions for their SET, as move_orders is: what they look for is found by a partial index, also by a plan that was kept
-- from when the table was small.

-- Some of an account's orders that still work; a symbol or side of null is any.
CREATE FUNCTION trading.working_of(account uuid, of_symbol text, of_side text, most integer)
  RETURNS TABLE (order_id uuid, account_id uuid, symbol text, product text) LANGUAGE sql STABLE
  SET enable_seqscan = off AS $$
  SELECT o.order_id, o.account_id, o.symbol, o.product FROM trading.orders o
  WHERE o.working AND o.account_id = account AND (of_symbol IS NULL OR o.symbol = of_symbol) AND (of_side IS NULL OR o.side = of_side)
  LIMIT most
$$;

-- Some of the orders of a product that still work.
CREATE FUNCTION trading.working_of_product(of_product text, most integer)
  RETURNS TABLE (order_id uuid, account_id uuid, symbol text, product text) LANGUAGE sql STABLE
  SET enable_seqscan = off AS $$
  SELECT o.order_id, o.account_id, o.symbol, o.product FROM trading.orders o
  WHERE o.working AND o.product = of_product
  LIMIT most
$$;

-- Some of the orders that a halt should have suspended, and of those that the end of one should free.
CREATE FUNCTION trading.touched_by_halts(most integer)
  RETURNS TABLE (order_id uuid, account_id uuid, symbol text, product text) LANGUAGE sql STABLE
  SET enable_seqscan = off AS $$
  (SELECT o.order_id, o.account_id, o.symbol, o.product
     FROM trading.symbol_halts h
     JOIN trading.orders o ON o.working AND o.symbol = h.symbol AND o.status IN ('NEW', 'PARTIALLY_FILLED')
    LIMIT most)
  UNION ALL
  (SELECT o.order_id, o.account_id, o.symbol, o.product
     FROM trading.orders o
    WHERE o.suspended AND NOT EXISTS (SELECT FROM trading.symbol_halts h WHERE h.symbol = o.symbol)
    LIMIT most)
$$;
