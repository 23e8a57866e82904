package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Text;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The query parameters of a request, read as strictly as a body: every error named, unknown and
 * repeated parameters refused (a misspelled filter would list what wasn't asked for). Used by one
 * thread.
 */
final class Query {

  private static final int MAX_CURSOR = 512;
  private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private final MultivaluedMap<String, String> parameters;
  private final Errors errors = Errors.ofParameters();
  private final List<String> asked = new ArrayList<>(8);

  private Query(MultivaluedMap<String, String> parameters) {
    this.parameters = parameters;
  }

  /** The query of a request; refused when it isn't decodable. */
  static Query of(UriInfo uri) {
    try {
      return new Query(uri.getQueryParameters());
    } catch (IllegalArgumentException e) {
      Errors errors = Errors.ofParameters();
      errors.add("query", "is not properly encoded");
      throw errors.problem();
    }
  }

  static Query of(MultivaluedMap<String, String> parameters) {
    return new Query(parameters);
  }

  private String get(String name) {
    asked.add(name);
    List<String> values = parameters.get(name);
    if (values == null || values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      errors.add(name, "must be given once");
      return null;
    }
    return values.get(0);
  }

  String text(String name, int max) {
    String text = get(name);
    if (text == null) {
      return null;
    }
    if (text.isEmpty() || text.length() > max) {
      errors.add(name, "must have 1 to " + max + " characters");
      return null;
    }
    if (!Text.isClean(text)) {
      errors.add(name, "must not hold control characters");
      return null;
    }
    return text;
  }

  <T> T value(String name, int max, Function<String, T> type) {
    String text = text(name, max);
    return text == null ? null : errors.make(name, () -> type.apply(text));
  }

  <T> T requiredValue(String name, int max, Function<String, T> type) {
    if (!parameters.containsKey(name)) {
      asked.add(name);
      errors.add(name, "is required");
      return null;
    }
    return value(name, max, type);
  }

  <T> T code(String name, Codes<T> codes) {
    String text = get(name);
    if (text == null) {
      return null;
    }
    T value = codes.get(text);
    if (value == null) {
      errors.add(name, codes.message());
    }
    return value;
  }

  int limit(int byDefault, int max) {
    String text = get("limit");
    if (text == null) {
      return byDefault;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= max) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    errors.add("limit", "must be a whole number from 1 to " + max);
    return byDefault;
  }

  /** Where the last page ended; what only a forger writes is refused before a module reads it. */
  String cursor() {
    String cursor = text("cursor", MAX_CURSOR);
    for (int i = 0; cursor != null && i < cursor.length(); i++) {
      char c = cursor.charAt(i);
      boolean made =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || "-_=.:,~&".indexOf(c) >= 0;
      if (!made) {
        errors.add("cursor", "must be a next_cursor as it was answered");
        return null;
      }
    }
    return cursor;
  }

  /** An RFC 3339 time, to microseconds, or null. */
  Instant instant(String name) {
    String text = text(name, 40);
    if (text == null) {
      return null;
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        errors.add(name, "must be from 1970 to 2200");
        return null;
      }
      return instant;
    } catch (DateTimeException e) {
      errors.add(name, "must be an RFC 3339 time such as 2026-11-21T09:15:00Z (write + as %2B)");
      return null;
    }
  }

  /** A date such as 2026-11-21, or null. */
  LocalDate day(String name) {
    String text = text(name, 10);
    if (text == null) {
      return null;
    }
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 1970 && day.getYear() < 2200) {
        return day;
      }
      errors.add(name, "must be from 1970 to 2199");
    } catch (DateTimeException e) {
      errors.add(name, "must be a date such as 2026-11-21");
    }
    return null;
  }

  void fromNotAfterTo(LocalDate from, LocalDate to) {
    if (from != null && to != null && from.isAfter(to)) {
      errors.add("from", "must not be after to");
    }
  }

  void fromBeforeTo(Instant from, Instant to) {
    if (from != null && to != null && !from.isBefore(to)) {
      errors.add("from", "must be before to");
    }
  }

  AccountId accountId() {
    return value("account_id", 36, AccountId::parse);
  }

  /** Says that every parameter has been read; refuses what was wrong and what nobody asked for. */
  void done() {
    for (String name : parameters.keySet()) {
      if (!asked.contains(name)) {
        errors.add(Text.shortened(name), "is not known here");
      }
    }
    errors.throwIfAny();
  }

  /** The caller's accounts, or the one of them that was asked for. */
  static Set<AccountId> accounts(Caller caller, AccountId asked) {
    if (asked == null) {
      return caller.accounts();
    }
    if (!caller.accounts().contains(asked)) {
      throw notYours();
    }
    return Set.of(asked);
  }

  /** The one account that a request is about. */
  static AccountId account(Caller caller, AccountId asked) {
    if (asked != null) {
      accounts(caller, asked);
      return asked;
    }
    if (caller.onlyAccount() != null) {
      return caller.onlyAccount();
    }
    if (caller.accounts().isEmpty()) {
      throw notYours();
    }
    Errors errors = Errors.ofParameters();
    errors.add("account_id", "is required: you have " + caller.accounts().size() + " accounts");
    throw errors.problem();
  }

  private static ProblemException notYours() {
    return new ProblemException(
        ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account among yours.");
  }
}
