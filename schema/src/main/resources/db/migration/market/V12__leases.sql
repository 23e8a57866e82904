-- Locks that one node of all holds for a while (io.tola.kernel.port.Leases). Rows stay when the locks are free: the token must never fall.
CREATE TABLE market.leases (
  name  varchar(100) COLLATE "C" PRIMARY KEY CHECK (name <> ''),
  token bigint       NOT NULL CHECK (token >= 0),
  until timestamptz  NOT NULL
);
COMMENT ON TABLE market.leases IS 'who may do what only one may do; a lock is free when until has passed';
COMMENT ON COLUMN market.leases.token IS 'rises with every lease; what a holder changes can refuse a smaller one';
COMMENT ON INDEX market.leases_pkey IS 'taking, renewing and confirming: WHERE name = ?';
