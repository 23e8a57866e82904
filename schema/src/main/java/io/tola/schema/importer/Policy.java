package io.tola.schema.importer;

/** What becomes of a record that is in the database already. */
enum Policy {
  /** It is left as it is there. */
  SKIP,
  /** It is changed, where its kind can be changed; history that differs is rejected. */
  UPDATE,
  /** Nothing of its file is imported. */
  FAIL
}
