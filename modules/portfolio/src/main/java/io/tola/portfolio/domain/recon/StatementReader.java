package io.tola.portfolio.domain.recon;

import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a statement from a stream, a line at a time, and says of every line that can't be understood
 * why. Used once, by one thread.
 *
 * <p>What is wrong is counted to the end of the statement, so that one answer names it all (the first
 * {@value #MOST_ERRORS}); a statement of more lines than allowed is given up at that line.
 *
 * <p>Conventions. Holdings: shares = {@code quantity + t1_quantity + collateral_quantity −
 * used_quantity}, which is what the broker owes, delivered or not, pledged or not, less what was sold
 * today. The price of holdings and positions is the average cost; 0 means not told. Times without an
 * offset are India's.
 */
public final class StatementReader {

  /** How many errors are named. */
  public static final int MOST_ERRORS = 100;

  private static final long MOST_SHARES = 1_000_000_000_000L;
  private static final BigDecimal MOST_RUPEES = new BigDecimal("1000000000000");
  private static final int MOST_DECIMALS = 10;
  private static final ZoneOffset INDIA = ZoneOffset.ofHoursMinutes(5, 30);
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
  private static final int TEXT = 64;
  private static final Map<StatementKind, Set<Column>> REQUIRED =
      Map.of(
          StatementKind.HOLDINGS, Set.of(Column.SYMBOL, Column.QUANTITY),
          StatementKind.POSITIONS, Set.of(Column.SYMBOL, Column.PRODUCT, Column.QUANTITY),
          StatementKind.TRADES, Set.of(Column.SYMBOL, Column.SIDE, Column.QUANTITY));

  /**
   * What was read.
   *
   * @param lines those understood; to be used only when there are no errors
   * @param ignored lines that this kind of statement doesn't compare: intraday trades in delivery
   *     shares in a broker's list of positions
   * @param errors how many lines can't be understood
   * @param firstErrors the first of them
   * @param digest SHA-256 of the body, when it was read to its end
   */
  public record Statement(
      List<StatementLine> lines,
      int ignored,
      int errors,
      List<LineError> firstErrors,
      byte[] digest) {}

  private final StatementKind kind;
  private final StatementFormat format;
  private final int mostLines;
  private final List<StatementLine> lines = new ArrayList<>();
  private final List<LineError> firstErrors = new ArrayList<>();

  /** Symbols and other short texts repeat: one object each. */
  private final Map<String, String> texts = new HashMap<>();

  private int errors;
  private int ignored;

  /** The line that is being read, and whether something was wrong with it. */
  private int line;

  private boolean wrong;

  public StatementReader(StatementKind kind, StatementFormat format, int mostLines) {
    this.kind = kind;
    this.format = format;
    this.mostLines = mostLines;
  }

  /**
   * Reads the body to its end, or to where it can't be read any further.
   *
   * @throws IOException when the stream breaks
   */
  public Statement read(InputStream body) throws IOException {
    DigestInputStream in = new DigestInputStream(body, sha256());
    if (format == StatementFormat.CSV) {
      new CsvRows(in, this, mostLines).read();
    } else {
      new JsonRows(in, this, mostLines).read();
    }
    return new Statement(lines, ignored, errors, firstErrors, in.getMessageDigest().digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // What the two readers report.

  /** The columns there are; says which are missing. */
  boolean columns(int at, Set<Column> present) {
    boolean complete = true;
    line = at;
    for (Column column : Column.values()) {
      if (REQUIRED.get(kind).contains(column) && !present.contains(column)) {
        error(at, column.code(), "is missing: there is no such column");
        complete = false;
      }
    }
    if (kind == StatementKind.TRADES) {
      if (!present.contains(Column.PRICE) && !present.contains(Column.AVERAGE_PRICE)) {
        error(at, "price", "is missing: there is no such column");
        complete = false;
      }
      if (!present.contains(Column.TRADED_AT) && !present.contains(Column.FILL_TIMESTAMP)) {
        error(at, "traded_at", "is missing: there is no such column");
        complete = false;
      }
    }
    return complete;
  }

  /** One error for a line; a line is counted once, however much is wrong with it. */
  void error(int at, String field, String message) {
    if (!wrong || line != at) {
      errors++;
    }
    line = at;
    wrong = true;
    if (firstErrors.size() < MOST_ERRORS) {
      firstErrors.add(new LineError(at, field, message));
    }
  }

  /** A line's values by {@link Column#ordinal}; null or empty where it doesn't tell. */
  void row(int at, String[] values) {
    line = at;
    wrong = false;
    String symbol = symbol(values);
    String product = product(values);
    Long quantity = whole(Column.QUANTITY, values, true);
    if (kind == StatementKind.HOLDINGS) {
      quantity = held(quantity, values);
    }
    if (quantity != null && outOfRange(quantity)) {
      error(at, "quantity", range());
    }
    BigDecimal price =
        amount(isTold(values, Column.AVERAGE_PRICE) ? Column.AVERAGE_PRICE : Column.PRICE, values);
    BigDecimal fees = amount(Column.FEES, values);
    String side = null;
    Instant tradedAt = null;
    if (kind == StatementKind.TRADES) {
      side = side(values);
      tradedAt =
          time(isTold(values, Column.TRADED_AT) ? Column.TRADED_AT : Column.FILL_TIMESTAMP, values);
      if (price == null || price.signum() == 0) {
        error(at, "price", "must be above 0");
      }
    } else if (price != null && price.signum() == 0) {
      price = null;
    }
    String isin = text(Column.ISIN, values, 12);
    String exchange = text(Column.EXCHANGE, values, 16);
    String tradeId = text(Column.TRADE_ID, values, TEXT);
    if (wrong) {
      return;
    }
    if (kind == StatementKind.POSITIONS
        && format == StatementFormat.JSON
        && "CNC".equals(product)) {
      ignored++;
      return;
    }
    lines.add(
        new StatementLine(
            at, symbol, exchange, isin, product, side, quantity, price, fees, tradeId, tradedAt));
  }

  // Values.

  private static boolean isTold(String[] values, Column column) {
    String value = values[column.ordinal()];
    return value != null && !value.isEmpty();
  }

  private String symbol(String[] values) {
    String value = values[Column.SYMBOL.ordinal()];
    if (value == null || value.isEmpty()) {
      error(line, "symbol", "is required");
      return null;
    }
    String known = texts.get(value);
    if (known != null) {
      return known;
    }
    try {
      new Symbol(value);
    } catch (InvalidValueException e) {
      error(line, "symbol", e.getMessage());
      return null;
    }
    return shared(value);
  }

  private String product(String[] values) {
    String value = values[Column.PRODUCT.ordinal()];
    if (value == null || value.isEmpty()) {
      if (kind == StatementKind.POSITIONS) {
        error(line, "product", "is required");
      }
      return kind == StatementKind.HOLDINGS ? "CNC" : null;
    }
    if (value.length() > 16 || !value.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c == '_')) {
      error(line, "product", "must be a code such as CNC, MIS or NRML");
      return null;
    }
    return kind == StatementKind.HOLDINGS ? "CNC" : shared(value);
  }

  private String side(String[] values) {
    String value = values[Column.SIDE.ordinal()];
    if ("BUY".equalsIgnoreCase(value)) {
      return "BUY";
    }
    if ("SELL".equalsIgnoreCase(value)) {
      return "SELL";
    }
    error(line, "side", "must be BUY or SELL");
    return null;
  }

  private Long held(Long quantity, String[] values) {
    Long t1 = whole(Column.T1_QUANTITY, values, false);
    Long pledged = whole(Column.COLLATERAL_QUANTITY, values, false);
    Long used = whole(Column.USED_QUANTITY, values, false);
    return quantity == null || t1 == null || pledged == null || used == null
        ? null
        : quantity + t1 + pledged - used;
  }

  private boolean outOfRange(long quantity) {
    return switch (kind) {
      case HOLDINGS -> quantity < 0 || quantity > MOST_SHARES;
      case POSITIONS -> quantity < -MOST_SHARES || quantity > MOST_SHARES;
      case TRADES -> quantity < 1 || quantity > MOST_SHARES;
    };
  }

  private String range() {
    return switch (kind) {
      case HOLDINGS -> "must be from 0 to " + MOST_SHARES;
      case POSITIONS -> "must be from -" + MOST_SHARES + " to " + MOST_SHARES;
      case TRADES -> "must be from 1 to " + MOST_SHARES;
    };
  }

  /** Null when it is wrong; 0 when it isn't told and needn't be. */
  private Long whole(Column column, String[] values, boolean required) {
    String value = values[column.ordinal()];
    if (value == null || value.isEmpty()) {
      if (required) {
        error(line, column.code(), "is required");
        return null;
      }
      return 0L;
    }
    if (value.length() <= 13) {
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException e) {
        // 10.0 is a whole number too: looked at below.
      }
    }
    BigDecimal number = number(value);
    if (number == null
        || number.stripTrailingZeros().scale() > 0
        || number.abs().compareTo(MOST_RUPEES) > 0) {
      error(line, column.code(), "must be a whole number");
      return null;
    }
    return number.longValueExact();
  }

  /** Null when it isn't told, or wrong. */
  private BigDecimal amount(Column column, String[] values) {
    String value = values[column.ordinal()];
    if (value == null || value.isEmpty()) {
      return null;
    }
    BigDecimal number = number(value);
    if (number == null
        || number.signum() < 0
        || number.compareTo(MOST_RUPEES) > 0
        || number.scale() > MOST_DECIMALS && number.stripTrailingZeros().scale() > MOST_DECIMALS) {
      error(
          line,
          column == Column.AVERAGE_PRICE ? "average_price" : column.code(),
          "must be a number from 0 to "
              + MOST_RUPEES
              + " with at most "
              + MOST_DECIMALS
              + " decimals");
      return null;
    }
    return number;
  }

  private static BigDecimal number(String value) {
    if (value.length() > 40) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(value);
      // 1e999999999 is a small text and a number nobody can write out.
      return Math.abs((long) number.scale()) > 40 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private Instant time(Column column, String[] values) {
    String value = values[column.ordinal()];
    if (value == null || value.isEmpty()) {
      error(line, "traded_at", "is required");
      return null;
    }
    try {
      Instant at =
          value.length() == 19
              ? LocalDateTime.of(
                      part(value, 0, 4),
                      part(value, 5, 7),
                      part(value, 8, 10),
                      part(value, 11, 13),
                      part(value, 14, 16),
                      part(value, 17, 19))
                  .toInstant(INDIA)
              : OffsetDateTime.parse(value).toInstant().truncatedTo(ChronoUnit.MICROS);
      if (!at.isBefore(EARLIEST) && at.isBefore(LATEST)) {
        return at;
      }
    } catch (DateTimeException | NumberFormatException e) {
      // Said below.
    }
    error(
        line,
        "traded_at",
        "must be a time such as 2026-11-20T09:15:00Z, or 2026-11-20 14:45:00 in India");
    return null;
  }

  private static int part(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw new NumberFormatException(text);
      }
      value = value * 10 + c - '0';
    }
    return value;
  }

  private String text(Column column, String[] values, int most) {
    String value = values[column.ordinal()];
    if (value == null || value.isEmpty()) {
      return null;
    }
    if (value.length() > most || value.chars().anyMatch(c -> c < 0x20 || c >= 0x7f)) {
      error(line, column.code(), "must have at most " + most + " printable ASCII characters");
      return null;
    }
    return column == Column.TRADE_ID ? value : shared(value);
  }

  private String shared(String value) {
    String known = texts.putIfAbsent(value, value);
    return known == null ? value : known;
  }
}
