package io.tola.trading.api;

/** FIX tag 39: the state of an order. What a single report says is {@link ExecType}. */
public enum OrdStatus {
  /** Sent to a venue that hasn't acknowledged it. */
  PENDING_NEW(true),
  NEW(true),
  PARTIALLY_FILLED(true),
  FILLED(false),
  CANCELED(false),
  REPLACED(true),
  PENDING_CANCEL(true),
  PENDING_REPLACE(true),
  REJECTED(false),
  EXPIRED(false),
  /** Its symbol is halted. */
  SUSPENDED(true);

  private final boolean working;

  OrdStatus(boolean working) {
    this.working = working;
  }

  /** Whether shares may still trade or the order may still be canceled. */
  public boolean working() {
    return working;
  }
}
