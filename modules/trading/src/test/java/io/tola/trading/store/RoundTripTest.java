package io.tola.trading.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.sql.RoundTrip;
import io.tola.kernel.sql.SqlFault;
import io.tola.schema.TestDatabase;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's round trip against a real database; it has none of its own to be tested with. */
class RoundTripTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final RoundTrip trip = new RoundTrip();
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void table() {
    DATABASE.execute(
        "DROP TABLE IF EXISTS public.rows; CREATE TABLE public.rows (n int PRIMARY KEY);"
            + " GRANT ALL ON public.rows TO tola_app");
  }

  private void insert(int number) {
    trip.write(
        "INSERT INTO rows VALUES (?)",
        (s, i) -> {
          s.setInt(i, number);
          return i + 1;
        },
        1,
        "rows");
  }

  private void count() {
    trip.add(
        "SELECT count(*) FROM rows",
        (s, i) -> i,
        s -> {
          try (ResultSet row = s.getResultSet()) {
            row.next();
            seen.add(row.getString(1));
            row.next();
          }
        });
  }

  private void send() {
    trip.send(DATABASE.appDataSource());
  }

  @Test
  void eachStatementSeesWhatThoseBeforeItDidAndGetsItsOwnParameters() {
    count();
    insert(1);
    count();
    insert(2);
    count();
    send();
    assertThat(seen).containsExactly("0", "1", "2");
  }

  @Test
  void whatFollowsIsDoneAfterAllAnswersAndInItsOrder() {
    trip.then(() -> seen.add("first"));
    count();
    trip.then(() -> seen.add("second"));
    count();
    send();
    assertThat(seen).containsExactly("0", "0", "first", "second");
  }

  @Test
  void aRefusedStatementIsAFaultThatNamesTheConstraintAndNothingFollows() {
    insert(1);
    insert(1);
    trip.then(() -> seen.add("followed"));
    assertThatThrownBy(this::send)
        .isInstanceOf(SqlFault.class)
        .hasMessageContaining("rows_pkey")
        .hasCauseInstanceOf(java.sql.SQLException.class);
    assertThat(seen).isEmpty();
  }

  @Test
  void anotherNumberOfRowsThanAskedForIsRefusedByName() {
    trip.write("DELETE FROM rows", (s, i) -> i, 3, "rows to delete");
    assertThatThrownBy(this::send)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("0 of 3 rows to delete were written");
  }

  @Test
  void aTripIsEmptyOnceItWasSentAndAnEmptyOneAsksForNoConnection() {
    insert(1);
    send();
    trip.then(() -> seen.add("followed"));
    trip.send(null);
    assertThat(seen).containsExactly("followed");
    insert(2);
    count();
    send();
    assertThat(seen).containsExactly("followed", "2");
  }
}
