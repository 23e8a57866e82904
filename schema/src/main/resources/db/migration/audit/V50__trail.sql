-- The audit trail: entries in blocks, blocks on hash chains. The format of every hash stands in modules/audit/README.md.
-- What the application may do here: append a block with its entries, and move a chain's head on to it. Nothing else, and the
-- triggers below hold the owner to the same. A superuser can switch triggers off; that is what the hashes are for.

-- One row per hash chain. As many writers as there are chains work side by side; each holds its chain's row until its commit.
CREATE TABLE audit.audit_chains (
  chain     smallint PRIMARY KEY CHECK (chain >= 0),
  height    bigint   NOT NULL CHECK (height >= 0),
  head_hash bytea    NOT NULL CHECK (octet_length(head_hash) = 32)
) WITH (fillfactor = 10);
COMMENT ON COLUMN audit.audit_chains.height IS 'number of the last block, 0 before the first';
COMMENT ON COLUMN audit.audit_chains.head_hash IS 'hash of the last block, 32 zero bytes before the first';

INSERT INTO audit.audit_chains (chain, height, head_hash)
SELECT n, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 15) AS n;

CREATE TABLE audit.audit_blocks (
  chain       smallint    NOT NULL REFERENCES audit.audit_chains (chain),
  block       bigint      NOT NULL CHECK (block > 0),
  prev_hash   bytea       NOT NULL CHECK (octet_length(prev_hash) = 32),
  merkle_root bytea       NOT NULL CHECK (octet_length(merkle_root) = 32),
  entries     integer     NOT NULL CHECK (entries > 0),
  closed_at   timestamptz NOT NULL,
  hash        bytea       NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (chain, block)
);
COMMENT ON INDEX audit.audit_blocks_pkey IS 'verify: walks each chain in order';
CREATE INDEX audit_blocks_closed_at ON audit.audit_blocks (chain, closed_at);
COMMENT ON INDEX audit.audit_blocks_closed_at IS 'verify from a moment: the first block of each chain closed since then';

CREATE TABLE audit.audit_log (
  id          uuid        NOT NULL,
  at          timestamptz NOT NULL,
  actor       text        NOT NULL,
  action      text        NOT NULL,
  entity_type text        NOT NULL,
  entity_id   text        NOT NULL,
  account_id  uuid,
  -- text, not jsonb: jsonb reorders and respells, and these are the exact bytes that were hashed
  detail      text        NOT NULL,
  chain       smallint    NOT NULL,
  block       bigint      NOT NULL,
  idx         integer     NOT NULL CHECK (idx >= 0),
  hash        bytea       NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (id),
  UNIQUE (chain, block, idx),
  FOREIGN KEY (chain, block) REFERENCES audit.audit_blocks (chain, block)
);
COMMENT ON INDEX audit.audit_log_pkey IS 'one entry by its id; ids are UUIDv7, so inserts go to the right edge';
COMMENT ON INDEX audit.audit_log_chain_block_idx_key IS 'verify: streams the entries of each block in order';
CREATE INDEX audit_log_at ON audit.audit_log (at, id);
COMMENT ON INDEX audit.audit_log_at IS 'log: newest first, in any range of time';
CREATE INDEX audit_log_entity ON audit.audit_log (entity_id, at, id);
COMMENT ON INDEX audit.audit_log_entity IS 'log of one order, user or limit: its whole life';
CREATE INDEX audit_log_account ON audit.audit_log (account_id, at, id) WHERE account_id IS NOT NULL;
COMMENT ON INDEX audit.audit_log_account IS 'log of one account';
CREATE INDEX audit_log_action ON audit.audit_log (action, at, id);
COMMENT ON INDEX audit.audit_log_action IS 'log of one action: kill switch uses, limit changes, failed logins';
CREATE INDEX audit_log_actor ON audit.audit_log (actor, at, id);
COMMENT ON INDEX audit.audit_log_actor IS 'log of what one person did';

-- Refuses what changes history, for every role including the owner.
CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.audit_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON audit.audit_chains
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- A head moves on by exactly one block, and only to a block that stands there and continues the chain.
CREATE FUNCTION audit.check_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.chain <> OLD.chain OR NEW.height <> OLD.height + 1 THEN
    RAISE EXCEPTION 'chain % may move from block % to % only', OLD.chain, OLD.height, OLD.height + 1
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM audit.audit_blocks
                 WHERE chain = NEW.chain AND block = NEW.height AND hash = NEW.head_hash AND prev_hash = OLD.head_hash) THEN
    RAISE EXCEPTION 'no block % continues chain %', NEW.height, NEW.chain USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER forward_by_one BEFORE UPDATE ON audit.audit_chains FOR EACH ROW EXECUTE FUNCTION audit.check_head();

-- Entries go only into blocks that are not closed yet: a block is closed once the head has moved on to it.
CREATE FUNCTION audit.check_open_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT chain, block FROM added) a JOIN audit.audit_chains c USING (chain)
             WHERE a.block <> c.height + 1) THEN
    RAISE EXCEPTION 'entries may be added only to the block being written' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER open_block AFTER INSERT ON audit.audit_log REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION audit.check_open_block();

GRANT SELECT, INSERT ON audit.audit_blocks, audit.audit_log TO tola_app;
GRANT SELECT, UPDATE (height, head_hash) ON audit.audit_chains TO tola_app;
