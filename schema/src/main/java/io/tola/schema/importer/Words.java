package io.tola.schema.importer;

import java.util.Map;

/** What other systems call what we know. All in upper case on the left. */
final class Words {

  static final Map<String, String> SIDES =
      Map.of("BUY", "BUY", "B", "BUY", "SELL", "SELL", "S", "SELL");

  static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("MARKET", "MARKET"),
          Map.entry("MKT", "MARKET"),
          Map.entry("LIMIT", "LIMIT"),
          Map.entry("LMT", "LIMIT"),
          Map.entry("SL", "SL"),
          Map.entry("STOP_LIMIT", "SL"),
          Map.entry("STOP_LOSS_LIMIT", "SL"),
          Map.entry("SL-M", "SL-M"),
          Map.entry("SLM", "SL-M"),
          Map.entry("SL_M", "SL-M"),
          Map.entry("STOP_LOSS", "SL-M"),
          Map.entry("STOP_LOSS_MARKET", "SL-M"),
          Map.entry("STOP_MARKET", "SL-M"),
          Map.entry("STOP", "SL-M"));

  static final Map<String, String> PRODUCTS =
      Map.of(
          "CNC",
          "CNC",
          "DELIVERY",
          "CNC",
          "MIS",
          "MIS",
          "INTRADAY",
          "MIS",
          "NRML",
          "NRML",
          "NORMAL",
          "NRML");

  static final Map<String, String> VALIDITIES = Map.of("DAY", "DAY", "IOC", "IOC");

  /** An order that still works is OPEN here. */
  static final Map<String, String> STATUSES =
      Map.ofEntries(
          Map.entry("FILLED", "FILLED"),
          Map.entry("COMPLETE", "FILLED"),
          Map.entry("COMPLETED", "FILLED"),
          Map.entry("EXECUTED", "FILLED"),
          Map.entry("CANCELED", "CANCELED"),
          Map.entry("CANCELLED", "CANCELED"),
          Map.entry("CANCELLED AMO", "CANCELED"),
          Map.entry("REJECTED", "REJECTED"),
          Map.entry("EXPIRED", "EXPIRED"),
          Map.entry("LAPSED", "EXPIRED"),
          Map.entry("NEW", "OPEN"),
          Map.entry("OPEN", "OPEN"),
          Map.entry("PENDING", "OPEN"),
          Map.entry("PENDING_NEW", "OPEN"),
          Map.entry("SUBMITTED", "OPEN"),
          Map.entry("PLACED", "OPEN"),
          Map.entry("ACCEPTED", "OPEN"),
          Map.entry("UPDATE", "OPEN"),
          Map.entry("PARTIAL", "OPEN"),
          Map.entry("PARTIALLY_FILLED", "OPEN"),
          Map.entry("REPLACED", "OPEN"),
          Map.entry("PENDING_CANCEL", "OPEN"),
          Map.entry("PENDING_REPLACE", "OPEN"),
          Map.entry("SUSPENDED", "OPEN"),
          Map.entry("TRIGGER PENDING", "OPEN"),
          Map.entry("TRIGGER_PENDING", "OPEN"),
          Map.entry("OPEN PENDING", "OPEN"),
          Map.entry("PUT ORDER REQ RECEIVED", "OPEN"),
          Map.entry("VALIDATION PENDING", "OPEN"),
          Map.entry("MODIFIED", "OPEN"),
          Map.entry("MODIFY PENDING", "OPEN"),
          Map.entry("MODIFY VALIDATION PENDING", "OPEN"),
          Map.entry("CANCEL PENDING", "OPEN"),
          Map.entry("AMO REQ RECEIVED", "OPEN"),
          Map.entry("AMO SUBMITTED", "OPEN"));

  static final Map<String, String> DIRECTIONS =
      Map.of(
          "BUY", "BUY", "LONG", "BUY", "1", "BUY", "SELL", "SELL", "SHORT", "SELL", "-1", "SELL",
          "HOLD", "HOLD", "NEUTRAL", "HOLD", "0", "HOLD");

  static final Map<String, String> INTERVALS =
      Map.ofEntries(
          Map.entry("1M", "1m"),
          Map.entry("1MIN", "1m"),
          Map.entry("1MINUTE", "1m"),
          Map.entry("MINUTE", "1m"),
          Map.entry("5M", "5m"),
          Map.entry("5MIN", "5m"),
          Map.entry("5MINUTE", "5m"),
          Map.entry("15M", "15m"),
          Map.entry("15MIN", "15m"),
          Map.entry("15MINUTE", "15m"),
          Map.entry("1H", "1h"),
          Map.entry("60M", "1h"),
          Map.entry("60MINUTE", "1h"),
          Map.entry("1HOUR", "1h"),
          Map.entry("HOUR", "1h"),
          Map.entry("1D", "1d"),
          Map.entry("1DAY", "1d"),
          Map.entry("DAY", "1d"),
          Map.entry("DAILY", "1d"));

  static final Map<String, String> BOOLEANS =
      Map.of("TRUE", "true", "FALSE", "false", "1", "true", "0", "false");

  private Words() {}

  /** Notes a problem when the record is of an exchange that isn't taken. */
  static void exchange(JsonRecord r, Settings settings) {
    String exchange = r.text(32, "exchange");
    if (exchange != null && !settings.exchanges().contains(exchange)) {
      r.problem(
          "exchange", "'" + exchange + "' is not among " + settings.exchanges() + " (--exchanges)");
    }
  }
}
