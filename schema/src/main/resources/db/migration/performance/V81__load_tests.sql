-- What load tests found, so that a change for the worse is seen over months and not only beside the last run.
CREATE TABLE performance.load_tests (
  id          uuid        PRIMARY KEY,
  run_id      text        NOT NULL UNIQUE CHECK (run_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  scenario    text        NOT NULL CHECK (scenario ~ '^[a-z][a-z0-9-]{0,31}$'),
  started_at  timestamptz NOT NULL,
  revision    text        NOT NULL CHECK (length(revision) BETWEEN 1 AND 64),
  passed      boolean     NOT NULL,
  conditions  jsonb       NOT NULL CHECK (jsonb_typeof(conditions) = 'object'),
  verdicts    jsonb       NOT NULL CHECK (jsonb_typeof(verdicts) = 'array'),
  reported_by text        NOT NULL,
  reported_at timestamptz NOT NULL
);
COMMENT ON COLUMN performance.load_tests.run_id IS 'made by whoever ran it: one that is reported again changes nothing';
COMMENT ON COLUMN performance.load_tests.revision IS 'of the code that was loaded, as git describes it';
COMMENT ON COLUMN performance.load_tests.conditions IS
  'machine, users, mix, durations: runs are compared only when these are equal';
COMMENT ON COLUMN performance.load_tests.verdicts IS 'what had to hold, what was found, and whether it did';
COMMENT ON INDEX performance.load_tests_run_id_key IS 'a run is stored once: INSERT … ON CONFLICT DO NOTHING, and the reading of what was there';
CREATE INDEX load_tests_newest ON performance.load_tests (scenario, started_at DESC, id DESC);
COMMENT ON INDEX performance.load_tests_newest IS 'a scenario''s runs, newest first; its history; which of them retention drops';
CREATE INDEX load_tests_all ON performance.load_tests (started_at DESC, id DESC);
COMMENT ON INDEX performance.load_tests_all IS 'all runs, newest first; which of them retention drops';

CREATE TABLE performance.performance_metrics (
  load_test       uuid             NOT NULL REFERENCES performance.load_tests ON DELETE CASCADE,
  metric          text             NOT NULL CHECK (metric ~ '^[a-z][a-z0-9_]{0,47}$'),
  value           double precision NOT NULL CHECK (value BETWEEN -1e15 AND 1e15),
  lower_is_better boolean          NOT NULL,
  PRIMARY KEY (load_test, metric)
);
COMMENT ON COLUMN performance.performance_metrics.value IS 'in the unit that ends the metric''s name; a measurement, no money';
COMMENT ON INDEX performance.performance_metrics_pkey IS 'the figures of a run, and of the runs of a history';
