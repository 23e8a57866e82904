package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.schema.TestDatabase;
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
}
