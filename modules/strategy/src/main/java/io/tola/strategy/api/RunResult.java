package io.tola.strategy.api;

import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.PlaceOutcome;
import java.time.Instant;
import java.util.List;

/**
 * What a run gave, symbol by symbol in the order asked.
 *
 * @param asOf the moment it was worked out for
 */
public record RunResult(String strategy, Instant asOf, List<Item> items) {

  /**
   * One symbol's part.
   *
   * @param signal as stored; null when there was none
   * @param repeated whether the same bar had been worked out before: then nothing was stored
   * @param problem why there is no signal, or null
   * @param order what became of its order; null when none was placed
   */
  public record Item(
      Symbol symbol,
      Signal signal,
      boolean repeated,
      ProblemException problem,
      PlaceOutcome order) {}
}
