package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FeedLeaseTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void oneNodeHoldsTheLeaseUntilItGivesItBack() throws SQLException {
    try (FeedLease a = new FeedLease(DATABASE.appDataSource());
        FeedLease b = new FeedLease(DATABASE.appDataSource())) {
      assertThat(a.tryAcquire()).isTrue();
      assertThat(a.tryAcquire()).isTrue();
      assertThat(b.tryAcquire()).isFalse();
      assertThat(b.isHeld()).isFalse();
      a.close();
      assertThat(b.tryAcquire()).isTrue();
      assertThat(a.isHeld()).isFalse();
    }
  }

  @Test
  void aLostConnectionIsALostLease() throws SQLException {
    try (FeedLease a = new FeedLease(DATABASE.appDataSource());
        FeedLease b = new FeedLease(DATABASE.appDataSource())) {
      assertThat(a.tryAcquire()).isTrue();
      DATABASE.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
              + " WHERE locktype = 'advisory' AND datname = current_database()");
      LockSupport.parkNanos(FeedLease.TRUST.toNanos() + 50_000_000);
      assertThat(a.isHeld()).isFalse();
      assertThat(b.tryAcquire()).isTrue();
      assertThat(a.tryAcquire()).isFalse();
    }
  }

  @Test
  void theLeaseIsConfirmedByTheDatabaseWhenTrustRunsOut() throws SQLException {
    try (FeedLease a = new FeedLease(DATABASE.appDataSource())) {
      assertThat(a.tryAcquire()).isTrue();
      LockSupport.parkNanos(FeedLease.TRUST.toNanos() + 50_000_000);
      assertThat(a.isHeld()).isTrue();
    }
  }

  @Test
  void aNodeThatFallsSilentLosesTheLeaseWhileItsConnectionLives() throws SQLException {
    try (FeedLease frozen = new FeedLease(DATABASE.appDataSource());
        FeedLease next = new FeedLease(DATABASE.appDataSource())) {
      assertThat(frozen.tryAcquire()).isTrue();
      assertThat(frozen.isTrusted()).isTrue();
      long end = System.nanoTime() + FeedLease.SILENCE.multipliedBy(5).toNanos();
      while (!next.tryAcquire() && System.nanoTime() < end) {
        LockSupport.parkNanos(100_000_000);
      }
      assertThat(next.isHeld()).isTrue();
      assertThat(frozen.isTrusted()).isFalse();
      assertThat(frozen.isHeld()).isFalse();
    }
  }

  @Test
  void aConnectionGivenBackIsAnOrdinaryOneAgain() throws SQLException {
    try (Connection pooled = DATABASE.appDataSource().getConnection()) {
      FeedLease lease = new FeedLease(new OneConnection(pooled));
      assertThat(lease.tryAcquire()).isTrue();
      lease.close();
      try (var rows =
          pooled
              .createStatement()
              .executeQuery(
                  "SELECT current_setting('idle_session_timeout'), (SELECT count(*) FROM pg_locks"
                      + " WHERE locktype = 'advisory' AND pid = pg_backend_pid())")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("0");
        assertThat(rows.getInt(2)).isZero();
      }
    }
  }

  /** A pool of one connection that stays open when it is given back. */
  private static final class OneConnection extends org.postgresql.ds.PGSimpleDataSource {
    private static final long serialVersionUID = 1L;
    private final transient Connection only;

    private OneConnection(Connection only) {
      this.only = only;
    }

    @Override
    public Connection getConnection() {
      return (Connection)
          java.lang.reflect.Proxy.newProxyInstance(
              FeedLeaseTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, args) ->
                  method.getName().equals("close") ? null : method.invoke(only, args));
    }
  }
}
