package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A B-tree index that may pay. Two are equal when they would be the same.
 *
 * @param predicate of a partial one, else null
 */
public record CandidateIndex(
    CandidateTable table,
    List<KeyColumn> keys,
    List<String> include,
    CandidatePredicate predicate) {

  private static final int LONGEST_NAME = 63;
  private static final int ID = 16;
  private static final int MARK = 8;

  @Override
  public boolean equals(Object other) {
    return other instanceof CandidateIndex c && identity().equals(c.identity());
  }

  @Override
  public int hashCode() {
    return identity().hashCode();
  }

  private String identity() {
    return table.schema()
        + "\n"
        + table.name()
        + "\nbtree\n"
        + keys
        + "\n"
        + include
        + "\n"
        + (predicate == null ? "" : predicate.sql());
  }

  /** The same on every node and in every run. */
  String id() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(identity().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, ID);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the characters that need no quotes; its end tells it from all others of the table. */
  String name() {
    return name(table.name());
  }

  /** What it is called on a partition. */
  String name(String of) {
    String mark = "_" + id().substring(0, MARK);
    StringBuilder name = new StringBuilder(of);
    keys.forEach(k -> name.append('_').append(k.column()));
    String plain = name.toString().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    if (!plain.isEmpty() && Character.isDigit(plain.charAt(0))) {
      plain = "i" + plain;
    }
    int most = LONGEST_NAME - mark.length();
    return (plain.length() > most ? plain.substring(0, most) : plain) + mark;
  }

  /** What stands in its statement after the table's name. */
  String body() {
    String columns =
        keys.stream()
            .map(k -> quoted(k.column()) + (k.descending() ? " DESC" : ""))
            .collect(Collectors.joining(", "));
    return "USING btree ("
        + columns
        + ")"
        + (include.isEmpty()
            ? ""
            : " INCLUDE ("
                + include.stream().map(this::quoted).collect(Collectors.joining(", "))
                + ")")
        + (predicate == null ? "" : " WHERE " + predicate.sql());
  }

  /** As HypoPG wants it: without a name; of a partitioned table, one for each that holds rows. */
  public List<String> hypothetical() {
    return table.partitioned()
        ? table.parts().stream()
            .filter(CandidateTable.Part::leaf)
            .map(p -> "CREATE INDEX ON " + p.quoted() + " " + body())
            .toList()
        : List.of("CREATE INDEX ON " + table.quoted() + " " + body());
  }

  private String quoted(String column) {
    return table.columns().get(column).quoted();
  }

  /** Every column whose change touches it. */
  Set<String> columns() {
    Set<String> all = new LinkedHashSet<>();
    keys.forEach(k -> all.add(k.column()));
    all.addAll(include);
    if (predicate != null) {
      all.add(predicate.column());
    }
    return all;
  }

  /** Whether one that is there does its work, or enough of it that this one is the longer twin. */
  boolean isThere() {
    return table.indexes().stream().anyMatch(this::isPrefixOf);
  }

  private boolean isPrefixOf(CandidateTable.Existing other) {
    if (!other.method().equals("btree")
        || other.keys().size() < keys.size()
        || other.predicate() != null && !samePredicate(other.predicate())) {
      return false;
    }
    Boolean backwards = null;
    for (int i = 0; i < keys.size(); i++) {
      if (!keys.get(i).column().equals(other.keys().get(i)) || !other.plain().get(i)) {
        return false;
      }
      boolean turned = keys.get(i).descending() != other.descending().get(i);
      if (backwards == null) {
        backwards = turned;
      } else if (backwards != turned) {
        return false;
      }
    }
    return carriedBy(other.keys(), other.included());
  }

  private boolean samePredicate(String there) {
    return predicate != null && bare(there).equals(bare(predicate.sql()));
  }

  /** A condition without brackets, casts of literals and spaces, as far as the catalogue adds them. */
  private static String bare(String condition) {
    return condition
        .replaceAll("::(\"[^\"]+\"|[a-z_]+( varying)?)(\\[\\])?", "")
        .replaceAll("[()\\s\"]", "");
  }

  private boolean carriedBy(List<String> keysOfOther, List<String> included) {
    return include.stream().allMatch(c -> included.contains(c) || keysOfOther.contains(c));
  }

  /** Whether {@code other} does all that this one does. */
  boolean isPrefixOf(CandidateIndex other) {
    if (equals(other)
        || table.oid() != other.table.oid()
        || keys.size() > other.keys.size()
        || !keys.equals(other.keys.subList(0, keys.size()))) {
      return false;
    }
    boolean samePart =
        other.predicate == null
            || predicate != null && predicate.sql().equals(other.predicate.sql());
    return samePart
        && carriedBy(other.keys.stream().map(KeyColumn::column).toList(), other.include);
  }
}
