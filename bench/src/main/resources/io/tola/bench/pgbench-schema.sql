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
