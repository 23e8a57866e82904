-- Messages that must leave the platform if, and only if, their transaction commits. A queue: rows are written, read once in the order of
-- their ids and deleted, so the table is nearly empty however much passes through it.
CREATE TABLE trading.outbox (
  -- Ids of one key rise in the order of its messages, because the writer holds a lock on the key (an order: the account's row) while it
  -- draws them. No CACHE: a session that draws ahead would break that.
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  created_at timestamptz NOT NULL,
  sequence   bigint      NOT NULL,
  message_id uuid        NOT NULL,
  topic      text        NOT NULL,
  key        text        NOT NULL,
  payload    text        NOT NULL,
  CONSTRAINT outbox_pkey PRIMARY KEY (id)
) WITH (
  -- By number, not by share: dead rows at the front of the queue are what makes reading it slow.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_threshold = -1,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 50000,
  autovacuum_vacuum_cost_delay = 0,
  -- Payloads are read once: don't spend time compressing them.
  toast_tuple_target = 8160
);
ALTER TABLE trading.outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

COMMENT ON TABLE trading.outbox IS 'Messages not yet published; OutboxRelay reads them by id (primary key) and deletes them.';
