-- Dropping bodies costs what is dropped, not what was dropped before: every look-up is bounded from below, by the index. The functions'
-- settings hold for the triggers inside too: a plan made while the trail was small must not read all of it after years.

CREATE OR REPLACE FUNCTION audit.check_tree_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size OR NEW.dropped_below < OLD.dropped_below
     OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
    RAISE EXCEPTION 'the audit tree only grows' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.dropped_below > OLD.dropped_below THEN
    -- Not EXISTS: it forgets the order, and reads the runs from the first one on.
    IF NEW.dropped_below IS DISTINCT FROM (SELECT first_leaf + leaves FROM audit.audit_tree_runs WHERE first_leaf < NEW.dropped_below
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

CREATE OR REPLACE FUNCTION audit.check_dropped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM gone)
     OR EXISTS (SELECT FROM (SELECT DISTINCT chain, block FROM gone) g
                WHERE (SELECT r.last_block < g.block OR r.first_leaf >= t.dropped_below
                         FROM audit.audit_tree_runs r, audit.audit_tree t
                        WHERE r.chain = g.chain AND r.first_block <= g.block
                        ORDER BY r.first_block DESC LIMIT 1) IS NOT FALSE) THEN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END
$$;

ALTER FUNCTION audit.drop_bodies(bigint) SET enable_seqscan = off;
ALTER FUNCTION audit.drop_bodies(bigint) SET enable_hashjoin = off;
ALTER FUNCTION audit.drop_bodies(bigint) SET enable_mergejoin = off;
