package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.RewriteRules.Evidence;
import io.tola.performance.domain.RewriteRules.Finding;
import io.tola.performance.domain.SchemaFacts.Column;
import io.tola.performance.domain.SchemaFacts.Index;
import io.tola.performance.domain.SchemaFacts.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class RewriteRulesTest {

  private static final Pattern LINE =
      Pattern.compile("([+-]) (?:\\[([^\\]]*)\\] )?(?:\\{(\\d+)\\} )?(.*)");
  private static final SchemaFacts SCHEMA = schema();

  private record Example(
      String rule, boolean positive, List<String> types, BigDecimal rows, String sql) {}

  private static Index btree(boolean unique, String... keys) {
    return new Index("btree", List.of(keys), unique, false, false);
  }

  private static SchemaFacts schema() {
    Map<String, Table> tables = new HashMap<>();
    Map<String, Column> orders = new LinkedHashMap<>();
    orders.put("id", new Column("uuid", true));
    orders.put("account_id", new Column("uuid", true));
    orders.put("client_order_id", new Column("text", true));
    orders.put("symbol", new Column("character varying", true));
    orders.put("status", new Column("text", true));
    orders.put("quantity", new Column("bigint", true));
    orders.put("price", new Column("numeric", false));
    orders.put("created_at", new Column("timestamp with time zone", true));
    orders.put("note", new Column("text", false));
    orders.put("parent_id", new Column("uuid", false));
    List<Index> ordersIndexes =
        List.of(
            btree(true, "id"),
            btree(false, "account_id", "created_at"),
            btree(false, "symbol"),
            btree(false, "status"),
            btree(false, "quantity"),
            btree(false, "price"),
            btree(false, "created_at"));
    tables.put("orders", new Table("trading.orders", 1_000_000, orders, ordersIndexes));
    tables.put(
        "orders_old", new Table("trading.orders_old", -1, orders, List.of(btree(true, "id"))));
    Map<String, Column> trades = new LinkedHashMap<>();
    trades.put("id", new Column("uuid", true));
    trades.put("order_id", new Column("uuid", false));
    trades.put("account_id", new Column("uuid", true));
    trades.put("executed_at", new Column("timestamp with time zone", true));
    tables.put(
        "trades",
        new Table(
            "trading.trades",
            500_000,
            trades,
            List.of(btree(true, "id"), btree(false, "order_id"), btree(false, "account_id"))));
    Map<String, Column> accounts = new LinkedHashMap<>();
    accounts.put("id", new Column("uuid", true));
    accounts.put("owner", new Column("text", true));
    accounts.put("number", new Column("bigint", true));
    accounts.put("credit", new Column("numeric", true));
    accounts.put("name", new Column("text", true));
    tables.put(
        "accounts",
        new Table(
            "portfolio.accounts",
            20_000,
            accounts,
            List.of(
                btree(true, "id"),
                btree(true, "number"),
                btree(false, "owner"),
                btree(false, "lower(owner)"),
                new Index("gin", List.of("name"), false, false, true))));
    Map<String, Column> settings = new LinkedHashMap<>();
    settings.put("key", new Column("text", true));
    settings.put("value", new Column("text", false));
    tables.put(
        "settings", new Table("gateway.settings", 12, settings, List.of(btree(true, "key"))));
    return new SchemaFacts(tables);
  }

  private static List<Example> corpus() throws IOException {
    List<Example> found = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                RewriteRulesTest.class.getResourceAsStream("/rewrite-corpus.txt"),
                StandardCharsets.UTF_8))) {
      String rule = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher example = LINE.matcher(line);
        if (line.startsWith("= ")) {
          rule = line.substring(2);
        } else if (example.matches()) {
          found.add(
              new Example(
                  rule,
                  example.group(1).equals("+"),
                  example.group(2) == null ? List.of() : List.of(example.group(2).split(", ")),
                  example.group(3) == null ? null : new BigDecimal(example.group(3)),
                  example.group(4)));
        }
      }
    }
    return found;
  }

  private static List<Finding> findings(Example e) {
    return RewriteRules.of(e.sql(), SCHEMA, new Evidence(e.rows(), e.types(), null));
  }

  @Test
  void eachRuleFindsWhatItMustAndNothingElse() throws IOException {
    SoftAssertions all = new SoftAssertions();
    Map<String, int[]> counts = new HashMap<>();
    for (Example e : corpus()) {
      List<Finding> found = findings(e);
      all.assertThat(found).as("not understood: " + e.sql()).isNotNull();
      if (found != null) {
        all.assertThat(found.stream().anyMatch(f -> f.code().equals(e.rule())))
            .as(e.rule() + " " + (e.positive() ? "finds " : "passes over ") + e.sql() + " " + found)
            .isEqualTo(e.positive());
      }
      counts.computeIfAbsent(e.rule(), r -> new int[2])[e.positive() ? 0 : 1]++;
    }
    all.assertThat(counts).hasSize(13);
    counts.forEach(
        (rule, of) -> {
          all.assertThat(of[0]).as(rule + " finds").isGreaterThanOrEqualTo(3);
          all.assertThat(of[1]).as(rule + " passes over").isGreaterThanOrEqualTo(3);
        });
    all.assertAll();
  }

  private static String advice(String code, String sql, String... types) {
    return RewriteRules.of(sql, SCHEMA, new Evidence(null, List.of(types), null)).stream()
        .filter(f -> f.code().equals(code))
        .findFirst()
        .orElseThrow()
        .advice();
  }

  @Test
  void theRewrittenFormIsTheStatementsOwn() {
    assertThat(advice("select_star", "SELECT * FROM trades WHERE id = ?"))
        .contains("SELECT id, order_id, account_id, executed_at");
    assertThat(
            advice(
                "offset_paging",
                "SELECT id FROM orders WHERE status = ? ORDER BY created_at DESC, id DESC LIMIT ?"
                    + " OFFSET ?"))
        .contains("AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?");
    assertThat(advice("cast_on_column", "SELECT id FROM orders WHERE id::text = ?"))
        .contains("id = ?::uuid");
    assertThat(advice("cast_on_column", "SELECT id FROM orders WHERE created_at::date = ?"))
        .contains("created_at >= ? AND created_at < ? + interval '1 day'");
    assertThat(
            advice(
                "function_on_column",
                "SELECT id FROM orders WHERE created_at + interval '1 day' > ?"))
        .contains("created_at > ? - INTERVAL '1 day'");
    assertThat(
            advice(
                "function_on_column",
                "SELECT id FROM orders WHERE now() - created_at < ?::interval"))
        .contains("created_at > now() - ?::interval");
    assertThat(advice("function_on_column", "SELECT id FROM orders o WHERE lower(o.symbol) = ?"))
        .contains("CREATE INDEX CONCURRENTLY ON trading.orders ((lower(symbol)))");
    assertThat(
            advice(
                "not_in_nullable",
                "SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM trades t WHERE"
                    + " t.account_id = ?)"))
        .contains(
            "NOT EXISTS (SELECT FROM trades t WHERE t.account_id = ? AND t.order_id = orders.id)");
    assertThat(
            advice(
                "count_for_existence",
                "SELECT id FROM accounts a WHERE (SELECT count(*) FROM orders o WHERE o.account_id ="
                    + " a.id) = 0"))
        .contains("NOT EXISTS (SELECT FROM orders o WHERE o.account_id = a.id)");
    assertThat(advice("implicit_cast", "SELECT id FROM orders WHERE quantity = ?", "BigDecimal"))
        .contains("setLong")
        .contains("quantity = ?::bigint");
  }

  @Test
  void aPlanThatDoesNotReadTheWholeTableSilencesWhatIsAboutIndexes() {
    String sql = "SELECT id FROM orders WHERE lower(symbol) = ?";
    PlanFacts whole =
        PlanFacts.of(
            "[{\"Plan\":{\"Node Type\":\"Seq Scan\",\"Relation Name\":\"orders\",\"Total Cost\":1.5,"
                + "\"Plan Rows\":1}}]");
    PlanFacts by =
        PlanFacts.of(
            "[{\"Plan\":{\"Node Type\":\"Index Scan\",\"Relation Name\":\"orders\",\"Index Name\":\"i\","
                + "\"Index Cond\":\"(x = $1)\",\"Total Cost\":1.5,\"Plan Rows\":1}}]");
    assertThat(RewriteRules.of(sql, SCHEMA, new Evidence(null, List.of(), whole))).hasSize(1);
    assertThat(RewriteRules.of(sql, SCHEMA, new Evidence(null, List.of(), by))).isEmpty();
  }

  @Test
  void valuesAreNotInTheAdvice() {
    String sql =
        "SELECT id FROM orders WHERE lower(symbol) = 'secret name' AND note LIKE '%hidden%'";
    assertThat(RewriteRules.of(sql, SCHEMA, Evidence.NONE))
        .isNotEmpty()
        .allSatisfy(
            f -> assertThat(f.toString()).doesNotContain("secret").doesNotContain("hidden"));
  }

  @Test
  void whatTheParserDoesNotUnderstandHasNoFindings() {
    assertThat(RewriteRules.of("SELEKT * FROM", SCHEMA, Evidence.NONE)).isNull();
  }
}
