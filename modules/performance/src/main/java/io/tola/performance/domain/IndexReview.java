package io.tola.performance.domain;

import io.tola.performance.api.IndexReport.IndexUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which indexes could go: those that are broken, the same as another, contained in another, or not
 * read. One that guards uniqueness never is; of two that are alike one always stays.
 */
public final class IndexReview {

  /** So many reads of the table must have passed an index by before it counts as not read. */
  static final long ENOUGH_READS = 1_000;

  private static final String BTREE = "btree";

  private IndexReview() {}

  private record Finding(String code, String other, String reason) {}

  /** Every index, those with a finding first, the largest of them first. */
  public static List<IndexUse> of(List<IndexFacts> indexes) {
    // Which of two stays: what guards, then what is read more, then the name.
    List<IndexFacts> byWorth =
        indexes.stream()
            .sorted(
                Comparator.comparing((IndexFacts i) -> !i.constraint())
                    .thenComparing(i -> !i.unique())
                    .thenComparing(Comparator.comparingLong(IndexFacts::scans).reversed())
                    .thenComparing(IndexFacts::index))
            .toList();
    List<IndexUse> found = new ArrayList<>();
    Set<IndexFacts> gone = new HashSet<>();
    // The least worth first, so that what goes is never the reason for another's going.
    for (int i = byWorth.size() - 1; i >= 0; i--) {
      IndexFacts index = byWorth.get(i);
      Finding finding = finding(index, byWorth, gone);
      if (finding != null) {
        gone.add(index);
      }
      found.add(use(index, finding));
    }
    found.sort(
        Comparator.comparing((IndexUse u) -> u.finding() == null)
            .thenComparing(Comparator.comparingLong(IndexUse::bytes).reversed())
            .thenComparing(IndexUse::index));
    return found;
  }

  private static Finding finding(IndexFacts index, List<IndexFacts> all, Set<IndexFacts> gone) {
    if (!index.valid()) {
      // A partitioned one that isn't valid waits for those of its partitions.
      return index.constraint() || index.partitioned()
          ? null
          : new Finding(
              "invalid", null, "Its building was broken off: it is written but never read.");
    }
    if (index.guards()) {
      return null;
    }
    for (IndexFacts other : all) {
      if (!other.equals(index) && !gone.contains(other) && other.valid()) {
        Finding finding = redundant(index, other);
        if (finding != null) {
          return finding;
        }
      }
    }
    if (index.scans() == 0 && index.tableScans() >= ENOUGH_READS) {
      return new Finding(
          "unused",
          null,
          "Its table was read "
              + index.tableScans()
              + " times without it. Replicas count for themselves: look there too.");
    }
    return null;
  }

  /** Why {@code other} makes {@code index} superfluous, or null. */
  private static Finding redundant(IndexFacts index, IndexFacts other) {
    if (!index.table().equals(other.table())
        || !index.method().equals(other.method())
        || !Objects.equals(index.predicate(), other.predicate())) {
      return null;
    }
    if (index.keys().equals(other.keys())) {
      if (index.included().equals(other.included())) {
        return new Finding("duplicate", other.index(), "It is the same as " + other.index() + ".");
      }
      return other.included().containsAll(index.included())
          ? new Finding(
              "covered",
              other.index(),
              other.index() + " has the same keys and carries what it carries.")
          : null;
    }
    boolean prefix =
        index.method().equals(BTREE)
            && index.keys().size() < other.keys().size()
            && other.keys().subList(0, index.keys().size()).equals(index.keys());
    Set<String> carried = new HashSet<>(other.included());
    other.keys().forEach(k -> carried.add(k.substring(0, Math.max(0, k.indexOf(' ')))));
    return prefix && carried.containsAll(index.included())
        ? new Finding("prefix", other.index(), other.index() + " begins with the same keys.")
        : null;
  }

  private static IndexUse use(IndexFacts index, Finding finding) {
    return new IndexUse(
        index.index(),
        index.table(),
        index.definition(),
        index.purpose(),
        index.bytes(),
        index.scans(),
        index.rowsRead(),
        index.unique(),
        index.constraint(),
        index.valid(),
        finding == null ? null : finding.code(),
        finding == null ? null : finding.other(),
        finding == null ? null : finding.reason(),
        finding == null
            ? null
            : "DROP INDEX " + (index.partitioned() ? "" : "CONCURRENTLY ") + index.index());
  }
}
