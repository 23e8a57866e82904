package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.History;
import io.tola.risk.api.StressReport;
import io.tola.risk.api.StressReport.Kind;
import io.tola.risk.api.StressReport.Outcome;
import io.tola.risk.api.StressReport.Stop;
import io.tola.risk.api.StressReport.Trip;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.application.analysis.Holdings.Held;
import io.tola.risk.domain.stress.Shock;
import io.tola.risk.domain.value.ReturnTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tries shocks on portfolios. Thread-safe. */
final class StressStudy {

  /** How far back days are replayed. */
  static final int SESSIONS = 5_000;

  static final int MOST_SCENARIOS = 20;
  static final int MOST_DAYS = 20;

  private static final int VOLUME_SESSIONS = 20;
  private static final int PERCENT_DECIMALS = 4;
  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final BigDecimal LOWEST = new BigDecimal("-100");
  private static final BigDecimal HIGHEST = new BigDecimal("1000");

  private final Holdings holdings;
  private final VarStudy values;
  private final MarketData market;
  private final Portfolios portfolios;
  private final Function<AccountId, AccountLimits> limits;
  private final Clock clock;

  StressStudy(
      Holdings holdings,
      VarStudy values,
      MarketData market,
      Portfolios portfolios,
      Function<AccountId, AccountLimits> limits,
      Clock clock) {
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
    List<Held> held = holdings.of(subject, replays ? SESSIONS + 1 : VOLUME_SESSIONS);
    List<AccountId> accounts = subject instanceof Subject.Book book ? book.accounts() : List.of();
    ReturnTable table = replays && !held.isEmpty() ? values.table(held, SESSIONS) : null;
    Money gross = Money.ZERO;
    Money net = Money.ZERO;
    for (Held position : held) {
      Money value = new Money(position.value());
      gross = gross.plus(value.isNegative() ? value.negated() : value);
      net = net.plus(value);
    }
    Money equity = null;
    for (AccountId account : accounts) {
      Money of = portfolios.summary(account).equity();
      equity = equity == null ? of : equity.plus(of);
    }
    AccountLimits limited = accounts.size() == 1 ? limits.apply(accounts.get(0)) : null;
    Tried tried = new Tried(held, VarStudy.values(held), table, gross, equity, limited);
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
    if (accounts.size() > 1) {
      notes.add("Limits are an account's own: for several accounts together none is judged.");
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

  private record Tried(
      List<Held> held,
      double[] values,
      ReturnTable table,
      Money gross,
      Money equity,
      AccountLimits limits) {}

  private List<Outcome> outcomes(StressScenario scenario, String field, Tried tried) {
    int n = tried.held().size();
    double[] changes = new double[n];
    if (scenario instanceof StressScenario.MarketCrash crash) {
      Arrays.fill(changes, share(crash.changePct()));
      return List.of(
          outcome(
              Kind.MARKET_CRASH, null, crash.volumeFactor(), changes, tried, crash.changePct()));
    }
    if (scenario instanceof StressScenario.Sectors sectors) {
      for (int i = 0; i < n; i++) {
        BigDecimal change = sectors.changesPct().get(industry(tried.held().get(i).symbol()));
        changes[i] = change == null ? 0 : share(change);
      }
      return List.of(outcome(Kind.SECTORS, null, null, changes, tried, null));
    }
    if (scenario instanceof StressScenario.Custom custom) {
      for (int i = 0; i < n; i++) {
        changes[i] =
            share(
                custom.changesPct().getOrDefault(tried.held().get(i).symbol(), custom.otherPct()));
      }
      return List.of(outcome(Kind.CUSTOM, null, null, changes, tried, null));
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

  private Outcome replayed(Kind kind, int session, LocalDate day, Tried tried) {
    double[] changes = new double[tried.held().size()];
    if (tried.table() != null) {
      Arrays.setAll(changes, i -> tried.table().returns().at(i, session));
    }
    return outcome(kind, day, null, changes, tried, null);
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
      Kind kind,
      LocalDate session,
      BigDecimal volumeFactor,
      double[] changes,
      Tried tried,
      BigDecimal marketPct) {
    double[] profits = Shock.profits(tried.values(), changes);
    double factor = volumeFactor == null ? 1 : volumeFactor.doubleValue();
    List<StressReport.Position> positions = new ArrayList<>();
    List<Trip> trips = new ArrayList<>();
    Money total = Money.ZERO;
    if (marketPct != null && !Double.isNaN(Shock.halt(share(marketPct)))) {
      trips.add(
          new Trip(
              Stop.MARKET_WIDE_HALT,
              null,
              Rounded.decimal(-100 * Shock.halt(share(marketPct)), 2),
              marketPct));
    }
    for (int i = 0; i < changes.length; i++) {
      Held held = tried.held().get(i);
      Money profit = Rounded.rupees(profits[i]);
      Money after = new Money(held.value()).plus(profit);
      BigDecimal changePct = Rounded.decimal(100 * changes[i], PERCENT_DECIMALS);
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
      positionTrips(trips, held, after, changePct, tried.limits());
    }
    Money equityAfter = tried.equity() == null ? null : tried.equity().plus(total);
    if (equityAfter != null && equityAfter.value().signum() <= 0 && total.isNegative()) {
      trips.add(
          new Trip(Stop.EQUITY_EXHAUSTED, null, BigDecimal.ZERO.setScale(2), equityAfter.value()));
    }
    return new Outcome(
        kind,
        session,
        volumeFactor,
        total,
        tried.gross().isZero() ? null : percent(total, tried.gross()),
        equityAfter,
        tried.equity() == null || tried.equity().value().signum() <= 0
            ? null
            : percent(total.isNegative() ? total.negated() : Money.ZERO, tried.equity()),
        positions,
        trips);
  }

  private void positionTrips(
      List<Trip> trips, Held held, Money after, BigDecimal changePct, AccountLimits limits) {
    BigDecimal band = market.instrument(held.symbol()).map(Instrument::priceBandPct).orElse(null);
    if (band != null && changePct.abs().compareTo(band) > 0) {
      trips.add(new Trip(Stop.PRICE_BAND, held.symbol(), band, changePct));
    }
    Money most = limits == null ? null : limits.maxPositionValue();
    Money size = after.isNegative() ? after.negated() : after;
    if (most != null && size.compareTo(most) > 0) {
      trips.add(new Trip(Stop.MAX_POSITION_VALUE, held.symbol(), most.value(), size.value()));
    }
  }

  private String industry(Symbol symbol) {
    return market.instrument(symbol).map(Instrument::industry).orElse("");
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
