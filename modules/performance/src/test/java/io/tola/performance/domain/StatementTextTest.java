package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.StatementText.Literal;
import io.tola.performance.domain.StatementText.Planned;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatementTextTest {

  @Test
  void whatStoodInTheExampleIsALiteralUnlessItIsAParameter() {
    assertThat(
            StatementText.literals(
                "select id from t where a = $1 and status = $3 and b = $2 limit $4",
                "select id from t where a = $1 and status = 'it''s' and b = $2 limit 5;"))
        .containsOnly(Map.entry(3, new Literal(43, "'it''s'")), Map.entry(4, new Literal(68, "5")));
  }

  @Test
  void textsThatDoNotFitTellNothing() {
    assertThat(StatementText.literals("select $1 from t", "select 1 from u")).isEmpty();
    assertThat(StatementText.literals("select $1 from t", "select now() from t")).isEmpty();
    assertThat(StatementText.literals("select $1 from t", "select 1")).isEmpty();
    assertThat(StatementText.literals("select $1 from t", null)).isEmpty();
  }

  @Test
  void negativeAndFractionalNumbersAreLiterals() {
    assertThat(
            StatementText.literals(
                "select a where b > $1 and c < $2", "select a where b > -1.5e3 and c < .5"))
        .containsOnly(Map.entry(1, new Literal(19, "-1.5e3")), Map.entry(2, new Literal(34, ".5")));
  }

  @Test
  void aRowCountIsWhatWasSeen() {
    assertThat(planned("select a from t where b = $1 limit $2", 4.2))
        .isEqualTo(new Planned("select a from t where b = $1 limit 5", 1));
    assertThat(planned("select a from t fetch first $1 rows only", 0))
        .isEqualTo(new Planned("select a from t fetch first 1 rows only", 0));
  }

  @Test
  void aLiteralBehindItsTypeBecomesACast() {
    assertThat(planned("select now() - interval $1, date $2 from t where a=$3", 1).sql())
        .isEqualTo("select now() - $1::interval, $2::date from t where a=$3");
  }

  @Test
  void parametersAreNumberedWithoutGaps() {
    assertThat(
            StatementText.planned(
                "select $7 from t where a = $3 and b = $7 and s = $9", Map.of(9, "'NEW'"), 1))
        .isEqualTo(new Planned("select $1 from t where a = $2 and b = $1 and s = 'NEW'", 2));
  }

  @Test
  void whatIsQuotedOrCommentedStays() {
    String text = "select 'limit $1', \"$2\" /* $3 */ from t -- $4\n where a = $5";
    assertThat(planned(text, 1))
        .isEqualTo(
            new Planned("select 'limit $1', \"$2\" /* $3 */ from t -- $4\n where a = $1", 1));
  }

  @Test
  void arraysGetTheTypesOfTheColumnsNamedLikeThem() {
    assertThat(
            StatementText.typed(
                    new Planned(
                        "SELECT 1 FROM unnest($1, $2) AS k (id, many) JOIN unnest($3::int[]) q (x) ON true",
                        3),
                    Map.of("id", "uuid")::get)
                .sql())
        .isEqualTo(
            "SELECT 1 FROM unnest($1::uuid[], $2::bigint[]) AS k (id, many) JOIN unnest($3::int[]) q (x) ON true");
  }

  @Test
  void prepareIsTakenOff() {
    assertThat(planned("PREPARE x (int, text) AS\n select * from t where a = $1;", 1).sql())
        .isEqualTo("select * from t where a = $1");
  }

  @Property
  void literalsComeBackFromWhereTheyWere(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = -999, max = 99999) Integer> values) {
    StringBuilder text = new StringBuilder("select a from t where ");
    StringBuilder example = new StringBuilder(text);
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : " and ").append("c").append(i).append(" = $").append(i + 1);
      example
          .append(i == 0 ? "" : " and ")
          .append("c")
          .append(i)
          .append(" = ")
          .append(values.get(i));
    }
    Map<Integer, Literal> found = StatementText.literals(text.toString(), example.toString());
    assertThat(found).hasSize(values.size());
    found.forEach(
        (n, literal) -> {
          assertThat(literal.sql()).isEqualTo(values.get(n - 1).toString());
          assertThat(example.substring(literal.position())).startsWith(literal.sql());
        });
  }

  private static Planned planned(String text, double rows) {
    return StatementText.planned(text, Map.of(), rows);
  }
}
