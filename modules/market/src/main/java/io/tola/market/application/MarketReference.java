package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.domain.MarketTime;
import io.tola.market.domain.SessionSchedule;
import io.tola.market.domain.TradingCalendar;
import io.tola.market.store.InstrumentStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Instruments, trading days and session hours in memory, read from the database now and then: a
 * suspended instrument is known within a minute. Thread-safe.
 */
@ApplicationScoped
public class MarketReference {

  private static final Logger LOG = System.getLogger(MarketReference.class.getName());

  @Inject private InstrumentStore store;
  @Inject private Clock clock;

  private volatile Facts facts =
      new Facts(List.of(), Map.of(), TradingCalendar.weekdaysOnly(), SessionSchedule.ALWAYS_OPEN);
  private boolean warned;

  private record Facts(
      List<Instrument> instruments,
      Map<Symbol, Instrument> bySymbol,
      TradingCalendar calendar,
      SessionSchedule schedule) {}

  /**
   * Reads everything anew.
   *
   * @throws SQLException when the database doesn't answer; what was known stays
   */
  public synchronized void refresh(FeedSettings settings) throws SQLException {
    List<Instrument> instruments = store.instruments();
    TradingCalendar calendar =
        new TradingCalendar(store.calendarDays("HOLIDAY"), store.calendarDays("SPECIAL"));
    Map<Symbol, Instrument> bySymbol = new LinkedHashMap<>();
    for (Instrument instrument : instruments) {
      bySymbol.put(instrument.symbol(), instrument);
    }
    int year = MarketTime.dateOf(clock.instant()).getYear();
    if (settings.calendar().equals(FeedSettings.NSE) && !calendar.knows(year) && !warned) {
      warned = true;
      LOG.log(
          Level.WARNING,
          "The holidays of {0} are not in calendar_days: its weekdays all count as trading days.",
          Integer.toString(year));
    }
    facts = new Facts(List.copyOf(instruments), bySymbol, calendar, settings.schedule(calendar));
  }

  /** In symbol order; empty until the database has answered once. */
  public List<Instrument> instruments() {
    return facts.instruments;
  }

  /** Null when unknown. */
  public Instrument instrument(Symbol symbol) {
    return facts.bySymbol.get(symbol);
  }

  public TradingCalendar calendar() {
    return facts.calendar;
  }

  public SessionSchedule schedule() {
    return facts.schedule;
  }
}
