package io.tola.schema.importer;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a file holds, by its name. In this order files are imported: trades need their orders, and all need their instruments. */
enum Kind {
  INSTRUMENTS(List.of("instrument", "symbols")),
  ORDERS(List.of("orders", "order_info", "order_history", "postback")),
  TRADES(List.of("trade", "order_trades", "executions")),
  POSITIONS(List.of("position", "portfolio")),
  HOLDINGS(List.of("holding")),
  SIGNALS(List.of("signal")),
  AUDIT(List.of("audit"));

  private final List<String> beginnings;

  Kind(List<String> beginnings) {
    this.beginnings = beginnings;
  }

  /** The kind of a file of JSON, or nothing for any other file. */
  static Optional<Kind> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (!name.endsWith(".json") && !isLines(name)) {
      return Optional.empty();
    }
    for (Kind kind : values()) {
      if (kind.beginnings.stream().anyMatch(name::startsWith)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** Whether a file's name says that it has a record a line. */
  static boolean isLines(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".ndjson");
  }

  Target target(Settings settings, Accounts accounts, Names names, String file) {
    return switch (this) {
      case INSTRUMENTS -> new Instruments(settings);
      case ORDERS -> new Orders(settings, accounts, names);
      case TRADES -> new Trades(settings, accounts, names);
      case POSITIONS -> new Positions(settings, accounts, names, false);
      case HOLDINGS -> new Positions(settings, accounts, names, true);
      case SIGNALS -> new Signals(settings, names);
      case AUDIT -> new AuditRecords(names, file);
    };
  }

  /** As it is said of several. */
  String noun() {
    return name().toLowerCase(Locale.ROOT);
  }
}
