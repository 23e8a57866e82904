-- Users of an external issuer have no row in gateway.users whose version ends all their tokens: the moment is kept instead.
CREATE TABLE gateway.external_logouts (
  -- With its prefix, as it stands in the audit trail.
  username text PRIMARY KEY,
  -- Tokens that say they were issued by then, or don't say, are ended.
  issued_until timestamptz NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE gateway.external_logouts IS
  'External users who ended all their tokens. A row stays: only the issuer knows when its tokens expire.';
CREATE INDEX external_logouts_written_at_idx ON gateway.external_logouts (written_at);
COMMENT ON INDEX gateway.external_logouts_written_at_idx IS
  'Every node, every few seconds: SELECT ... FROM external_logouts WHERE written_at > ?';
REVOKE DELETE ON gateway.external_logouts FROM tola_app;
