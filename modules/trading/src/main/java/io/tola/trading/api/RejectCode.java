package io.tola.trading.api;

/**
 * Why trading itself refuses an order: FIX tag 103 (OrdRejReason), numbered in the 1xxx family. The
 * risk controls' refusals are 2xxx and listed with the controls.
 *
 * <p>A refused order is stored with status REJECTED and its code. Numbers are part of the contract
 * and never reused; 14xx and 15xx belong to {@link io.tola.kernel.problem.ProblemCode}.
 */
public enum RejectCode {
  /** SL and SL-M orders. */
  STOP_ORDERS_NOT_TAKEN(1001, "Stop orders (SL, SL-M) are not taken yet"),
  /** A MARKET order in a symbol nobody quotes has no price to be protected by. */
  NO_QUOTE_FOR_MARKET_ORDER(1002, "There is no current quote to price a MARKET order by");

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
