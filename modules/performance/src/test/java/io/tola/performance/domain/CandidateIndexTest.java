package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import io.tola.performance.domain.CandidateTable.Existing;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CandidateIndexTest {

  private static CandidateTable with(Existing... there) {
    CandidateTable t = StatementReaderTest.table(1, "s", "t", "a", "b", "c");
    return new CandidateTable(
        1,
        "s",
        "t",
        "s.t",
        'r',
        10_000,
        200,
        t.columns(),
        List.of(there),
        List.of(),
        0,
        0,
        0,
        0,
        null,
        null);
  }

  private static Existing there(List<String> keys, List<Boolean> down, String predicate) {
    return new Existing(
        "x",
        "btree",
        keys,
        down,
        keys.stream().map(k -> true).toList(),
        List.of(),
        predicate,
        false);
  }

  private static CandidateIndex index(CandidateTable table, String... keys) {
    return new CandidateIndex(
        table, Stream.of(keys).map(k -> new KeyColumn(k, false)).toList(), List.of(), null);
  }

  @Test
  void whatIsThereOrBeginsWhatIsThereIsNoCandidate() {
    CandidateTable t = with(there(List.of("a", "b"), List.of(false, true), null));
    assertThat(index(t, "a").isThere()).isTrue();
    assertThat(index(t, "b").isThere()).isFalse();
    assertThat(index(t, "a", "b").isThere()).as("the other order").isFalse();
    assertThat(index(t, "a", "c").isThere()).isFalse();
  }

  @Test
  void anIndexIsReadBackwardsToo() {
    CandidateTable t = with(there(List.of("a", "b"), List.of(true, true), null));
    assertThat(index(t, "a", "b").isThere()).isTrue();
  }

  @Test
  void aPartialOneIsNoWholeOne() {
    CandidateTable t = with(there(List.of("a"), List.of(false), "(b IS NULL)"));
    assertThat(index(t, "a").isThere()).isFalse();
    CandidateIndex same =
        new CandidateIndex(
            t,
            List.of(new KeyColumn("a", false)),
            List.of(),
            new CandidatePredicate("b", "b IS NULL", true));
    assertThat(same.isThere()).isTrue();
    CandidateTable typed = with(there(List.of("a"), List.of(false), "(c = 'NEW'::text)"));
    assertThat(
            new CandidateIndex(
                    typed,
                    List.of(new KeyColumn("a", false)),
                    List.of(),
                    new CandidatePredicate("c", "c = 'NEW'", true))
                .isThere())
        .isTrue();
  }

  @Test
  void theIdTellsWhatItIsAndNothingElse() {
    assertThat(index(with(), "a").id()).isEqualTo(index(with(), "a").id()).hasSize(16);
    assertThat(index(with(), "a").id()).isNotEqualTo(index(with(), "b").id());
    assertThat(index(with(), "a", "b").id()).isNotEqualTo(index(with(), "b", "a").id());
  }

  @Test
  void namesFitPostgres() {
    CandidateTable t = with();
    String longest = "x".repeat(63);
    assertThat(index(t, "a", "b").name()).startsWith("t_a_b_").hasSize(6 + 8);
    assertThat(index(t, "a", "b").name(longest)).hasSize(63).matches("[a-z0-9_]+");
    assertThat(index(t, "a").name("Ünïcode")).matches("[a-z0-9_]+");
  }

  @Test
  void aPartitionedTablesIndexIsShownOnWhatHoldsRows() {
    CandidateTable t = with();
    CandidateTable parted =
        new CandidateTable(
            1,
            "s",
            "t",
            "s.t",
            'p',
            10,
            200,
            t.columns(),
            List.of(),
            List.of(
                new CandidateTable.Part("s", "half", "s.half", "s.t", false),
                new CandidateTable.Part("s", "leaf", "s.leaf", "s.half", true)),
            0,
            0,
            0,
            0,
            null,
            null);
    assertThat(index(parted, "a").hypothetical())
        .containsExactly("CREATE INDEX ON s.leaf USING btree (a)");
  }
}
