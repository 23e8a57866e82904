package io.tola.schema.importer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * One record of a file: its fields by name, and what is wrong with them.
 *
 * <p>Names are compared in snake_case, so {@code orderId} and {@code order_id} are one field. Every getter takes the names a field may
 * go by, the one used in messages first; a missing, null or empty field is null. A field that can't be read is noted ({@link #problem})
 * and null, so that all faults of a record are found at once. Used for one record after another; not thread-safe.
 */
final class JsonRecord {

  private static final int LONGEST_NUMBER = 40;
  private static final int LONGEST_TEXT = 4_000;

  /** Numbers below are seconds since 1970, above milliseconds: the year 5138 in one, March 1973 in the other. */
  private static final BigDecimal MILLISECONDS_FROM = new BigDecimal("100000000000");

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:MM:ss", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "Z")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> scalars = new HashMap<>();
  private final Map<String, String> nested = new HashMap<>();
  private final StringBuilder problems = new StringBuilder();
  private final Instant latest;
  private final ZoneId zone;
  private long number;
  private String lastTimestamp = "";
  private Instant lastInstant;

  /**
   * @param zone of timestamps that have none
   * @param latest no timestamp may be later
   */
  JsonRecord(ZoneId zone, Instant latest) {
    this.zone = zone;
    this.latest = latest;
  }

  /** Forgets everything and begins record {@code number}, counted from 1. */
  void begin(long number) {
    this.number = number;
    scalars.clear();
    nested.clear();
    problems.setLength(0);
  }

  long number() {
    return number;
  }

  /** No timestamp of the record is later: the moment of the run, for what must have one and has none. */
  Instant latest() {
    return latest;
  }

  /** A string, number or boolean as it is written. */
  void scalar(String name, String value) {
    scalars.put(canonical(name), value);
  }

  /** An object or array, as JSON. */
  void nested(String name, String json) {
    nested.put(canonical(name), json);
  }

  void problem(String field, String what) {
    if (problems.length() > 0) {
      problems.append("; ");
    }
    problems.append(field).append(": ").append(what);
  }

  boolean isSound() {
    return problems.length() == 0;
  }

  String problems() {
    return problems.toString();
  }

