-- The rights that drop and rename indexes act on what a row here names, and the application writes rows: only a name that holds the row's
-- own id may stand in one, or any index could be named.
ALTER TABLE performance.index_trials ADD CONSTRAINT index_trials_own_name
  CHECK (trial_name LIKE '%\_trial\_' || right(replace(id::text, '-', ''), 16));
