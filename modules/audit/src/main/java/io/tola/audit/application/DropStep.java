package io.tola.audit.application;

/**
 * How many entries the retention's next step drops: fewer after a failure, because a step that takes
 * longer than the database's connections wait would otherwise fail for ever. Used by one thread.
 */
final class DropStep {

  static final int MOST = 5_000;

  private int entries = MOST;

  int entries() {
    return entries;
  }

  void succeeded() {
    entries = Math.min(MOST, entries * 2);
  }

  /** Whether a smaller step is worth a try. */
  boolean failed() {
    boolean smaller = entries > 1;
    entries = Math.max(1, entries / 2);
    return smaller;
  }
}
