package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.api.History;
import io.tola.risk.api.StressReport;
import io.tola.risk.api.StressReport.Kind;
import io.tola.risk.api.StressReport.Outcome;
import io.tola.risk.api.StressReport.Stop;
import io.tola.risk.api.StressReport.Trip;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.application.GuardSettings;
import io.tola.risk.application.analysis.Holdings.Held;
import io.tola.risk.application.analysis.Holdings.Line;
import io.tola.risk.domain.EquityPeak;
import io.tola.risk.domain.GuardThreshold;
import io.tola.risk.domain.stress.Shock;
import io.tola.risk.domain.value.ReturnTable;
import io.tola.risk.store.GuardStore.Peak;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Tries shocks on portfolios. Thread-safe. */
final class StressStudy {

  /** How far back days are replayed. */
  static final int SESSIONS = 5_000;

  static final int MOST_SCENARIOS = 20;
  static final int MOST_DAYS = 20;

  private static final int VOLUME_SESSIONS = 20;
  private static final int PERCENT_DECIMALS = 4;
  private static final int CHANGE_DECIMALS = 12;
  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final BigDecimal LOWEST = new BigDecimal("-100");
  private static final BigDecimal HIGHEST = new BigDecimal("1000");

  private final Holdings holdings;
  private final VarStudy values;
  private final MarketData market;
  private final Portfolios portfolios;
  private final PriceHistory history;
  private final Function<AccountId, AccountLimits> limits;
  private final Function<Collection<AccountId>, Map<AccountId, Peak>> peaks;
  private final GuardSettings guards;
  private final Clock clock;

  /**
   * @param peaks gives the best that accounts ever had, of those that guards have seen
   */
  StressStudy(
      Holdings holdings,
      VarStudy values,
      PriceHistory history,
      MarketData market,
      Portfolios portfolios,
      Function<AccountId, AccountLimits> limits,
      Function<Collection<AccountId>, Map<AccountId, Peak>> peaks,
      GuardSettings guards,
      Clock clock) {
    this.history = history;
    this.peaks = peaks;
    this.guards = guards;
    this.holdings = holdings;
    this.values = values;
    this.market = market;
    this.portfolios = portfolios;
    this.limits = limits;
    this.clock = clock;
  }

