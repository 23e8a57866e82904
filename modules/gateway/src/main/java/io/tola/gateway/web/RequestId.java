package io.tola.gateway.web;

import jakarta.servlet.ServletRequest;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The id by which a request is found again: in the answer's {@code X-Request-Id}, a problem's
 * {@code trace_id} and the log. The client's own where it sent a harmless one, made here otherwise.
 */
public final class RequestId {

  public static final String HEADER = "X-Request-Id";
  public static final String ATTRIBUTE = "tola.request-id";
  private static final int MAX_LENGTH = 64;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private RequestId() {}

  /** The client's id when it may stand in a log line; a new one otherwise. */
  static String of(String sent) {
    return sent != null && isHarmless(sent) ? sent : next();
  }

  private static boolean isHarmless(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /** 128 random bits in hex; unique is enough, secret it need not be. */
  private static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    char[] text = new char[32];
    hex(random.nextLong(), text, 0);
    hex(random.nextLong(), text, 16);
    return new String(text);
  }

  private static void hex(long bits, char[] text, int at) {
    long rest = bits;
    for (int i = at + 15; i >= at; i--) {
      text[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }

  /** The id of a request that came through {@link Doorway}. */
  public static String of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof String id ? id : next();
  }
}
