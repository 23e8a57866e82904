-- One row per transaction instead of one per message: a batch's messages are written, read and deleted together, and rows are what costs.
ALTER TABLE trading.outbox
  ADD COLUMN messages    integer,
  ADD COLUMN sequences   bigint[],
  ADD COLUMN message_ids uuid[],
  ADD COLUMN topics      text[],
  ADD COLUMN keys        text[],
  ADD COLUMN payloads    text[];

UPDATE trading.outbox
   SET messages = 1, sequences = ARRAY[sequence], message_ids = ARRAY[message_id], topics = ARRAY[topic], keys = ARRAY[key], payloads = ARRAY[payload];

ALTER TABLE trading.outbox
  DROP COLUMN sequence,
  DROP COLUMN message_id,
  DROP COLUMN topic,
  DROP COLUMN key,
  DROP COLUMN payload,
  ALTER COLUMN messages    SET NOT NULL,
  ALTER COLUMN sequences   SET NOT NULL,
  ALTER COLUMN message_ids SET NOT NULL,
  ALTER COLUMN topics      SET NOT NULL,
  ALTER COLUMN keys        SET NOT NULL,
  ALTER COLUMN payloads    SET NOT NULL,
  ADD CONSTRAINT outbox_columns_equally_long
    CHECK (messages > 0 AND array_length(sequences, 1) = messages AND array_length(message_ids, 1) = messages
           AND array_length(topics, 1) = messages AND array_length(keys, 1) = messages AND array_length(payloads, 1) = messages),
  -- Read once and gone: don't spend time compressing.
  ALTER COLUMN message_ids SET STORAGE EXTERNAL,
  ALTER COLUMN topics      SET STORAGE EXTERNAL,
  ALTER COLUMN keys        SET STORAGE EXTERNAL,
  ALTER COLUMN payloads    SET STORAGE EXTERNAL,
  SET (autovacuum_vacuum_threshold = 500, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000);

COMMENT ON TABLE trading.outbox IS
  'Messages not yet published, those of one transaction in one row; OutboxRelay reads rows by id (primary key) and deletes them.';
