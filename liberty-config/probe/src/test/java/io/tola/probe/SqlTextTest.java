package io.tola.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTextTest {

  private static String text(String sql) {
    return SqlText.of(sql).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | SELECT ?",
        "SELECT * FROM t1 WHERE a2 = 12.5e-3 AND b = 'x' | SELECT * FROM t1 WHERE a2 = ? AND b = ?",
        "SELECT $1::numeric(18,4), 0x1F | SELECT $1::numeric(?, ...), ?",
        "SELECT E'it\\'s' , 'it''s' | SELECT ? , ?",
        "SELECT $$a 'b' 3$$, $x$c$x$ | SELECT ?, ?",
        "SELECT 1 -- why 2 | SELECT ?",
        "SELECT /* 3 */ a FROM \"Tab 1\" ; | SELECT a FROM \"Tab 1\"",
        "DELETE FROM t WHERE id IN (?,?,?) | DELETE FROM t WHERE id IN (?, ...)",
        "DELETE FROM t WHERE id IN (1, 22) | DELETE FROM t WHERE id IN (?, ...)",
        "SELECT f(?) | SELECT f(?)",
      })
  void literalsCommentsAndListsMakeNoDifference(String sql, String expected) {
    assertThat(text(sql)).isEqualTo(expected);
  }

  @Test
  void whiteSpaceMakesNoDifference() {
    assertThat(text("  SELECT\n\t a,\r\n b  FROM   t ")).isEqualTo("SELECT a, b FROM t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select 1 | SELECT",
        "(SELECT 1) UNION SELECT 2 | SELECT",
        "VALUES (1) | SELECT",
        "INSERT INTO t SELECT 1 | INSERT",
        "WITH a AS (SELECT 1) SELECT * FROM a | SELECT",
        "WITH a AS (SELECT 1) UPDATE t SET b = 1 FROM a | UPDATE",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM a | INSERT",
        "COPY t FROM STDIN | COPY",
        "MERGE INTO t USING s ON true | MERGE",
        "SET LOCAL x = 1 | OTHER",
        "'' | OTHER",
        "SELECT 1; INSERT INTO t VALUES (1) | BATCH",
        "SELECT 1; | SELECT",
      })
  void theTypeIsWhatTheStatementDoes(String sql, StatementType expected) {
    assertThat(SqlText.of(sql).type()).isEqualTo(expected);
  }

  @Test
  void aTextIsCutWhereItsRoomEnds() {
    assertThat(text("SELECT " + "a, ".repeat(5_000) + "b")).hasSize(SqlText.MAX);
  }

  @Property
  void noTextBreaksIt(@ForAll String sql) {
    assertThatCode(() -> SqlText.of(sql)).doesNotThrowAnyException();
  }

  @Property
  void aSecondTimeChangesNothing(@ForAll("statements") String sql) {
    String once = text(sql);
    assertThat(text(once)).isEqualTo(once);
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<String> statements() {
    return net.jqwik.api.Arbitraries.of(
            "SELECT",
            " a",
            ", ",
            "(",
            ")",
            "?",
            "12",
            "'it'",
            "\"x y\"",
            " FROM t",
            "$1",
            " IN (1, 2)")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ALTER ROLE a PASSWORD 'secret' | ALTER ROLE a PASSWORD ?",
        "ALTER ROLE a PASSWORD 'secr | ALTER ROLE a PASSWORD ?",
        "ALTER ROLE a PASSWORD E'se\\'secret\\ | ALTER ROLE a PASSWORD ?",
        "ALTER ROLE a PASSWORD $a1$secret$a1$ | ALTER ROLE a PASSWORD ?",
        "DO $$ secret | DO ?",
        "/* /* */ ' */ ALTER ROLE a PASSWORD 'secret' | ALTER ROLE a PASSWORD ?",
      })
  void noValueStaysInATextFromElsewhere(String sql, String expected) {
    assertThat(Profile.shown(sql).strip()).isEqualTo(expected);
  }

  @Test
  void noValueStaysInTheText() {
    assertThat(text("SELECT * FROM users WHERE name = 'secret' AND pin = 4711"))
        .doesNotContain("secret", "4711");
  }
}
