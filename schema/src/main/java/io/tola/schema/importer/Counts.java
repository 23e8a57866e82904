package io.tola.schema.importer;

/** What became of the records of one file; the parts add up to what was read. Not thread-safe. */
final class Counts {
  long read;
  long imported;
  long updated;
  long unchanged;
  long superseded;
  long rejected;

  void add(Counts other) {
    read += other.read;
    imported += other.imported;
    updated += other.updated;
    unchanged += other.unchanged;
    superseded += other.superseded;
    rejected += other.rejected;
  }

  /** After the file's transaction was given up: what would have been written wasn't. */
  void nothingWritten() {
    imported = 0;
    updated = 0;
    unchanged = 0;
    superseded = 0;
  }
}
