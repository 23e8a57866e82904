package io.tola.gateway.rest.body;

import io.tola.gateway.json.Problem;
import io.tola.gateway.json.Shape;
import java.util.List;

/**
 * What became of each order of a batch, in its order.
 *
 * @param placed stored now, refused ones included
 * @param repeated stored before
 * @param failed not stored
 */
public record BatchShape(int placed, int repeated, int failed, List<Outcome> outcomes)
    implements Shape {

  /**
   * One order's outcome: an order or a problem.
   *
   * @param index its place in the request, from 0
   * @param status the status that the same order alone would have been answered with
   */
  public record Outcome(int index, int status, OrderShape order, Problem problem) {}
}
