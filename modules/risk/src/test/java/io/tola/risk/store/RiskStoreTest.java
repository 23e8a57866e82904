package io.tola.risk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.sql.RoundTrip;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.TradingState;
import io.tola.risk.api.TradingState.Mode;
import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RiskStoreTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00.123456Z");

  private final AccountId account = new AccountId(Ids.next());
  private TestDatabase database;
  private RiskStore store;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    store = new RiskStore(database.appDataSource());
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void anAccountWithoutLimitsHasThePlatformsDefaultsAndVersionZero() {
    AccountLimits limits = store.limits(account);
    assertThat(limits.accountId()).isEqualTo(account);
    assertThat(limits.version()).isZero();
    assertThat(limits.updatedBy()).isNull();
    assertThat(limits.updatedAt()).isNull();
    assertThat(limits.maxOrdersPerSecond()).isEqualTo(1_000);
    assertThat(limits.maxOrderValue()).isEqualTo(Money.of("50000000"));
    assertThat(limits.lookAlikeWindowMillis()).isNull();
    assertThat(limits.restrictedSymbols()).isEmpty();
  }

  @Test
  void limitsAreReadBackAsTheyWereWritten() {
    AccountLimits written = limits(0);
    assertThat(store.replaceLimits(written, "risk", T0)).isTrue();
    assertThat(store.limits(account)).isEqualTo(at(written, 1));

    AccountLimits unset =
        new AccountLimits(account, null, null, null, null, 5, null, null, Set.of(), 1, null, null);
    assertThat(store.replaceLimits(unset, "risk", T0)).isTrue();
    assertThat(store.limits(account)).isEqualTo(at(unset, 2));
    assertThat(store.limits(new AccountId(Ids.next())).version()).isZero();
  }

  @Test
  void limitsOfAnotherVersionAreNotOverwritten() {
    assertThat(store.replaceLimits(limits(7), "risk", T0)).isFalse();
    assertThat(store.replaceLimits(limits(0), "risk", T0)).isTrue();
    assertThat(store.replaceLimits(limits(0), "other", T0)).isFalse();
    assertThat(store.replaceLimits(limits(2), "other", T0)).isFalse();
    assertThat(store.limits(account).updatedBy()).isEqualTo("risk");
    assertThat(store.replaceLimits(limits(1), "other", T0)).isTrue();
    assertThat(store.limits(account).version()).isEqualTo(2);
  }

  @Test
  void everyChangeMovesTheVersionOnWhoeverMakesIt() {
    long version = version();
    store.replaceLimits(limits(0), "risk", T0);
    assertThat(version()).isGreaterThan(version);
    for (String sql :
        List.of(
            "UPDATE risk_limits SET max_order_value = 1 WHERE account_id IS NULL",
            "INSERT INTO restricted_symbols VALUES ('TCS', 'insider list', 'risk', now())",
            "DELETE FROM restricted_symbols",
            "UPDATE trading_states SET mode = 'HALTED'",
            "DELETE FROM risk_limits WHERE account_id IS NOT NULL")) {
      version = version();
      database.execute(sql);
      assertThat(version()).as(sql).isGreaterThan(version);
    }
  }

  @Test
  void theVersionMovesWithTheTransactionOfTheChange() throws SQLException {
    long version = version();
    try (Connection connection = database.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO restricted_symbols VALUES ('TCS', 'insider list', 'risk', now())");
      assertThat(version()).isEqualTo(version);
      connection.rollback();
      assertThat(version()).isEqualTo(version);
      statement.execute(
          "INSERT INTO restricted_symbols VALUES ('TCS', 'insider list', 'risk', now())");
      connection.commit();
    }
    assertThat(version()).isEqualTo(version + 1);
    assertThat(store.platform().restricted()).containsExactly("TCS");
  }

  @Test
  void statesListThePlatformFirstThenEveryAccountThatIsNotNormal() {
    AccountId other = new AccountId(Ids.next());
    assertThat(store.states())
        .singleElement()
        .extracting(TradingState::scope)
        .isEqualTo("platform");
    assertThat(store.lockState(account, "risk", T0)).isEqualTo(Mode.NORMAL);
    store.setState(account, Mode.HALTED, "runaway", "ops", T0);
    store.lockState(other, "risk", T0);
    store.setState(other, Mode.NORMAL, "checked", "risk", T0);
    assertThat(store.states())
        .extracting(TradingState::scope)
        .containsExactly("platform", account.toString());
    assertThat(store.states().get(1))
        .isEqualTo(new TradingState(account.toString(), Mode.HALTED, "runaway", "ops", T0));
    assertThat(store.accounts(List.of(account, other)).get(account).mode()).isEqualTo(Mode.HALTED);
    assertThat(store.accounts(List.of(account, other)).get(other).mode()).isEqualTo(Mode.NORMAL);
  }

  @Test
  void alertsOfAScopeAreNumberedWithoutGaps() {
    for (int i = 1; i <= 3; i++) {
      store.lockState(null, "risk", T0);
      assertThat(store.setState(null, Mode.HALTED, "x", "risk", T0).alertSequence()).isEqualTo(i);
    }
    store.lockState(account, "risk", T0);
    assertThat(store.setState(account, Mode.HALTED, "x", "risk", T0).alertSequence()).isEqualTo(1);
    assertThat(store.lockState(null, "risk", T0)).isEqualTo(Mode.HALTED);
    assertThat(store.platform().mode()).isEqualTo(Mode.HALTED);
  }

  @Test
  void eventsOnlyGrowAndThePlatformsRowsStay() {
    store.event(Ids.next(), T0, "KILL_SWITCH", "CRITICAL", account, "ops", "{\"a\":1}");
    for (String sql :
        List.of(
            "UPDATE risk_events SET actor = 'x'",
            "DELETE FROM risk_events",
            "DELETE FROM risk_version",
            "INSERT INTO risk_version VALUES (false, 1)",
            "DELETE FROM trading_states",
            "DELETE FROM risk_limits",
            "UPDATE risk_limits SET account_id = '" + account + "'")) {
      assertThatThrownBy(
              () -> {
                try (Connection connection = database.appDataSource().getConnection();
                    var statement = connection.createStatement()) {
                  statement.execute(sql);
                }
              })
          .as(sql)
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void absurdLimitsAreRefusedByTheTableToo() {
    for (String set :
        List.of(
            "max_order_value = 0",
            "max_order_value = 'NaN'",
            "max_position_quantity = -1",
            "max_orders_per_second = 0",
            "price_collar_pct = 101",
            "look_alike_window_millis = 60001")) {
      assertThatThrownBy(() -> database.execute("UPDATE risk_limits SET " + set))
          .as(set)
          .hasRootCauseInstanceOf(SQLException.class);
    }
  }

  private AccountLimits limits(long version) {
    return new AccountLimits(
        account,
        Money.of("1000000.5"),
        Money.of("2000000"),
        500L,
        Money.of("3000000.0001"),
        10,
        new BigDecimal("2.5"),
        750,
        Set.of("TCS", "M&M"),
        version,
        null,
        null);
  }

  private static AccountLimits at(AccountLimits l, long version) {
    return new AccountLimits(
        l.accountId(),
        l.maxOrderValue(),
        l.maxOpenOrderValue(),
        l.maxPositionQuantity(),
        l.maxPositionValue(),
        l.maxOrdersPerSecond(),
        l.priceCollarPct(),
        l.lookAlikeWindowMillis(),
        l.restrictedSymbols(),
        version,
        "risk",
        T0);
  }

  private long version() {
    RoundTrip trip = new RoundTrip();
    LongSupplier version = store.version(trip);
    trip.send(database.appDataSource());
    return version.getAsLong();
  }
}
