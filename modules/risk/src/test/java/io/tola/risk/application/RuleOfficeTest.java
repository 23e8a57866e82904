package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RegisteredAlgo;
import io.tola.risk.api.RestrictedSymbol;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.store.RiskStore;
import io.tola.risk.store.RuleStore;
import io.tola.schema.TestDatabase;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restricted symbols and registered algorithms, on real PostgreSQL. */
class RuleOfficeTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456Z");
  private static final Symbol TCS = new Symbol("TCS");

  private final AccountId account = new AccountId(Ids.next());
  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<NewRiskEvent> told = new ArrayList<>();
  private TestDatabase database;
  private RiskStore rules;
  private RuleOffice office;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    rules = new RiskStore(database.appDataSource());
    AuditTrail trail = audited::addAll;
    office =
        new RuleOffice(
            new RuleStore(database.appDataSource()),
            new RiskEvents() {
              @Override
              public void record(List<NewRiskEvent> events) {
                told.addAll(events);
              }

              @Override
              public Page<RiskEvent> list(RiskEventFilter filter) {
                throw new UnsupportedOperationException();
              }
            },
            stub(
                MarketData.class,
                arguments ->
                    arguments[0].equals(TCS) ? Optional.of(instrument()) : Optional.empty()),
            stub(
                Portfolios.class,
                arguments ->
                    arguments[0].equals(account)
                        ? Optional.of(
                            new AccountView(account, "t", true, Money.ZERO, Money.ZERO, NOW))
                        : Optional.empty()),
            present(trail),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void oneRestrictsASymbolAndTwoReleaseIt() {
    RestrictedSymbol restricted = office.restrict(TCS, "insider list 2026-11", "risk");
    assertThat(restricted)
        .isEqualTo(new RestrictedSymbol(TCS, "insider list 2026-11", "risk", NOW));
    assertThat(rules.platform().restricted()).containsExactly("TCS");
    office.restrict(TCS, "another reason", "risk2");
    assertThat(office.restrictedSymbols())
        .containsExactly(new RestrictedSymbol(TCS, "another reason", "risk2", NOW));

    refused(ProblemCode.SECOND_PERSON_NEEDED, () -> office.release(TCS, "risk", "risk"));
    refused(ProblemCode.SECOND_PERSON_NEEDED, () -> office.release(TCS, "risk", null));
    assertThat(rules.platform().restricted()).containsExactly("TCS");
    office.release(TCS, "risk", "risk2");
    assertThat(rules.platform().restricted()).isEmpty();
    refused(ProblemCode.RESTRICTION_NOT_FOUND, () -> office.release(TCS, "risk", "risk2"));

    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly("symbol_restricted", "symbol_restricted", "symbol_released");
    assertThat(audited.get(2).detail().get("approved_by")).isEqualTo("risk2");
    assertThat(told)
        .extracting(NewRiskEvent::severity)
        .as("what lets more through is an alert")
        .containsExactly(RiskSeverity.INFO, RiskSeverity.INFO, RiskSeverity.WARNING);
  }

  @Test
  void twoRegisterAnAlgorithmAndOneTakesItBack() {
    refused(
        ProblemCode.SECOND_PERSON_NEEDED,
        () -> office.register(account, "NSE-1", "letter", "risk", "risk"));
    RegisteredAlgo algo = office.register(account, "NSE-1", "letter", "risk", "risk2");
    assertThat(algo).isEqualTo(new RegisteredAlgo(account, "NSE-1", "risk", NOW));
    assertThat(rules.accounts(List.of(account)).get(account).registeredAlgo()).isTrue();
    assertThat(office.register(account, "NSE-1", "again", "other", "risk2")).isEqualTo(algo);
    assertThat(office.algos(null)).containsExactly(algo);
    assertThat(office.algos(account)).containsExactly(algo);
    assertThat(office.algos(new AccountId(Ids.next()))).isEmpty();

    office.deregister(account, "NSE-1", "ops");
    assertThat(rules.accounts(List.of(account)).get(account).registeredAlgo()).isFalse();
    refused(ProblemCode.ALGO_NOT_FOUND, () -> office.deregister(account, "NSE-1", "ops"));
    assertThat(audited)
        .extracting(AuditEntry::action)
        .as("registering what is registered changes nothing")
        .containsExactly("algo_registered", "algo_deregistered");
  }

  @Test
  void aChangeHoldsFromTheNextBatchOn() throws Exception {
    long before = version();
    office.restrict(TCS, "x", "risk");
    long restricted = version();
    assertThat(restricted).isGreaterThan(before);
    office.register(account, "NSE-1", "letter", "risk", "risk2");
    assertThat(version()).isGreaterThan(restricted);
  }

  @Test
  void whatCantBeIsRefusedAndNotAudited() {
    refused(ProblemCode.UNKNOWN_SYMBOL, () -> office.restrict(new Symbol("NOSUCH"), "x", "risk"));
    for (String wrong : new String[] {null, "", "  ", "a\nb", "x".repeat(501)}) {
      refused(ProblemCode.INVALID_FIELD, () -> office.restrict(TCS, wrong, "risk"));
    }
    for (String wrong : new String[] {null, "", " a", "a ", "ä", "x".repeat(33)}) {
      refused(
          ProblemCode.INVALID_FIELD,
          () -> office.register(account, wrong, "letter", "risk", "risk2"));
    }
    refused(
        ProblemCode.ACCOUNT_NOT_FOUND,
        () -> office.register(new AccountId(Ids.next()), "NSE-1", "x", "risk", "risk2"));
    assertThat(audited).isEmpty();
    assertThat(told).isEmpty();
  }

  private long version() throws Exception {
    try (var connection = database.appDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT version FROM risk_version")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static io.tola.market.api.Instrument instrument() {
    return new io.tola.market.api.Instrument(
        TCS,
        "INE467B01029",
        "TCS",
        "IT",
        new java.math.BigDecimal("0.05"),
        io.tola.kernel.Quantity.of(1),
        null,
        io.tola.kernel.Quantity.of(1_000_000),
        true,
        java.time.LocalDate.of(2026, 1, 1));
  }

  private static void refused(
      ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private interface Answer {
    Object to(Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.getName().equals("isResolvable") ? true : answer.to(arguments)));
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> present(T bean) {
    return stub(Instance.class, arguments -> bean);
  }
}