  private String canonical(String name) {
    String known = names.get(name);
    if (known != null) {
      return known;
    }
    StringBuilder snake = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0 && Character.isLowerCase(name.charAt(i - 1))) {
        snake.append('_');
      }
      snake.append(c == '-' || c == ' ' ? '_' : Character.toLowerCase(c));
    }
    String made = snake.toString();
    // A file with made-up names must not fill the memory.
    if (names.size() < 1_000) {
      names.put(name, made);
    }
    return made;
  }

  private String raw(String... aliases) {
    for (String alias : aliases) {
      String value = scalars.get(alias);
      if (value != null) {
        String trimmed = value.strip();
        if (!trimmed.isEmpty()) {
          return trimmed;
        }
      }
    }
    return null;
  }

  boolean has(String... aliases) {
    return raw(aliases) != null;
  }

  String text(String... aliases) {
    return text(LONGEST_TEXT, aliases);
  }

  String text(int most, String... aliases) {
    String value = raw(aliases);
    if (value == null) {
      return null;
    }
    if (value.length() > most) {
      problem(aliases[0], "longer than " + most + " characters");
      return null;
    }
    if (!Storable.is(value)) {
      problem(aliases[0], "has a character that can't be stored");
      return null;
    }
    return value;
  }

  /** Printable ASCII without spaces, or with them. */
  String ascii(int most, boolean spaces, String... aliases) {
    String value = text(most, aliases);
    for (int i = 0; value != null && i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > '~' || c < ' ' || (c == ' ' && !spaces)) {
        problem(
            aliases[0],
            "may hold only printable ASCII characters" + (spaces ? "" : " without spaces"));
        return null;
      }
    }
    return value;
  }

  /** Notes a field that is needed and isn't there; one that is there and unreadable is noted already. */
  <T> T needed(T value, String field, boolean there) {
    if (value == null && !there) {
      problem(field, "missing");
    }
    return value;
  }

  String symbol(String... aliases) {
    String value = text(64, aliases);
    if (value == null) {
      return needed(null, aliases[0], has(aliases));
    }
    String symbol = value.toUpperCase(Locale.ROOT);
    boolean formed = symbol.length() <= 32;
    for (int i = 0; formed && i < symbol.length(); i++) {
      char c = symbol.charAt(i);
      formed = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "&-_. ".indexOf(c) >= 0;
    }
    if (!formed) {
      problem(aliases[0], "'" + value + "' is not a symbol");
      return null;
    }
    return symbol;
  }

  /** One of a few words, upper-cased; the value it stands for. */
  String choice(Map<String, String> words, String... aliases) {
    String value = raw(aliases);
    if (value == null) {
      return null;
    }
    String meant = words.get(value.toUpperCase(Locale.ROOT));
    if (meant == null) {
      problem(aliases[0], "'" + shortened(value) + "' is not known");
    }
    return meant;
  }

  BigDecimal decimal(String... aliases) {
    String value = raw(aliases);
    if (value == null) {
      return null;
    }
    if (value.length() <= LONGEST_NUMBER) {
      try {
        BigDecimal number = new BigDecimal(value);
        if (Math.abs(number.scale()) <= LONGEST_NUMBER) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
    }
    problem(aliases[0], "'" + shortened(value) + "' is not a number");
    return null;
  }

  /** A price as an order or trade may have it; 0 means none. */
  BigDecimal price(String... aliases) {
    BigDecimal value = decimal(aliases);
    if (value == null || value.signum() == 0) {
      return null;
    }
    if (value.signum() < 0 || value.compareTo(Limits.PRICES_BELOW) >= 0) {
      problem(aliases[0], "must be above 0 and below " + Limits.PRICES_BELOW);
      return null;
    }
    if (value.scale() > Limits.PRICE_DECIMALS
        && value.stripTrailingZeros().scale() > Limits.PRICE_DECIMALS) {
      problem(aliases[0], "must have at most four decimals");
      return null;
    }
    return value;
  }

  Long whole(String... aliases) {
    BigDecimal value = decimal(aliases);
    if (value == null) {
      return null;
    }
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      problem(aliases[0], "must be a whole number");
      return null;
    }
  }

  /** Shares, from {@code least} to the most an order can have. */
  Long shares(long least, String... aliases) {
    Long value = whole(aliases);
    if (value != null && (value < least || value > Limits.MOST_SHARES)) {
      problem(aliases[0], "must be from " + least + " to " + Limits.MOST_SHARES);
      return null;
    }
    return value;
  }

  UUID uuid(String... aliases) {
    return asUuid(raw(aliases));
  }

  /** The UUID that a text spells in full, or null. */
  static UUID asUuid(String text) {
    if (text == null || text.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whole microseconds; with a zone, in the zone of this run, or seconds or milliseconds since 1970. */
  Instant instant(String... aliases) {
    String value = raw(aliases);
    if (value == null) {
      return null;
    }
    Instant instant;
    if (value.equals(lastTimestamp)) {
      instant = lastInstant;
    } else {
      try {
        instant = parsed(value).truncatedTo(ChronoUnit.MICROS);
      } catch (DateTimeException | ArithmeticException e) {
        problem(aliases[0], "'" + shortened(value) + "' is not a timestamp");
        return null;
      }
      lastTimestamp = value;
      lastInstant = instant;
    }
    if (instant.isAfter(latest)) {
      problem(aliases[0], "'" + value + "' lies in the future");
      return null;
    }
    if (instant.isBefore(Limits.EARLIEST)) {
      problem(aliases[0], "'" + value + "' lies before " + Limits.EARLIEST);
      return null;
    }
    return instant;
  }

  private Instant parsed(String value) {
    if (isNumber(value)) {
      BigDecimal number = new BigDecimal(value);
      BigDecimal seconds =
          number.compareTo(MILLISECONDS_FROM) < 0 ? number : number.movePointLeft(3);
      BigDecimal micros = seconds.movePointRight(6).setScale(0, RoundingMode.FLOOR);
      return Instant.EPOCH.plus(micros.longValueExact(), ChronoUnit.MICROS);
    }
    Instant usual = usual(value);
    return usual != null ? usual : general(value);
  }

  /** Any timestamp that isn't a number; what {@link #usual} must agree with. */
  Instant general(String value) {
    boolean spaced = value.length() > 10 && value.charAt(10) == ' ';
    String iso =
        spaced ? value.substring(0, 10) + 'T' + value.substring(11).replace(" ", "") : value;
    TemporalAccessor read =
        TIMESTAMP.parseBest(iso, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (read instanceof OffsetDateTime withZone) {
      return withZone.toInstant();
    }
    return read instanceof LocalDateTime local
        ? local.atZone(zone).toInstant()
        : ((LocalDate) read).atStartOfDay(zone).toInstant();
  }

  /**
   * A timestamp as nearly all are written, to the second with up to nine decimals, then nothing or Z; or null. The formatter takes five
   * times as long, which was a third of all reading.
   */
  Instant usual(String t) {
    int n = t.length();
    if (n < 19
        || t.charAt(4) != '-'
        || t.charAt(7) != '-'
        || (t.charAt(10) != 'T' && t.charAt(10) != ' ')
        || t.charAt(13) != ':'
        || t.charAt(16) != ':') {
      return null;
    }
    boolean utc = t.charAt(n - 1) == 'Z';
    int end = utc ? n - 1 : n;
    int nanos = 0;
    if (end > 19) {
      int decimals = end - 20;
      if (t.charAt(19) != '.' || decimals < 1 || decimals > 9) {
        return null;
      }
      nanos = digits(t, 20, end);
      for (int i = decimals; nanos > 0 && i < 9; i++) {
        nanos *= 10;
      }
    }
    int year = digits(t, 0, 4);
    int month = digits(t, 5, 7);
    int day = digits(t, 8, 10);
    int hour = digits(t, 11, 13);
    int minute = digits(t, 14, 16);
    int second = digits(t, 17, 19);
    if ((year | month | day | hour | minute | second | nanos) < 0) {
      return null;
    }
    LocalDateTime local = LocalDateTime.of(year, month, day, hour, minute, second, nanos);
    return utc ? local.toInstant(ZoneOffset.UTC) : local.atZone(zone).toInstant();
  }

  /** The number that the characters spell, or -1. */
  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static boolean isNumber(String value) {
    if (value.length() > LONGEST_NUMBER) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return false;
      }
    }
    return value.indexOf('.') == value.lastIndexOf('.')
        && value.indexOf('.') != 0
        && !value.endsWith(".");
  }

  /** A nested value as JSON; null when the field isn't there or is a scalar. */
  String json(String... aliases) {
    for (String alias : aliases) {
      String value = nested.get(alias);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  static String shortened(String value) {
    return value.length() <= 60 ? value : value.substring(0, 60) + "…";
  }
}
