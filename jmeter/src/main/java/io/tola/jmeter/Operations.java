package io.tola.jmeter;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations of the platform's own description, as the plans label their requests: {@code GET /orders/{order_id}}. */
final class Operations {

  private static final Pattern PATH = Pattern.compile("  (/\\S*):");
  private static final Pattern METHOD = Pattern.compile("    (get|post|put|delete):");

  private Operations() {}

  /**
   * @param openapi the document as YAML, indented by two as the platform serves it
   */
  static Set<String> of(String openapi) {
    Set<String> operations = new TreeSet<>();
    String path = null;
    for (String line : openapi.lines().toList()) {
      Matcher p = PATH.matcher(line);
      Matcher m = METHOD.matcher(line);
      if (p.matches()) {
        path = p.group(1);
      } else if (m.matches() && path != null) {
        operations.add(m.group(1).toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return operations;
  }

  /** Those that no sample had, and how many there are, in words. */
  static String coverage(Set<String> operations, Set<String> sampled) {
    Set<String> not = new TreeSet<>(operations);
    not.removeAll(sampled);
    return (operations.size() - not.size())
        + " of "
        + operations.size()
        + (not.isEmpty() ? "" : "; not " + String.join(", ", not));
  }
}
