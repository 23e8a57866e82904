-- The audit log of a predecessor system, as its files told it. It is history of another system that nobody here saw happen: it stands beside
-- the trail, on no hash chain. The trail has an entry for each file that came in (action records_imported), with the file's SHA-256.
CREATE TABLE audit.imported_audit_log (
  id          uuid        NOT NULL,
  at          timestamptz NOT NULL,
  actor       text        NOT NULL,
  action      text        NOT NULL,
  entity_type text        NOT NULL,
  entity_id   text        NOT NULL,
  account     text,
  detail      text        NOT NULL,
  their_id    text,
  file        text        NOT NULL,
  imported_at timestamptz NOT NULL,
  CONSTRAINT imported_audit_log_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE audit.imported_audit_log IS 'A predecessor''s audit log, not covered by the hash chains; append-only. Written by the importer, read with SQL (site/reference/import.md).';
COMMENT ON COLUMN audit.imported_audit_log.account IS 'as the predecessor named it';
COMMENT ON COLUMN audit.imported_audit_log.file IS 'entity_id of the trail''s entry that has the hash of this file';
COMMENT ON INDEX audit.imported_audit_log_pkey IS 'the importer: an entry comes in once';
CREATE INDEX imported_audit_log_at ON audit.imported_audit_log (at, id);
COMMENT ON INDEX audit.imported_audit_log_at IS 'an auditor''s reading of a range of time';
CREATE INDEX imported_audit_log_entity ON audit.imported_audit_log (entity_id, at);
COMMENT ON INDEX audit.imported_audit_log_entity IS 'an auditor''s reading of one order''s or user''s life before the move';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.imported_audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

GRANT SELECT, INSERT ON audit.imported_audit_log TO tola_app;
