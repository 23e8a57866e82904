package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.domain.IndexScribe;
import io.tola.performance.domain.IndexedStatement;
import io.tola.performance.store.IndexWorkbench.Bounds;
import io.tola.performance.store.IndexWorkbench.Outcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The advisor on a database where what is missing is known. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IndexWorkbenchTest {

  private static final String DATABASE = "planted";
  private static final Bounds BOUNDS = new Bounds(Duration.ofSeconds(60), 500, 50_000);
  private static final PlantedGaps PLANTED = new PlantedGaps();

  private static HypoPostgres server;
  private static IndexWorkbench workbench;
  private static Outcome outcome;
  private static Outcome byRule;
  private static List<IndexAdvice> advice;

  @BeforeAll
  static void plantAndAsk() throws SQLException {
    server = HypoPostgres.server();
    server.create(DATABASE, "pg_stat_statements", "pg_qualstats", "hypopg");
    long begin = System.nanoTime();
    try (Connection owner = server.dataSource(DATABASE, HypoPostgres.OWNER).getConnection()) {
      PLANTED.plant(owner);
      owner
          .createStatement()
          .execute("SELECT pg_stat_reset(), pg_stat_statements_reset(), pg_qualstats_reset()");
    }
    long planted = System.nanoTime();
    try (Connection app = server.dataSource(DATABASE, HypoPostgres.APP).getConnection()) {
      PLANTED.work(app);
    }
    long worked = System.nanoTime();
    workbench = new IndexWorkbench(server.dataSource(DATABASE, HypoPostgres.APP));
    outcome = workbench.run(BOUNDS);
    advice = IndexScribe.advice(outcome.judged(), outcome.result(), outcome.judgedBy());
    System.out.printf(
        Locale.ROOT,
        "Planted in %d ms, ran in %d ms, advised in %d ms: %d statements, %d candidates, %d plans, %d"
            + " indexes%n",
        (planted - begin) / 1_000_000,
        (worked - planted) / 1_000_000,
        (System.nanoTime() - worked) / 1_000_000,
        outcome.judged().size(),
        outcome.result().candidates(),
        outcome.plans(),
        advice.size());
    server.execute(DATABASE, "DROP EXTENSION hypopg; DROP EXTENSION pg_qualstats");
    byRule = workbench.run(BOUNDS);
    server.execute(DATABASE, "CREATE EXTENSION hypopg; CREATE EXTENSION pg_qualstats");
  }

  private static String of(IndexAdvice a) {
    return a.schema() + "." + a.table();
  }

  private static String shape(IndexAdvice a) {
    return of(a)
        + " "
        + PlantedGaps.columns(a)
        + (a.include().isEmpty() ? "" : " carrying " + a.include())
        + (a.predicate() == null ? "" : " where " + a.predicate());
  }

  @Test
  void nineteenOfTwentyPlantedGapsAreFound() {
    Map<String, int[]> kinds = new LinkedHashMap<>();
    List<String> missed = new ArrayList<>();
    for (PlantedGaps.Gap gap : PLANTED.gaps) {
      int[] count = kinds.computeIfAbsent(gap.kind(), k -> new int[2]);
      count[1]++;
      List<IndexAdvice> there = advice.stream().filter(a -> of(a).equals(gap.table())).toList();
      if (there.stream().anyMatch(gap.wanted())) {
        count[0]++;
      } else {
        missed.add(
            gap.kind()
                + ": "
                + gap.table()
                + " got "
                + there.stream().map(IndexWorkbenchTest::shape).toList());
      }
    }
    kinds.forEach((kind, n) -> System.out.println("  " + kind + ": " + n[0] + " of " + n[1]));
    missed.forEach(m -> System.out.println("  missed " + m));
    assertThat(PLANTED.gaps).hasSizeGreaterThanOrEqualTo(60);
    assertThat(missed.size() * 20)
        .as("missed: %s", missed)
        .isLessThanOrEqualTo(PLANTED.gaps.size());
    assertThat(outcome.result().complete()).isTrue();
    assertThat(outcome.notJudged())
        .as("all but what the owner ran")
        .singleElement()
        .satisfies(n -> assertThat(n.reason()).contains("pg_read_all_stats"));
  }

  @Test
  void nothingIsAdvisedWhereNothingIsMissing() {
    List<String> decoys = PLANTED.decoys.stream().map(PlantedGaps.Gap::table).toList();
    assertThat(advice.stream().filter(a -> decoys.contains(of(a))).map(IndexWorkbenchTest::shape))
        .isEmpty();
    assertThat(PLANTED.decoys).hasSizeGreaterThan(20);
  }

  @Test
  void noTableGetsMoreThanTheOneItLacks() {
    Map<String, List<String>> byTable =
        advice.stream()
            .collect(
                Collectors.groupingBy(
                    IndexWorkbenchTest::of,
                    Collectors.mapping(IndexWorkbenchTest::shape, Collectors.toList())));
    assertThat(byTable.values()).allSatisfy(all -> assertThat(all).hasSize(1));
    assertThat(advice).extracting(IndexAdvice::id).doesNotHaveDuplicates();
    assertThat(advice).extracting(IndexAdvice::indexName).doesNotHaveDuplicates();
  }

  @Test
  void everyAdviceSaysWhomItServesAndWhatItCosts() {
    assertThat(advice)
        .allSatisfy(
            a -> {
              assertThat(a.judgedBy()).isEqualTo(JudgedBy.HYPOPG);
              assertThat(a.serves()).isNotEmpty();
              assertThat(a.serves())
                  .allSatisfy(
                      s -> {
                        assertThat(s.costAfter()).isLessThan(s.costBefore());
                        assertThat(s.calls()).isPositive();
                      });
              assertThat(a.estimatedBytes()).isPositive();
              assertThat(a.indexName().length()).isLessThanOrEqualTo(63);
              assertThat(a.reason()).isNotBlank();
              assertThat(a.writes().cost()).isPositive();
            });
    assertThat(advice)
        .filteredOn(a -> of(a).equals("g.shared0"))
        .singleElement()
        .satisfies(a -> assertThat(a.serves()).hasSize(3));
  }

  @Test
  void withoutHypopgARuleOfThumbSaysThatItIsOne() {
    List<IndexAdvice> rules =
        IndexScribe.advice(byRule.judged(), byRule.result(), byRule.judgedBy());
    assertThat(byRule.judgedBy()).isEqualTo(JudgedBy.HEURISTIC);
    assertThat(byRule.constantsFrom()).startsWith("pg_qualstats isn't installed");
    assertThat(rules).allSatisfy(a -> assertThat(a.judgedBy()).isEqualTo(JudgedBy.HEURISTIC));
    assertThat(rules).allSatisfy(a -> assertThat(a.reason()).contains("rule of thumb"));
    List<String> decoys = PLANTED.decoys.stream().map(PlantedGaps.Gap::table).toList();
    assertThat(rules.stream().filter(a -> decoys.contains(of(a))).map(IndexWorkbenchTest::shape))
        .isEmpty();
    long served =
        PLANTED.gaps.stream()
            .filter(g -> rules.stream().anyMatch(a -> of(a).equals(g.table())))
            .count();
    long right =
        PLANTED.gaps.stream()
            .filter(
                g -> rules.stream().anyMatch(a -> of(a).equals(g.table()) && g.wanted().test(a)))
            .count();
    System.out.printf(
        "By the rule of thumb: an index for %d of %d gaps, the best one for %d%n",
        served, PLANTED.gaps.size(), right);
    // What it can see at all: scans for equalities and ranges.
    assertThat(served * 2).isGreaterThanOrEqualTo(PLANTED.gaps.size());
  }

  @Test
  void whenPlansRunOutItSaysSo() throws SQLException {
    Outcome little = workbench.run(new Bounds(Duration.ofSeconds(60), 500, 150));
    assertThat(little.result().complete()).isFalse();
    assertThat(little.plans()).isBetween(150, 200);
    Outcome few = workbench.run(new Bounds(Duration.ofSeconds(60), 3, 50_000));
    assertThat(few.statements()).isEqualTo(3);
  }

  @Test
  void theConnectionIsLeftAsItWas() throws SQLException {
    try (Connection one = server.dataSource(DATABASE, HypoPostgres.APP).getConnection()) {
      String before = settings(one);
      try (PlannerSession session =
          PlannerSession.open(one, "public", System.nanoTime() + 1_000_000_000L, 10)) {
        assertThat(settings(one)).isNotEqualTo(before);
        session.show(outcome.result().chosen().get(0).index());
      }
      assertThat(settings(one)).isEqualTo(before);
      try (ResultSet rows = one.createStatement().executeQuery("SELECT count(*) FROM hypopg()")) {
        rows.next();
        assertThat(rows.getInt(1)).isZero();
      }
    }
  }

  private static String settings(Connection connection) throws SQLException {
    try (ResultSet row =
        connection
            .createStatement()
            .executeQuery(
                "SELECT current_setting('plan_cache_mode') || current_setting('statement_timeout')"
                    + " || current_setting('default_transaction_read_only')"
                    + " || current_setting('pg_qualstats.enabled')")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void aRunLeavesTheCountersToTheApplication() throws SQLException {
    long before = counted();
    workbench.run(BOUNDS);
    workbench.run(BOUNDS);
    assertThat(counted() - before).as("entries that the advisor left").isLessThan(15);
  }

  private static long counted() throws SQLException {
    try (Connection owner = server.dataSource(DATABASE, HypoPostgres.OWNER).getConnection();
        ResultSet row =
            owner.createStatement().executeQuery("SELECT count(*) FROM pg_stat_statements")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Makes the indexes; the other tests want them missing. */
  @Test
  @Order(Integer.MAX_VALUE)
  void theRealIndexIsUsedCostsWhatWasPredictedAndThenNothingIsMissing() throws SQLException {
    Map<String, IndexAdvice> sample = new LinkedHashMap<>();
    for (PlantedGaps.Gap gap : PLANTED.gaps) {
      advice.stream()
          .filter(a -> of(a).equals(gap.table()))
          .findFirst()
          .ifPresent(a -> sample.putIfAbsent(gap.kind(), a));
    }
    System.out.printf(
        "%-24s %10s %10s %10s %9s %9s %9s%n",
        "kind", "cost", "predicted", "real", "gain", "ms", "ms then");
    List<String> unused = new ArrayList<>();
    List<String> astray = new ArrayList<>();
    try (Connection owner = server.dataSource(DATABASE, HypoPostgres.OWNER).getConnection();
        Connection asking = server.dataSource(DATABASE, HypoPostgres.OWNER).getConnection();
        PlannerSession planner =
            PlannerSession.open(asking, "public", System.nanoTime() + 60_000_000_000L, 10_000)) {
      for (Map.Entry<String, IndexAdvice> one : sample.entrySet()) {
        IndexAdvice a = one.getValue();
        ServedStatement served = a.serves().get(0);
        IndexedStatement statement =
            outcome.judged().stream()
                .filter(s -> s.queryId().equals(served.queryId()))
                .findFirst()
                .orElseThrow();
        double before = measured(owner, statement);
        make(DATABASE, a);
        List<String> plan = planner.explain(statement.planned());
        double cost = PlannerSession.cost(plan);
        double after = measured(owner, statement);
        System.out.printf(
            Locale.ROOT,
            "%-24s %10.2f %10.2f %10.2f %8.1f%% %9.3f %9.3f%n",
            one.getKey(),
            served.costBefore(),
            served.costAfter(),
            cost,
            served.predictedGainPct(),
            before,
            after);
        String name = a.partitioned() ? "parted" : a.indexName();
        if (plan.stream().noneMatch(l -> l.contains("Index") && l.contains(name))) {
          unused.add(one.getKey() + " " + plan);
        }
        if (cost > served.costAfter().doubleValue() * 1.5 + 10) {
          astray.add(one.getKey() + ": " + served.costAfter() + " predicted, " + cost + " real");
        }
      }
    }
    assertThat(unused).isEmpty();
    assertThat(astray).isEmpty();
    assertThat(sample).hasSizeGreaterThan(10);
    for (IndexAdvice a : advice) {
      if (!sample.containsValue(a)) {
        make(DATABASE, a);
      }
    }
    Outcome then = workbench.run(BOUNDS);
    assertThat(IndexScribe.advice(then.judged(), then.result(), then.judgedBy())).isEmpty();
  }

  private static void make(String database, IndexAdvice advice) {
    for (String step : advice.steps()) {
      server.execute(database, step);
    }
    server.execute(database, "VACUUM \"" + advice.schema() + "\".\"" + advice.table() + "\"");
  }

  /** The middle of five executions, with one set of parameters, in milliseconds. */
  private static double measured(Connection connection, IndexedStatement statement)
      throws SQLException {
    List<Double> times = new ArrayList<>();
    String sql = statement.planned().sql();
    for (int n = 1; n <= statement.planned().parameters(); n++) {
      String value =
          sql.contains("ANY ($" + n)
              ? "'{1,2,3}'"
              : sql.contains("$" + n + "::timestamp")
                  ? n == 2 ? "'2026-01-01 00:10:00'" : "'2026-01-01 00:12:00'"
                  : sql.contains("code = $" + n) ? "'c1'" : "1";
      sql = sql.replace("$" + n, value);
    }
    for (int k = 0; k < 5; k++) {
      connection.setAutoCommit(false);
      try (var explain = connection.createStatement();
          ResultSet rows =
              explain.executeQuery("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON) " + sql)) {
        while (rows.next()) {
          String line = rows.getString(1);
          if (line.startsWith("Execution Time:")) {
            times.add(Double.parseDouble(line.replaceAll("[^0-9.]", "")));
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    times.sort(null);
    return times.get(times.size() / 2);
  }
}
