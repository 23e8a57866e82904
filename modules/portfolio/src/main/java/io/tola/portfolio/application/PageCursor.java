package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Product;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Where a page ended, as an opaque text that is checked when it comes back. */
final class PageCursor {

  private static final String VERSION = "p1";

  /** Above the longest cursor made here; more isn't even decoded. */
  private static final int MAX_LENGTH = 160;

  private static final String NAME_VERSION = "a1|";

  /** Above the longest cursor of names: 64 characters may be four bytes each. */
  private static final int MAX_NAME_LENGTH = 400;

  private PageCursor() {}

  /** Where a page of accounts ended. */
  static String ofName(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((NAME_VERSION + last).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param cursor null for the first page
   * @return the last name of the page before, or null
   * @throws ProblemException INVALID_PARAMETER when the text wasn't made by {@link #ofName}
   */
  static String parseName(String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String text =
          cursor.length() > MAX_NAME_LENGTH
              ? ""
              : new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      // A NUL would be the database's error, not the reader's.
      if (text.startsWith(NAME_VERSION) && text.indexOf('\0') < 0) {
        return text.substring(NAME_VERSION.length());
      }
    } catch (IllegalArgumentException e) {
      // Not base64: answered like any other text that wasn't made here.
    }
    throw invalid("cursor", "is not a cursor of this list");
  }

  static String of(PositionKey last) {
    String text =
        String.join(
            "|", VERSION, last.symbol().value(), last.product(), last.accountId().toString());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * @param cursor null for the first page
   * @return the last row of the page before, or null
   * @throws ProblemException INVALID_PARAMETER when the text wasn't made by {@link #of}
   */
  static PositionKey parse(String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      if (cursor.length() > MAX_LENGTH) {
        throw new IllegalArgumentException("too long");
      }
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
      String[] parts = text.split("\\|", -1);
      if (parts.length != 4 || !parts[0].equals(VERSION)) {
        throw new IllegalArgumentException("not a cursor of positions");
      }
      return new PositionKey(
          new AccountId(Ids.parse("cursor", parts[3])),
          new Symbol(parts[1]),
          Product.valueOf(parts[2]).name());
    } catch (IllegalArgumentException e) {
      throw invalid("cursor", "is not a cursor of this list");
    }
  }

  static ProblemException invalid(String parameter, String message) {
    return new ProblemException(
        ProblemCode.INVALID_PARAMETER,
        parameter + " " + message,
        List.of(new FieldError(parameter, message)));
  }
}
