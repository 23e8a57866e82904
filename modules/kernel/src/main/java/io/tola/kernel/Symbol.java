package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;

/**
 * An exchange trading symbol such as {@code RELIANCE} or {@code M&M}.
 *
 * <p>A type of its own because a symbol, a client order id and a tag are all short strings, and
 * swapping two of them sends the wrong order. 1 to 32 characters of {@code A-Z 0-9 & - _ .} and
 * inner single spaces (indices such as {@code NIFTY 50}).
 *
 * @param value the symbol as the exchange spells it
 */
public record Symbol(String value) implements Comparable<Symbol> {

  /**
   * @throws InvalidValueException when the text is not a well-formed symbol
   */
  public Symbol {
    if (value == null || value.isEmpty() || value.length() > 32) {
      throw new InvalidValueException("symbol", "must have 1 to 32 characters");
    }
    for (int i = 0; i < value.length(); i++) {
      if (!allowed(value.charAt(i))) {
        throw new InvalidValueException("symbol", "may hold only A-Z, 0-9, &, -, _, . and space");
      }
    }
    if (value.charAt(0) == ' ' || value.charAt(value.length() - 1) == ' ') {
      throw new InvalidValueException("symbol", "must not begin or end with a space");
    }
  }

  private static boolean allowed(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '&'
        || c == '-'
        || c == '_'
        || c == '.'
        || c == ' ';
  }

  @Override
  public int compareTo(Symbol other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
