package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarReport;
import io.tola.risk.domain.value.PriceSeries;
import io.tola.risk.domain.value.ReturnTable;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Forecast;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One round of the daily job: for every account, what came of its open forecasts, and the forecast of the
 * day that is over. A round that was done is not done again until another day is over; what a second node
 * does as well changes nothing. Used by one thread.
 */
final class ForecastRound {

  private static final Logger LOG = System.getLogger(ForecastRound.class.getName());

  private static final int PAGE = 500;

  /** A forecast older than this whose session never came is left alone. */
  private static final int OPEN_DAYS = 10;

  /** Enough sessions to find the one after a forecast. */
  private static final int SESSIONS = 12;

  private static final Set<ProblemCode> UNMEASURABLE =
      Set.of(ProblemCode.RISK_INPUT, ProblemCode.UNKNOWN_SYMBOL);

  private final MarketData market;
  private final VarStudy values;
  private final PriceHistory history;
  private final Portfolios portfolios;
  private final ForecastStore store;
  private final ForecastBook book;
  private final Clock clock;
  private final ForecastRules rules;

  private LocalDate done;

  /** The last day on which it was said that there are no bars. */
  private LocalDate without;

  ForecastRound(
      MarketData market,
      VarStudy values,
      PriceHistory history,
      Portfolios portfolios,
      ForecastStore store,
      ForecastBook book,
      Clock clock,
      ForecastRules rules) {
    this.market = market;
    this.values = values;
    this.history = history;
    this.portfolios = portfolios;
    this.store = store;
    this.book = book;
    this.clock = clock;
    this.rules = rules;
  }

  /**
   * Does what is to be done now.
   *
   * @return accounts that got a forecast
   */
  int run() {
    LocalDate day = lastSession();
    if (day == null || day.equals(done)) {
      return 0;
    }
    int made = 0;
    boolean all = true;
    String cursor = null;
    do {
      Page<AccountView> page = portfolios.accounts(PAGE, cursor);
      for (AccountView account : page.items()) {
        // Whether one can be judged says nothing about the next forecast.
        all &= tried("judged", account, () -> judge(account.accountId(), day));
        Made one = new Made();
        all &= tried("foretold", account, () -> one.made = foretell(account.accountId(), day));
        made += one.made ? 1 : 0;
      }
      cursor = page.nextCursor();
    } while (cursor != null);
    if (all) {
      done = day;
    }
    return made;
  }

  private static final class Made {
    private boolean made;
  }

  /** Whether it needs no other try: it was done, or can't be done today. */
  private static boolean tried(String what, AccountView account, Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      if (e instanceof ProblemException problem && UNMEASURABLE.contains(problem.code())) {
        // What can't be measured today can't be in an hour either.
        LOG.log(
            Level.WARNING,
            "account {0} is not {1}: {2}",
            account.name(),
            what,
            problem.getMessage());
        return true;
      }
      LOG.log(Level.WARNING, "account " + account.name() + " is not " + what + " yet", e);
      return false;
    }
  }

  /** The last day that is over and on which anything traded; null without any bar. */
  private LocalDate lastSession() {
    LocalDate today = clock.instant().atZone(PriceHistory.INDIA).toLocalDate();
    Optional<LocalDate> last = market.lastSession(today);
    if (last.isEmpty() && !today.equals(without)) {
      LOG.log(Level.WARNING, "no symbol has a daily bar before {0}: no VaR is foretold", today);
      without = today;
    }
    return last.orElse(null);
  }

  private boolean foretell(AccountId account, LocalDate day) {
    if (store.foretold(account, day)) {
      return false;
    }
    VarReport report = values.report(new Subject.Book(List.of(account)), rules.terms());
    if (report.positions().isEmpty()) {
      return false;
    }
    List<String> symbols = new ArrayList<>();
    List<BigDecimal> amounts = new ArrayList<>();
    for (VarReport.Position position : report.positions()) {
      symbols.add(position.symbol().value());
      amounts.add(position.value().value());
    }
    return store.add(
        new Forecast(
            account,
            day,
            report.terms().method(),
            report.terms().confidence(),
            report.history().observations(),
            report.var(),
            report.es(),
            symbols,
            amounts),
        clock.instant());
  }

  private void judge(AccountId account, LocalDate day) {
    Map<Forecast, ForecastBook.Outcome> outcomes = new LinkedHashMap<>();
    for (Forecast forecast : store.open(account, day.minusDays(OPEN_DAYS), day)) {
      ForecastBook.Outcome outcome = outcome(forecast);
      if (outcome != null) {
        outcomes.put(forecast, outcome);
      }
    }
    if (!outcomes.isEmpty()) {
      book.judge(account, outcomes, rules);
    }
  }

  /** The session after and what the positions made in it; null while a symbol has no price for it. */
  private ForecastBook.Outcome outcome(Forecast forecast) {
    List<Symbol> symbols = forecast.symbols().stream().map(Symbol::new).toList();
    List<PriceSeries> series = history.of(symbols, SESSIONS);
    ReturnTable table = ReturnTable.of(series, history.others(symbols, SESSIONS), SESSIONS);
    int made = (int) forecast.madeOn().toEpochDay();
    int next = 0;
    while (next < table.sessions().length && table.sessions()[next] <= made) {
      next++;
    }
    if (next == table.sessions().length || !follows(table, next, made)) {
      return null;
    }
    double[] values = forecast.amounts().stream().mapToDouble(BigDecimal::doubleValue).toArray();
    double profit = table.returns().profits(values)[next];
    return new ForecastBook.Outcome(LocalDate.ofEpochDay(table.sessions()[next]), rupees(profit));
  }

  /** Whether no session that was left out lies between the forecast and this one. */
  private static boolean follows(ReturnTable table, int next, int made) {
    int session = table.sessions()[next];
    return Arrays.stream(table.missing())
        .flatMapToInt(Arrays::stream)
        .noneMatch(day -> day >= made && day < session);
  }

  private static Money rupees(double value) {
    return Rounded.rupees(value);
  }
}
