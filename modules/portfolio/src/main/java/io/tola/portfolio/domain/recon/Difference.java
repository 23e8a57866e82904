package io.tola.portfolio.domain.recon;

import io.tola.kernel.json.CanonicalJson;
import io.tola.portfolio.api.BreakClass;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;

/**
 * One way in which a statement and the books differ.
 *
 * @param subject what it is about, the same whenever the same thing is found again; one difference a
 *     class and subject
 * @param symbol the books' symbol where they know the shares, else the broker's
 * @param product null for a trade that doesn't say
 * @param ours the books' figures, canonical JSON; {@code {}} when they have nothing
 * @param theirs the statement's figures likewise
 * @param amount rupees, positive, at most four decimals; null when it can't be told
 * @param line of the statement; null when the statement doesn't have it
 * @param at when it was traded; null for holdings and positions
 */
public record Difference(
    BreakClass kind,
    String subject,
    String symbol,
    String product,
    String ours,
    String theirs,
    BigDecimal amount,
    Integer line,
    Instant at) {

  static final String NOTHING = "{}";
  private static final int LONGEST_SUBJECT = 200;
  private static final int RUPEE_DECIMALS = 4;

  public Difference {
    if (subject.length() > LONGEST_SUBJECT) {
      throw new IllegalArgumentException("a subject of " + subject.length() + " characters");
    }
    amount = amount == null ? null : amount.abs().setScale(RUPEE_DECIMALS, RoundingMode.HALF_EVEN);
  }

  static String figures(Map<String, ?> figures) {
    return CanonicalJson.write(figures);
  }
}
