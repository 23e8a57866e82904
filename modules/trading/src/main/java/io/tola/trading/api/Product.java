package io.tola.trading.api;

/** How a position is carried. */
public enum Product {
  /** Cash and carry: delivery; a sale needs the holding. */
  CNC,
  /** Intraday: may be short within the day. */
  MIS,
  /** Carried forward on margin. */
  NRML
}
