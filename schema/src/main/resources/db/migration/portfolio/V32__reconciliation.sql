-- Brokers' statements against the books: what was sent, what was compared, what differs, and what became of each difference.

-- A row an account that ever was compared. Locked for a run and for each step of a break's life, so that two runs of one account never meet.
-- No foreign key to accounts: its check would share-lock the account's row for the whole of a first run, and orders lock that row.
CREATE TABLE portfolio.reconciliation_accounts (
  account_id     uuid PRIMARY KEY,
  -- The last number given to an alert of this account.
  alert_sequence bigint NOT NULL DEFAULT 0 CHECK (alert_sequence >= 0)
);

CREATE TABLE portfolio.reconciliation_statements (
  statement_id uuid        PRIMARY KEY,
  account_id   uuid        NOT NULL REFERENCES portfolio.reconciliation_accounts,
  kind         text        NOT NULL CHECK (kind IN ('HOLDINGS', 'POSITIONS', 'TRADES')),
  format       text        NOT NULL CHECK (format IN ('CSV', 'JSON')),
  -- The moment the broker's figures are of; for trades, up to when they are complete.
  as_of        timestamptz NOT NULL,
  -- SHA-256 of the body: sent again, it is the same statement.
  digest       bytea       NOT NULL CHECK (length(digest) = 32),
  lines        integer     NOT NULL CHECK (lines >= 0),
  uploaded_by  text        NOT NULL,
  uploaded_at  timestamptz NOT NULL,
  -- The body as it came, gzip, so that it can be compared again; null once a younger statement took its place. As one value and not a row a
  -- line, because 100,000 rows would take as long as all the rest.
  body         bytea,
  CONSTRAINT reconciliation_statements_once UNIQUE (account_id, kind, as_of, digest)
);
COMMENT ON INDEX portfolio.reconciliation_statements_once IS 'a statement that was sent before: WHERE account_id = ? AND kind = ? AND as_of = ? AND digest = ?';
ALTER TABLE portfolio.reconciliation_statements ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX reconciliation_statements_newest ON portfolio.reconciliation_statements (account_id, kind, as_of DESC, uploaded_at DESC);
COMMENT ON INDEX portfolio.reconciliation_statements_newest IS 'the last statement of each kind of an account: what is shown, and what is compared again';

-- One comparison of a statement with the books.
CREATE TABLE portfolio.reconciliation_runs (
  run_id       uuid        PRIMARY KEY,
  statement_id uuid        NOT NULL REFERENCES portfolio.reconciliation_statements ON DELETE CASCADE,
  account_id   uuid        NOT NULL,
  at           timestamptz NOT NULL,
  trigger      text        NOT NULL CHECK (trigger IN ('UPLOAD', 'SCHEDULE', 'PERSON')),
  actor        text        NOT NULL,
  compared     integer     NOT NULL CHECK (compared >= 0),
  matched      integer     NOT NULL CHECK (matched >= 0),
  found        integer     NOT NULL CHECK (found >= 0),
  opened       integer     NOT NULL CHECK (opened >= 0 AND opened <= found),
  cleared      integer     NOT NULL CHECK (cleared >= 0)
);
CREATE INDEX reconciliation_runs_of_statement ON portfolio.reconciliation_runs (statement_id, at DESC);
COMMENT ON INDEX portfolio.reconciliation_runs_of_statement IS 'the last run of a statement: shown, and when it is due again';

