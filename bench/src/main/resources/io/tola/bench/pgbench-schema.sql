DROP TABLE IF EXISTS reference_orders;
CREATE TABLE reference_orders (
  order_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  client_order_id text NOT NULL,
  symbol text NOT NULL,
  side text NOT NULL,
  order_type text NOT NULL,
  quantity bigint NOT NULL,
  price numeric,
  product text NOT NULL,
  validity text NOT NULL,
  status text NOT NULL,
  cum_qty bigint NOT NULL,
  cum_value numeric NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (account_id, client_order_id)
);

-- What one filled order writes, with the keys it can't do without and no other index or check.
DROP TABLE IF EXISTS reference_accounts, reference_positions, reference_executions, reference_lots, reference_audit, reference_outbox;
CREATE TABLE reference_accounts (account integer PRIMARY KEY, cash numeric NOT NULL, sequence bigint NOT NULL) WITH (fillfactor = 50);
INSERT INTO reference_accounts SELECT n, 10000000, 0 FROM generate_series(1, 50) AS n;
CREATE TABLE reference_positions (account integer, symbol integer, quantity bigint NOT NULL, cost numeric NOT NULL,
  PRIMARY KEY (account, symbol)) WITH (fillfactor = 50);
INSERT INTO reference_positions SELECT a, s, 0, 0 FROM generate_series(1, 50) AS a, generate_series(1, 8) AS s;
CREATE TABLE reference_executions (exec_id uuid PRIMARY KEY, order_id uuid NOT NULL, account integer NOT NULL, exec_type text NOT NULL,
  last_qty bigint NOT NULL, last_px numeric, transact_time timestamptz NOT NULL);
CREATE TABLE reference_lots (lot_id uuid PRIMARY KEY, account integer NOT NULL, quantity bigint NOT NULL, price numeric NOT NULL);
CREATE TABLE reference_audit (id uuid PRIMARY KEY, at timestamptz NOT NULL, actor text NOT NULL, detail text NOT NULL, hash bytea NOT NULL);
CREATE TABLE reference_outbox (id bigserial PRIMARY KEY, payload text NOT NULL);
