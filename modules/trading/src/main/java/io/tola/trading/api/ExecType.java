package io.tola.trading.api;

/**
 * FIX tag 150: what one execution report says. The order's state is {@link OrdStatus}. Spelled as FIX
 * 4.4 spells it, except TRIGGERED, which FIX has had since 5.0 (tag value L).
 */
public enum ExecType {
  PENDING_NEW,
  NEW,
  TRADE,
  CANCELED,
  REPLACED,
  PENDING_CANCEL,
  PENDING_REPLACE,
  REJECTED,
  EXPIRED,
  SUSPENDED,
  /** Unasked for: a suspended order works again. */
  RESTATED,
  /** A stop order's trigger was reached. */
  TRIGGERED
}
