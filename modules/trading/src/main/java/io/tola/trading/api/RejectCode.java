package io.tola.trading.api;

/**
 * Why trading itself refuses an order: FIX tag 103 (OrdRejReason), numbered in the 1xxx family. The
 * risk controls' refusals are 2xxx and listed with the controls.
 *
 * <p>A refused order is stored with status REJECTED and its code. Numbers are part of the contract
 * and never reused (1001 was for stop orders, while they were not taken); 14xx and 15xx belong to {@link io.tola.kernel.problem.ProblemCode}.
 */
public enum RejectCode {
  /** A MARKET order in a symbol nobody quotes has no price to be protected by. */
  NO_QUOTE_FOR_MARKET_ORDER(1002, "There is no current quote to price a MARKET order by"),
  /** The account's trading mode is halted. */
  ACCOUNT_NOT_TRADING(1003, "The account's trading mode is halted: only cancels are taken"),
  /** The account's trading mode is live, and there is no live venue. */
  LIVE_VENUE_NOT_CONNECTED(
      1004, "The account's trading mode is live, and the live venue is not connected"),
  /** The symbol is halted. */
  SYMBOL_HALTED(1005, "The symbol is halted: only cancels are taken"),
  /** After the hour at which MIS positions are squared off. */
  MIS_SQUARED_OFF(1006, "MIS positions are being squared off: no MIS orders until tomorrow");

  private final int number;
  private final String reason;

  RejectCode(int number, String reason) {
    this.number = number;
    this.reason = reason;
  }

  /** The number in the contract. */
  public int number() {
    return number;
  }

  /** One sentence for the client. */
  public String reason() {
    return reason;
  }
}
