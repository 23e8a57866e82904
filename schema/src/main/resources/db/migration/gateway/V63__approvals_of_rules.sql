-- What else lets more through, and so waits for a second person: a symbol no longer restricted, an algorithm registered.
ALTER TABLE gateway.approvals
  DROP CONSTRAINT approvals_kind,
  ADD CONSTRAINT approvals_kind CHECK (kind IN ('LIMIT_RAISE', 'SYMBOL_RELEASE', 'ALGO_REGISTRATION'));
