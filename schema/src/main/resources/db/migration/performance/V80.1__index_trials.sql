-- One trial of one advised index on the running server. The row is there before anything is changed, and says at every moment what
-- may be left to clean up: whoever has the trials' advisory lock and finds a row that isn't over finishes it.
CREATE TABLE performance.index_trials (
  id                uuid          PRIMARY KEY,
  recommendation_id text          NOT NULL CHECK (length(recommendation_id) BETWEEN 1 AND 64),
  state             varchar(11)   NOT NULL CHECK (state IN ('running', 'kept', 'dropped', 'failed', 'rolled_back')),
  phase             varchar(16)   CHECK (phase IN ('measuring_before', 'building', 'measuring_after', 'keeping', 'dropping', 'rolling_back')),
  trial_name        text          NOT NULL UNIQUE CHECK (octet_length(trial_name) BETWEEN 1 AND 63),
  create_statement  text          NOT NULL,
  threshold_pct     numeric(5,2)  NOT NULL CHECK (threshold_pct BETWEEN 0 AND 99),
  advice            jsonb         NOT NULL CHECK (jsonb_typeof(advice) = 'object'),
  before            jsonb         CHECK (jsonb_typeof(before) = 'object'),
  after             jsonb         CHECK (jsonb_typeof(after) = 'object'),
  gain_pct          numeric(12,2) CHECK (gain_pct <= 100),
  size_bytes        bigint        CHECK (size_bytes >= 0),
  outcome           varchar(32),
  reason            text          CHECK (length(reason) <= 1000),
  requested_by      text          NOT NULL,
  requested_at      timestamptz   NOT NULL,
  finished_at       timestamptz,
  rolled_back_by    text,
  rolled_back_at    timestamptz,
  CHECK ((phase IS NOT NULL) = (state = 'running' OR state = 'kept' AND rolled_back_by IS NOT NULL)),
  CHECK (state = 'running' OR outcome IS NOT NULL AND finished_at IS NOT NULL),
  CHECK (state NOT IN ('kept', 'dropped', 'rolled_back') OR before IS NOT NULL AND after IS NOT NULL AND gain_pct IS NOT NULL),
  CHECK ((state = 'rolled_back') = (rolled_back_at IS NOT NULL))
);
COMMENT ON COLUMN performance.index_trials.phase IS 'what is being done; null when nothing is';
COMMENT ON COLUMN performance.index_trials.trial_name IS
  'what the index is called until it is kept: it holds the trial''s id, so that no index but the trial''s own has it';
COMMENT ON COLUMN performance.index_trials.advice IS 'what was advised, as it was';
COMMENT ON COLUMN performance.index_trials.gain_pct IS 'by how much the time fell; negative when it rose';
COMMENT ON COLUMN performance.index_trials.outcome IS 'why it ended so, as a word; reason has the sentence';
CREATE UNIQUE INDEX index_trials_one_at_a_time ON performance.index_trials ((true)) WHERE phase IS NOT NULL;
COMMENT ON INDEX performance.index_trials_one_at_a_time IS 'one trial at a time on all nodes; and the one that isn''t over: WHERE phase IS NOT NULL';
CREATE INDEX index_trials_by_recommendation ON performance.index_trials (recommendation_id, requested_at DESC, id DESC);
COMMENT ON INDEX performance.index_trials_by_recommendation IS
  'the newest trial of each recommendation: DISTINCT ON (recommendation_id) … ORDER BY recommendation_id, requested_at DESC, id DESC';
REVOKE DELETE, TRUNCATE ON performance.index_trials FROM tola_app;
