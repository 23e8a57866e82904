package io.tola.market.domain;

import io.tola.market.api.SessionPhase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hours of NSE's equity segment for shares that have derivatives, which all NIFTY 50 shares
 * have, by the date from which they hold.
 *
 * <p>Sources: NSE market timings (pre-open order entry 09:00 to 09:08, market 09:15 to 15:30,
 * closing session 15:40 to 16:00). SEBI circular of 16 January 2026
 * (SEBI/HO/47/11/11(3)2025-MRD-POD2/I/2765/2026) introduces the closing auction session for shares
 * with derivatives from 3 August 2026, 15:15 to 15:35: five minutes for the reference price (no order
 * entry), order entry 15:20 to 15:30, matching until 15:35; the session at the closing price moves to
 * 15:50 to 16:00. Where the exchange ends order entry at a random moment (09:07 to 09:08; 15:28 to
 * 15:30), the latest one counts here. The circular's changes to the pre-open session from 7 September
 * 2026 are not modelled: order entry is kept at 09:00 to 09:08.
 *
 * <p>Between two phases of a day is {@link SessionPhase#BREAK}; before the first, after the last
 * and on other days {@link SessionPhase#CLOSED}.
 */
public final class NseSessions implements SessionSchedule {

  /** The hours described above, in the form {@link #parse} reads. */
  public static final String HOURS =
      "2010-10-18 PRE_OPEN 09:00-09:08, OPEN 09:15-15:30, POST_CLOSE 15:40-16:00; "
          + "2026-08-03 PRE_OPEN 09:00-09:08, OPEN 09:15-15:15, CLOSING_AUCTION 15:20-15:30, "
          + "POST_CLOSE 15:50-16:00";

  private final TradingCalendar calendar;
  private final TreeMap<LocalDate, List<Window>> regimes;

  private NseSessions(TradingCalendar calendar, TreeMap<LocalDate, List<Window>> regimes) {
    this.calendar = calendar;
    this.regimes = regimes;
  }

  /**
   * Reads hours written as {@code <date from which> <PHASE> <from>-<to>, …; <next date> …}. Dates
   * before the first one use the first one's hours.
   *
   * @throws IllegalArgumentException naming the part that is not understood, or phases that overlap
   */
  public static NseSessions parse(String hours, TradingCalendar calendar) {
    TreeMap<LocalDate, List<Window>> regimes = new TreeMap<>();
    for (String regime : hours.split(";")) {
      String text = regime.trim();
      int space = text.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException("session hours lack phases in '" + text + "'");
      }
      List<Window> windows = new ArrayList<>();
      for (String part : text.substring(space + 1).split(",")) {
        Window window = window(part.trim());
        if (!windows.isEmpty() && window.from.isBefore(windows.get(windows.size() - 1).to)) {
          throw new IllegalArgumentException("session hours overlap at '" + part.trim() + "'");
        }
        windows.add(window);
      }
      try {
        regimes.put(LocalDate.parse(text.substring(0, space)), windows);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException("not a date in session hours: '" + text + "'", e);
      }
    }
    return new NseSessions(calendar, regimes);
  }

  private static Window window(String text) {
    String[] words = text.split("[ -]+");
    try {
      if (words.length == 3) {
        Window window =
            new Window(
                SessionPhase.valueOf(words[0].toUpperCase(Locale.ROOT)),
                LocalTime.parse(words[1]),
                LocalTime.parse(words[2]));
        if (window.from.isBefore(window.to)) {
          return window;
        }
      }
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not a session phase: '" + text + "'", e);
    }
    throw new IllegalArgumentException("not a session phase: '" + text + "'");
  }

  @Override
  public SessionPhase phaseAt(Instant at) {
    ZonedDateTime local = at.atZone(MarketTime.INDIA);
    if (!calendar.isTradingDay(local.toLocalDate())) {
      return SessionPhase.CLOSED;
    }
    Map.Entry<LocalDate, List<Window>> regime = regimes.floorEntry(local.toLocalDate());
    List<Window> windows = (regime == null ? regimes.firstEntry() : regime).getValue();
    LocalTime time = local.toLocalTime();
    if (time.isBefore(windows.get(0).from)) {
      return SessionPhase.CLOSED;
    }
    for (Window window : windows) {
      if (time.isBefore(window.from)) {
        return SessionPhase.BREAK;
      }
      if (time.isBefore(window.to)) {
        return window.phase;
      }
    }
    return SessionPhase.CLOSED;
  }

  /** From inclusive, to exclusive. */
  private record Window(SessionPhase phase, LocalTime from, LocalTime to) {}
}
