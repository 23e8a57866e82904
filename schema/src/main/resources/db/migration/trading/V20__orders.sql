-- Orders, as they stand now. One row an order, inserted once in the state it has at the end of its batch, updated only while it rests.
CREATE TABLE trading.orders (
  order_id        uuid        NOT NULL,
  account_id      uuid        NOT NULL,
  seen_at         timestamptz NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  quantity        bigint      NOT NULL,
  cum_qty         bigint      NOT NULL,
  leaves_qty      bigint      NOT NULL,
  version         integer     NOT NULL,
  reject_code     integer,
  -- Stored, so that the partial index below keeps its columns through a partial fill, which leaves the update HOT.
  working         boolean     NOT NULL GENERATED ALWAYS AS
                              (status IN ('NEW', 'PARTIALLY_FILLED', 'REPLACED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'SUSPENDED')) STORED,
  client_order_id text        NOT NULL,
  symbol          text        NOT NULL,
  side            text        NOT NULL,
  order_type      text        NOT NULL,
  product         text        NOT NULL,
  validity        text        NOT NULL,
  status          text        NOT NULL,
  entered_by      text        NOT NULL,
  price           numeric,
  trigger_price   numeric,
  worst_price     numeric,
  cum_value       numeric     NOT NULL,
  tag             text,
  reject_reason   text,

  CONSTRAINT orders_pkey PRIMARY KEY (order_id),
  -- What makes placing an order idempotent, on any number of nodes and for ever.
  CONSTRAINT orders_client_order_id_once UNIQUE (account_id, client_order_id),

  CONSTRAINT orders_side_known CHECK (side IN ('BUY', 'SELL')),
  CONSTRAINT orders_type_known CHECK (order_type IN ('MARKET', 'LIMIT', 'SL', 'SL-M')),
  CONSTRAINT orders_product_known CHECK (product IN ('CNC', 'MIS', 'NRML')),
  CONSTRAINT orders_validity_known CHECK (validity IN ('DAY', 'IOC')),
  CONSTRAINT orders_status_known CHECK (status IN ('NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REPLACED', 'PENDING_CANCEL',
                                                   'PENDING_REPLACE', 'REJECTED', 'EXPIRED', 'SUSPENDED')),
  CONSTRAINT orders_quantity_positive CHECK (quantity > 0),
  CONSTRAINT orders_prices_positive CHECK (price > 0 AND trigger_price > 0 AND worst_price > 0),
  CONSTRAINT orders_fills_within_quantity CHECK (cum_qty >= 0 AND leaves_qty >= 0 AND cum_qty + leaves_qty <= quantity),
  -- FIX: LeavesQty = OrderQty - CumQty while the order works, 0 after.
  CONSTRAINT orders_leaves_while_working CHECK (leaves_qty = CASE WHEN status IN ('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED')
                                                                  THEN 0 ELSE quantity - cum_qty END),
  CONSTRAINT orders_filled_means_all CHECK ((status = 'FILLED') = (cum_qty = quantity)),
  CONSTRAINT orders_value_of_fills CHECK (cum_value >= 0 AND (cum_value > 0) = (cum_qty > 0)),
  CONSTRAINT orders_rejected_with_code CHECK ((status = 'REJECTED') = (reject_code IS NOT NULL)
                                              AND (reject_code IS NULL OR (reject_code BETWEEN 1000 AND 2999 AND cum_qty = 0))),
  CONSTRAINT orders_version_positive CHECK (version > 0)
) WITH (
  -- Room for the partial fills of resting orders on their own page (HOT).
  fillfactor = 90,
  -- A busy day inserts millions of rows: let statistics follow the table instead of its size of last night.
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_insert_scale_factor = 0.1
);

COMMENT ON TABLE trading.orders IS 'Orders as they stand now; what happened to them is in executions.';
COMMENT ON COLUMN trading.orders.worst_price IS 'Worst price the order may trade at: its limit, or the market-protection price of a MARKET order; null when it was refused before it had one.';
COMMENT ON COLUMN trading.orders.seen_at IS 'The order has been matched against the market up to this moment: only a quote received later may fill it.';
COMMENT ON COLUMN trading.orders.cum_value IS 'Exact sum of quantity times price of all fills; AvgPx = cum_value / cum_qty.';
COMMENT ON COLUMN trading.orders.version IS 'Number of reports (executions) of this order so far.';

CREATE INDEX orders_history ON trading.orders (account_id, created_at DESC, order_id DESC);
COMMENT ON INDEX trading.orders_history IS 'GET /orders/history: the newest orders of an account, page by page (OrderStore.history).';

CREATE INDEX orders_working ON trading.orders (symbol, side, worst_price) WHERE working;
COMMENT ON INDEX trading.orders_working IS 'Resting orders that a new quote crosses (OrderStore.crossedBy), and those to expire at the end of the session.';

-- The last line of defence for what no CHECK can see: what an order was before.
CREATE FUNCTION trading.orders_only_move_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT OLD.working THEN
    RAISE EXCEPTION 'order % is %, it can not change any more', OLD.order_id, OLD.status USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.cum_qty < OLD.cum_qty OR NEW.cum_value < OLD.cum_value THEN
    RAISE EXCEPTION 'order %: CumQty must not fall from % to %', OLD.order_id, OLD.cum_qty, NEW.cum_qty USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.version <= OLD.version THEN
    RAISE EXCEPTION 'order %: version must rise from %', OLD.order_id, OLD.version USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.order_id, NEW.account_id, NEW.client_order_id, NEW.symbol, NEW.side, NEW.product, NEW.created_at)
     IS DISTINCT FROM (OLD.order_id, OLD.account_id, OLD.client_order_id, OLD.symbol, OLD.side, OLD.product, OLD.created_at) THEN
    RAISE EXCEPTION 'order %: what identifies an order can not change', OLD.order_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER orders_only_move_forward BEFORE UPDATE ON trading.orders
  FOR EACH ROW EXECUTE FUNCTION trading.orders_only_move_forward();

-- Writes the orders of one batch that moved on; returns how many still had the version they were read with.
-- A function for its SET: joined by id, a plan kept from when the table was small would read all of it on every call later on.
CREATE FUNCTION trading.move_orders(
  order_ids uuid[], versions_before integer[], statuses text[], cum_qtys bigint[], leaves_qtys bigint[], cum_values numeric[],
  versions integer[], seen_ats timestamptz[], updated_ats timestamptz[]) RETURNS integer LANGUAGE plpgsql
  SET enable_seqscan = off AS $$
DECLARE
  written integer;
BEGIN
  UPDATE trading.orders o
  SET status = u.status, cum_qty = u.cum_qty, leaves_qty = u.leaves_qty, cum_value = u.cum_value, version = u.version,
      seen_at = u.seen_at, updated_at = u.updated_at
  FROM unnest(order_ids, versions_before, statuses, cum_qtys, leaves_qtys, cum_values, versions, seen_ats, updated_ats)
    AS u(order_id, version_before, status, cum_qty, leaves_qty, cum_value, version, seen_at, updated_at)
  WHERE o.order_id = u.order_id AND o.version = u.version_before;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$$;

-- Orders are never deleted by the application.
REVOKE DELETE, TRUNCATE ON trading.orders FROM tola_app;

-- What happened to orders: one row an execution report, written once. No foreign key to orders: it would lock the order's row once more for
-- every report, and both rows come from one statement list of one transaction.
CREATE TABLE trading.executions (
  account_id    uuid        NOT NULL,
  sequence      bigint      NOT NULL,
  exec_id       uuid        NOT NULL,
  order_id      uuid        NOT NULL,
  transact_time timestamptz NOT NULL,
  last_qty      bigint      NOT NULL,
  cum_qty       bigint      NOT NULL,
  leaves_qty    bigint      NOT NULL,
  symbol        text        NOT NULL,
  side          text        NOT NULL,
  exec_type     text        NOT NULL,
  ord_status    text        NOT NULL,
  last_px       numeric,
  cum_value     numeric     NOT NULL,
  text          text,

  -- The account's own counter of reports: what a stream resumes from. Taken under the account's lock.
  CONSTRAINT executions_pkey PRIMARY KEY (account_id, sequence),
  CONSTRAINT executions_type_known CHECK (exec_type IN ('NEW', 'TRADE', 'CANCELED', 'REPLACED', 'PENDING_CANCEL', 'PENDING_REPLACE',
                                                        'REJECTED', 'EXPIRED', 'SUSPENDED')),
  CONSTRAINT executions_side_known CHECK (side IN ('BUY', 'SELL')),
  CONSTRAINT executions_sequence_positive CHECK (sequence > 0),
  CONSTRAINT executions_trade_has_quantity_and_price CHECK ((exec_type = 'TRADE') = (last_qty > 0)
                                                            AND (exec_type = 'TRADE') = (last_px IS NOT NULL)
                                                            AND (last_px IS NULL OR last_px > 0)),
  CONSTRAINT executions_last_within_cum CHECK (last_qty >= 0 AND last_qty <= cum_qty AND leaves_qty >= 0),
  CONSTRAINT executions_value_of_fills CHECK (cum_value >= 0 AND (cum_value > 0) = (cum_qty > 0))
) WITH (
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_insert_scale_factor = 0.1
);

COMMENT ON TABLE trading.executions IS 'Execution reports (FIX 35=8), append-only; client_order_id stands with the order.';

CREATE INDEX executions_of_order ON trading.executions (order_id, sequence);
COMMENT ON INDEX trading.executions_of_order IS 'GET /orders/{order_id}/events: the reports of one order, oldest first (ExecutionStore.ofOrder).';

CREATE INDEX executions_trades ON trading.executions (account_id, transact_time DESC, exec_id DESC) WHERE exec_type = 'TRADE';
COMMENT ON INDEX trading.executions_trades IS 'GET /trades: the newest trades of an account, page by page (ExecutionStore.trades).';

REVOKE UPDATE, DELETE, TRUNCATE ON trading.executions FROM tola_app;

CREATE VIEW trading.trades AS
  SELECT e.exec_id AS trade_id, e.order_id, e.account_id, e.sequence, e.symbol, e.side, o.product,
         e.last_qty AS quantity, e.last_px AS price, e.last_qty * e.last_px AS value, e.transact_time AS traded_at
  FROM trading.executions e
  JOIN trading.orders o USING (order_id)
  WHERE e.exec_type = 'TRADE';
COMMENT ON VIEW trading.trades IS 'Executions that traded: a view, so that a trade is written once.';
