package io.tola.drills;

import java.util.List;

/**
 * One thing that must hold after a drill.
 *
 * @param detail what was found, in a line
 */
record Check(String what, boolean passed, String detail) {

  /** Holds when nothing was found; otherwise shows how much and the first few. */
  static Check nothing(String what, List<String> found, String otherwise) {
    return new Check(
        what,
        found.isEmpty(),
        found.isEmpty()
            ? otherwise
            : found.size() + ": " + String.join("; ", found.subList(0, Math.min(3, found.size()))));
  }
}
