package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.risk.api.Clause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The clauses and their page are true as far as a machine can tell: each test they name exists, and
 * the page says what the code says. {@code -Dtola.compliance.write=true} writes the page anew.
 */
class ClausesTest {

  private static final String BEGIN = "<!-- clauses: written by ClausesTest -->\n";
  private static final String END = "<!-- end of clauses -->";

  @Test
  void everyTestThatAClauseNamesExists() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    for (Clause clause : Clauses.all()) {
      for (String test : clause.tests()) {
        String[] parts = test.split("#");
        String source = sources.get(parts[0]);
        if (source == null
            || !Pattern.compile(
                    "@(Test|Property|ParameterizedTest)\\b[^;{}]*?\\bvoid " + parts[1] + "\\(",
                    Pattern.DOTALL)
                .matcher(source)
                .find()) {
          missing.add(test);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void whatIsSaidToBeMetIsShownByATestAndEveryClauseSaysWhereItWasRead() {
    Set<String> seen = new HashSet<>();
    for (Clause clause : Clauses.all()) {
      assertThat(seen.add(clause.regulation() + " " + clause.clause())).as("once").isTrue();
      assertThat(clause.source()).startsWith("http");
      assertThat(clause.asks()).isNotBlank();
      assertThat(clause.does()).isNotBlank();
      if (clause.met() == Clause.Met.YES
          || clause.met() == Clause.Met.BY_SETTING
          || clause.met() == Clause.Met.PARTLY) {
        assertThat(clause.tests()).as(clause.regulation() + " " + clause.clause()).isNotEmpty();
      }
    }
    assertThat(Clauses.all())
        .extracting(Clause::regulation)
        .contains("SEBI 2012", "SEBI 2013", "SEBI 2025", "RTS 6", "SEC 15c3-5");
    for (int article = 12; article <= 17; article++) {
      String number = String.valueOf(article);
      assertThat(Clauses.all())
          .as("RTS 6, article " + article)
          .anyMatch(c -> c.regulation().equals("RTS 6") && c.clause().startsWith(number));
    }
  }

  @Test
  void thePageSaysWhatTheCodeSays() throws IOException {
    Path page = root().resolve("site/reference/compliance.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    String table = table();
    if (Boolean.getBoolean("tola.compliance.write")) {
      Files.writeString(page, text.substring(0, begin) + table + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end)).isEqualTo(table);
  }

  private static String table() {
    StringBuilder out = new StringBuilder();
    String regulation = null;
    for (Clause clause : Clauses.all()) {
      if (!clause.regulation().equals(regulation)) {
        regulation = clause.regulation();
        out.append("\n### ").append(regulation).append("\n\n");
        out.append("| clause | asks for | met | what the system does | shown by |\n");
        out.append("|---|---|---|---|---|\n");
      }
      out.append("| ")
          .append("[")
          .append(clause.clause())
          .append("](")
          .append(clause.source())
          .append(")")
          .append(clause.read() == Clause.Read.SUMMARY ? " *" : "")
          .append(" | ")
          .append(clause.asks())
          .append(" | ")
          .append(clause.met().name().toLowerCase(Locale.ROOT).replace('_', ' '))
          .append(" | ")
          .append(clause.does())
          .append(" | ")
          .append(
              String.join(
                  "<br>",
                  clause.tests().stream().map(t -> "`" + t.replace("#", "` `") + "`").toList()))
          .append(" |\n");
    }
    return out.append("\n").toString();
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(root().resolve("modules"))) {
      files
          .filter(f -> f.toString().endsWith(".java") && f.toString().contains("/src/test/java/"))
          .forEach(
              f -> {
                try {
                  sources.put(f.getFileName().toString().replace(".java", ""), Files.readString(f));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return sources;
  }

  /** The project's folder, wherever in it the test runs. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("site/reference"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
