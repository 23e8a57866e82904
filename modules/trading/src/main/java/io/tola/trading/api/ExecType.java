package io.tola.trading.api;

/** FIX tag 150: what one execution report says. The order's state is {@link OrdStatus}. */
public enum ExecType {
  NEW,
  TRADE,
  CANCELED,
  REPLACED,
  PENDING_CANCEL,
  PENDING_REPLACE,
  REJECTED,
  EXPIRED,
  SUSPENDED
}
