package io.tola.market.application;

import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.MarketTime;
import io.tola.market.domain.SessionSchedule;
import io.tola.market.store.BarStore;
import io.tola.market.store.ResultCaches;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The facade of the market. Quotes and instruments come from this node's memory; only history asks
 * the database in the caller's thread. Not a session bean: a container's call costs more than the
 * look into memory that most calls are.
 */
@ApplicationScoped
public class MarketDesk implements MarketData {

  static final int MOST_BARS = 5_000;

  private static final int LOOK_BACK_DAYS = 40;

  @Resource private ManagedExecutorService executor;
  @Inject private MarketReference reference;
  @Inject private QuoteBoard board;
  @Inject private FeedDriver driver;
  @Inject private BarStore bars;
  @Inject private BarPages pages;
  @Inject private MarketFigures figures;

  private QuoteLoads loads;

  @Inject private ResultCaches caches;

  @PostConstruct
  void start() {
    loads = new QuoteLoads(board, executor, driver::lookUp);
    figures.watch(loads);
    caches.show(figures::statistics);
  }

  @Override
  public List<Instrument> instruments() {
    return reference.instruments();
  }

  @Override
  public Optional<Instrument> instrument(Symbol symbol) {
    return Optional.ofNullable(reference.instrument(symbol));
  }

  @Override
  public Optional<Quote> quote(Symbol symbol) {
    // Unknown symbols must not grow the board.
    return reference.instrument(symbol) == null ? Optional.empty() : loads.quote(symbol);
  }

  @Override
  public Map<Symbol, Quote> quotes(Collection<Symbol> symbols) {
    Map<Symbol, Quote> quotes = new LinkedHashMap<>();
    for (Symbol symbol : symbols) {
      quote(symbol).ifPresent(quote -> quotes.put(symbol, quote));
    }
    return quotes;
  }

  @Override
  public SessionPhase phase() {
    return driver.phase();
  }

  @Override
  public boolean closes() {
    return reference.schedule() != SessionSchedule.ALWAYS_OPEN;
  }

  @Override
  public String feed() {
    FeedSettings settings = driver.settings();
    return settings == null ? "none" : settings.feed().code();
  }

  @Override
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Page<Bar> history(
      Symbol symbol, Interval interval, Instant from, Instant to, int limit, String cursor) {
    return page(bars::history, symbol, interval, from, to, limit, cursor);
  }

  @Override
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Page<Bar> shownHistory(
      Symbol symbol, Interval interval, Instant from, Instant to, int limit, String cursor) {
    return page(pages::history, symbol, interval, from, to, limit, cursor);
  }

  /** Where bars are read. */
  private interface Reading {
    List<Bar> read(
        Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit)
        throws SQLException;
  }

  private Page<Bar> page(
      Reading reading,
      Symbol symbol,
      Interval interval,
      Instant from,
      Instant to,
      int limit,
      String cursor) {
    if (reference.instrument(symbol) == null) {
      throw new ProblemException(ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + symbol);
    }
    if (limit < 1 || limit > MOST_BARS) {
      throw invalid("limit", "must be from 1 to " + MOST_BARS);
    }
    BarCursor place = BarCursor.parse(cursor, symbol, interval);
    if (cursor != null && place == null) {
      throw invalid("cursor", "is not one of this list");
    }
    try {
      List<Bar> found =
          reading.read(symbol, interval, from, to, place == null ? null : place.after(), limit + 1);
      if (found.size() <= limit) {
        return new Page<>(found, null);
      }
      List<Bar> page = found.subList(0, limit);
      return new Page<>(page, BarCursor.behind(page.get(limit - 1)));
    } catch (SQLException e) {
      throw unreadable();
    }
  }

  @Override
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Optional<LocalDate> lastSession(LocalDate before) {
    try {
      return bars.lastDaily(midnight(before.minusDays(LOOK_BACK_DAYS)), midnight(before))
          .map(start -> start.atZone(MarketTime.INDIA).toLocalDate());
    } catch (SQLException e) {
      throw unreadable();
    }
  }

  @Override
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public List<Bar> dailyBars(LocalDate day) {
    try {
      return bars.daily(midnight(day), midnight(day.plusDays(1)));
    } catch (SQLException e) {
      throw unreadable();
    }
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay(MarketTime.INDIA).toInstant();
  }

  private static ProblemException unreadable() {
    return new ProblemException(
        ProblemCode.DATABASE_UNAVAILABLE,
        "The bars can't be read now",
        List.of(),
        java.time.Duration.ofSeconds(2));
  }

  private static ProblemException invalid(String field, String message) {
    return new ProblemException(
        ProblemCode.INVALID_PARAMETER,
        field + " " + message,
        List.of(new FieldError(field, message)));
  }

  @Override
  public void onQuotes(QuoteListener listener) {
    board.listen(listener);
  }
}
