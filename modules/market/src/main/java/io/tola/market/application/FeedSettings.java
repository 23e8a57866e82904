package io.tola.market.application;

import io.tola.market.domain.MarketTime;
import io.tola.market.domain.NseSessions;
import io.tola.market.domain.SessionSchedule;
import io.tola.market.domain.TradingCalendar;
import io.tola.market.store.ClusterSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The configuration of the market, checked once at the start.
 *
 * @param feed what drives the quotes
 * @param seed of the simulated market
 * @param rate ticks a second of each symbol of the simulated market, 0.1 to 1,000
 * @param file the recording to replay, null for the simulated market
 * @param speed of the replay, 0.01 to 10,000; 1 is the market's own pace
 * @param fromDate with {@code fromTime}: where in the recording to begin; either may be null
 * @param calendar {@code always-open} or {@code nse}
 * @param hours NSE's hours in the form of {@link NseSessions#parse}
 * @param node this node's name in logs and status
 * @param cluster who shares the quotes
 */
record FeedSettings(
    Kind feed,
    long seed,
    double rate,
    Path file,
    double speed,
    LocalDate fromDate,
    LocalTime fromTime,
    String calendar,
    String hours,
    String node,
    ClusterSettings cluster) {

  /** What can drive the quotes. */
  enum Kind {
    SIMULATED,
    REPLAY;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String ALWAYS_OPEN = "always-open";
  static final String NSE = "nse";

  /**
   * Reads {@code tola.feed…}, {@code tola.market…} and {@code tola.cluster…}.
   *
   * @param nodeName used when {@code tola.node.name} isn't set
   * @throws IllegalArgumentException naming the first setting that can't be used
   */
  static FeedSettings read(Function<String, Optional<String>> config, String nodeName) {
    Reader reader = new Reader(config);
    Kind feed =
        switch (reader.text("tola.feed", "simulated")) {
          case "simulated" -> Kind.SIMULATED;
          case "replay" -> Kind.REPLAY;
          default -> throw reader.wrong("tola.feed", "must be simulated or replay");
        };
    Path file = null;
    if (feed == Kind.REPLAY) {
      String path = reader.text("tola.feed.file", "");
      if (path.isEmpty()) {
        throw reader.wrong("tola.feed.file", "must name the recording when tola.feed is replay");
      }
      try {
        file = Path.of(path);
      } catch (java.nio.file.InvalidPathException e) {
        throw reader.wrong("tola.feed.file", "is not a path");
      }
    }
    LocalDate fromDate = null;
    LocalTime fromTime = null;
    String from = reader.text("tola.feed.from", "");
    if (!from.isEmpty()) {
      try {
        if (from.indexOf('-') > 0) {
          LocalDateTime at = LocalDateTime.parse(from.replace(' ', 'T'));
          fromDate = at.toLocalDate();
          fromTime = at.toLocalTime();
        } else {
          fromTime = LocalTime.parse(from);
        }
      } catch (DateTimeParseException e) {
        throw reader.wrong(
            "tola.feed.from", "must be a time in India such as 10:30 or 2021-04-28T10:30:00");
      }
    }
    String calendar = reader.text("tola.market.calendar", ALWAYS_OPEN);
    if (!calendar.equals(ALWAYS_OPEN) && !calendar.equals(NSE)) {
      throw reader.wrong("tola.market.calendar", "must be always-open or nse");
    }
    String hours = reader.text("tola.market.hours", NseSessions.HOURS);
    try {
      NseSessions.parse(hours, TradingCalendar.weekdaysOnly());
    } catch (IllegalArgumentException e) {
      throw reader.wrong("tola.market.hours", e.getMessage());
    }
    String node = reader.text("tola.node.name", nodeName);
    return new FeedSettings(
        feed,
        (long) reader.number("tola.feed.seed", 42, "-9000000000000000", "9000000000000000"),
        reader.number("tola.feed.rate", 4, "0.1", "1000"),
        file,
        reader.number("tola.feed.speed", 1, "0.01", "10000"),
        fromDate,
        fromTime,
        calendar,
        hours,
        node,
        cluster(reader, node));
  }

  private static ClusterSettings cluster(Reader reader, String node) {
    List<String> members = ClusterSettings.split(reader.text("tola.cluster.members", ""));
    boolean joins = reader.text("tola.cluster.enabled", "true").equalsIgnoreCase("true");
    String file = reader.text("hazelcast.config", "");
    return new ClusterSettings(
        file.isEmpty() ? null : Path.of(file).toAbsolutePath(),
        reader.text("tola.cluster.name", "tola"),
        node,
        reader.text("tola.cluster.interface", "127.0.0.1"),
        (int) reader.number("tola.cluster.port", 5701, "1", "65535"),
        joins ? members : List.of());
  }

  SessionSchedule schedule(TradingCalendar days) {
    return calendar.equals(NSE) ? NseSessions.parse(hours, days) : SessionSchedule.ALWAYS_OPEN;
  }

  /** The first instant of a recording to play, given when it begins. */
  Instant from(Instant recordingStart) {
    if (fromTime == null) {
      return recordingStart;
    }
    LocalDate date = fromDate == null ? MarketTime.dateOf(recordingStart) : fromDate;
    return date.atTime(fromTime).atZone(MarketTime.INDIA).toInstant();
  }

  /** Reads single settings. */
  private record Reader(Function<String, Optional<String>> config) {

    String text(String name, String otherwise) {
      return config.apply(name).map(String::trim).filter(s -> !s.isEmpty()).orElse(otherwise);
    }

    double number(String name, double otherwise, String least, String most) {
      String text = text(name, "");
      if (text.isEmpty()) {
        return otherwise;
      }
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw wrong(name, "is not a number");
      }
      if (!(value >= Double.parseDouble(least) && value <= Double.parseDouble(most))) {
        throw wrong(name, "must be from " + least + " to " + most);
      }
      return value;
    }

    IllegalArgumentException wrong(String name, String message) {
      return new IllegalArgumentException(
          name + "=" + config.apply(name).orElse("") + " can't be used: it " + message);
    }
  }
}
