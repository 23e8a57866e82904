package io.tola.probe;

/** What a statement does first of all. */
public enum StatementType {
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  MERGE,
  COPY,
  /** Several statements that are sent as one text; the driver can't say what each took. */
  BATCH,
  OTHER
}
