package io.tola.trading.api;

/** FIX tag 59: how long an order works. */
public enum Validity {
  /** Until the session ends. */
  DAY,
  /** What can't be filled at once is canceled. */
  IOC
}
