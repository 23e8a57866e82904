package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.SqlParts;
import io.tola.performance.domain.SqlParts.Part;
import io.tola.performance.store.PlanReader.Plan;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlanReaderTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private final PlanReader reader = new PlanReader(DATABASE.appDataSource());

  @BeforeAll
  static void tables() {
    DATABASE.execute(
        """
        CREATE TABLE public.planned (id bigint PRIMARY KEY, state text NOT NULL, at timestamptz);
        INSERT INTO public.planned SELECT n, 'OPEN', now() FROM generate_series(1, 5000) n;
        CREATE INDEX ON public.planned (id) WHERE state = 'OPEN';
        ANALYZE public.planned;
        GRANT ALL ON public.planned TO tola_app;
        """);
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private List<Plan> plans(String sql, String... bound) throws SQLException {
    List<Part> parts = SqlParts.of(sql);
    return reader.read(
        parts,
        parts.size() == 1 ? List.of(List.of(bound)) : Collections.nCopies(parts.size(), List.of()));
  }

  @Test
  void thePlanIsTheOneForAnyParameter() throws SQLException {
    Plan plan = plans("SELECT at FROM planned WHERE id = ? AND state = ?").get(0);
    assertThat(plan.missing()).isNull();
    assertThat(plan.facts().lines(s -> s))
        .anySatisfy(l -> assertThat(l).startsWith("Index Scan using planned_pkey on planned"))
        .anySatisfy(l -> assertThat(l).contains("Index Cond: (id = $1)"));
    assertThat(plan.facts().readsWhole("planned")).isFalse();
    assertThat(
            plans("SELECT id FROM planned WHERE at::text = ?").get(0).facts().readsWhole("planned"))
        .isTrue();
  }

  @Test
  void theTypeThatWasBoundDecides() throws SQLException {
    String sql = "SELECT at FROM planned WHERE id = ?";
    assertThat(plans(sql, "Long").get(0).facts().readsWhole("planned")).isFalse();
    assertThat(plans(sql, "BigDecimal").get(0).facts().readsWhole("planned")).isTrue();
    assertThat(plans("SELECT id FROM planned WHERE id = ANY (?)", "int8[]").get(0).missing())
        .isNull();
  }

  @Test
  void writesArePlannedAndNotExecuted() throws SQLException {
    assertThat(plans("DELETE FROM planned WHERE id > ?").get(0).facts().lines(s -> s).get(0))
        .startsWith("Delete on planned");
    assertThat(plans("UPDATE planned SET state = ?").get(0).missing()).isNull();
    assertThat(plans("INSERT INTO planned VALUES (?, ?, now())").get(0).missing()).isNull();
    assertThat(count()).isEqualTo(5000);
  }

  private static long count() throws SQLException {
    try (Connection connection = DATABASE.ownerDataSource().getConnection();
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT count(*) FROM planned WHERE state = 'OPEN'")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void statementsThatAreSentAsOneArePlannedOneByOne() throws SQLException {
    List<Plan> found =
        plans(
            "SELECT id FROM planned WHERE id = ?;\nDELETE FROM planned WHERE state = ? AND id = ?");
    assertThat(found).hasSize(2);
    assertThat(found).allSatisfy(p -> assertThat(p.missing()).isNull());
  }

  @Test
  void whatHasNoPlanIsNotTried() throws SQLException {
    List<Plan> found =
        plans("SET LOCAL lock_timeout = '1s'; BEGIN; SELECT id FROM planned; COMMIT");
    assertThat(found)
        .extracting(Plan::missing)
        .containsExactly(PlanReader.NO_PLAN, PlanReader.NO_PLAN, null, PlanReader.NO_PLAN);
    assertThat(PlanReader.isPlannable(" (select 1)")).isTrue();
    assertThat(PlanReader.isPlannable("/* why */ SELECT 1")).isTrue();
    assertThat(PlanReader.isPlannable("with a as (select 1) table a")).isTrue();
  }

  @Test
  void whatCannotBePlannedSaysWhyAndTheNextIsPlannedAllTheSame() throws SQLException {
    List<Part> parts =
        List.of(
            SqlParts.of("SELECT nowhere FROM planned WHERE state = 'secret'").get(0),
            SqlParts.of("SELECT id FROM planned WHERE state = 'secret'").get(0));
    List<Plan> found = reader.read(parts, List.of(List.of(), List.of()));
    assertThat(found.get(0).facts()).isNull();
    assertThat(found.get(0).missing()).contains("42703").doesNotContain("secret");
    assertThat(found.get(1).facts().lines(io.tola.probe.Profile::shown))
        .anySatisfy(l -> assertThat(l).contains("Filter: (state = ?::text)"))
        .noneSatisfy(l -> assertThat(l).contains("secret"));
  }
}
