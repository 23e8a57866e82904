package io.tola.strategy.application;

import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.strategy.api.BacktestResult;
import io.tola.strategy.api.ChangeStrategy;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.StrategyView;
import io.tola.strategy.api.spi.TradingStrategy;
import io.tola.strategy.domain.SettingsForm;
import io.tola.strategy.store.SignalStore;
import io.tola.strategy.store.StoredSettings;
import io.tola.strategy.store.StrategyStore;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What strategies write, each call one transaction with its audit entry. */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class SignalBook {

  private static final int SHORTEST_SCHEDULE = 10;
  private static final int LONGEST_SCHEDULE = 604_800;
  private static final int MOST_SYMBOLS = 500;

  @Inject private StrategyStore strategies;
  @Inject private SignalStore signals;
  @Inject private StrategyCatalogue catalogue;
  @Inject private MarketData market;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Clock clock;

  /** For the container. */
  public SignalBook() {}

  SignalBook(
      StrategyStore strategies,
      SignalStore signals,
      StrategyCatalogue catalogue,
      MarketData market,
      Instance<AuditTrail> auditTrail,
      Clock clock) {
    this.strategies = strategies;
    this.signals = signals;
    this.catalogue = catalogue;
    this.market = market;
    this.auditTrail = auditTrail;
    this.clock = clock;
  }

  /** Replaces settings; see {@code StrategyDesk.change}. */
  public StrategyView change(ChangeStrategy change) {
    TradingStrategy strategy = catalogue.get(change.strategy());
    SettingsForm.Read read = SettingsForm.of(strategy, change.parameters());
    List<FieldError> errors = new ArrayList<>(read.errors());
    Integer schedule = change.scheduleSeconds();
    if (schedule != null && (schedule < SHORTEST_SCHEDULE || schedule > LONGEST_SCHEDULE)) {
      errors.add(
          new FieldError(
              "schedule_seconds", "must be from " + SHORTEST_SCHEDULE + " to " + LONGEST_SCHEDULE));
    }
    if (change.symbols().size() > MOST_SYMBOLS
        || new HashSet<>(change.symbols()).size() < change.symbols().size()) {
      errors.add(
          new FieldError("symbols", "must be at most " + MOST_SYMBOLS + ", none of them twice"));
    }
    if (change.version() < 0) {
      errors.add(new FieldError("version", "must not be negative"));
    }
    if (!errors.isEmpty()) {
      throw new ProblemException(
          ProblemCode.STRATEGY_INVALID,
          strategy.name() + " can't be set like this: " + spell(errors) + ".",
          errors);
    }
    requireKnown(market, change.symbols());
    StoredSettings before = strategies.find(strategy.name()).orElse(null);
    Instant now = clock.instant();
    StoredSettings wanted =
        new StoredSettings(
            strategy.name(),
            Map.of(),
            change.interval(),
            change.symbols(),
            change.enabled(),
            schedule,
            null,
            change.version(),
            change.actor(),
            now);
    long current = before == null ? 0 : before.version();
    if (current != change.version()
        || !strategies.replace(wanted, CanonicalJson.write(read.settings().values()))) {
      throw new ProblemException(
          ProblemCode.STRATEGY_CONFLICT,
          "The settings were changed meanwhile: their version is not "
              + change.version()
              + " any more; read them again.");
    }
    StrategyView after =
        StrategyCatalogue.shown(strategy, strategies.find(strategy.name()).orElseThrow());
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("before", figures(StrategyCatalogue.shown(strategy, before)));
    detail.put("after", figures(after));
    audit(now, change.actor(), "strategy_changed", strategy.name(), null, detail);
    return after;
  }

  /**
   * Keeps the signals of a run that a person asked for.
   *
   * @return what is stored for each, in the same order
   */
  public List<Signal> record(String strategy, List<Signal> said, String user, String account) {
    List<Signal> stored = signals.add(said);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("symbols", said.stream().map(s -> s.symbol().value()).toList());
    detail.put("interval", said.get(0).interval().code());
    detail.put("version", said.get(0).version());
    Set<UUID> ids = stored.stream().map(Signal::id).collect(Collectors.toSet());
    detail.put("new_signals", said.stream().filter(s -> ids.contains(s.id())).count());
    detail.put("auto_trade_account", account);
    audit(clock.instant(), user, "strategy_run", strategy, account, detail);
    return stored;
  }

  /** Works out the signals of a claimed strategy. */
  public interface Work {
    List<Signal> of(StoredSettings settings);
  }

  /**
   * Runs a strategy whose time has come, on the one node that gets its lock; the lock is held until the
   * signals are committed.
   *
   * @return what was said for the first time; empty when another node has it, it isn't due, or no bar has
   *     ended since the last run
   */
  public List<Signal> scheduled(String strategy, Work work) {
    Optional<StoredSettings> claimed = strategies.claim(strategy, clock.instant());
    if (claimed.isEmpty()) {
      return List.of();
    }
    List<Signal> said = work.of(claimed.get());
    Set<UUID> ids = said.stream().map(Signal::id).collect(Collectors.toSet());
    return signals.add(said).stream().filter(stored -> ids.contains(stored.id())).toList();
  }

  /** Keeps the figures of a backtest. */
  public void record(BacktestResult result, String user) {
    strategies.add(result, user);
  }

  static void requireKnown(MarketData market, List<Symbol> symbols) {
    List<FieldError> unknown = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      Optional<Instrument> instrument = market.instrument(symbols.get(i));
      if (instrument.isEmpty()) {
        unknown.add(new FieldError("symbols[" + i + "]", "is not known: " + symbols.get(i)));
      }
    }
    if (!unknown.isEmpty()) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_SYMBOL,
          unknown.size() == 1
              ? "There is no symbol "
                  + unknown.get(0).message().substring("is not known: ".length())
              : unknown.size() + " symbols are not known",
          unknown);
    }
  }

  private static Map<String, Object> figures(StrategyView view) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("parameters", view.parameters());
    figures.put("interval", view.interval().code());
    figures.put("symbols", view.symbols().stream().map(Symbol::value).toList());
    figures.put("enabled", view.enabled());
    figures.put("schedule_seconds", view.scheduleSeconds());
    figures.put("version", view.version());
    return figures;
  }

  private void audit(
      Instant now,
      String actor,
      String action,
      String strategy,
      String account,
      Map<String, Object> detail) {
    if (!auditTrail.isResolvable()) {
      throw new IllegalStateException("there is no audit trail: nothing may change");
    }
    auditTrail
        .get()
        .append(
            List.of(
                new AuditEntry(
                    Ids.next(),
                    now,
                    actor,
                    action,
                    "strategy",
                    strategy,
                    account == null ? null : UUID.fromString(account),
                    detail)));
  }

  private static String spell(List<FieldError> errors) {
    return String.join(
        "; ", errors.stream().map(error -> error.field() + " " + error.message()).toList());
  }
}
