-- Who may log in here, with what roles, for which accounts. Users of an external issuer are not in these tables.
CREATE TABLE gateway.users (
  user_id uuid PRIMARY KEY,
  username text NOT NULL,
  password_salt bytea NOT NULL,
  password_hash bytea NOT NULL,
  password_iterations integer NOT NULL,
  roles text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  -- Made by the demo profile: refused in every other profile.
  demo boolean NOT NULL DEFAULT false,
  -- Rises with every change of password, roles, accounts or enabled: a token carries it, so a change ends older tokens.
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Its index serves the login: SELECT ... FROM users WHERE username = ?
  CONSTRAINT users_username_key UNIQUE (username),
  CONSTRAINT users_username_form CHECK (username ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
  CONSTRAINT users_salt_length CHECK (octet_length(password_salt) >= 16),
  CONSTRAINT users_hash_length CHECK (octet_length(password_hash) = 64),
  CONSTRAINT users_iterations CHECK (password_iterations >= 210000),
  CONSTRAINT users_roles_known CHECK (
    cardinality(roles) > 0
    AND roles <@ ARRAY['trader', 'risk', 'auditor', 'ops', 'admin', 'feed', 'viewer']::text[]),
  CONSTRAINT users_version_positive CHECK (version > 0)
);
COMMENT ON TABLE gateway.users IS 'Local users: PBKDF2-HMAC-SHA512 password hashes, roles, token version.';
COMMENT ON INDEX gateway.users_username_key IS 'Login and revalidation: SELECT ... FROM users WHERE username = ANY (?)';

CREATE TABLE gateway.user_accounts (
  user_id uuid NOT NULL REFERENCES gateway.users (user_id),
  -- An account of the portfolio module; no foreign key across modules.
  account_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, account_id)
);
COMMENT ON TABLE gateway.user_accounts IS 'Which accounts a trader may act for.';
COMMENT ON INDEX gateway.user_accounts_pkey IS
  'The accounts of a user: SELECT account_id FROM user_accounts WHERE user_id = ?';

-- Whatever changes a user's rights raises the version, whoever does it: the platform or an administrator's SQL.
CREATE FUNCTION gateway.user_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.password_hash, NEW.roles, NEW.enabled, NEW.demo)
      IS DISTINCT FROM (OLD.password_hash, OLD.roles, OLD.enabled, OLD.demo) THEN
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER users_changed BEFORE UPDATE ON gateway.users
  FOR EACH ROW EXECUTE FUNCTION gateway.user_changed();

CREATE FUNCTION gateway.user_accounts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gateway.users SET version = version + 1
   WHERE user_id IN (SELECT user_id FROM changed);
  RETURN NULL;
END
$$;

CREATE TRIGGER user_accounts_added AFTER INSERT ON gateway.user_accounts
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION gateway.user_accounts_changed();

CREATE TRIGGER user_accounts_removed AFTER DELETE ON gateway.user_accounts
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION gateway.user_accounts_changed();

CREATE INDEX users_updated_at_idx ON gateway.users (updated_at);
COMMENT ON INDEX gateway.users_updated_at_idx IS
  'Every node, every few seconds: SELECT ... FROM users WHERE updated_at > ?';

-- A user's name stands in the audit trail for ever: users are disabled, not deleted. An assignment is added or removed, not edited.
REVOKE DELETE ON gateway.users FROM tola_app;
REVOKE UPDATE ON gateway.user_accounts FROM tola_app;
