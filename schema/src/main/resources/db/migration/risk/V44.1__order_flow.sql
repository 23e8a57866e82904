-- What orders added up to, counted behind them: a reader follows each account's reports and never stands in an order's way.

-- How far an account's reports have been counted.
CREATE TABLE risk.order_flow (
  account_id uuid   NOT NULL,
  sequence   bigint NOT NULL CHECK (sequence > 0),
  CONSTRAINT order_flow_pkey PRIMARY KEY (account_id)
) WITH (fillfactor = 50);
COMMENT ON INDEX risk.order_flow_pkey IS 'moving an account on; all of it is read at once';
REVOKE DELETE, TRUNCATE ON risk.order_flow FROM tola_app;

-- An account's day in India.
CREATE TABLE risk.order_days (
  day        date     NOT NULL,
  account_id uuid     NOT NULL,
  orders     bigint   NOT NULL CHECK (orders >= 0),
  untagged   bigint   NOT NULL CHECK (untagged BETWEEN 0 AND orders + refused),
  refused    bigint   NOT NULL CHECK (refused >= 0),
  replaced   bigint   NOT NULL CHECK (replaced >= 0),
  canceled   bigint   NOT NULL CHECK (canceled >= 0),
  trades     bigint   NOT NULL CHECK (trades >= 0),
  alerted    smallint NOT NULL DEFAULT 0 CHECK (alerted BETWEEN 0 AND 2),
  CONSTRAINT order_days_pkey PRIMARY KEY (day, account_id)
) WITH (fillfactor = 50);
COMMENT ON INDEX risk.order_days_pkey IS 'counting on; a day of one account, and of all (GET /compliance/report)';
COMMENT ON COLUMN risk.order_days.orders IS 'taken, not refused';
COMMENT ON COLUMN risk.order_days.untagged IS 'taken or refused, without a tag';
COMMENT ON COLUMN risk.order_days.canceled IS 'by whomever, what is left of an IOC order included';
COMMENT ON COLUMN risk.order_days.alerted IS 'how high the order-to-trade ratio was told of: 0 not, 1 warning, 2 critical';
REVOKE DELETE, TRUNCATE ON risk.order_days FROM tola_app;

-- Orders refused in a day in India, by code.
CREATE TABLE risk.refusal_days (
  day        date    NOT NULL,
  account_id uuid    NOT NULL,
  code       integer NOT NULL CHECK (code BETWEEN 1000 AND 2999),
  refused    bigint  NOT NULL CHECK (refused > 0),
  CONSTRAINT refusal_days_pkey PRIMARY KEY (day, account_id, code)
) WITH (fillfactor = 50);
COMMENT ON INDEX risk.refusal_days_pkey IS 'counting on; refusals of a day (GET /compliance/report)';
REVOKE DELETE, TRUNCATE ON risk.refusal_days FROM tola_app;
