package io.tola.systemtests.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tola.audit.api.AuditFilter;
import io.tola.audit.api.AuditLog;
import io.tola.audit.application.Retention;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskDesk;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is written in one transaction is written together or not at all, seen from inside the
 * container through the modules' facades.
 */
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(OrderAnnotation.class)
class TransactionsIT {

  private static final String ACCOUNT = "in-container";

  @Inject private MarketData market;
  @Inject private OrderDesk orders;
  @Inject private Portfolios portfolios;
  @Inject private RiskDesk risk;
  @Inject private AuditTrail trail;
  @Inject private AuditLog log;
  @Inject private Retention retention;
  @Inject private Outbox outbox;
  @Inject private Clock clock;
  @Inject private UserTransaction transaction;

  @Deployment
  static EnterpriseArchive ear() {
    return TestEar.with(ServerFolder.installation(), TransactionsIT.class);
  }

  @Test
  @Order(1)
  void everyFacadeIsInjectedAndAnswers() throws Exception {
    assertEquals(50, market.instruments().size());
    for (int i = 0; i < 300 && market.quote(new Symbol("ITC")).isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertTrue(market.quote(new Symbol("ITC")).isPresent());
    AccountId account = account();
    assertEquals(account, risk.limits(account).accountId());
    assertTrue(log.verify(null).intact());
  }

  @Test
  @Order(2)
  void anAuditEntryNeedsATransaction() {
    assertThrows(RuntimeException.class, () -> trail.append(List.of(entry("none"))));
    assertEquals(0, entries("none"));
  }

  @Test
  @Order(2)
  void anAuditEntryIsGoneWithItsTransactionAndStaysWithIt() throws Exception {
    transaction.begin();
    trail.append(List.of(entry("rolled-back")));
    transaction.rollback();
    assertEquals(0, entries("rolled-back"));

    transaction.begin();
    trail.append(List.of(entry("committed")));
    transaction.commit();
    assertEquals(1, entries("committed"));
    assertTrue(log.verify(null).intact());
  }

  @Test
  @Order(2)
  void aMessageNeedsATransaction() {
    OutboxMessage message = new OutboxMessage(Ids.next(), "tola.risk.alerts", "test", 1, "{}");
    assertThrows(RuntimeException.class, () -> outbox.append(List.of(message)));
  }

  @Test
  @Order(2)
  void anOrderIsCommittedByTheTimeItsStageCompletes() throws Exception {
    AccountId account = account();
    PlaceOutcome outcome = place(account, "inside-1");
    OrderView placed = assertInstanceOf(PlaceOutcome.Placed.class, outcome).order();
    assertEquals(OrdStatus.FILLED, placed.status());
    assertEquals(placed, orders.order(placed.orderId(), Set.of(account)).orElseThrow());
    assertTrue(entries(placed.orderId().toString()) >= 1);
    assertTrue(
        portfolios.account(account).orElseThrow().settledCash().compareTo(Money.of("1000000")) < 0);
    assertInstanceOf(PlaceOutcome.Repeated.class, place(account, "inside-1"));
  }

  @Test
  @Order(2)
  void aCallersRollbackDoesNotTakeAnAcknowledgedOrderWithIt() throws Exception {
    AccountId account = account();
    transaction.begin();
    PlaceOutcome outcome = place(account, "inside-2");
    transaction.rollback();
    OrderView placed = assertInstanceOf(PlaceOutcome.Placed.class, outcome).order();
    assertTrue(orders.order(placed.orderId(), Set.of(account)).isPresent());
  }

  @Test
  @Order(3)
  @RunAsClient
  void theTrailIsMadeToFail() {
    ServerFolder.sql()
        .execute("ALTER TABLE audit.audit_log ADD CONSTRAINT broken CHECK (false) NOT VALID");
  }

  @Test
  @Order(4)
  void withoutItsAuditEntryThereIsNoOrderNoPositionAndNoCashMovement() throws Exception {
    AccountId account = account();
    AccountView before = portfolios.account(account).orElseThrow();
    int orderCount = orderCount(account);

    PlaceOutcome outcome;
    try {
      outcome = place(account, "inside-3");
    } catch (java.util.concurrent.ExecutionException e) {
      outcome = null;
    }

    assertFalse(outcome instanceof PlaceOutcome.Placed, "an order without its audit entry");
    assertEquals(orderCount, orderCount(account));
    AccountView after = portfolios.account(account).orElseThrow();
    assertEquals(before.settledCash(), after.settledCash());
    assertEquals(before.blockedCash(), after.blockedCash());
  }

  @Test
  @Order(4)
  void withoutItsAuditEntryNoLimitChanges() {
    AccountId account = account();
    AccountLimits before = risk.limits(account);
    AccountLimits wished =
        new AccountLimits(
            account,
            Money.of("123.00"),
            before.maxOpenOrderValue(),
            before.maxPositionQuantity(),
            before.maxPositionValue(),
            before.maxOrdersPerSecond(),
            before.priceCollarPct(),
            before.lookAlikeWindowMillis(),
            before.restrictedSymbols(),
            before.version(),
            null,
            null);
    assertThrows(RuntimeException.class, () -> risk.changeLimits(wished, "tester"));
    assertEquals(before, risk.limits(account));
  }

  @Test
  @Order(5)
  @RunAsClient
  void theTrailIsRepaired() {
    ServerFolder.sql().execute("ALTER TABLE audit.audit_log DROP CONSTRAINT broken");
    assertEquals(
        0L,
        ServerFolder.sql().count("SELECT count(*) FROM orders WHERE client_order_id = 'inside-3'"));
  }

  @Test
  @Order(6)
  void theSameOrderGoesThroughOnceTheTrailWorksAgain() throws Exception {
    AccountId account = account();
    assertInstanceOf(PlaceOutcome.Placed.class, place(account, "inside-3"));
    assertTrue(log.verify(null).intact());
  }

  @Test
  @Order(7)
  void theRetentionDropsNothingThatTheDatabaseKeeps() {
    assertFalse(retention.dropSome(5_000));
    assertEquals(1, entries("committed"));
  }

  @Test
  @Order(8)
  @RunAsClient
  void theDatabaseKeepsNothingLonger() {
    ServerFolder.sql().execute("UPDATE audit.audit_tree SET least_retention = '0'");
  }

  @Test
  @Order(9)
  void theRetentionDropsEntriesAndRecordsItInOneTransaction() throws Exception {
    transaction.begin();
    boolean dropped = retention.dropSome(5_000);
    transaction.rollback();
    assertEquals(1, entries("committed"));
    // What it drops is in the tree and in a kept checkpoint: a moment later than it was written.
    for (int i = 0; i < 100 && entries("committed") > 0; i++) {
      dropped |= retention.dropSome(5_000);
      Thread.sleep(200);
    }
    assertTrue(dropped);
    assertEquals(0, entries("committed"));
    var records =
        log.log(
                new AuditFilter(
                    null, "audit_bodies_dropped", null, (UUID) null, null, null, 100, null))
            .items();
    assertFalse(records.isEmpty());
    var verification = log.verify(null);
    assertTrue(verification.intact(), verification.breaks().toString());
  }

  private AccountId account() {
    return portfolios.openAccount(ACCOUNT, Money.of("1000000"), "tester").accountId();
  }

  private PlaceOutcome place(AccountId account, String id) throws Exception {
    return orders
        .place(
            new PlaceOrder(
                new ClOrdID(id),
                account,
                new Symbol("ITC"),
                Side.BUY,
                OrdType.MARKET,
                Quantity.of(3),
                null,
                null,
                Product.CNC,
                Validity.DAY,
                null,
                "tester"))
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  private AuditEntry entry(String entityId) {
    return new AuditEntry(
        Ids.next(), clock.instant(), "tester", "test_done", "test", entityId, null, Map.of());
  }

  private int entries(String entityId) {
    return log.log(new AuditFilter(null, null, entityId, (UUID) null, null, null, 100, null))
        .items()
        .size();
  }

  private int orderCount(AccountId account) {
    return orders
        .history(new OrderFilter(Set.of(account), null, null, null, null, 500, null))
        .items()
        .size();
  }
}
