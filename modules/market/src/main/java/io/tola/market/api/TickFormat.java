package io.tola.market.api;

/** How a body of ticks is written; both are UTF-8, one tick a line. */
public enum TickFormat {
  /** A JSON object a line: flat, decimals as JSON numbers. */
  NDJSON,
  /** A first line that names the columns, then values separated by commas, without quotes. */
  CSV
}
