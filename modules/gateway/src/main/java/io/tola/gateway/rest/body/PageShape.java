package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.kernel.Page;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param nextCursor send it back as {@code cursor} for the next page; null at the end
 */
public record PageShape<T>(List<T> items, String nextCursor) implements Shape {

  public static <V, T> PageShape<T> of(Page<V> page, Function<V, T> shape) {
    return new PageShape<>(page.items().stream().map(shape).toList(), page.nextCursor());
  }

  public static <T> PageShape<T> empty() {
    return new PageShape<>(List.of(), null);
  }
}
