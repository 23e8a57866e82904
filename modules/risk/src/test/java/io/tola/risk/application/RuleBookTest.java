package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.sql.RoundTrip;
import io.tola.risk.api.TradingState.Mode;
import io.tola.risk.domain.Rules;
import io.tola.risk.store.RiskStore;
import io.tola.schema.TestDatabase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleBookTest {

  private final AccountId a = new AccountId(Ids.next());
  private final AccountId b = new AccountId(Ids.next());
  private final AtomicInteger accountReads = new AtomicInteger();
  private TestDatabase database;
  private RuleBook node1;
  private RuleBook node2;

  @BeforeEach
  void twoNodesOnOneDatabase() {
    database = TestDatabase.create();
    node1 = new RuleBook(store(), Duration.ofSeconds(15));
    node2 = new RuleBook(store(), Duration.ofSeconds(15));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aChangeHoldsOnEveryNodeFromTheNextBatchOn() {
    assertThat(rules(node1).maxOrderValue()).isEqualTo(Money.of("50000000"));
    assertThat(rules(node2).maxOrderValue()).isEqualTo(Money.of("50000000"));
    database.execute(
        "INSERT INTO risk_limits (account_id, max_order_value, max_orders_per_second, updated_by, updated_at)"
            + " VALUES ('"
            + a
            + "', 1000, 10, 'risk', now())");
    assertThat(rules(node1).maxOrderValue()).isEqualTo(Money.of("1000"));
    assertThat(rules(node2).maxOrderValue()).isEqualTo(Money.of("1000"));
    database.execute("UPDATE trading_states SET mode = 'HALTED' WHERE account_id IS NULL");
    assertThat(rules(node2, List.of(a)).get(a).platform()).isEqualTo(Mode.HALTED);
    assertThat(rules(node1, List.of(b)).get(b).platform()).isEqualTo(Mode.HALTED);
    database.execute("INSERT INTO restricted_symbols VALUES ('TCS', 'x', 'risk', now())");
    assertThat(rules(node1, List.of(b)).get(b).restricted()).containsExactly("TCS");
  }

  @Test
  void everyProfileButTheDemoRequiresTagsUnlessTheSettingSaysOtherwise() {
    assertThat(AlgoRules.tagRequired(Optional.empty(), "production")).isTrue();
    assertThat(AlgoRules.tagRequired(Optional.empty(), "anything")).isTrue();
    assertThat(AlgoRules.tagRequired(Optional.empty(), "demo")).isFalse();
    assertThat(AlgoRules.tagRequired(Optional.of(false), "production")).isFalse();
    assertThat(AlgoRules.tagRequired(Optional.of(true), "demo")).isTrue();
  }

  @Test
  void anAccountWithoutARegisteredAlgorithmIsHeldToTheThresholdAndNoFasterLimitHelps() {
    node1 = new RuleBook(store(), Duration.ofSeconds(15), new AlgoRules(true, 10));
    assertThat(rules(node1).maxOrdersPerSecond()).isEqualTo(10);
    assertThat(rules(node1, List.of(a)).get(a).tagRequired()).isTrue();
    assertThat(rules(node2).maxOrdersPerSecond()).as("no threshold set").isEqualTo(1_000);
    database.execute(
        "INSERT INTO registered_algos VALUES ('" + a + "', 'NSE-4711', 'compliance', now())");
    assertThat(rules(node1, List.of(a, b)).get(a).limits().maxOrdersPerSecond()).isEqualTo(1_000);
    assertThat(rules(node1, List.of(a, b)).get(b).limits().maxOrdersPerSecond()).isEqualTo(10);
    database.execute(
        "INSERT INTO risk_limits (account_id, max_orders_per_second, updated_by, updated_at)"
            + " VALUES ('"
            + b
            + "', 3, 'risk', now())");
    assertThat(rules(node1, List.of(a, b)).get(b).limits().maxOrdersPerSecond())
        .as("a stricter limit of its own")
        .isEqualTo(3);
  }

  @Test
  void whileNothingChangesAccountsAreReadOnce() {
    rules(node1, List.of(a));
    rules(node1, List.of(a, b));
    rules(node1, List.of(a, b));
    assertThat(accountReads).hasValue(2);
    assertThat(node1.reloads()).isEqualTo(1);
    database.execute("UPDATE risk_limits SET max_order_value = 7 WHERE account_id IS NULL");
    rules(node1, List.of(a));
    assertThat(accountReads).hasValue(3);
    assertThat(node1.reloads()).isEqualTo(2);
  }

  @Test
  void manyLanesNeverSeeARuleOlderThanTheLastCommittedChange() throws Exception {
    AtomicLong committed = new AtomicLong(0);
    database.execute("UPDATE risk_limits SET max_order_value = 1 WHERE account_id IS NULL");
    committed.set(1);
    var executor = Executors.newFixedThreadPool(5);
    try {
      Future<?> changing =
          executor.submit(
              () -> {
                for (int n = 2; n <= 120; n++) {
                  database.execute(
                      "UPDATE risk_limits SET max_order_value = "
                          + n
                          + " WHERE account_id IS NULL");
                  committed.set(n);
                }
              });
      List<Future<Boolean>> lanes =
          java.util.stream.Stream.generate(
                  () ->
                      executor.submit(
                          () -> {
                            while (!changing.isDone()) {
                              long before = committed.get();
                              Rules seen = rules(node1, List.of(a, b)).get(b);
                              if (seen.limits().maxOrderValue().compareTo(Money.of("" + before))
                                  < 0) {
                                return false;
                              }
                            }
                            return true;
                          }))
              .limit(4)
              .toList();
      for (Future<Boolean> lane : lanes) {
        assertThat(lane.get(60, TimeUnit.SECONDS)).isTrue();
      }
      changing.get();
    } finally {
      executor.shutdownNow();
    }
    assertThat(rules(node1).maxOrderValue()).isEqualTo(Money.of("120"));
  }

  private io.tola.risk.api.AccountLimits rules(RuleBook node) {
    return rules(node, List.of(a)).get(a).limits();
  }

  private Map<AccountId, Rules> rules(RuleBook node, List<AccountId> accounts) {
    RoundTrip trip = new RoundTrip();
    Supplier<Map<AccountId, Rules>> rules = node.rules(accounts, trip);
    trip.send(database.appDataSource());
    return rules.get();
  }

  private RiskStore store() {
    return new RiskStore(database.appDataSource()) {
      @Override
      public Map<AccountId, AccountRules> accounts(Collection<AccountId> accounts) {
        accountReads.incrementAndGet();
        return super.accounts(accounts);
      }
    };
  }
}
