-- Algorithms that the exchange has registered for an account: such an account may be as fast as its limits say, others no faster than
-- tola.compliance.unregistered-orders-per-second.
CREATE TABLE risk.registered_algos (
  account_id    uuid        NOT NULL,
  algo_id       text        NOT NULL CHECK (length(algo_id) BETWEEN 1 AND 32),
  registered_by text        NOT NULL,
  registered_at timestamptz NOT NULL,
  CONSTRAINT registered_algos_pkey PRIMARY KEY (account_id, algo_id)
);
COMMENT ON TABLE risk.registered_algos IS 'algorithms that the exchange has registered, by account; the id is what orders carry as their tag';
COMMENT ON INDEX risk.registered_algos_pkey IS 'whether the accounts of a batch have one';
CREATE TRIGGER registered_algos_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON risk.registered_algos
  FOR EACH STATEMENT EXECUTE FUNCTION risk.bump_version();
