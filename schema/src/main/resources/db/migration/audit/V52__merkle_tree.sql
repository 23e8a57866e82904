-- One Merkle tree (RFC 6962) over all entries. It is grown after the commits that write the entries, by one node at a time; what stands
-- here can be made again from the entries, but not differently without a checkpoint outside of this database saying so.

CREATE TABLE audit.audit_tree (
  one             boolean     PRIMARY KEY DEFAULT true CHECK (one),
  log_id          uuid        NOT NULL DEFAULT gen_random_uuid(),
  size            bigint      NOT NULL DEFAULT 0 CHECK (size >= 0),
  root            bytea       NOT NULL DEFAULT sha256('') CHECK (octet_length(root) = 32),
  integrated_at   timestamptz,
  dropped_below   bigint      NOT NULL DEFAULT 0 CHECK (dropped_below BETWEEN 0 AND size),
  least_retention interval    NOT NULL DEFAULT '5 years'
);
COMMENT ON TABLE audit.audit_tree IS 'One row; who grows the tree holds it until the commit.';
COMMENT ON COLUMN audit.audit_tree.log_id IS 'part of the log''s name in its checkpoints';
COMMENT ON COLUMN audit.audit_tree.root IS 'RFC 6962 root over all leaves; SHA-256 of nothing when there are none';
COMMENT ON COLUMN audit.audit_tree.dropped_below IS 'the entries of the leaves before this one are gone, their hashes are in the tiles';
COMMENT ON COLUMN audit.audit_tree.least_retention IS 'no entry younger than this is ever dropped; only the tables'' owner can change it';
COMMENT ON INDEX audit.audit_tree_pkey IS 'holds the table to one row';
INSERT INTO audit.audit_tree DEFAULT VALUES;

-- No foreign key: it would lock rows of audit_blocks, and blocks are never removed.
CREATE TABLE audit.audit_tree_runs (
  first_leaf    bigint      PRIMARY KEY CHECK (first_leaf >= 0),
  leaves        integer     NOT NULL CHECK (leaves > 0),
  chain         smallint    NOT NULL,
  first_block   bigint      NOT NULL,
  last_block    bigint      NOT NULL CHECK (last_block >= first_block),
  integrated_at timestamptz NOT NULL
);
COMMENT ON TABLE audit.audit_tree_runs IS 'Which leaves the entries of these neighbouring blocks of one chain are, in the order of (block, idx).';
COMMENT ON INDEX audit.audit_tree_runs_pkey IS 'verify and export: the entries in the order of the leaves';
CREATE UNIQUE INDEX audit_tree_runs_chain ON audit.audit_tree_runs (chain, first_block);
COMMENT ON INDEX audit.audit_tree_runs_chain IS 'proof: the leaf of an entry; integration: the last block of a chain that is in the tree';

CREATE TABLE audit.audit_tree_tiles (
  level  smallint NOT NULL CHECK (level >= 0),
  tile   bigint   NOT NULL CHECK (tile >= 0),
  hashes bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
  PRIMARY KEY (level, tile)
);
-- Hashes can't be compressed; trying costs more than the rest of the statement.
ALTER TABLE audit.audit_tree_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE audit.audit_tree_tiles IS 'Hashes at height 8 x level of the tree, 256 a tile (C2SP tlog-tiles). Level 0 holds the entries'' own hashes.';
COMMENT ON INDEX audit.audit_tree_tiles_pkey IS 'proofs: a tile by its place; verify: all of them in order';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.audit_tree_runs
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON audit.audit_tree_tiles
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON audit.audit_tree
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE FUNCTION audit.check_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.level <> OLD.level OR NEW.tile <> OLD.tile
     OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile only grows: UPDATE on % is refused', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON audit.audit_tree_tiles FOR EACH ROW EXECUTE FUNCTION audit.check_tile_grows();

-- The tree grows, and what is dropped begins at the front, ends with a run, and is old enough.
CREATE FUNCTION audit.check_tree_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size OR NEW.dropped_below < OLD.dropped_below
     OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
    RAISE EXCEPTION 'the audit tree only grows' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.dropped_below > OLD.dropped_below THEN
    IF NOT EXISTS (SELECT FROM audit.audit_tree_runs WHERE first_leaf + leaves = NEW.dropped_below AND first_leaf < NEW.dropped_below
                   ORDER BY first_leaf DESC LIMIT 1) THEN
      RAISE EXCEPTION 'no run of blocks ends before leaf %', NEW.dropped_below USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM audit.audit_tree_runs r
                 JOIN audit.audit_blocks b ON b.chain = r.chain AND b.block BETWEEN r.first_block AND r.last_block
               WHERE r.first_leaf >= OLD.dropped_below AND r.first_leaf < NEW.dropped_below
                 AND b.closed_at > now() - NEW.least_retention) THEN
      RAISE EXCEPTION 'entries younger than % are kept', NEW.least_retention USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON audit.audit_tree FOR EACH ROW EXECUTE FUNCTION audit.check_tree_grows();

-- An entry may go once the tree says that it is dropped; until then, and for every role, it stays.
CREATE FUNCTION audit.check_dropped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM gone)
     OR EXISTS (SELECT FROM (SELECT DISTINCT chain, block FROM gone) g
                WHERE NOT EXISTS (SELECT FROM audit.audit_tree_runs r, audit.audit_tree t
                                  WHERE r.chain = g.chain AND g.block BETWEEN r.first_block AND r.last_block
                                    AND r.first_leaf < t.dropped_below)) THEN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END
$$;
DROP TRIGGER append_only ON audit.audit_log;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER only_dropped AFTER DELETE ON audit.audit_log REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit.check_dropped();

-- Drops the entries of the leaves before this one, where a run ends; blocks and hashes stay. The application may do this and no other
-- removal; the triggers above decide.
CREATE FUNCTION audit.drop_bodies(below bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$
DECLARE
  before bigint;
  entries bigint;
BEGIN
  SELECT dropped_below INTO STRICT before FROM audit.audit_tree FOR UPDATE;
  IF below <= before THEN
    RETURN 0;
  END IF;
  UPDATE audit.audit_tree SET dropped_below = below;
  DELETE FROM audit.audit_log a USING audit.audit_tree_runs r
   WHERE r.first_leaf >= before AND r.first_leaf < below
     AND a.chain = r.chain AND a.block BETWEEN r.first_block AND r.last_block;
  GET DIAGNOSTICS entries = ROW_COUNT;
  RETURN entries;
END
$$;
REVOKE ALL ON FUNCTION audit.drop_bodies(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION audit.drop_bodies(bigint) TO tola_app;
GRANT SELECT, UPDATE (size, root, integrated_at) ON audit.audit_tree TO tola_app;
GRANT SELECT, INSERT ON audit.audit_tree_runs TO tola_app;
GRANT SELECT, INSERT, UPDATE (hashes) ON audit.audit_tree_tiles TO tola_app;
