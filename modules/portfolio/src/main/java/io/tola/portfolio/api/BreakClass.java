package io.tola.portfolio.api;

import java.util.Locale;

/** In what way the books and a statement differ. */
public enum BreakClass {
  /** The broker has it, the books don't. */
  MISSING_HERE,
  /** The books have it, the broker doesn't. */
  MISSING_THERE,
  /** Both have it, with other quantities. */
  QUANTITY,
  /** Both have it, at other prices. */
  PRICE,
  /** Bought here, sold there; or long here, short there. */
  SIDE,
  /** The same shares under another symbol, or the same symbol with another ISIN. */
  SYMBOL,
  /** The statement has it twice. */
  DUPLICATE,
  /** Explained by trades so young that one side may not have them yet. */
  TIMING,
  /** The quantities are in a simple ratio and the cost is the same: a split or a bonus one side lacks. */
  CORPORATE_ACTION,
  /** Other fees than the trades should have cost. */
  FEES;

  /** The spelling in answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
