package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.RoundTrip;
import io.tola.market.api.MarketData;
import io.tola.trading.api.AccountMode;
import io.tola.trading.api.SymbolHalt;
import io.tola.trading.api.TradingControls;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.store.ControlStore;
import io.tola.trading.store.OrderStore;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** Sets trading modes and halts symbols, each in one transaction with its audit entry. */
@Stateless
@Local(TradingControls.class)
public class ControlOffice implements TradingControls {

  private static final int MAX_REASON = 500;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private MarketData market;
  @Inject private Instance<AccountBook> accountBook;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Clock clock;

  private ControlStore controls;
  private OrderStore orders;

  @PostConstruct
  void makeStores() {
    controls = new ControlStore(dataSource);
    orders = new OrderStore(dataSource);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<AccountMode> modes(Collection<AccountId> accounts) {
    return controls.modes(accounts);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public AccountMode setMode(AccountId account, TradingMode mode, String actor) {
    RoundTrip trip = new RoundTrip();
    var opened =
        port(accountBook, "the account book").open(Set.of(account), List.of(), List.of(), trip);
    trip.send(dataSource);
    BookSession book = opened.get();
    if (book.account(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account");
    }
    AccountMode before = controls.modes(Set.of(account)).get(0);
    if (before.mode() == mode) {
      return before;
    }
    if (mode == TradingMode.LIVE && !orders.workingOf(account, null, null, 1).isEmpty()) {
      throw new ProblemException(
          ProblemCode.TRADING_MODE_CONFLICT,
          "Orders of this account work on paper: cancel them before it trades live");
    }
    AccountMode after = new AccountMode(account, mode, actor, now());
    controls.setMode(after);
    TreeMap<String, Object> facts = new TreeMap<>();
    facts.put("before", before.mode().code());
    facts.put("after", mode.code());
    audit(
        after.setAt(),
        actor,
        "trading_mode_set",
        "trading_mode",
        account.toString(),
        account.value(),
        facts);
    return after;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<SymbolHalt> halts() {
    return controls.halts();
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public SymbolHalt halt(Symbol symbol, String reason, String actor) {
    mustExist(symbol);
    if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "A halt has a reason",
          List.of(new FieldError("reason", "must have 1 to " + MAX_REASON + " characters")));
    }
    SymbolHalt halt = new SymbolHalt(symbol, reason, actor, now());
    if (!controls.halt(halt)) {
      return controls.halt(symbol).orElse(halt);
    }
    audit(
        halt.haltedAt(),
        actor,
        "symbol_halted",
        "symbol",
        symbol.value(),
        null,
        Map.of("reason", reason));
    return halt;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void resume(Symbol symbol, String actor) {
    mustExist(symbol);
    if (controls.resume(symbol)) {
      audit(now(), actor, "symbol_resumed", "symbol", symbol.value(), null, Map.of());
    }
  }

  private void mustExist(Symbol symbol) {
    if (market.instrument(symbol).isEmpty()) {
      throw new ProblemException(ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + symbol);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private void audit(
      Instant at,
      String actor,
      String action,
      String entity,
      String entityId,
      UUID account,
      Map<String, Object> facts) {
    port(auditTrail, "the audit trail")
        .append(
            List.of(
                new AuditEntry(Ids.next(), at, actor, action, entity, entityId, account, facts)));
  }

  private static <T> T port(Instance<T> port, String name) {
    if (!port.isResolvable()) {
      throw Outcomes.portMissing(name);
    }
    return port.get();
  }
}
