-- A request whose object was changed meanwhile can't be approved any more: it is said so instead of PENDING.
ALTER TABLE gateway.approvals
  DROP CONSTRAINT approvals_status,
  ADD CONSTRAINT approvals_status CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'EXPIRED', 'STALE'));
