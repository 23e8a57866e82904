package io.tola.risk.api;

/** What a risk event is about; part of the contract, never reused. */
public enum RiskEventKind {
  /** Somebody used the kill switch. */
  KILL_SWITCH,
  /** A pre-trade control refused orders of an account, some seconds' worth of one reason. */
  ORDERS_REFUSED,
  /** Somebody changed an account's limits. */
  LIMITS_CHANGED,
  /** A guard's condition was met. */
  GUARD_TRIPPED,
  /** A person set a guard back. */
  GUARD_REARMED,
  /** Days that lost more than their value at risk moved an account into another of Basel's zones. */
  VAR_EXCEEDED,
  /** A break between the book and a broker's statement stayed open too long. */
  BREAK_OPEN,
  /** An account sent too many orders for its trades in a day. */
  ORDER_TO_TRADE
}
