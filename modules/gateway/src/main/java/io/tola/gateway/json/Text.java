package io.tola.gateway.json;

/** Rules for text that comes from outside. */
public final class Text {

  private Text() {}

  /**
   * Whether the text may be stored and logged: no control characters (PostgreSQL refuses NUL, and a
   * line break forges a log line), no half surrogate pairs (they have no UTF-8 form).
   */
  public static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /**
   * At most 64 characters of it, for messages that quote the caller; characters that aren't clean
   * become {@code ?}.
   */
  public static String shortened(String text) {
    String start = text.length() <= 64 ? text : text.substring(0, 61) + "...";
    if (isClean(start)) {
      return start;
    }
    StringBuilder clean = new StringBuilder(start.length());
    start
        .chars()
        .forEach(
            c ->
                clean.append(
                    c < ' ' || (c >= 0x7F && c < 0xA0) || Character.isSurrogate((char) c)
                        ? '?'
                        : (char) c));
    return clean.toString();
  }
}
