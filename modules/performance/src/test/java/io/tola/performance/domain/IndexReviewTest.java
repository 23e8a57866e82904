package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.IndexReport.IndexUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IndexReviewTest {

  private static IndexFacts index(String name, boolean unique, long scans, String... keys) {
    return index(name, unique, scans, Set.of(), null, keys);
  }

  private static IndexFacts index(
      String name, boolean unique, long scans, Set<String> included, String where, String... keys) {
    return new IndexFacts(
        name,
        "t",
        "btree",
        List.of(keys),
        included,
        where,
        unique,
        false,
        true,
        false,
        "CREATE INDEX " + name,
        null,
        8_192,
        scans,
        scans,
        5_000);
  }

  private static List<String> gone(IndexFacts... indexes) {
    return IndexReview.of(List.of(indexes)).stream()
        .filter(u -> u.finding() != null)
        .map(u -> u.index() + " " + u.finding())
        .sorted()
        .toList();
  }

  @Test
  void ofTwoAlikeTheLessReadGoes() {
    assertThat(gone(index("a", false, 1, "x 1"), index("b", false, 9, "x 1")))
        .containsExactly("a duplicate");
    assertThat(gone(index("a", false, 5, "x 1"), index("b", false, 5, "x 1")))
        .containsExactly("b duplicate");
  }

  @Test
  void aUniqueOneStaysHoweverSeldomItIsRead() {
    assertThat(gone(index("a", true, 0, "x 1"), index("b", false, 9, "x 1", "y 1"))).isEmpty();
    assertThat(gone(index("a", true, 0, "x 1"), index("b", false, 9, "x 1")))
        .containsExactly("b duplicate");
  }

  @Test
  void aPrefixGoesUnlessOrderOperatorsOrPredicateDiffer() {
    IndexFacts longer = index("long", false, 9, "x 1 0", "y 1 0");
    assertThat(gone(index("a", false, 9, "x 1 0"), longer)).containsExactly("a prefix");
    assertThat(gone(index("a", false, 9, "y 1 0"), longer)).isEmpty();
    assertThat(gone(index("a", false, 9, "x 1 3"), longer)).isEmpty();
    assertThat(gone(index("a", false, 9, Set.of(), "z IS NULL", "x 1 0"), longer)).isEmpty();
  }

  @Test
  void whatIsCarriedMustBeCarriedByTheOther() {
    IndexFacts other = index("other", false, 9, Set.of("p", "q"), null, "x 1", "y 1");
    assertThat(gone(index("a", false, 9, Set.of("p"), null, "x 1", "y 1"), other))
        .containsExactly("a covered");
    assertThat(gone(index("a", false, 9, Set.of("r"), null, "x 1", "y 1"), other)).isEmpty();
    assertThat(gone(index("a", false, 9, Set.of("y", "q"), null, "x 1"), other))
        .containsExactly("a prefix");
    assertThat(gone(index("a", false, 9, Set.of("r"), null, "x 1"), other)).isEmpty();
  }

  @Test
  void oneThatEnoughReadsPassedByIsUnused() {
    assertThat(gone(index("a", false, 0, "x 1"))).containsExactly("a unused");
    IndexFacts seldom =
        new IndexFacts(
            "b",
            "t",
            "btree",
            List.of("x 1"),
            Set.of(),
            null,
            false,
            false,
            true,
            false,
            "",
            null,
            1,
            0,
            0,
            IndexReview.ENOUGH_READS - 1);
    assertThat(gone(seldom)).isEmpty();
  }

  @Test
  void aBrokenOneGoesAndIsNoReasonForAnothersGoing() {
    IndexFacts broken = invalid("broken", false);
    List<IndexUse> review = IndexReview.of(List.of(broken, index("a", false, 4, "x 1")));
    assertThat(review.get(0).finding()).isEqualTo("invalid");
    assertThat(review.get(0).dropStatement()).isEqualTo("DROP INDEX CONCURRENTLY broken");
    assertThat(review.get(1).finding()).isNull();
  }

  @Test
  void aPartitionedOneThatWaitsForItsPartitionsStays() {
    assertThat(gone(invalid("waits", true))).isEmpty();
  }

  private static IndexFacts invalid(String name, boolean partitioned) {
    return new IndexFacts(
        name,
        "t",
        "btree",
        List.of("x 1", "y 1"),
        Set.of(),
        null,
        false,
        false,
        false,
        partitioned,
        "",
        null,
        1,
        0,
        0,
        0);
  }

  /** After all advice is followed, every index that went has one that does its work still there. */
  @Property
  void whateverGoesIsReplacedByOneThatStays(@ForAll long seed) {
    Random random = new Random(seed);
    List<IndexFacts> indexes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      List<String> keys = new ArrayList<>();
      for (int k = 0; k <= random.nextInt(3); k++) {
        keys.add("c" + random.nextInt(2) + " 1");
      }
      indexes.add(
          index("i" + i, random.nextInt(5) == 0, random.nextInt(3), keys.toArray(String[]::new)));
    }
    List<IndexUse> review = IndexReview.of(indexes);
    assertThat(review).hasSize(indexes.size());
    Set<String> stay =
        review.stream()
            .filter(u -> u.finding() == null)
            .map(IndexUse::index)
            .collect(java.util.stream.Collectors.toSet());
    for (IndexUse use : review) {
      if (use.insteadOf() != null) {
        assertThat(use.unique()).isFalse();
        IndexUse other = find(review, use.insteadOf());
        // The one named may go itself, but then for one that stays and does both's work.
        while (other.insteadOf() != null) {
          other = find(review, other.insteadOf());
        }
        assertThat(stay.contains(other.index()) || other.finding().equals("unused")).isTrue();
      }
    }
  }

  private static IndexUse find(List<IndexUse> review, String name) {
    return review.stream().filter(u -> u.index().equals(name)).findFirst().orElseThrow();
  }
}
