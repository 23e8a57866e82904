package io.tola.gateway.rest.body;

import io.tola.gateway.json.Problem;
import io.tola.gateway.json.Shape;
import io.tola.strategy.api.RunResult;
import io.tola.trading.api.PlaceOutcome;
import java.time.Instant;
import java.util.List;

/** What a run gave, symbol by symbol in the order asked. */
public record RunShape(String strategy, Instant asOf, List<Item> items) implements Shape {

  private static final int CREATED = 201;
  private static final int OK = 200;

  /**
   * One symbol's part: a signal, or the problem that there is none.
   *
   * @param repeated whether it had been said before: nothing was stored
   * @param order what became of its order; null when none was placed
   */
  public record Item(
      String symbol, SignalShape signal, boolean repeated, Problem problem, RunOrder order) {}

  /**
   * What became of an order: an order or a problem.
   *
   * @param status the status that the same order alone would have been answered with
   */
  public record RunOrder(int status, OrderShape order, Problem problem) {

    static RunOrder of(PlaceOutcome outcome, String requestId) {
      if (outcome == null) {
        return null;
      }
      if (outcome instanceof PlaceOutcome.Placed placed) {
        return new RunOrder(CREATED, OrderShape.of(placed.order()), null);
      }
      if (outcome instanceof PlaceOutcome.Repeated repeated) {
        return new RunOrder(OK, OrderShape.of(repeated.order()), null);
      }
      Problem problem = Problem.of(((PlaceOutcome.Failed) outcome).problem(), requestId);
      return new RunOrder(problem.status(), null, problem);
    }
  }

  public static RunShape of(RunResult result, String requestId) {
    return new RunShape(
        result.strategy(),
        result.asOf(),
        result.items().stream()
            .map(
                item ->
                    new Item(
                        item.symbol().value(),
                        item.signal() == null ? null : SignalShape.of(item.signal()),
                        item.repeated(),
                        item.problem() == null ? null : Problem.of(item.problem(), requestId),
                        RunOrder.of(item.order(), requestId)))
            .toList());
  }
}
