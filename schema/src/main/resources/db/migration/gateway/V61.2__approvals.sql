-- What one person asked for and another decides.
CREATE TABLE gateway.approvals (
  approval_id uuid PRIMARY KEY,
  kind text NOT NULL,
  account_id uuid,
  -- What is to be done, as the door would take it; done exactly so when it is approved.
  request jsonb NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'PENDING',
  decided_by text,
  decided_at timestamptz,
  reason text,
  CONSTRAINT approvals_kind CHECK (kind IN ('LIMIT_RAISE')),
  CONSTRAINT approvals_status CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'EXPIRED')),
  CONSTRAINT approvals_decided CHECK ((status = 'PENDING') = (decided_at IS NULL)),
  CONSTRAINT approvals_decider CHECK ((status IN ('APPROVED', 'REFUSED')) = (decided_by IS NOT NULL)),
  -- The rule itself, once more where no code can pass it by.
  CONSTRAINT approvals_second_person CHECK (status <> 'APPROVED' OR decided_by <> requested_by),
  CONSTRAINT approvals_expiry CHECK (expires_at > requested_at)
);
COMMENT ON TABLE gateway.approvals IS 'Requests that need a second person, and what became of them.';
CREATE INDEX approvals_list_idx ON gateway.approvals (requested_at DESC, approval_id DESC);
COMMENT ON INDEX gateway.approvals_list_idx IS
  'The list by page, newest first: SELECT ... FROM approvals ORDER BY requested_at DESC, approval_id DESC LIMIT ?';
CREATE INDEX approvals_pending_idx ON gateway.approvals (expires_at) WHERE status = 'PENDING';
COMMENT ON INDEX gateway.approvals_pending_idx IS
  'Every minute: UPDATE approvals SET status = ''EXPIRED'' WHERE status = ''PENDING'' AND expires_at <= ?';

-- Decisions stand: nothing is taken out, and a decided row is not decided again.
REVOKE DELETE ON gateway.approvals FROM tola_app;
CREATE FUNCTION gateway.approval_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'PENDING'
      OR (NEW.approval_id, NEW.kind, NEW.account_id, NEW.request, NEW.requested_by, NEW.requested_at, NEW.expires_at)
         IS DISTINCT FROM
         (OLD.approval_id, OLD.kind, OLD.account_id, OLD.request, OLD.requested_by, OLD.requested_at, OLD.expires_at) THEN
    RAISE EXCEPTION 'an approval is decided once, and what was asked for does not change';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON gateway.approvals
  FOR EACH ROW EXECUTE FUNCTION gateway.approval_decided_once();
