package io.tola.schema.importer;

/** A file that can't be read to its end: cut off, or not JSON. Nothing of it is imported. */
final class BrokenFile extends Exception {

  private static final long serialVersionUID = 1;

  private final long recordNumber;

  /**
   * @param recordNumber of the record that couldn't be read, counted from 1
   * @param what and where, in words
   */
  BrokenFile(long recordNumber, String what) {
    super(what);
    this.recordNumber = recordNumber;
  }

  long recordNumber() {
    return recordNumber;
  }
}
