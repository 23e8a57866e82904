package io.tola.trading.application;

/** Hears what the pipeline does, for metrics. Called by many threads; must not block or throw. */
interface PipelineObserver {

  /** An observer for whom nothing matters. */
  PipelineObserver NONE = new PipelineObserver() {};

  /** A batch became durable. */
  default void committed(int commands, long nanos) {}

  /** A commit took so long; part of the batch's time. */
  default void commitTime(long nanos) {}

  /**
   * A command was answered.
   *
   * @param outcome one of a few dozen fixed words
   * @param nanos since it was submitted
   */
  default void answered(String outcome, long nanos) {}

  /** A batch failed and is tried again as it is. */
  default void retried() {}

  /** A batch failed and is tried again in two halves. */
  default void split() {}
}
