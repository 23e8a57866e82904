package io.tola.risk.api;

import java.util.List;

/**
 * What a regulation asks for, what this system does about it, and the tests that show it.
 *
 * @param regulation its short name
 * @param clause where in it
 * @param asks what it asks for, in our words
 * @param does what the system does, with what it doesn't
 * @param tests {@code Class#method}
 * @param source where the clause was read
 */
public record Clause(
    String regulation,
    String clause,
    String asks,
    Met met,
    String does,
    List<String> tests,
    Read read,
    String source) {

  public Clause {
    tests = List.copyOf(tests);
  }

  /** How far the system goes. */
  public enum Met {
    /** All that software can do. */
    YES,
    /** Where a setting is on that isn't by default. */
    BY_SETTING,
    /** A part; the words say which. */
    PARTLY,
    /** Not at all. */
    NO,
    /** A duty of people or of the exchange; the words say what helps them. */
    OUTSIDE
  }

  /** How the clause was read. */
  public enum Read {
    /** Its own words, in a copy. */
    TEXT,
    /** Others' quotations or summaries only. */
    SUMMARY
  }
}
