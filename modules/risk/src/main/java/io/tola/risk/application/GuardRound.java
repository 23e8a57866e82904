package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.EquityBook;
import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.domain.EquityPeak;
import io.tola.risk.domain.GuardReading;
import io.tola.risk.domain.MarketWatch;
import io.tola.risk.domain.PriceTerms;
import io.tola.risk.store.GuardStore;
import io.tola.risk.store.GuardStore.Key;
import io.tola.risk.store.GuardStore.Peak;
import io.tola.risk.store.GuardStore.State;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * One look of the guards: measure the market and every account, and hand on what has changed. Used by
 * one thread, on the one node that has the lease.
 */
final class GuardRound {

  /** Takes a reading that differs from the guard's state as the look knew it. */
  interface Change {
    /**
     * @param action what the guard is set to do
     * @param rearmedAt when it was last re-armed, or null
     */
    void to(GuardReading reading, GuardAction action, Instant rearmedAt);
  }

  /** An account whose drawdown didn't change much is written this often, for those who look it up. */
  private static final Duration WRITE_EVERY = Duration.ofSeconds(10);

  /** So many looks left out, or so long, are a pause: nobody can say how prices moved in it. */
  private static final int PAUSE_LOOKS = 5;

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final GuardStore store;
  private final MarketData market;
  private final EquityBook equities;
  private final CorporateActions actions;
  private final Clock clock;
  private final GuardSettings settings;
  private final Change change;
  private final MarketWatch watch;

  GuardRound(
      GuardStore store,
      MarketData market,
      EquityBook equities,
      CorporateActions actions,
      Clock clock,
      GuardSettings settings,
      Change change) {
    this.store = store;
    this.market = market;
    this.equities = equities;
    this.actions = actions;
    this.clock = clock;
    this.settings = settings;
    this.change = change;
    this.watch =
        new MarketWatch(
            settings.thresholds(),
            settings.stages(),
            settings.staleAfter(),
            settings.window(),
            pause(settings.every()));
  }

  private static Duration pause(Duration every) {
    Duration looks = every.multipliedBy(PAUSE_LOOKS);
    return looks.compareTo(PAUSE) > 0 ? looks : PAUSE;
  }

  /** What a look sees of the market. */
  private record Sight(List<String> symbols, Map<String, Quote> quotes, PriceTerms terms) {}

  private Sight sight() {
    List<Symbol> symbols = market.instruments().stream().map(Instrument::symbol).toList();
    Map<String, Quote> quotes = new HashMap<>();
    market.quotes(symbols).forEach((symbol, quote) -> quotes.put(symbol.value(), quote));
    Map<String, List<CorporateAction>> known = new HashMap<>();
    actions.of(symbols).forEach((symbol, list) -> known.put(symbol.value(), list));
    return new Sight(
        symbols.stream().map(Symbol::value).toList(),
        quotes,
        new PriceTerms(PriceTerms.day(clock.instant()), known));
  }

  private List<GuardReading> market(Sight sight, BiFunction<GuardKind, String, GuardLevel> levels) {
    if (!market.phase().continuous()) {
      return List.of();
    }
    Map<String, Quote> quotes = new HashMap<>(sight.quotes());
    quotes.replaceAll((symbol, quote) -> sight.terms().comparable(quote));
    return watch.look(sight.symbols(), quotes, clock.instant(), levels);
  }

  /**
   * Only remembers prices, as a node does that hasn't the lease: when it gets it, it knows what has been.
   */
  void stand() {
    market(sight(), (guard, scope) -> GuardLevel.NORMAL);
  }

  /** Looks; returns how many guards changed. */
  int look() {
    Map<Key, State> states = store.states();
    Sight sight = sight();
    List<GuardReading> readings =
        new ArrayList<>(market(sight, (guard, scope) -> level(states, new Key(guard, scope))));
    readings.addAll(drawdowns(states, sight));
    int changed = 0;
    for (GuardReading reading : readings) {
      State state = states.get(new Key(reading.guard(), reading.scope()));
      GuardAction action = settings.actions().get(reading.guard());
      if (differs(reading, state, action)) {
        change.to(reading, action, state == null ? null : state.rearmedAt());
        changed++;
      }
    }
    return changed;
  }

  private static boolean differs(GuardReading reading, State state, GuardAction action) {
    if (state == null) {
      return reading.level() != GuardLevel.NORMAL || reading.stage() != 0;
    }
    return state.level() != reading.level()
        || state.stage() != reading.stage()
        || reading.level() == GuardLevel.CRITICAL
            && action != GuardAction.ALERT
            && !state.tripped();
  }

  private static GuardLevel level(Map<Key, State> states, Key key) {
    State state = states.get(key);
    return state == null ? GuardLevel.NORMAL : state.level();
  }

  private List<GuardReading> drawdowns(Map<Key, State> states, Sight sight) {
    Map<AccountId, Peak> peaks = store.peaks();
    List<Peak> written = new ArrayList<>();
    List<GuardReading> readings = new ArrayList<>();
    Instant now = clock.instant();
    for (AccountEquity account : equities.equities(sight.terms().today())) {
      BigDecimal equity = sight.terms().equity(account, sight.quotes());
      BigDecimal funded = account.funded().value();
      BigDecimal pnl = equity.subtract(funded);
      Peak known = peaks.get(account.accountId());
      EquityPeak peak =
          known == null
              ? EquityPeak.first(pnl, now)
              : new EquityPeak(known.peakPnl(), known.peakAt()).seen(pnl, now);
      BigDecimal drawdown = peak.drawdown(pnl, funded);
      String scope = account.accountId().toString();
      GuardLevel level =
          settings
              .thresholds()
              .get(GuardKind.DRAWDOWN)
              .level(drawdown, level(states, new Key(GuardKind.DRAWDOWN, scope)));
      readings.add(new GuardReading(GuardKind.DRAWDOWN, scope, drawdown, level, 0));
      if (known == null
          || peak.peak().compareTo(known.peakPnl()) > 0
          || known.measuredAt().isBefore(now.minus(WRITE_EVERY))
          || level != level(states, new Key(GuardKind.DRAWDOWN, scope))) {
        written.add(
            new Peak(account.accountId(), peak.peak(), peak.at(), pnl, equity, drawdown, now));
      }
    }
    store.write(written);
    return readings;
  }
}
