package io.tola.market.api;

/** What the exchange is doing now, and so what it takes. */
public enum SessionPhase {
  CLOSED(false, false),
  /** Orders are collected, nothing trades. */
  PRE_OPEN(true, false),
  /** Continuous trading. */
  OPEN(true, true),
  /** Orders are collected for one closing price (NSE, since 2026-08-03). */
  CLOSING_AUCTION(true, false),
  /** After the close, at the closing price only. */
  POST_CLOSE(false, false),
  /** Between two sessions of a trading day, while an auction is prepared or matched: nothing is taken. */
  BREAK(false, false);

  private final boolean acceptsOrders;
  private final boolean continuous;

  SessionPhase(boolean acceptsOrders, boolean continuous) {
    this.acceptsOrders = acceptsOrders;
    this.continuous = continuous;
  }

  /** Whether an order may be entered. */
  public boolean acceptsOrders() {
    return acceptsOrders;
  }

  /** Whether orders trade against the current quote. */
  public boolean continuous() {
    return continuous;
  }
}
