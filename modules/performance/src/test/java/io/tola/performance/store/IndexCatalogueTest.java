package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.IndexReport.IndexUse;
import io.tola.performance.domain.IndexFacts;
import io.tola.performance.domain.IndexReview;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IndexCatalogueTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private final IndexCatalogue catalogue = new IndexCatalogue(DATABASE.appDataSource());

  @BeforeAll
  static void plant() {
    DATABASE.execute(
        """
        CREATE SCHEMA planted;
        GRANT USAGE ON SCHEMA planted TO tola_app;
        CREATE TABLE planted.t (a int PRIMARY KEY, b int, c text, d int, e text);
        CREATE UNIQUE INDEX t_unique ON planted.t (b);
        CREATE INDEX t_b ON planted.t (b);
        CREATE INDEX t_a ON planted.t (a);
        CREATE INDEX t_cd ON planted.t (c, d);
        CREATE INDEX t_c ON planted.t (c);
        CREATE INDEX t_c_desc ON planted.t (c DESC);
        CREATE INDEX t_c_pattern ON planted.t (c text_pattern_ops);
        CREATE INDEX t_c_part ON planted.t (c) WHERE d IS NULL;
        CREATE INDEX t_lower ON planted.t (lower(e));
        CREATE INDEX t_lower_again ON planted.t (lower(e));
        CREATE INDEX t_d_e ON planted.t (d) INCLUDE (e);
        CREATE INDEX t_d ON planted.t (d);
        COMMENT ON INDEX planted.t_cd IS 'the list of c by d';
        CREATE TABLE planted.p (k int, v int) PARTITION BY RANGE (k);
        CREATE TABLE planted.p1 PARTITION OF planted.p FOR VALUES FROM (0) TO (10);
        CREATE TABLE planted.p2 PARTITION OF planted.p FOR VALUES FROM (10) TO (20);
        CREATE INDEX p_v ON planted.p (v);
        CREATE INDEX p_v_again ON planted.p (v);
        """);
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void plantedRedundanciesAreFoundAndNothingElse() throws SQLException {
    List<IndexFacts> planted =
        catalogue.read().indexes().stream().filter(i -> i.table().startsWith("planted.")).toList();
    assertThat(
            IndexReview.of(planted).stream()
                .filter(u -> u.finding() != null)
                .map(u -> u.index() + " " + u.finding() + " " + u.insteadOf()))
        .containsExactlyInAnyOrder(
            "planted.t_b duplicate planted.t_unique",
            "planted.t_a duplicate planted.t_pkey",
            "planted.t_c prefix planted.t_cd",
            "planted.t_lower_again duplicate planted.t_lower",
            "planted.t_d covered planted.t_d_e",
            "planted.p_v_again duplicate planted.p_v");
  }

  @Test
  void aPartitionedIndexStandsForThoseOfItsPartitions() throws SQLException {
    assertThat(catalogue.read().indexes())
        .filteredOn(i -> i.index().startsWith("planted.p"))
        .extracting(IndexFacts::index)
        .containsExactlyInAnyOrder("planted.p_v", "planted.p_v_again");
    IndexUse again =
        IndexReview.of(catalogue.read().indexes()).stream()
            .filter(u -> u.index().equals("planted.p_v_again"))
            .findFirst()
            .orElseThrow();
    assertThat(again.dropStatement()).isEqualTo("DROP INDEX planted.p_v_again");
    assertThat(again.bytes()).isPositive();
  }

  @Test
  void oneThatIsBeingBuiltIsLeftOut() throws Exception {
    DATABASE.execute("CREATE SCHEMA building; CREATE TABLE building.t (a int)");
    try (Connection writer = DATABASE.ownerDataSource().getConnection()) {
      writer.setAutoCommit(false);
      writer.createStatement().execute("INSERT INTO building.t VALUES (1)");
      CompletableFuture<Void> built =
          CompletableFuture.runAsync(
              () -> DATABASE.execute("CREATE INDEX CONCURRENTLY t_a ON building.t (a)"));
      try (Connection looker = DATABASE.ownerDataSource().getConnection()) {
        boolean begun = false;
        for (int i = 0; i < 500 && !begun; i++) {
          TimeUnit.MILLISECONDS.sleep(20);
          try (var row =
              looker.createStatement().executeQuery("SELECT to_regclass('building.t_a')")) {
            row.next();
            begun = row.getString(1) != null;
          }
        }
        assertThat(begun).isTrue();
      }
      assertThat(building()).isEmpty();
      writer.rollback();
      built.get(30, TimeUnit.SECONDS);
    }
    assertThat(building()).containsExactly("building.t_a");
  }

  private List<String> building() throws SQLException {
    return catalogue.read().indexes().stream()
        .map(IndexFacts::index)
        .filter(i -> i.startsWith("building."))
        .toList();
  }

  @Test
  void whatAnIndexIsForIsShown() throws SQLException {
    assertThat(catalogue.read().indexes())
        .filteredOn(i -> i.index().equals("planted.t_cd"))
        .singleElement()
        .satisfies(
            i -> {
              assertThat(i.purpose()).isEqualTo("the list of c by d");
              assertThat(i.definition()).startsWith("CREATE INDEX t_cd ON planted.t");
              assertThat(i.keys()).hasSize(2);
            });
  }

  @Test
  void thePlatformsOwnTablesHaveNoRedundantIndex() throws SQLException {
    List<IndexFacts> ours =
        catalogue.read().indexes().stream().filter(i -> !i.table().startsWith("planted.")).toList();
    assertThat(ours).hasSizeGreaterThan(30);
    assertThat(IndexReview.of(ours).stream().filter(u -> u.insteadOf() != null)).isEmpty();
  }
}
