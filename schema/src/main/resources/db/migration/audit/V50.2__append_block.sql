-- Appends one block in one round trip: takes a chain, makes the block its next one, writes both and the entries. The transaction holds
-- the chain until it ends. Takes a chain nobody holds; when all are held, waits for the one named in its place. A transaction that holds
-- one already names it: with a second, two transactions could wait for each other.
-- Needs READ COMMITTED: the head must be seen as the last committed transaction left it.
CREATE FUNCTION audit.append_block(
  held smallint, otherwise smallint, closed timestamptz, root bytea,
  ids uuid[], ats timestamptz[], actors text[], actions text[], entity_types text[], entity_ids text[], accounts uuid[], details text[],
  hashes bytea[], OUT on_chain smallint, OUT as_block bigint, OUT waited boolean) LANGUAGE plpgsql AS $$
DECLARE
  previous   bytea;
  block_hash bytea;
  entries    integer := cardinality(ids);
BEGIN
  waited := false;
  IF held IS NULL THEN
    SELECT c.chain, c.height + 1, c.head_hash INTO on_chain, as_block, previous
      FROM audit.audit_chains c LIMIT 1 FOR UPDATE SKIP LOCKED;
    waited := NOT FOUND;
  END IF;
  IF on_chain IS NULL THEN
    SELECT c.chain, c.height + 1, c.head_hash INTO STRICT on_chain, as_block, previous
      FROM audit.audit_chains c WHERE c.chain = coalesce(held, otherwise) FOR UPDATE;
  END IF;
  -- The canonical JSON of the block's fields; io.tola.audit.domain.Block spells it the same way.
  block_hash := sha256('\x02'::bytea || convert_to(
    '{"block":' || as_block || ',"chain":' || on_chain || ',"closed_at":' || (extract(epoch FROM closed) * 1000000)::bigint
    || ',"entries":' || entries || ',"merkle_root":"' || encode(root, 'hex') || '","prev_hash":"' || encode(previous, 'hex') || '"}',
    'UTF8'));
  INSERT INTO audit.audit_blocks (chain, block, prev_hash, merkle_root, entries, closed_at, hash)
  VALUES (on_chain, as_block, previous, root, entries, closed, block_hash);
  INSERT INTO audit.audit_log (id, at, actor, action, entity_type, entity_id, account_id, detail, hash, chain, block, idx)
  SELECT e.id, e.at, e.actor, e.action, e.entity_type, e.entity_id, e.account_id, e.detail, e.hash, on_chain, as_block, e.n - 1
    FROM unnest(ids, ats, actors, actions, entity_types, entity_ids, accounts, details, hashes) WITH ORDINALITY
      AS e(id, at, actor, action, entity_type, entity_id, account_id, detail, hash, n);
  UPDATE audit.audit_chains c SET height = as_block, head_hash = block_hash WHERE c.chain = on_chain;
END
$$;
