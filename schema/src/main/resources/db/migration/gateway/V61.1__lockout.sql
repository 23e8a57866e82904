-- Failed logins over all nodes. Names, not ids: whoever guesses must not learn from a lock which names exist.
CREATE TABLE gateway.login_locks (
  username text NOT NULL,
  -- An address from which that user has logged in lately, or '' for everywhere else together.
  place text NOT NULL,
  failures integer NOT NULL,
  window_started_at timestamptz NOT NULL,
  locked_until timestamptz,
  PRIMARY KEY (username, place),
  CONSTRAINT login_locks_failures CHECK (failures >= 0)
);
COMMENT ON TABLE gateway.login_locks IS 'Failed logins and locks by user and place; swept when they are over.';
COMMENT ON INDEX gateway.login_locks_pkey IS
  'Each login: SELECT locked_until FROM login_locks WHERE username = ? AND place = ?';

CREATE TABLE gateway.login_addresses (
  username text NOT NULL,
  address text NOT NULL,
  last_login_at timestamptz NOT NULL,
  PRIMARY KEY (username, address)
);
COMMENT ON TABLE gateway.login_addresses IS 'Where users logged in from lately: guessing elsewhere does not lock these out.';
COMMENT ON INDEX gateway.login_addresses_pkey IS
  'Each login: SELECT FROM login_addresses WHERE username = ? AND address = ? AND last_login_at > ?';
