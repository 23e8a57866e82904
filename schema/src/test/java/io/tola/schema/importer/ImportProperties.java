package io.tola.schema.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class ImportProperties {

  private static final Pattern RECORD = Pattern.compile("\"record\":(\\d+),");

  private static TestDatabase database;

  @BeforeContainer
  static void start() {
    database = TestDatabase.create();
  }

  @AfterContainer
  static void stop() {
    database.close();
  }

  /** A line, and whether it is an order that may come in. */
  record Line(String json, boolean good) {}

  /** Values of a field that may be, and values that may not. */
  record Field(String name, List<String> good, List<String> bad) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("account_id", List.of("\"alice\""), List.of("\"nobody\"", "7", "\"\\u0000\"")),
          new Field(
              "symbol",
              List.of("\"INFY\"", "\"itc\"", "\"M&M\""),
              List.of("\"NOSUCH\"", "null", "\"\"", "\"\\ud800\"")),
          new Field(
              "side",
              List.of("\"BUY\"", "\"sell\"", "\"B\""),
              List.of("null", "\"HOLD\"", "true", "\"\\udc00\"")),
          new Field(
              "order_type",
              List.of("\"MARKET\""),
              List.of("null", "\"ICEBERG\"", "\"LIMIT\"", "\"SL-M\"")),
          new Field(
              "product", List.of("\"CNC\"", "\"intraday\"", "\"NRML\""), List.of("null", "\"CO\"")),
          new Field(
              "quantity",
              List.of("10", "\"10\"", "10.0", "1e1"),
              List.of("0", "-10", "10.5", "\"ten\"", "1e400", "99999999999999999999", "9")),
          new Field("filled_quantity", List.of("10", "\"10\""), List.of("11", "9", "-1", "\"x\"")),
          new Field(
              "average_price",
              List.of("1.5", "\"0.0001\"", "123456789.123456789"),
              List.of("0", "-1", "null", "1000000000", "\"NaN\"", "1e-300")),
          new Field("trigger_price", List.of("0", "null", "\"0.00\""), List.of("5", "-5", "\"x\"")),
          new Field(
              "status",
              List.of("\"FILLED\"", "\"complete\""),
              List.of("null", "\"OPEN\"", "\"CANCELLED\"", "\"REJECTED\"", "\"WHAT\"")),
          new Field(
              "created_at",
              List.of(
                  "\"2024-03-01 10:00:00\"",
                  "1709267400",
                  "\"2024-03-01T10:00:00.123456789+0530\"",
                  "\"2024-03-01\""),
              List.of(
                  "null",
                  "\"soon\"",
                  "\"2024-02-30 10:00:00\"",
                  "\"3024-01-01\"",
                  "\"1970-01-01\"",
                  "99999999999999999999")),
          new Field(
              "tag",
              List.of("null", "\"a b\"", "\"x\""),
              List.of("\"ä\"", "\"0123456789012345678901234567890123\"")));

  @Provide
  Arbitrary<List<Line>> files() {
    Arbitrary<Line> good = orders(-1);
    Arbitrary<Line> bad =
        Arbitraries.integers().between(0, FIELDS.size() - 1).flatMap(ImportProperties::orders);
    Arbitrary<Line> broken =
        Arbitraries.of(
                "{",
                "]",
                "null",
                "3",
                "\"x\"",
                "{\"order_id\":}",
                "{}",
                "{\"a\":1} {\"b\":2}",
                "[{}]")
            .map(text -> new Line(text, false));
    return Arbitraries.frequencyOf(Tuple.of(6, good), Tuple.of(4, bad), Tuple.of(1, broken))
        .list()
        .ofMaxSize(40);
  }

  /** An order whose field of that index is bad; -1 for none. */
  private static Arbitrary<Line> orders(int bad) {
    List<Arbitrary<String>> fields = new ArrayList<>();
    for (int i = 0; i < FIELDS.size(); i++) {
      Field field = FIELDS.get(i);
      fields.add(
          Arbitraries.of(i == bad ? field.bad() : field.good())
              .map(v -> '"' + field.name() + "\":" + v));
    }
    return Combinators.combine(fields).as(all -> new Line(String.join(",", all), bad < 0));
  }

  @Property(tries = 60)
  void ofAnyMixTheGoodComeInAndEachBadOneIsReportedOnce(@ForAll("files") List<Line> lines) {
    database.truncate();
    ImportRun run = new ImportRun(database).account("alice", "0");
    // A first line that is an order makes it a file of lines, whatever follows.
    StringBuilder text = new StringBuilder();
    Set<Integer> bad = new TreeSet<>();
    int number = 1;
    text.append("{\"order_id\":\"first\",").append(FIRST).append("}\n");
    for (Line line : lines) {
      number++;
      boolean order = line.json().startsWith("\"account_id\"");
      text.append(order ? "{\"order_id\":\"n" + number + "\"," + line.json() + "}" : line.json())
          .append('\n');
      if (!line.good()) {
        bad.add(number);
      }
    }
    run.file("orders.jsonl", text.toString());

    ImportRun.Outcome outcome = run.run();

    assertThat(records(outcome)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(bad);
    assertThat(outcome.report()).noneMatch(l -> l.contains("breaks") || l.contains("can't hold"));
    assertThat(outcome.code()).isEqualTo(bad.isEmpty() ? 0 : 1);
    assertThat(run.one("SELECT count(*) FROM orders"))
        .isEqualTo(String.valueOf(number - bad.size()));
  }

  @Property(tries = 40)
  void positionsOfAnyAverageKeepTheBooksSound(
      @ForAll("averages") String average, @ForAll("shares") int shares) {
    database.truncate();
    ImportRun run = new ImportRun(database).account("alice", "5");
    run.file(
        "positions.json",
        "[{\"account\":\"alice\",\"symbol\":\"INFY\",\"product\":\"NRML\",\"quantity\":"
            + shares
            + ",\"average_price\":"
            + average
            + ",\"realised_pnl\":\""
            + average
            + "\"}]");
    assertThat(run.run().report()).isEmpty();
    assertThat(run.one("SELECT count(*) FROM positions")).isEqualTo("1");
    assertThat(
            run.one(
                "SELECT cash_difference = 0 AND lot_quantity_difference = 0 AND lot_cost_difference = 0 FROM v_account_integrity"))
        .isEqualTo("t");
  }

  @Provide
  Arbitrary<String> averages() {
    return Arbitraries.bigDecimals()
        .between(new BigDecimal("0.0002"), new BigDecimal("99999"))
        .ofScale(9)
        .map(BigDecimal::toPlainString);
  }

  @Provide
  Arbitrary<Integer> shares() {
    return Arbitraries.integers().between(0, 1_000_000_000);
  }

  private static final String FIRST =
      "\"account_id\":\"alice\",\"symbol\":\"INFY\",\"side\":\"BUY\",\"order_type\":\"MARKET\",\"product\":\"CNC\",\"quantity\":1,"
          + "\"average_price\":1,\"status\":\"FILLED\",\"created_at\":\"2024-03-01\"";

  private static List<Integer> records(ImportRun.Outcome outcome) {
    List<Integer> found = new ArrayList<>();
    for (String line : outcome.report()) {
      Matcher m = RECORD.matcher(line);
      assertThat(m.find()).isTrue();
      found.add(Integer.valueOf(m.group(1)));
    }
    return found;
  }
}
