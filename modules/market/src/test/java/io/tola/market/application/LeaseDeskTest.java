package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.port.Leases.Lease;
import io.tola.market.store.LeaseStore;
import io.tola.schema.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases on real PostgreSQL; two desks are two nodes. */
class LeaseDeskTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LONG = Duration.ofMinutes(10);

  private final LeaseDesk a = desk();
  private final LeaseDesk b = desk();

  private static LeaseDesk desk() {
    return new LeaseDesk(new LeaseOffice(new LeaseStore(DATABASE.appDataSource())));
  }

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private static void runOut(String name) {
    DATABASE.execute(
        "UPDATE market.leases SET until = clock_timestamp() - interval '1 second' WHERE name = '"
            + name
            + "'");
  }

  @Test
  void oneOfManyGetsALock() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<Optional<Lease>>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        LeaseDesk desk = i % 2 == 0 ? a : b;
        tries.add(
            threads.submit(
                () -> {
                  go.await();
                  return desk.tryTake("job", LONG);
                }));
      }
      go.countDown();
      int won = 0;
      for (Future<Optional<Lease>> one : tries) {
        won += one.get().isPresent() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
      assertThat(b.tryTake("another", LONG)).isPresent();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLockThatIsGivenBackIsFreeAndItsTokenRises() {
    Lease first = a.tryTake("job", LONG).orElseThrow();
    first.close();
    Lease second = b.tryTake("job", LONG).orElseThrow();
    assertThat(second.token()).isGreaterThan(first.token());
    first.close();
    assertThat(a.tryTake("job", LONG)).as("only its holder gives it back").isEmpty();
    assertThat(first.renew(LONG)).isFalse();
    assertThat(second.renew(LONG)).isTrue();
  }

  @Test
  void aLeaseThatRanOutIsSomebodyElses() {
    Lease first = a.tryTake("job", LONG).orElseThrow();
    assertThat(first.confirm()).isTrue();
    runOut("job");
    assertThat(first.confirm()).isFalse();
    assertThat(first.renew(LONG)).as("it can't be had back").isFalse();
    Lease second = b.tryTake("job", LONG).orElseThrow();
    assertThat(first.confirm()).isFalse();
    assertThat(second.confirm()).isTrue();
    assertThat(second.token()).isGreaterThan(first.token());
  }

  @Test
  void whatIsConfirmedStaysUntilTheTransactionEndsAlsoWhenItRunsOut() throws Exception {
    Lease first = a.tryTake("job", LONG).orElseThrow();
    try (Connection transaction = DATABASE.appDataSource().getConnection()) {
      transaction.setAutoCommit(false);
      assertThat(confirmed(transaction, first.token())).isTrue();
      runOut("job");
      assertThat(b.tryTake("job", LONG)).as("not while it is confirmed, and no waiting").isEmpty();
      transaction.commit();
    }
    assertThat(b.tryTake("job", LONG)).isPresent();
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoConfirmedALeaseMayRenewItAndGiveItBackBeforeTheTransactionEnds() throws Exception {
    Lease first = a.tryTake("job", LONG).orElseThrow();
    try (Connection transaction = DATABASE.appDataSource().getConnection()) {
      transaction.setAutoCommit(false);
      assertThat(confirmed(transaction, first.token())).isTrue();
      assertThat(first.renew(LONG)).isTrue();
      first.close();
      assertThat(b.tryTake("job", LONG)).as("not while it is confirmed").isEmpty();
      assertThat(confirmed(transaction, first.token())).as("given back").isFalse();
      transaction.commit();
    }
    assertThat(b.tryTake("job", LONG)).isPresent();
  }

  @Test
  void theFaultThatTheContractNamesReachesTheCallerAsItIs() throws Exception {
    try (var descriptor = LeaseDesk.class.getResourceAsStream("/META-INF/ejb-jar.xml")) {
      assertThat(new String(descriptor.readAllBytes(), StandardCharsets.UTF_8))
          .containsPattern(
              "<exception-class>io.tola.kernel.sql.SqlFault</exception-class>\\s*"
                  + "<rollback>true</rollback>");
    }
  }

  /** As the store does in a caller's transaction. */
  private static boolean confirmed(Connection transaction, long token) throws Exception {
    LeaseStore store =
        new LeaseStore(
            (javax.sql.DataSource)
                java.lang.reflect.Proxy.newProxyInstance(
                    LeaseDeskTest.class.getClassLoader(),
                    new Class<?>[] {javax.sql.DataSource.class},
                    (proxy, method, arguments) -> unclosable(transaction)));
    return store.confirm("job", token);
  }

  private static Connection unclosable(Connection transaction) {
    return (Connection)
        java.lang.reflect.Proxy.newProxyInstance(
            LeaseDeskTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                method.getName().equals("close") ? null : method.invoke(transaction, arguments));
  }

  @Test
  void namesAndLengthsHaveBounds() {
    assertThatThrownBy(() -> a.tryTake("", LONG)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> a.tryTake("x".repeat(101), LONG))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> a.tryTake("x", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> a.tryTake("x", Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
