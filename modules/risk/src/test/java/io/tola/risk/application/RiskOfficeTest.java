package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.TradingState;
import io.tola.risk.api.TradingState.Mode;
import io.tola.risk.store.EventStore;
import io.tola.risk.store.RiskStore;
import io.tola.schema.TestDatabase;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RiskOfficeTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:00:00.123456Z");

  private final AccountId account = new AccountId(Ids.next());
  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<OutboxMessage> sent = new ArrayList<>();
  private TestDatabase database;
  private RiskOffice office;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    AuditTrail trail = audited::addAll;
    office = office(present(trail), present(outbox()));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  // Limits

  @Test
  void changedLimitsCarryTheNextVersionAndAreAuditedBeforeAndAfter() {
    AccountLimits before = office.limits(account);
    AccountLimits after = office.changeLimits(orderValue(before, "100"), "risk");
    assertThat(after.version()).isEqualTo(1);
    assertThat(after.updatedBy()).isEqualTo("risk");
    assertThat(after.updatedAt()).isEqualTo(NOW);
    assertThat(after.maxOrderValue()).isEqualTo(Money.of("100"));
    assertThat(office.limits(account)).isEqualTo(after);

    AuditEntry entry = audited.get(0);
    assertThat(entry.action()).isEqualTo("risk_limits_changed");
    assertThat(entry.actor()).isEqualTo("risk");
    assertThat(entry.entityId()).isEqualTo(account.toString());
    assertThat(entry.accountId()).isEqualTo(account.value());
    assertThat(CanonicalJson.write(entry.detail()))
        .contains("\"before\":{")
        .contains("\"max_order_value\":50000000")
        .contains("\"max_order_value\":100");
  }

  @Test
  void widerLimitsAreAnAlertAndNarrowerOnesForTheRecord() {
    AccountLimits first = office.limits(account);
    AccountLimits narrow = office.changeLimits(orderValue(first, "100"), "risk");
    assertThat(sent).isEmpty();
    office.raiseLimits(orderValue(narrow, "101"), "risk", "risk2");
    assertThat(sent)
        .singleElement()
        .satisfies(
            m -> {
              assertThat(m.topic()).isEqualTo("tola.risk.alerts");
              assertThat(m.key()).isEqualTo("risk-events:" + account);
              assertThat(m.sequence()).isEqualTo(1);
              assertThat(m.payload())
                  .contains("\"kind\":\"limits_changed\"")
                  .contains("\"severity\":\"WARNING\"");
            });
    assertThat(
            new EventStore(database.appDataSource())
                .list(
                    new RiskEventFilter(
                        Set.of(account), RiskEventKind.LIMITS_CHANGED, null, null, null, 10, null))
                .items())
        .extracting(RiskEvent::severity)
        .containsExactlyInAnyOrder(RiskSeverity.INFO, RiskSeverity.WARNING);
  }

  @Test
  void limitsOfAnOldVersionAreAConflictAndChangeNothing() {
    AccountLimits first = office.limits(account);
    office.changeLimits(orderValue(first, "100"), "risk");
    assertThatThrownBy(() -> office.changeLimits(orderValue(first, "200"), "other"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.TRADING_STATE_CONFLICT));
    assertThat(office.limits(account).maxOrderValue()).isEqualTo(Money.of("100"));
    assertThat(audited).hasSize(1);
  }

  @Test
  void defaultLimitsChangeLikeAnAccountsAndHoldForAccountsWithoutTheirOwn() {
    AccountLimits before = office.defaultLimits();
    assertThat(before.accountId()).isNull();
    assertThatThrownBy(() -> office.changeLimits(orderValue(before, "60000000"), "risk"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.LIMIT_RAISE_UNAPPROVED));
    AccountLimits raised = office.raiseLimits(orderValue(before, "60000000"), "risk", "risk2");
    assertThat(raised.version()).isEqualTo(before.version() + 1);
    assertThat(office.limits(account).maxOrderValue()).isEqualTo(Money.of("60000000"));
    assertThat(office.limits(account).version()).as("still none of its own").isZero();
    AccountLimits tight = office.changeLimits(orderValue(raised, "100"), "risk");
    assertThat(office.limits(account).maxOrderValue()).isEqualTo(Money.of("100"));
    assertThatThrownBy(() -> office.changeLimits(orderValue(raised, "50"), "other"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.TRADING_STATE_CONFLICT));
    assertThat(office.defaultLimits()).isEqualTo(tight);
    assertThat(audited).extracting(AuditEntry::entityId).containsExactly("platform", "platform");
    assertThat(audited.get(0).detail().get("approved_by")).isEqualTo("risk2");
  }

  @Test
  void everyWrongLimitIsNamed() {
    AccountLimits wrong =
        new AccountLimits(
            account,
            Money.of("0"),
            Money.of("-1"),
            0L,
            Money.of("10000000000000.01"),
            null,
            new BigDecimal("100.01"),
            60_001,
            Set.of("lower case"),
            -1,
            null,
            null);
    assertThatThrownBy(() -> office.changeLimits(wrong, "risk"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.LIMITS_INVALID);
              assertThat(e.errors())
                  .extracting(FieldError::field)
                  .containsExactlyInAnyOrder(
                      "max_order_value",
                      "max_open_order_value",
                      "max_position_quantity",
                      "max_position_value",
                      "max_orders_per_second",
                      "price_collar_pct",
                      "look_alike_window_millis",
                      "restricted_symbols",
                      "version");
            });
    assertThat(audited).isEmpty();
  }

  @Test
  void theLargestLimitsFitTheTable() {
    AccountLimits largest =
        new AccountLimits(
            account,
            Money.of("10000000000000"),
            Money.of("10000000000000"),
            1_000_000_000L,
            Money.of("10000000000000"),
            1_000_000,
            new BigDecimal("100"),
            60_000,
            Set.of("A"),
            0,
            null,
            null);
    assertThat(office.raiseLimits(largest, "risk", "risk2").version()).isEqualTo(1);
    AccountLimits none =
        new AccountLimits(account, null, null, null, null, 1, null, null, Set.of(), 1, null, null);
    assertThat(office.raiseLimits(none, "risk", "risk2").maxOrderValue()).isNull();
  }

  @Test
  void whatLetsMoreThroughNeedsASecondPersonAndNamesTheFields() {
    AccountLimits tight =
        new AccountLimits(
            account,
            Money.of("100"),
            Money.of("100"),
            10L,
            Money.of("100"),
            5,
            new BigDecimal("1"),
            1_000,
            Set.of("A", "B"),
            0,
            null,
            null);
    AccountLimits holds = office.changeLimits(tight, "risk");
    AccountLimits wider =
        new AccountLimits(
            account,
            Money.of("100.01"),
            null,
            11L,
            null,
            6,
            new BigDecimal("1.01"),
            999,
            Set.of("A", "C"),
            holds.version(),
            null,
            null);
    assertThatThrownBy(() -> office.changeLimits(wider, "risk"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.LIMIT_RAISE_UNAPPROVED);
              assertThat(e.errors())
                  .extracting(FieldError::field)
                  .containsExactly(
                      "max_order_value",
                      "max_open_order_value",
                      "max_position_quantity",
                      "max_position_value",
                      "max_orders_per_second",
                      "price_collar_pct",
                      "look_alike_window_millis",
                      "restricted_symbols");
            });
    for (String second : new String[] {"risk", null}) {
      assertThatThrownBy(() -> office.raiseLimits(wider, "risk", second))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.code()).isEqualTo(ProblemCode.SECOND_PERSON_NEEDED));
    }
    assertThat(office.limits(account)).isEqualTo(holds);

    AccountLimits raised = office.raiseLimits(wider, "risk", "risk2");
    assertThat(raised.updatedBy()).isEqualTo("risk");
    assertThat(audited.get(audited.size() - 1).detail().get("approved_by")).isEqualTo("risk2");
    // The same again lets nothing more through.
    assertThat(office.changeLimits(raised, "risk").version()).isEqualTo(raised.version() + 1);
  }

  @Test
  void limitsOfAnUnknownAccountAreNotSet() {
    AccountId unknown = new AccountId(Ids.next());
    assertThatThrownBy(() -> office.changeLimits(office.limits(unknown), "risk"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND));
  }

  // The kill switch

  @Test
  void opsHaltsAndOnlyRiskResumes() throws SQLException {
    TradingState halted = office.setTradingState(null, Mode.HALTED, "feed is wrong", "ops", false);
    assertThat(halted)
        .isEqualTo(new TradingState("platform", Mode.HALTED, "feed is wrong", "ops", NOW));
    for (Mode mode : List.of(Mode.NORMAL, Mode.REDUCE_ONLY)) {
      assertThatThrownBy(() -> office.setTradingState(null, mode, "fine again", "ops", false))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.FORBIDDEN));
    }
    assertThat(office.tradingStates().get(0).mode()).isEqualTo(Mode.HALTED);
    office.setTradingState(null, Mode.HALTED, "me too", "ops2", false);
    assertThat(office.setTradingState(null, Mode.NORMAL, "checked", "risk", true).mode())
        .isEqualTo(Mode.NORMAL);
    assertThat(events()).isEqualTo(3);
  }

  @Test
  void opsMayTightenFromReduceOnlyToHalted() {
    office.setTradingState(account, Mode.REDUCE_ONLY, "x", "ops", false);
    assertThat(office.setTradingState(account, Mode.HALTED, "x", "ops", false).mode())
        .isEqualTo(Mode.HALTED);
  }

  @Test
  void resumingWhatIsNotHaltedIsNoFault() {
    assertThat(office.setTradingState(account, Mode.NORMAL, "x", "risk", true).mode())
        .isEqualTo(Mode.NORMAL);
    assertThat(office.tradingStates()).hasSize(1);
  }

  @Test
  void aUseOfTheKillSwitchIsAuditedAndAlerted() {
    office.setTradingState(account, Mode.HALTED, "runaway \"algo\"", "ops", false);
    AuditEntry entry = audited.get(0);
    assertThat(entry.action()).isEqualTo("trading_state_changed");
    assertThat(entry.accountId()).isEqualTo(account.value());
    assertThat(CanonicalJson.write(entry.detail()))
        .isEqualTo(
            "{\"after\":\"HALTED\",\"before\":\"NORMAL\",\"reason\":\"runaway \\\"algo\\\"\",\"scope\":\""
                + account
                + "\"}");
    OutboxMessage message = sent.get(0);
    assertThat(message.topic()).isEqualTo("tola.risk.alerts");
    assertThat(message.key()).isEqualTo("risk:" + account);
    assertThat(message.sequence()).isEqualTo(1);
    assertThat(message.payload())
        .contains("\"kind\":\"kill_switch\"")
        .contains("\"actor\":\"ops\"")
        .contains("\"after\":\"HALTED\"")
        .contains("\"at\":\"2026-11-21T04:00:00.123456Z\"");
  }

  @Test
  void aReasonMustBeWords() {
    for (String reason : new String[] {null, "", "  ", "x".repeat(501), "a\nb", "a\0b", "\ud800"}) {
      assertThatThrownBy(() -> office.setTradingState(null, Mode.HALTED, reason, "risk", true))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("reason"));
    }
    office.setTradingState(null, Mode.HALTED, "\ud83d\ude00".repeat(250), "risk", true);
  }

  @Test
  void anUnknownAccountHasNoSwitch() {
    assertThatThrownBy(
            () -> office.setTradingState(new AccountId(Ids.next()), Mode.HALTED, "x", "risk", true))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND));
  }

  @Test
  void withoutAnAuditTrailNothingChangesAndWithoutAnOutboxTheSwitchStillWorks() {
    RiskOffice blind = office(absent(), present(outbox()));
    assertThatThrownBy(() -> blind.setTradingState(null, Mode.HALTED, "x", "risk", true))
        .isInstanceOf(IllegalStateException.class);
    AuditTrail trail = audited::addAll;
    RiskOffice mute = office(present(trail), absent());
    assertThat(mute.setTradingState(null, Mode.HALTED, "x", "risk", true).mode())
        .isEqualTo(Mode.HALTED);
    assertThat(audited).hasSize(1);
  }

  private RiskOffice office(Instance<AuditTrail> trail, Instance<Outbox> outbox) {
    Portfolios portfolios =
        stub(
            Portfolios.class,
            (method, arguments) ->
                account.equals(arguments[0])
                    ? Optional.of(new AccountView(account, "t", true, Money.ZERO, Money.ZERO, NOW))
                    : Optional.empty());
    Counter counter = stub(Counter.class, (method, arguments) -> null);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    MetricRegistry metrics = stub(MetricRegistry.class, (method, arguments) -> counter);
    return new RiskOffice(
        new RiskStore(database.appDataSource()),
        new RiskJournal(new EventStore(database.appDataSource()), outbox, clock, metrics),
        portfolios,
        trail,
        outbox,
        clock,
        metrics);
  }

  private Outbox outbox() {
    return new Outbox() {
      @Override
      public void append(List<OutboxMessage> messages) {
        sent.addAll(messages);
      }

      @Override
      public void publishTo(Publisher publisher) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private long events() throws SQLException {
    try (var connection = database.ownerDataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM risk_events WHERE kind = 'KILL_SWITCH' AND detail ? 'reason'")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static AccountLimits orderValue(AccountLimits l, String value) {
    return new AccountLimits(
        l.accountId(),
        Money.of(value),
        l.maxOpenOrderValue(),
        l.maxPositionQuantity(),
        l.maxPositionValue(),
        l.maxOrdersPerSecond(),
        l.priceCollarPct(),
        l.lookAlikeWindowMillis(),
        l.restrictedSymbols(),
        l.version(),
        null,
        null);
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.to(method.getName(), arguments)));
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> present(T bean) {
    return stub(Instance.class, (method, arguments) -> method.equals("isResolvable") ? true : bean);
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> absent() {
    return stub(Instance.class, (method, arguments) -> false);
  }
}
