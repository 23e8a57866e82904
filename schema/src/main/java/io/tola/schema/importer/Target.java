package io.tola.schema.importer;

import java.sql.SQLException;
import java.util.Set;

/** Where the records of one kind go: how a record becomes a row of the staging table, and how the staged rows become rows of the tables. */
interface Target {

  /** The columns of the staging table after {@code rec}, as CREATE TABLE wants them. */
  String columns();

  /** Fields whose nested JSON is kept. */
  default Set<String> nested() {
    return Set.of();
  }

  /** Adds the record's values in order of {@link #columns}; what is wrong with it is noted on the record, and the row is taken back. */
  void row(JsonRecord r, CopyRow row);

  /** Moves what is staged into the tables, by the policy. */
  void land(Landing landing) throws SQLException, Landing.Conflict;
}
