package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.RewriteRules;
import io.tola.performance.domain.RewriteRules.Evidence;
import io.tola.performance.domain.RewriteRules.Finding;
import io.tola.performance.domain.SchemaFacts;
import io.tola.performance.domain.SqlParts;
import io.tola.schema.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules over the platform's own statements, as its modules' sources have them, with the migrated
 * schema as if every table were large: what is found is to be mended, or the rule is wrong.
 */
class OwnStatementsTest {

  private static final Pattern BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern PLAIN =
      Pattern.compile("\"[^\"\\\\\n]*+\"(?:\\s*\\+\\s*\"[^\"\\\\\n]*+\")*+");
  private static final Pattern STATEMENT =
      Pattern.compile("(?is)\\s*(select|insert into|update|delete from|with)\\s.*");

  private record Own(String file, String sql) {}

  private static List<Own> statements() throws IOException {
    List<Own> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("..").toAbsolutePath().normalize())) {
      for (Path file :
          files
              .filter(f -> f.toString().contains("/src/main/java/"))
              .filter(f -> f.toString().endsWith(".java"))
              .toList()) {
        of(file).forEach(sql -> found.add(new Own(file.getFileName().toString(), sql)));
      }
    }
    return found;
  }

  private static List<String> of(Path file) {
    try {
      String text = Files.readString(file);
      List<String> found = new ArrayList<>();
      Matcher block = BLOCK.matcher(text);
      StringBuilder rest = new StringBuilder();
      while (block.find()) {
        found.add(block.group(1).translateEscapes());
        block.appendReplacement(rest, "");
      }
      block.appendTail(rest);
      PLAIN
          .matcher(rest)
          .results()
          .map(r -> r.group().replaceAll("\"\\s*\\+\\s*\"", ""))
          .filter(s -> s.length() > 30 && !s.contains("\\"))
          .forEach(s -> found.add(s.substring(1, s.length() - 1)));
      return found.stream()
          .filter(s -> STATEMENT.matcher(s).matches())
          // Put together elsewhere.
          .filter(s -> !s.contains("%s") && !s.contains("%d") && s.length() > 30)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nothingIsAdvisedOfOurOwnStatements() throws SQLException, IOException {
    SchemaFacts schema;
    try (TestDatabase database = TestDatabase.create()) {
      schema = new SchemaCatalogue(database.appDataSource()).read().schema();
    }
    int read = 0;
    List<String> unread = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (Own own : statements()) {
      for (SqlParts.Part part : SqlParts.of(own.sql())) {
        List<Finding> of = RewriteRules.of(part.asked(), schema, Evidence.NONE);
        if (of == null) {
          unread.add(own.file() + ": " + part.asked().replaceAll("\\s+", " "));
        } else {
          read++;
          of.forEach(f -> found.add(own.file() + " " + f.code() + " " + f.about()));
        }
      }
    }
    assertThat(read).isGreaterThan(200);
    // Most of these are parts of a text that is put together elsewhere.
    assertThat(unread).as(unread.toString()).hasSizeLessThan(60);
    assertThat(found).isEmpty();
  }
}
