package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.CandidateTable;
import io.tola.performance.domain.StatementReader;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the platform's own tables look like to the index advisor. */
class CandidateFactsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void thePlatformsTablesAreFoundByTheSearchPathWithColumnsAndIndexes() throws SQLException {
    try (Connection app = DATABASE.appDataSource().getConnection()) {
      StatementReader.Catalogue catalogue = CandidateFacts.read(app, null).catalogue();
      CandidateTable orders = catalogue.table(null, "orders");
      assertThat(orders).isEqualTo(catalogue.table("trading", "orders"));
      assertThat(orders.quoted()).isEqualTo("trading.orders");
      assertThat(orders.columns().get("order_id").type()).isEqualTo("uuid");
      assertThat(orders.columns().get("working").bool()).isTrue();
      assertThat(orders.indexes())
          .extracting(i -> i.name())
          .contains("orders_pkey", "orders_history");
      assertThat(orders.indexes())
          .filteredOn(i -> i.name().equals("orders_history"))
          .singleElement()
          .satisfies(
              i -> {
                assertThat(i.keys()).startsWith("account_id", "created_at");
                assertThat(i.descending()).startsWith(false, true);
              });
      CandidateTable bars = catalogue.table(null, "ohlc_data");
      assertThat(bars.partitioned()).isTrue();
      assertThat(catalogue.table(null, "pg_class")).isNull();
    }
  }

  @Test
  void thePlatformsViewsAreReadThrough() throws Exception {
    try (Connection app = DATABASE.appDataSource().getConnection()) {
      StatementReader.Catalogue catalogue = CandidateFacts.read(app, null).catalogue();
      List<String> views = new ArrayList<>();
      try (ResultSet rows =
          app.createStatement()
              .executeQuery(
                  "SELECT schemaname || '.' || viewname FROM pg_views"
                      + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
        while (rows.next()) {
          views.add(rows.getString(1));
        }
      }
      assertThat(views).isNotEmpty();
      for (String view : views) {
        assertThat(StatementReader.read("SELECT * FROM " + view, catalogue).needs())
            .as(view)
            .isNotEmpty();
      }
    }
  }
}
