package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * Where a page of bars ended. Opaque to clients; names its list, so that a cursor of another symbol
 * or interval is refused instead of answering something odd.
 *
 * @param after start of the last bar delivered
 */
record BarCursor(Instant after) {

  private static final int LONGEST = 120;

  static String behind(Bar bar) {
    String text = bar.symbol() + "|" + bar.interval().code() + "|" + bar.start().getEpochSecond();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Null when there is none, or when it doesn't belong to this list. */
  static BarCursor parse(String cursor, Symbol symbol, Interval interval) {
    if (cursor == null || cursor.length() > LONGEST) {
      return null;
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      String[] parts = text.split("\\|", -1);
      if (parts.length != 3
          || !parts[0].equals(symbol.value())
          || !parts[1].equals(interval.code())) {
        return null;
      }
      long second = Long.parseLong(parts[2]);
      return second < 0 || second > 32_503_680_000L
          ? null
          : new BarCursor(Instant.ofEpochSecond(second));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