-- A difference between the books and a statement, and its life: OPEN, EXPLAINED, ADJUSTED, CLOSED.
CREATE TABLE portfolio.reconciliation_breaks (
  break_id     uuid        PRIMARY KEY,
  account_id   uuid        NOT NULL REFERENCES portfolio.reconciliation_accounts,
  statement_id uuid        NOT NULL,
  kind         text        NOT NULL CHECK (kind IN ('HOLDINGS', 'POSITIONS', 'TRADES')),
  class        text        NOT NULL CHECK (class IN ('MISSING_HERE', 'MISSING_THERE', 'QUANTITY', 'PRICE', 'SIDE', 'SYMBOL', 'DUPLICATE',
                                                     'TIMING', 'CORPORATE_ACTION', 'FEES')),
  -- What it is about, the same in each run: symbol and product, or a trade.
  subject      text        COLLATE "C" NOT NULL,
  symbol       text        COLLATE "C" NOT NULL,
  product      text        COLLATE "C",
  -- Both sides' figures; the same difference has the same two texts.
  ours         text        NOT NULL,
  theirs       text        NOT NULL,
  -- Rupees, where the difference can be put in rupees.
  amount       numeric,
  line         integer,
  -- When it was traded: a statement of another period says nothing about it.
  traded_at    timestamptz,
  state        text        NOT NULL CHECK (state IN ('OPEN', 'EXPLAINED', 'ADJUSTED', 'CLOSED')),
  version      integer     NOT NULL DEFAULT 1 CHECK (version > 0),
  opened_at    timestamptz NOT NULL,
  seen_at      timestamptz NOT NULL,
  explanation  text,
  -- Whether whoever explained it proposes that the books be changed to the statement's figures.
  propose_booking boolean  NOT NULL DEFAULT false,
  explained_by text,
  explained_at timestamptz,
  adjusted_by  text,
  adjusted_at  timestamptz,
  -- What the adjustment did to the books; null when it changed nothing there.
  booking      text,
  closed_by    text,
  closed_at    timestamptz,
  close_reason text,
  -- Closed by a person though it is still there: the same difference does not open again.
  accepted     boolean NOT NULL DEFAULT false,
  alerted_at   timestamptz,
  CONSTRAINT reconciliation_breaks_explained CHECK (state NOT IN ('EXPLAINED', 'ADJUSTED') OR
    (explanation IS NOT NULL AND explained_by IS NOT NULL AND explained_at IS NOT NULL)),
  CONSTRAINT reconciliation_breaks_adjusted CHECK (state <> 'ADJUSTED' OR (adjusted_by IS NOT NULL AND adjusted_at IS NOT NULL)),
  CONSTRAINT reconciliation_breaks_closed CHECK ((state = 'CLOSED') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)),
  -- Two persons: who explains can't be who adjusts.
  CONSTRAINT reconciliation_breaks_two_persons CHECK (adjusted_by IS NULL OR adjusted_by <> explained_by)
);
CREATE UNIQUE INDEX reconciliation_breaks_live ON portfolio.reconciliation_breaks (account_id, kind, class, subject)
  WHERE state IN ('OPEN', 'EXPLAINED', 'ADJUSTED');
COMMENT ON INDEX portfolio.reconciliation_breaks_live IS 'the breaks of an account that are not closed: one a subject, found again by the next run';
CREATE INDEX reconciliation_breaks_list ON portfolio.reconciliation_breaks (account_id, opened_at DESC, break_id DESC);
COMMENT ON INDEX portfolio.reconciliation_breaks_list IS 'breaks of some accounts, newest first, page by page';
CREATE INDEX reconciliation_breaks_accepted ON portfolio.reconciliation_breaks (account_id, kind, class, subject) WHERE accepted;
COMMENT ON INDEX portfolio.reconciliation_breaks_accepted IS 'differences that people accepted: a run does not open them again';

-- What happened: runs, and each step of a break's life. Only grows.
CREATE TABLE portfolio.reconciliation_logs (
  log_id       uuid        NOT NULL,
  at           timestamptz NOT NULL,
  account_id   uuid        NOT NULL,
  statement_id uuid,
  break_id     uuid,
  event        text        COLLATE "C" NOT NULL,
  actor        text        NOT NULL,
  message      text        NOT NULL,
  CONSTRAINT reconciliation_logs_pkey PRIMARY KEY (log_id)
);
CREATE INDEX reconciliation_logs_of_account ON portfolio.reconciliation_logs (account_id, at DESC, log_id DESC);
COMMENT ON INDEX portfolio.reconciliation_logs_of_account IS 'the newest log lines of some accounts, page by page';
CREATE INDEX reconciliation_logs_at ON portfolio.reconciliation_logs (at DESC, log_id DESC);
COMMENT ON INDEX portfolio.reconciliation_logs_at IS 'the newest log lines of all accounts, page by page';
REVOKE UPDATE, DELETE, TRUNCATE ON portfolio.reconciliation_logs FROM tola_app;
REVOKE DELETE, TRUNCATE ON portfolio.reconciliation_breaks FROM tola_app;
