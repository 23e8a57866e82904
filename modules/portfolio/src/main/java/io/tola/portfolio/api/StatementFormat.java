package io.tola.portfolio.api;

/** How a statement is written. */
public enum StatementFormat {
  /** Lines with commas, the first one naming the columns. */
  CSV,
  /** The broker's own answer: {@code {"data": […]}}, or {@code {"data": {"net": […]}}}. */
  JSON
}
