-- What the watch over statements and breaks goes by, so that each of its looks reads only what is due.

-- Since when a break has been open this time: people may explain it and open it again. Who is told of old breaks is told by this.
-- The default is for nodes that don't know the column yet.
ALTER TABLE portfolio.reconciliation_breaks ADD COLUMN open_since timestamptz NOT NULL DEFAULT now();
UPDATE portfolio.reconciliation_breaks SET open_since = opened_at;
CREATE INDEX reconciliation_breaks_untold ON portfolio.reconciliation_breaks (open_since) WHERE state = 'OPEN' AND alerted_at IS NULL;
COMMENT ON INDEX portfolio.reconciliation_breaks_untold IS
  'open breaks that nobody has been told of: WHERE state = ''OPEN'' AND alerted_at IS NULL AND open_since < ?';

CREATE INDEX reconciliation_breaks_all ON portfolio.reconciliation_breaks (opened_at DESC, break_id DESC);
COMMENT ON INDEX portfolio.reconciliation_breaks_all IS 'breaks of all accounts, newest first, page by page';
CREATE INDEX reconciliation_breaks_of_statement ON portfolio.reconciliation_breaks (statement_id);
COMMENT ON INDEX portfolio.reconciliation_breaks_of_statement IS 'the breaks that a statement was the last to show: WHERE statement_id = ?';

-- When the statement was last compared. Here too, because of the runs only those that found something new are kept.
ALTER TABLE portfolio.reconciliation_statements ADD COLUMN compared_at timestamptz NOT NULL DEFAULT now();
UPDATE portfolio.reconciliation_statements s
   SET compared_at = coalesce((SELECT max(r.at) FROM portfolio.reconciliation_runs r WHERE r.statement_id = s.statement_id), uploaded_at);
CREATE INDEX reconciliation_statements_due ON portfolio.reconciliation_statements (compared_at) WHERE body IS NOT NULL;
COMMENT ON INDEX portfolio.reconciliation_statements_due IS
  'the last statements of all accounts (only they have a body), by when they were compared: what is due again, what is shown';
CREATE INDEX reconciliation_statements_kept ON portfolio.reconciliation_statements (account_id, kind) WHERE body IS NOT NULL;
COMMENT ON INDEX portfolio.reconciliation_statements_kept IS 'the last statements of some accounts: shown, and their bodies dropped when younger ones come';
