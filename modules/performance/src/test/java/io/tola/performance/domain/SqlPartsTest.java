package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.SqlParts.Part;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

class SqlPartsTest {

  @Test
  void parametersAreNumberedInEachStatementAndQuotesLeftAlone() {
    assertThat(
            SqlParts.of(
                "SELECT '?;', a ?? 'k' FROM t WHERE b = ? AND c = ?; -- ?\nDELETE FROM t WHERE d = ?;"))
        .containsExactly(
            new Part(
                "SELECT '?;', a ? 'k' FROM t WHERE b = ? AND c = ?",
                "SELECT '?;', a ? 'k' FROM t WHERE b = $1 AND c = $2",
                0,
                2),
            new Part("-- ?\nDELETE FROM t WHERE d = ?", "-- ?\nDELETE FROM t WHERE d = $1", 2, 1));
    assertThat(SqlParts.of("SELECT $x$?;$x$, E'\\'?', \"?\" /* ? */, ?"))
        .singleElement()
        .satisfies(p -> assertThat(p.numbered()).endsWith(", $1"));
    assertThat(SqlParts.of(" ; ")).isEmpty();
  }

  @Property
  void noTextMakesItFail(
      @ForAll
          @Chars({'\'', '"', '$', '?', ';', '-', '/', '*', 'E', '\\', '\n'})
          @CharRange(from = 'a', to = 'c')
          String sql) {
    int marks = SqlParts.of(sql).stream().mapToInt(Part::parameters).sum();
    assertThat(marks).isLessThanOrEqualTo((int) sql.chars().filter(c -> c == '?').count());
  }
}
