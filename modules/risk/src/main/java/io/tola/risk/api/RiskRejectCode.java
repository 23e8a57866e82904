package io.tola.risk.api;

/**
 * Why a pre-trade control refuses an order: the 2xxx family of reject codes, part of the contract,
 * never reused. 24xx belongs to {@link io.tola.kernel.problem.ProblemCode}.
 */
public enum RiskRejectCode {
  /** The kill switch stands at HALTED for the whole platform. */
  PLATFORM_HALTED(2001),
  /** The kill switch stands at HALTED for the account. */
  ACCOUNT_HALTED(2002),
  /** Only orders that make a position smaller are taken, on the whole platform. */
  PLATFORM_REDUCE_ONLY(2003),
  /** Only orders that make a position smaller are taken from the account. */
  ACCOUNT_REDUCE_ONLY(2004),
  /** The account may not trade. */
  ACCOUNT_CLOSED(2005),

  /** The symbol is on the platform's restricted list. */
  SYMBOL_RESTRICTED(2010),
  /** The symbol is on the account's restricted list. */
  SYMBOL_RESTRICTED_FOR_ACCOUNT(2011),
  /** The instrument is suspended. */
  INSTRUMENT_NOT_TRADABLE(2012),
  /** Tags are required, and the order has none. */
  ALGO_TAG_MISSING(2013),

  /** The exchange takes no orders now. */
  SESSION_CLOSED(2020),
  /** Orders without a price and IOC orders need continuous trading. */
  NOT_IN_CONTINUOUS_TRADING(2021),

  /** More orders in this second than the account may place. */
  ORDER_RATE(2030),
  /** Alike an order of a moment ago. */
  LOOK_ALIKE(2031),

  /** The quantity is not a positive whole number of lots. */
  ODD_LOT(2040),
  /** The quantity is above the instrument's freeze quantity. */
  QUANTITY_FREEZE(2041),

  /** There is no quote that the order could be priced or judged by. */
  NO_QUOTE(2050),
  /** The quote is too old for an order without a price. */
  STALE_QUOTE(2051),
  /** The price is not a whole number of ticks. */
  OFF_TICK(2052),
  /** The price is outside the instrument's price band. */
  PRICE_BAND(2053),
  /** A market order could trade too far from the last price. */
  PRICE_COLLAR(2054),

  /** The order's value is above the account's limit. */
  ORDER_VALUE(2060),
  /** All working orders together would be above the account's limit. */
  OPEN_ORDER_VALUE(2061),

  /** Not enough shares held to sell for delivery. */
  HOLDINGS(2070),
  /** The position could become larger than the account's limit in shares. */
  POSITION_QUANTITY(2071),
  /** The position could become larger than the account's limit in rupees. */
  POSITION_VALUE(2072),
  /** Not enough cash. */
  CASH(2080);

  private final int number;

  RiskRejectCode(int number) {
    this.number = number;
  }

  /** The number in the contract. */
  public int number() {
    return number;
  }
}
