package io.tola.strategy.api;

/** What a strategy would do at the next opportunity. */
public enum Direction {
  BUY,
  SELL,
  /** Nothing: neither buy nor sell. */
  HOLD
}
