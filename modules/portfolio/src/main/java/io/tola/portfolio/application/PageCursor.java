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

/** Where a page of positions ended, as an opaque text that is checked when it comes back. */
final class PageCursor {

  private static final String VERSION = "p1";

  /** Above the longest cursor made here; more isn't even decoded. */
  private static final int MAX_LENGTH = 160;

  private PageCursor() {}

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
