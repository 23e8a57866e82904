package io.tola.schema.importer;

/** Text that PostgreSQL and UTF-8 can hold. */
final class Storable {

  private Storable() {}

  /** Whether it has neither NUL nor half a surrogate pair. */
  static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || (Character.isSurrogate(c) && !paired(text, i))) {
        return false;
      }
    }
    return true;
  }

  /** The text with U+FFFD for control characters, which JSON spells in more than one way, and for halves of surrogate pairs. */
  static String plain(String text) {
    StringBuilder made = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> made.appendCodePoint(c < ' ' || (c >= 0xd800 && c <= 0xdfff) ? 0xfffd : c));
    return made.toString();
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