  StressReport report(Subject subject, List<StressScenario> asked) {
    List<StressScenario> scenarios = asked.isEmpty() ? StressScenario.USUAL : asked;
    check(scenarios);
    boolean replays =
        scenarios.stream()
            .anyMatch(
                s -> s instanceof StressScenario.Replay || s instanceof StressScenario.WorstDays);
    List<Held> held = holdings.lines(subject, replays ? SESSIONS + 1 : VOLUME_SESSIONS);
    List<AccountId> accounts = subject instanceof Subject.Book book ? book.accounts() : List.of();
    ReturnTable table = replays && !held.isEmpty() ? values.table(held, SESSIONS) : null;
    Money gross = Money.ZERO;
    Money net = Money.ZERO;
    for (Held position : held) {
      Money value = new Money(position.value());
      gross = gross.plus(value.isNegative() ? value.negated() : value);
      net = net.plus(value);
    }
    List<Standing> standings = standings(accounts);
    Money equity = standings.stream().map(Standing::equity).reduce(Money::plus).orElse(null);
    Tried tried =
        new Tried(held, VarStudy.values(held), table, gross, equity, standings, new HashMap<>());
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < scenarios.size(); i++) {
      outcomes.addAll(outcomes(scenarios.get(i), "scenarios[" + i + "]", tried));
    }
    List<String> notes = new ArrayList<>();
    if (table != null) {
      notes.addAll(VarStudy.unrecorded(held, table));
    }
    if (held.isEmpty()) {
      notes.add("There are no positions, so no shock changes anything.");
    }
    if (!guards.on()) {
      notes.add("The guards are switched off, so none would trip.");
    }
    return new StressReport(
        clock.instant(),
        accounts,
        gross,
        net,
        equity,
        outcomes,
        table == null ? History.NONE : VarStudy.said(held, table),
        notes);
  }

  /**
   * What shocks are tried on.
   *
   * @param marketMoves by day, those that were asked for: a report may try one day many times
   */
  private record Tried(
      List<Held> held,
      double[] values,
      ReturnTable table,
      Money gross,
      Money equity,
      List<Standing> standings,
      Map<LocalDate, Double> marketMoves) {}

  /**
   * An account before the shock.
   *
   * @param peak the best profit and loss it ever had
   * @param funded what was paid in, less what was paid out
   */
  private record Standing(
      AccountId account, Money equity, EquityPeak peak, BigDecimal funded, AccountLimits limits) {

    BigDecimal profit() {
      return equity.value().subtract(funded);
    }
  }

  private List<Standing> standings(List<AccountId> accounts) {
    if (accounts.isEmpty()) {
      return List.of();
    }
    Instant now = clock.instant();
    Map<AccountId, Peak> known = peaks.apply(accounts);
    List<Standing> standings = new ArrayList<>();
    for (AccountId account : accounts) {
      Money equity = portfolios.summary(account).equity();
      Peak peak = known.get(account);
      // An account that guards haven't seen has nothing to fall from but what it has.
      BigDecimal funded = peak == null ? equity.value() : peak.equity().subtract(peak.pnl());
      BigDecimal profit = equity.value().subtract(funded);
      EquityPeak best =
          peak == null
              ? EquityPeak.first(profit, now)
              : new EquityPeak(peak.peakPnl(), peak.peakAt()).seen(profit, now);
      standings.add(new Standing(account, equity, best, funded, limits.apply(account)));
    }
    return standings;
  }

  /**
   * What a shock does to prices.
   *
   * @param changes by symbol held, close by close
   * @param gaps by symbol held, open by close before; a shock that isn't a day's is all gap
   * @param marketMove mean change of all symbols of the market; NaN where nobody knows or asks
   * @param indexPct fall of the index, per cent; null where nobody knows
   */
  private record Move(double[] changes, double[] gaps, double marketMove, BigDecimal indexPct) {}

  private List<Outcome> outcomes(StressScenario scenario, String field, Tried tried) {
    int n = tried.held().size();
    double[] changes = new double[n];
    if (scenario instanceof StressScenario.MarketCrash crash) {
      Arrays.fill(changes, share(crash.changePct()));
      Move move = new Move(changes, changes, share(crash.changePct()), crash.changePct());
      return List.of(outcome(Kind.MARKET_CRASH, null, crash.volumeFactor(), move, tried));
    }
    if (scenario instanceof StressScenario.Sectors sectors) {
      ToDoubleFunction<Instrument> change =
          instrument -> {
            BigDecimal pct = sectors.changesPct().get(instrument.industry());
            return pct == null ? 0 : share(pct);
          };
      Arrays.setAll(
          changes, i -> market.instrument(symbol(tried, i)).map(change::applyAsDouble).orElse(0.0));
      Move move = new Move(changes, changes, mean(change), null);
      return List.of(outcome(Kind.SECTORS, null, null, move, tried));
    }
    if (scenario instanceof StressScenario.Custom custom) {
      ToDoubleFunction<Symbol> change =
          symbol -> share(custom.changesPct().getOrDefault(symbol, custom.otherPct()));
      Arrays.setAll(changes, i -> change.applyAsDouble(symbol(tried, i)));
      Move move = new Move(changes, changes, mean(one -> change.applyAsDouble(one.symbol())), null);
      return List.of(outcome(Kind.CUSTOM, null, null, move, tried));
    }
    if (scenario instanceof StressScenario.Replay replay) {
      return List.of(
          replayed(Kind.REPLAY, session(replay.session(), field, tried), replay.session(), tried));
    }
    List<Outcome> worst = new ArrayList<>();
    if (tried.table() != null) {
      int count = ((StressScenario.WorstDays) scenario).count();
      for (int t : Shock.worst(tried.values(), tried.table().returns(), count)) {
        LocalDate day = LocalDate.ofEpochDay(tried.table().sessions()[t]);
        worst.add(replayed(Kind.WORST_DAYS, t, day, tried));
      }
    }
    return worst;
  }

  private static Symbol symbol(Tried tried, int i) {
    return tried.held().get(i).symbol();
  }

  /** Of all symbols there are, as the guard of the market's move takes it. */
  private double mean(ToDoubleFunction<Instrument> change) {
    return market.instruments().stream().mapToDouble(change).average().orElse(Double.NaN);
  }

  private Outcome replayed(Kind kind, int session, LocalDate day, Tried tried) {
    double[] changes = new double[tried.held().size()];
    double[] gaps = new double[changes.length];
    if (tried.table() != null) {
      Arrays.setAll(changes, i -> tried.table().returns().at(i, session));
      Arrays.setAll(gaps, i -> tried.held().get(i).series().gap((int) day.toEpochDay()));
    }
    // Only a guard looks at it, and it takes every symbol's bars of two days.
    double marketMove =
        guards.on() ? tried.marketMoves().computeIfAbsent(day, history::marketMove) : Double.NaN;
    Move move = new Move(changes, gaps, marketMove, null);
    return outcome(kind, day, null, move, tried);
  }

  private static int session(LocalDate day, String field, Tried tried) {
    if (tried.table() == null) {
      return 0;
    }
    int found = Arrays.binarySearch(tried.table().sessions(), (int) day.toEpochDay());
    if (found < 0) {
      throw TermsForm.refused(
          field + ".session",
          "must be a stored session on which all symbols traded, and on the one before: " + day);
    }
    return found;
  }

  private Outcome outcome(
      Kind kind, LocalDate session, BigDecimal volumeFactor, Move move, Tried tried) {
    double[] profits = Shock.profits(tried.values(), move.changes());
    double factor = volumeFactor == null ? 1 : volumeFactor.doubleValue();
    List<StressReport.Position> positions = new ArrayList<>();
    List<Trip> trips = new ArrayList<>();
    Money total = Money.ZERO;
    marketTrips(trips, move);
    for (int i = 0; i < profits.length; i++) {
      Held held = tried.held().get(i);
      Money profit = Rounded.rupees(profits[i]);
      Money after = new Money(held.value()).plus(profit);
      BigDecimal changePct = Rounded.decimal(100 * move.changes()[i], PERCENT_DECIMALS);
      total = total.plus(profit);
      positions.add(
          new StressReport.Position(
              held.symbol(),
              changePct,
              profit,
              after,
              Rounded.decimal(
                  Shock.daysToSell(
                      held.quantity(), held.series().averageVolume(VOLUME_SESSIONS), factor),
                  2)));
      BigDecimal band = market.instrument(held.symbol()).map(Instrument::priceBandPct).orElse(null);
      if (band != null && changePct.abs().compareTo(band) > 0) {
        trips.add(plain(Stop.PRICE_BAND, null, held.symbol(), null, band, changePct));
      }
      guard(trips, GuardKind.GAP, Stop.GAP, null, held.symbol(), magnitude(move.gaps()[i]));
    }
    BigDecimal peaks = BigDecimal.ZERO;
    BigDecimal profitsAfter = BigDecimal.ZERO;
    BigDecimal funded = BigDecimal.ZERO;
    for (Standing standing : tried.standings()) {
      Money change = accountTrips(trips, standing, tried.held(), move.changes());
      peaks = peaks.add(standing.peak().peak());
      profitsAfter = profitsAfter.add(standing.profit()).add(change.value());
      funded = funded.add(standing.funded());
    }
    return new Outcome(
        kind,
        session,
        volumeFactor,
        total,
        tried.gross().isZero() ? null : percent(total, tried.gross()),
        tried.equity() == null ? null : tried.equity().plus(total),
        tried.equity() == null
            ? null
            : new EquityPeak(peaks, clock.instant()).drawdown(profitsAfter, funded),
        positions,
        trips);
  }

  private void marketTrips(List<Trip> trips, Move move) {
    double halt = move.indexPct() == null ? Double.NaN : Shock.halt(share(move.indexPct()));
    if (!Double.isNaN(halt)) {
      trips.add(
          plain(
              Stop.MARKET_WIDE_HALT,
              null,
              null,
              null,
              Rounded.decimal(-100 * halt, 2),
              move.indexPct()));
    }
    guard(trips, GuardKind.MARKET_MOVE, Stop.MARKET_MOVE, null, null, magnitude(move.marketMove()));
  }

  /** An account's own limits and guard; returns what the shock makes it. */
  private Money accountTrips(
      List<Trip> trips, Standing standing, List<Held> held, double[] changes) {
    Money most = standing.limits().maxPositionValue();
    BigDecimal profit = BigDecimal.ZERO;
    for (int i = 0; i < changes.length; i++) {
      BigDecimal change = Rounded.decimal(changes[i], CHANGE_DECIMALS);
      for (Line line : held.get(i).lines()) {
        if (!line.account().equals(standing.account())) {
          continue;
        }
        BigDecimal value =
            held.get(i).price().value().multiply(BigDecimal.valueOf(line.quantity()));
        profit = profit.add(value.multiply(change));
        BigDecimal size =
            value.multiply(BigDecimal.ONE.add(change)).abs().setScale(2, RoundingMode.HALF_EVEN);
        if (most != null && size.compareTo(most.value()) > 0) {
          trips.add(
              plain(
                  Stop.MAX_POSITION_VALUE,
                  line.account(),
                  held.get(i).symbol(),
                  line.product(),
                  most.value(),
                  size));
        }
      }
    }
    Money made = new Money(profit.setScale(2, RoundingMode.HALF_EVEN));
    Money after = standing.equity().plus(made);
    if (after.value().signum() <= 0 && made.isNegative()) {
      trips.add(
          plain(
              Stop.EQUITY_EXHAUSTED,
              standing.account(),
              null,
              null,
              BigDecimal.ZERO.setScale(2),
              after.value()));
    }
    guard(
        trips,
        GuardKind.DRAWDOWN,
        Stop.DRAWDOWN,
        standing.account(),
        null,
        standing.peak().drawdown(standing.profit().add(made.value()), standing.funded()));
    return made;
  }

  private static Trip plain(
      Stop stop,
      AccountId account,
      Symbol symbol,
      Product product,
      BigDecimal limit,
      BigDecimal value) {
    return new Trip(stop, account, symbol, product, limit, value, null, null);
  }

  /** Adds a guard that would not stay normal; of a value that is null nobody knows. */
  private void guard(
      List<Trip> trips,
      GuardKind guard,
      Stop stop,
      AccountId account,
      Symbol symbol,
      BigDecimal value) {
    if (!guards.on() || value == null) {
      return;
    }
    GuardThreshold threshold = guards.thresholds().get(guard);
    GuardLevel level = threshold.level(value, GuardLevel.NORMAL);
    if (level != GuardLevel.NORMAL) {
      boolean critical = level == GuardLevel.CRITICAL;
      trips.add(
          new Trip(
              stop,
              account,
              symbol,
              null,
              critical ? threshold.critical() : threshold.warning(),
              value,
              level,
              critical ? guards.actions().get(guard) : GuardAction.ALERT));
    }
  }

  /** Per cent without sign; null for NaN. */
  private static BigDecimal magnitude(double change) {
    return Rounded.decimal(100 * Math.abs(change), PERCENT_DECIMALS);
  }

  private void check(List<StressScenario> scenarios) {
    List<FieldError> errors = new ArrayList<>();
    if (scenarios.size() > MOST_SCENARIOS) {
      errors.add(new FieldError("scenarios", "must be at most " + MOST_SCENARIOS));
    }
    for (int i = 0; i < scenarios.size(); i++) {
      String field = "scenarios[" + i + "].";
      StressScenario scenario = scenarios.get(i);
      if (scenario instanceof StressScenario.MarketCrash crash) {
        change(errors, field + "change_pct", crash.changePct());
        BigDecimal factor = crash.volumeFactor();
        if (factor.signum() <= 0 || factor.compareTo(HIGHEST) > 0) {
          errors.add(new FieldError(field + "volume_factor", "must be above 0 and at most 1000"));
        }
      } else if (scenario instanceof StressScenario.Sectors sectors) {
        List<String> known =
            market.instruments().stream().map(Instrument::industry).distinct().sorted().toList();
        for (Map.Entry<String, BigDecimal> entry : sectors.changesPct().entrySet()) {
          change(errors, field + "changes_pct." + entry.getKey(), entry.getValue());
          if (!known.contains(entry.getKey())) {
            errors.add(
                new FieldError(
                    field + "changes_pct." + entry.getKey(),
                    "is no industry; there are " + String.join(", ", known)));
          }
        }
      } else if (scenario instanceof StressScenario.Custom custom) {
        change(errors, field + "other_pct", custom.otherPct());
        custom
            .changesPct()
            .forEach(
                (symbol, pct) -> {
                  change(errors, field + "changes_pct." + symbol, pct);
                  if (market.instrument(symbol).isEmpty()) {
                    errors.add(
                        new FieldError(field + "changes_pct." + symbol, "is no known symbol"));
                  }
                });
      } else if (scenario instanceof StressScenario.WorstDays worst) {
        TermsForm.range(errors, field + "count", worst.count(), 1, MOST_DAYS);
      }
    }
    if (!errors.isEmpty()) {
      throw TermsForm.refused(errors);
    }
  }

  private static void change(List<FieldError> errors, String field, BigDecimal pct) {
    if (pct.compareTo(LOWEST) < 0 || pct.compareTo(HIGHEST) > 0) {
      errors.add(new FieldError(field, "must be from -100 to 1000"));
    }
  }

  private static double share(BigDecimal percent) {
    return percent.doubleValue() / 100;
  }

  private static BigDecimal percent(Money part, Money whole) {
    return part.value()
        .multiply(HUNDRED)
        .divide(whole.value(), PERCENT_DECIMALS, RoundingMode.HALF_EVEN);
  }
}
