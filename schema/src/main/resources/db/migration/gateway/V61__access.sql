-- Users managed over REST: where they may come from, passwords to be changed, tokens taken back, logins locked.
ALTER TABLE gateway.users
  -- Addresses and ranges (CIDR) the user may come from; empty means from anywhere.
  ADD COLUMN allowed_addresses text[] NOT NULL DEFAULT '{}',
  -- Set by somebody else: good for changing it, and for nothing else.
  ADD COLUMN password_temporary boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT users_addresses_count CHECK (cardinality(allowed_addresses) <= 20);

-- The same function with two columns more: whatever changes a user's rights ends the older tokens.
CREATE OR REPLACE FUNCTION gateway.user_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.password_hash, NEW.password_temporary, NEW.roles, NEW.enabled, NEW.demo, NEW.allowed_addresses)
      IS DISTINCT FROM
     (OLD.password_hash, OLD.password_temporary, OLD.roles, OLD.enabled, OLD.demo, OLD.allowed_addresses) THEN
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE INDEX users_list_idx ON gateway.users (created_at, user_id);
COMMENT ON INDEX gateway.users_list_idx IS
  'The list of users by page: SELECT ... FROM users WHERE (created_at, user_id) > (?, ?) ORDER BY created_at, user_id LIMIT ?';

-- Single tokens taken back before their time. All tokens of a user are taken back by raising the user's version.
CREATE TABLE gateway.revoked_tokens (
  -- SHA-256 of the token's signed part.
  token_id bytea PRIMARY KEY,
  username text NOT NULL,
  revoked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- After this the token is worth nothing anyway, and the row may go.
  expires_at timestamptz NOT NULL,
  CONSTRAINT revoked_tokens_id_length CHECK (octet_length(token_id) = 32)
);
COMMENT ON TABLE gateway.revoked_tokens IS 'Tokens logged out before they expired.';
CREATE INDEX revoked_tokens_revoked_at_idx ON gateway.revoked_tokens (revoked_at);
COMMENT ON INDEX gateway.revoked_tokens_revoked_at_idx IS
  'Every node, every few seconds: SELECT ... FROM revoked_tokens WHERE revoked_at > ?';
