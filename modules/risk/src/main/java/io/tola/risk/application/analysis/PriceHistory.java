package io.tola.risk.application.analysis;

import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.PriceFactors;
import io.tola.risk.domain.value.Adjustment;
import io.tola.risk.domain.value.PriceSeries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stored daily bars as series of prices, kept in memory for a while: bars of days that are over change
 * only when somebody imports others. They are kept as they traded, and adjusted for corporate actions
 * each time they are asked for. Thread-safe.
 */
final class PriceHistory {

  static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

  private static final int PAGE = 5_000;

  /** Weekends and holidays: 250 sessions and fewer make a year. */
  private static final double DAYS_A_SESSION = 366.0 / 240;

  private static final int SPARE_DAYS = 40;

  /** How many other symbols tell which days were sessions. */
  private static final int OTHERS = 5;

  private final MarketData market;
  private final CorporateActions actions;
  private final Clock clock;
  private final Duration kept;
  private final Map<Symbol, Loaded> loaded = new ConcurrentHashMap<>();

  private record Loaded(PriceSeries series, LocalDate from, LocalDate until, Instant at) {}

  /**
   * @param kept how long a series is used before it is read again
   */
  PriceHistory(MarketData market, CorporateActions actions, Clock clock, Duration kept) {
    this.market = market;
    this.actions = actions;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * The last sessions that are over, as many as asked for or as there are, adjusted for the corporate
   * actions that are recorded now.
   *
   * @return in the order of the symbols
   */
  List<PriceSeries> of(List<Symbol> symbols, int sessions) {
    if (symbols.isEmpty()) {
      return List.of();
    }
    // Not kept with the bars: whoever records an action sees what it does at once.
    Map<Symbol, List<CorporateAction>> recorded = actions.of(symbols);
    LocalDate today = today(clock.instant());
    List<PriceSeries> series = new ArrayList<>(symbols.size());
    for (Symbol symbol : symbols) {
      series.add(
          Adjustment.of(traded(symbol, sessions), recorded.getOrDefault(symbol, List.of()), today));
    }
    return series;
  }

  private static LocalDate today(Instant now) {
    return now.atZone(INDIA).toLocalDate();
  }

  private PriceSeries traded(Symbol symbol, int sessions) {
    Instant now = clock.instant();
    LocalDate today = today(now);
    LocalDate from = today.minusDays((long) (sessions * DAYS_A_SESSION) + SPARE_DAYS);
    Loaded known = loaded.get(symbol);
    if (known != null
        && known.until().equals(today)
        && !known.from().isAfter(from)
        && known.at().plus(kept).isAfter(now)) {
      return known.series();
    }
    Loaded read = new Loaded(read(symbol, from, today), from, today, now);
    loaded.put(symbol, read);
    return read.series();
  }

  /**
   * Series of some other symbols as they traded, which tell on what days the exchange was open and
   * nothing else.
   */
  List<PriceSeries> others(List<Symbol> symbols, int sessions) {
    List<PriceSeries> others = new ArrayList<>();
    for (Instrument instrument : market.instruments()) {
      if (others.size() == OTHERS) {
        break;
      }
      if (!symbols.contains(instrument.symbol())) {
        others.add(traded(instrument.symbol(), sessions));
      }
    }
    return others;
  }

  /**
   * Mean change of all symbols that traded on a day and on the session before, close by close; splits
   * and bonuses taken out.
   *
   * @return NaN without any
   */
  double marketMove(LocalDate day) {
    LocalDate before = market.lastSession(day).orElse(null);
    if (before == null) {
      return Double.NaN;
    }
    Map<Symbol, Double> closes = new HashMap<>();
    for (Bar bar : market.dailyBars(before)) {
      closes.put(bar.symbol(), bar.close().value().doubleValue());
    }
    Map<Symbol, List<CorporateAction>> recorded = actions.of(closes.keySet());
    double sum = 0;
    int count = 0;
    for (Bar bar : market.dailyBars(day)) {
      Double close = closes.get(bar.symbol());
      if (close != null) {
        double factor =
            PriceFactors.asOf(recorded.getOrDefault(bar.symbol(), List.of()), day)
                .factor(before)
                .doubleValue();
        sum += bar.close().value().doubleValue() / (close * factor) - 1;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private PriceSeries read(Symbol symbol, LocalDate from, LocalDate today) {
    Instant start = from.atStartOfDay(INDIA).toInstant();
    // Today's bar isn't over.
    Instant end = today.atStartOfDay(INDIA).toInstant();
    List<Bar> bars = new ArrayList<>();
    String cursor = null;
    do {
      Page<Bar> page = market.history(symbol, Interval.ONE_DAY, start, end, PAGE, cursor);
      bars.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    int[] days = new int[bars.size()];
    double[] opens = new double[bars.size()];
    double[] closes = new double[bars.size()];
    double[] volumes = new double[bars.size()];
    for (int i = 0; i < days.length; i++) {
      Bar bar = bars.get(i);
      days[i] = (int) bar.start().atZone(INDIA).toLocalDate().toEpochDay();
      opens[i] = bar.open().value().doubleValue();
      closes[i] = bar.close().value().doubleValue();
      volumes[i] = bar.volume();
    }
    return new PriceSeries(days, opens, closes, volumes);
  }
}
