package io.tola.portfolio.domain.recon;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The figures of one side of a position's difference, read back from the text {@link Difference} keeps.
 *
 * @param quantity 0 when that side has nothing
 * @param averagePrice null when it isn't told
 */
public record Figures(long quantity, BigDecimal averagePrice) {

  private static final Pattern QUANTITY = Pattern.compile("\"quantity\":(-?\\d+)");
  private static final Pattern PRICE = Pattern.compile("\"average_price\":(\\d+(?:\\.\\d+)?)");

  /** Reads canonical JSON that this package wrote. */
  public static Figures read(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    Matcher price = PRICE.matcher(text);
    return new Figures(
        quantity.find() ? Long.parseLong(quantity.group(1)) : 0,
        price.find() ? new BigDecimal(price.group(1)) : null);
  }
}
